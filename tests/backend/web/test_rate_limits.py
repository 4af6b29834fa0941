"""Who asks too often is told when to go on; who doesn't, what is left. Never without accounts."""

import asyncio

import httpx2
import pytest
from fastapi import FastAPI
from limits import RateLimitItemPerMinute
from starlette.types import Scope

from backend.web import problem_details
from backend.web.last_resort import LastResort
from backend.web.rate_limits import Bucket, Counter, RateLimits

THREE = RateLimitItemPerMinute(3)


def asker(scope: Scope) -> str | None:
    found = dict(scope["headers"]).get(b"x-who")
    return found.decode() if found else None


@pytest.fixture
def ask():
    """Ask a little application that answers each person three times a minute."""
    app = FastAPI()

    @app.get("/things")
    @app.get("/livez")
    def things() -> list[str]:
        return []

    problem_details.install(app)
    app.add_middleware(
        RateLimits, counter=Counter(None), policy="person", most_a_minute=3, who_asks=asker
    )
    app.add_middleware(LastResort)

    def asked(path: str = "/things", who: str | None = "ada") -> httpx2.Response:
        async def get() -> httpx2.Response:
            transport = httpx2.ASGITransport(app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path, headers={"x-who": who} if who else {})

        return asyncio.run(get())

    return asked


def test_each_answer_says_what_is_left(ask):
    left = [ask().headers["ratelimit"].split(";")[1] for _ in range(3)]
    assert left == ["r=2", "r=1", "r=0"]
    assert ask().headers["ratelimit-policy"] == '"person";q=3;w=60'


def test_who_asks_too_often_is_told_when_to_go_on(ask):
    answers = [ask() for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "too_many_requests"
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_one_persons_haste_is_not_anothers(ask):
    for _ in range(4):
        ask()
    assert ask(who="grace").status_code == 200


@pytest.mark.parametrize(("path", "who"), [("/livez", "ada"), ("/things", None)])
def test_what_keeps_the_process_alive_and_what_counts_for_nobody_is_never_refused(ask, path, who):
    assert [ask(path, who).status_code for _ in range(5)] == [200] * 5


def test_without_accounts_nothing_is_counted(api):
    assert "ratelimit" not in api.get("runs").headers


def counted(counter: Counter, times: int) -> int:
    """What is left to a person after so many requests."""

    async def count() -> int:
        bucket = Bucket(policy="person", who="ada", limit=THREE)
        return [await counter.count(bucket) for _ in range(times)][-1].remaining

    return asyncio.run(count())


def test_two_servers_count_together(broker_url, empty_broker):
    counted(Counter(broker_url), 1)
    assert counted(Counter(broker_url), 1) == 1


def test_a_broker_that_is_away_refuses_nobody():
    assert counted(Counter("redis://127.0.0.1:1/0"), 2) == 1
