"""The door, as people come through it: claiming, signing in and out, a token; and what a viewer
sees."""

import httpx2
import pytest
from playwright.sync_api import Page, expect

from backend.accounts import claims, cookies, sessions
from backend.accounts.people import THE_PROJECT, Role
from backend.accounts.tables import Membership, User
from backend.settings import Settings
from backend.studio import Studio

PASSWORD = "violet anchor teapot"
SETTINGS = ("account", "tokens", "hub", "projects", "webhooks", "people", "audit")


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"auth": "accounts"})


@pytest.fixture
def claim_link(studio: Studio, studio_url: str) -> str:
    with studio.database.writing() as session:
        return f"{studio_url}/claim/{claims.new_link(session)}"


def signed_in(page: Page, studio: Studio, studio_url: str, role: Role, administers: bool) -> None:
    """A browser of somebody who is there already."""
    with studio.database.writing() as session:
        user = User(email="eve@example.org", name="Eve", is_administrator=administers)
        session.add(user)
        session.flush()
        session.add(Membership(project_id=THE_PROJECT, user_id=user.id, role=role))
        secret = sessions.begin(session, user.id)
    cookie = {"name": cookies.name(studio.settings), "value": secret, "url": studio_url}
    page.context.add_cookies([cookie])


def test_claim_sign_out_sign_in_make_a_token_use_it_and_revoke_it(
    page: Page, claim_link: str, studio_url: str
) -> None:
    page.goto(claim_link)
    page.get_by_label("Your name").fill("Ada")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make this studio mine").click()
    expect(page).to_have_url(f"{studio_url}/welcome")

    page.goto(f"{studio_url}/settings")
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_url(f"{studio_url}/sign-in")
    page.goto(f"{studio_url}/settings/tokens")
    page.get_by_label("E-mail address").fill("ada@example.org")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Address and password don't match")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{studio_url}/settings/tokens")

    page.get_by_label("What it is for").fill("a script")
    page.get_by_role("button", name="Make this token").click()
    secret = page.locator("#secret").inner_text()
    bearer = {"Authorization": f"Bearer {secret}"}
    me = f"{studio_url}/api/v1/me"
    assert (
        httpx2.get(me, headers=bearer, trust_env=False, verify=False).json()["email"]
        == "ada@example.org"
    )
    page.goto(f"{studio_url}/settings/tokens")
    expect(page.locator("main")).not_to_contain_text(secret)
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("main")).to_contain_text("revoked")
    assert httpx2.get(me, headers=bearer, trust_env=False, verify=False).status_code == 401
    page.goto(claim_link)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link can't be used")


def test_a_viewer_sees_no_button_that_they_may_not_press(
    page: Page, studio: Studio, studio_url: str
) -> None:
    signed_in(page, studio, studio_url, Role.VIEWER, administers=False)
    for path in ("/", "/data", "/runs", "/models", "/settings/projects", "/workers"):
        page.goto(studio_url + path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        buttons = page.locator("main button").all_inner_texts()
        assert buttons == [], path
    tabs = page.get_by_role("navigation", name="Settings").get_by_role("link").all_inner_texts()
    assert tabs == ["Account", "Tokens", "Hugging Face", "Notifications", "Projects", "Workers"]
    for closed in ("/settings/audit", "/settings/webhooks"):
        refused = page.goto(studio_url + closed)
        assert refused is not None
        assert refused.status == 403


def test_the_settings_fit_a_phone_and_work_without_script(
    page: Page, studio: Studio, studio_url: str
) -> None:
    signed_in(page, studio, studio_url, Role.ADMIN, administers=True)
    page.set_viewport_size({"width": 360, "height": 740})
    for name in SETTINGS:
        page.goto(f"{studio_url}/settings/{name}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Settings")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 360, name
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{studio_url}/settings/projects")
    page.get_by_label("Name of a new project").fill("Library")
    page.get_by_role("button", name="Make a project").click()
    expect(page.get_by_role("heading", name="Who is in Library")).to_be_visible()
    page.get_by_label("E-mail address").fill("bob@example.org")
    page.get_by_role("button", name="Let them in").click()
    expect(page.locator(".snippet code")).to_contain_text("/invitation/")
