"""An assistant at the studio: the SDK's own client over stdio, against a real server."""

import os
import sys
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client as Assistant
from mcp import StdioServerParameters

from likewise.client import Client

READS = {
    *("list_datasets", "inspect_version", "check_data", "what_can_be_trained"),
    *("recommend_recipe", "validate_recipe", "estimate_recipe", "list_runs", "get_run"),
    *("read_metrics", "read_log"),
    *("list_models", "get_verdict", "similarity"),
}
SECRET = "what is animal 7"


@asynccontextmanager
async def assistant(url: str, *options: str) -> AsyncIterator[Assistant]:
    code = f"import sys; sys.argv = {['likewise', 'mcp', *options]!r}\n"
    parameters = StdioServerParameters(
        command=sys.executable,
        args=["-c", f"{code}from likewise.cli import main; main()"],
        env={**os.environ, "LIKEWISE_URL": url},
    )
    async with Assistant(parameters) as client:
        yield client


def asked(url: str, talk: Callable[[Assistant], Any], *options: str) -> Any:
    async def whole() -> Any:
        async with assistant(url, *options) as client:
            return await talk(client)

    with ThreadPoolExecutor(1) as another:  # a browser's tests leave a loop running in this thread
        return another.submit(anyio.run, whole).result()


def test_an_assistant_checks_data_starts_a_run_and_follows_it(
    studio_url: str, client: Client, pairs: Path
) -> None:
    version = client.upload(pairs)

    async def talk(at: Assistant) -> dict[str, Any]:
        said: dict[str, Any] = {}

        async def call(tool: str, **arguments: Any) -> Any:
            answer = await at.call_tool(tool, arguments)
            assert not answer.is_error, answer.content
            said[tool] = answer.structured_content
            return answer.structured_content

        await call("list_datasets")
        await call("inspect_version", version_id=version.id)
        await call("check_data", version_id=version.id)
        await call("what_can_be_trained", version_id=version.id)
        recipe = (await call("recommend_recipe", version_id=version.id))["recipe"]
        await call("validate_recipe", recipe=recipe)
        await call("estimate_recipe", recipe=recipe)
        run = await call("start_run", recipe=recipe, name="by an assistant")
        await call("get_run", run_id=run["run_id"])
        await call("read_metrics", run_id=run["run_id"])
        await call("read_log", run_id=run["run_id"])
        await call("list_runs", status="queued")
        await call("list_models")
        recipes = await at.read_resource(f"likewise://runs/{run['run_id']}/recipe")
        said["recipe"] = recipes.contents[0].text
        return said

    said = asked(studio_url, talk)
    judged = said["validate_recipe"]
    assert (judged["can_be_trained"], judged["problems"]) == (True, [])
    assert [each["code"] for each in judged["advice"]] == ["few_to_prove"]
    assert said["estimate_recipe"]["low_seconds"] < said["estimate_recipe"]["high_seconds"]
    assert said["get_run"]["status"] == "queued"
    assert [run.name for run in client.runs()] == ["by an assistant"]
    assert said["what_can_be_trained"]["losses"][0]["fitness"] == "fits"
    assert version.id in said["recipe"]
    assert SECRET not in str(said), "no text of a dataset is told"


def test_it_looks_and_starts_and_can_delete_nothing(studio_url: str) -> None:
    async def talk(at: Assistant) -> Any:
        return (await at.list_tools()).tools

    tools = {tool.name: tool for tool in asked(studio_url, talk)}
    assert set(tools) == READS | {"start_run"}
    assert all(tool.annotations.read_only_hint == (name in READS) for name, tool in tools.items())
    assert not any(tool.annotations.destructive_hint for tool in tools.values())


def test_rows_are_read_only_where_the_operator_allows_it(
    studio_url: str, client: Client, pairs: Path
) -> None:
    version = client.upload(pairs)

    async def talk(at: Assistant) -> Any:
        return await at.call_tool("read_rows", {"version_id": version.id, "limit": 50})

    assert asked(studio_url, talk).is_error
    rows = asked(studio_url, talk, "--allow-rows").structured_content["rows"]
    assert any(SECRET in row["question"] for row in rows)


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        ("get_run", {"run_id": "run_00000000000000000000000001"}, "There is no run"),
        ("start_run", {"recipe": {"loss": {"name": "NoLoss"}}}, "/datasets: "),
        ("read_metrics", {"run_id": "run_00000000000000000000000001", "max_points": 1}, "10"),
        ("inspect_version", {}, "version_id"),
    ],
)
def test_a_refusal_comes_in_the_studios_words(
    studio_url: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    async def talk(at: Assistant) -> Any:
        return await at.call_tool(tool, arguments)

    answer = asked(studio_url, talk)
    assert answer.is_error
    assert words in answer.content[0].text
