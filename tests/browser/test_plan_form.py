"""The form that starts a run: the same judgement as everywhere, and repairs that work."""

from typing import Any

import httpx2
from playwright.sync_api import Page, expect

from backend.catalog.glossary import GLOSSARY
from backend.catalog.goals import GOALS
from tests.runs.trainings import pairs_csv, recipe_for, run_of, upload

PLAN = "#plan"


def open_plan(page: Page, studio_url: str, version_id: str) -> None:
    page.goto(f"{studio_url}/data/{version_id}")
    page.get_by_role("link", name="Plan a training").click()


def choose(page: Page, loss: str) -> None:
    page.locator("#unfit-losses > summary").click()
    page.locator(f"input[name=loss][value={loss}]").check()


def change(page: Page, label: str, value: str) -> None:
    """Write it, and wait until the plan has been judged again."""
    with page.expect_response("**/plan"):
        page.get_by_role("spinbutton", name=label, exact=True).fill(value)
        page.get_by_role("spinbutton", name=label, exact=True).press("Tab")


def complaints(api: httpx2.Client, recipe: dict[str, Any]) -> list[str]:
    answer = api.post("recipes/validate", json={"recipe": recipe})
    return [problem["message"] for problem in answer.json()["problems"]]


def test_what_is_recommended_starts(page: Page, studio_url: str, api: httpx2.Client) -> None:
    version = upload(api, pairs_csv())
    open_plan(page, studio_url, version["id"])
    page.get_by_label("Name", exact=True).fill("Questions & <answers>")
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Questions & <answers>")
    run = run_of(api, page.url.split("/")[-1])
    recipe = recipe_for(api, version["id"])
    assert run["recipe"]["loss"] == recipe["loss"]
    assert run["recipe"]["datasets"] == recipe["datasets"]


def test_a_wrong_loss_is_refused_in_the_apis_words_and_its_repair_leads_to_a_run(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    version = upload(api, pairs_csv())
    wrong = recipe_for(api, version["id"]) | {"loss": {"name": "CoSENTLoss"}}
    [complaint] = complaints(api, wrong)
    open_plan(page, studio_url, version["id"])
    choose(page, "CoSENTLoss")
    expect(page.locator("#problems p")).to_have_text(complaint)
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs")
    expect(page.locator("#problems p")).to_have_text(complaint)
    expect(page.locator("#problems")).to_be_focused()
    page.get_by_role("button", name="Use MultipleNegativesRankingLoss").click()
    page.wait_for_url("**/plan")
    expect(page.locator("#problems")).to_have_count(0)
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    run = run_of(api, page.url.split("/")[-1])
    assert run["recipe"]["loss"]["name"] == "MultipleNegativesRankingLoss"


def test_a_loss_from_the_fold_wraps_the_first_and_trains_as_it_was_set(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    version = upload(api, pairs_csv())
    open_plan(page, studio_url, version["id"])
    page.locator("#more-losses > summary").click()
    page.locator("input[name=loss][value=MatryoshkaLoss]").check()
    expect(page.get_by_label("It wraps")).to_have_value("MultipleNegativesRankingLoss")
    page.get_by_label("matryoshka_dims").fill("768")
    page.get_by_label("matryoshka_dims").press("Tab")
    expect(page.locator("#problems p")).to_contain_text(
        "the base model has 384", use_inner_text=True
    )
    page.get_by_label("matryoshka_dims").fill("384, 96")
    page.get_by_label("matryoshka_dims").press("Tab")
    expect(page.locator("#problems")).to_have_count(0)
    page.get_by_text("Settings of MultipleNegativesRankingLoss").click()
    page.get_by_role("checkbox", name="doc_to_query").check()
    expect(page.locator("[name='loss.inner.scale']")).to_be_visible()
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    loss = run_of(api, page.url.split("/")[-1])["recipe"]["loss"]
    assert loss["parameters"] == {"matryoshka_dims": [384, 96]}
    assert loss["inner"]["parameters"] == {"directions": ["query_to_doc", "doc_to_query"]}


def test_no_opened_fold_scrolls_sideways_on_a_phone(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    version = upload(api, pairs_csv())
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("/plan?version=", "/data/"):
        page.goto(f"{studio_url}{path}{version['id']}")
        page.evaluate("document.querySelectorAll('details').forEach((each) => (each.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_values_that_were_typed_stay_when_something_is_wrong(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    version = upload(api, pairs_csv())
    open_plan(page, studio_url, version["id"])
    page.get_by_label("Name", exact=True).fill("kept")
    page.get_by_role("spinbutton", name="Learning rate", exact=True).fill("-1")
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs")
    expect(page.get_by_label("Name", exact=True)).to_have_value("kept")
    expect(page.get_by_role("spinbutton", name="Learning rate", exact=True)).to_have_value("-1")
    expect(page.get_by_role("spinbutton", name="Learning rate", exact=True)).to_have_attribute(
        "aria-invalid", "true"
    )


def test_enter_in_a_field_starts_and_never_presses_a_repair(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    version = upload(api, pairs_csv())
    open_plan(page, studio_url, version["id"])
    choose(page, "CoSENTLoss")
    expect(page.locator("#problems")).to_be_visible()
    page.get_by_label("Name", exact=True).press("Enter")
    page.wait_for_url("**/runs")
    expect(page.locator("input[name=loss][value=CoSENTLoss]")).to_be_checked()


def test_the_plan_works_without_script(browser, studio_url: str, api: httpx2.Client) -> None:
    version = upload(api, pairs_csv())
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    open_plan(page, studio_url, version["id"])
    choose(page, "CoSENTLoss")
    page.get_by_role("button", name="Check the plan").click()
    page.get_by_role("button", name="Use MultipleNegativesRankingLoss").click()
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    context.close()


def test_a_goal_a_preset_and_a_setting_of_an_expert_come_into_the_recipe(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    open_plan(page, studio_url, upload(api, pairs_csv())["id"])
    expect(page.get_by_role("radio", name="Find the right answer to a question")).to_be_checked()
    page.get_by_role("radio", name="Match across languages").check()
    expect(page.get_by_label("Base model")).to_have_value(GOALS["languages"].base_model)
    expect(page.locator("input[name=evaluator]:checked")).to_have_value("TranslationEvaluator")
    expect(page.get_by_role("radio", name="Balanced")).to_be_checked()  # few rows
    page.get_by_role("radio", name="Thorough").check()
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value("10")
    page.get_by_text("All settings").click()
    expect(page.get_by_label("lr_scheduler_type")).to_have_value("cosine")
    page.get_by_label("Find a setting").fill("optimizer remembers")
    expect(page.locator("#all-settings .field:visible")).to_have_count(2)
    page.get_by_label("adam_beta2").fill("nearly one")
    page.get_by_label("adam_beta2").press("Tab")
    expect(page.locator("#problems p")).to_contain_text("adam_beta2")
    page.get_by_label("adam_beta2").fill("0.98")
    page.get_by_label("adam_beta2").press("Tab")
    expect(page.locator("#problems")).to_have_count(0)
    expect(page.locator("#all-settings .field:visible")).to_have_count(2)  # still what was sought
    page.get_by_text("Models to start from").click()
    page.get_by_role("button", name="Choose distilbert/distilbert-base-uncased").click()
    expect(page.get_by_label("Base model")).to_have_value("distilbert/distilbert-base-uncased")
    expect(page.get_by_role("radio", name="Match across languages")).to_be_checked()
    expect(page.get_by_role("radio", name="Thorough")).to_be_checked()


def test_what_is_changed_after_a_preset_or_a_goal_stays(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    open_plan(page, studio_url, upload(api, pairs_csv())["id"])
    page.get_by_role("radio", name="Thorough").check()
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value("10")
    change(page, "Rounds", "4")
    change(page, "Rows at once", "16")
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value("4")
    expect(page.locator("input[name=preset]:checked")).to_have_count(0)
    page.get_by_role("radio", name="Balanced").check()
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value("3")
    expect(page.locator("[name=lr_scheduler_type]")).to_have_value("linear")
    page.get_by_role("radio", name="Find texts that say the same").check()
    proof = page.locator("input[name=evaluator]:checked")
    expect(proof).to_have_value("ParaphraseMiningEvaluator")
    page.locator("input[name=evaluator][value=InformationRetrievalEvaluator]").check()
    expect(page.get_by_role("radio", name="Find the right answer to a question")).to_be_checked()
    change(page, "Rows at once", "32")
    expect(proof).to_have_value("InformationRetrievalEvaluator")
    page.locator("input[name=evaluator][value='']").check()
    page.locator("#more-losses > summary").click()
    page.locator("input[name=loss][value=ContrastiveTensionLossInBatchNegatives]").check()
    expect(page.locator("input[name=goal]:checked")).to_have_count(0)
    change(page, "Rows at once", "64")
    loss = page.locator("input[name=loss]:checked")
    expect(loss).to_have_value("ContrastiveTensionLossInBatchNegatives")


def test_a_template_brings_all_but_the_data(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    first, second = upload(api, pairs_csv()), upload(api, pairs_csv(rows=40))
    open_plan(page, studio_url, first["id"])
    page.get_by_role("spinbutton", name="Rounds", exact=True).fill("4")
    page.get_by_role("spinbutton", name="Rounds", exact=True).press("Tab")
    page.locator("#keep > summary").click()
    page.get_by_label("Name of the template").fill("Four <rounds>")
    page.get_by_role("button", name="Keep as a template").click()
    page.wait_for_url("**/templates")
    open_plan(page, studio_url, second["id"])
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value("3")
    page.get_by_label("Or with the settings of a template").select_option("Four <rounds>")
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value("4")
    change(page, "Rounds", "5")
    change(page, "Rows at once", "16")
    expect(page.get_by_role("spinbutton", name="Rounds", exact=True)).to_have_value(
        "5"
    )  # a template is laid once
    page.get_by_role("button", name="Start training").last.click()
    page.wait_for_url("**/runs/run_*")
    run = run_of(api, page.url.split("/")[-1])
    assert run["recipe"]["arguments"]["num_train_epochs"] == 5
    assert [use["version"] for use in run["recipe"]["datasets"]] == [second["id"]]
    page.goto(f"{studio_url}/templates")
    page.get_by_role("button", name="Delete the template Four <rounds>").click()
    expect(page.get_by_text("No settings are kept yet.")).to_be_visible()


def test_what_a_word_means_is_shown_on_focus_and_goes_with_escape(
    page: Page, studio_url: str, api: httpx2.Client
) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    open_plan(page, studio_url, upload(api, pairs_csv())["id"])
    word = page.locator("#q-loss .term")
    meaning = word.get_by_text(GLOSSARY["loss"].says)
    expect(meaning).to_be_hidden()
    word.focus()
    expect(meaning).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    page.get_by_role("spinbutton", name="Rounds", exact=True).focus()
    word.focus()
    expect(meaning).to_be_visible()
    page.goto(f"{studio_url}/glossary")
    expect(page.locator("dd")).to_have_count(len(GLOSSARY))
