"""The stage of a cell, what the undisturbed run learns, and the table at the end."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.faults.backends import BACKENDS, Backend, embedded
from tests.faults.invariants import weights_of
from tests.faults.matrix import Place
from tests.faults.stage import Stage
from tests.faults.table import WORDS, Outcome, in_words

PLACE = pytest.StashKey[Place]()


@pytest.fixture(autouse=True, scope="session")
def long_writes() -> None:
    """Faults hold locks and stop servers: how long a write takes is looked at elsewhere."""


@pytest.fixture(scope="session")
def backends() -> Iterator[dict[str, Backend]]:
    """Those that were asked for so far; each is started once."""
    running: dict[str, Any] = {}

    class Started(dict[str, Backend]):
        def __missing__(self, name: str) -> Backend:
            running[name] = BACKENDS[name]()
            self[name] = running[name].__enter__()
            return self[name]

    yield Started()
    for started in running.values():
        started.__exit__(None, None, None)


@pytest.fixture
def stage(
    request: pytest.FixtureRequest,
    backends: dict[str, Backend],
    tmp_path: Path,
    hub_cache: Path,
) -> Iterator[Stage]:
    place: Place = request.node.callspec.params["place"]
    assert place.cell is not None
    backend = backends[place.backend]
    with backend.database() as url:
        stage = Stage(
            backend,
            tmp_path,
            hub_cache,
            url,
            ranks=place.cell.ranks,
            is_warm=not place.cell.in_ci or bool(os.environ.get("LIKEWISE_FAULT_ALL_WARM")),
        )
        stage.open()
        yield stage
        stage.close()


@pytest.fixture(scope="session")
def undisturbed(
    backends: dict[str, Backend], tmp_path_factory: pytest.TempPathFactory, hub_cache: Path
) -> Any:
    """The weights of a run that nothing disturbs, by its number of ranks; trained once a session,
    by whichever process of the tests comes first."""
    shared = tmp_path_factory.getbasetemp().parent

    def weights(ranks: int) -> str:
        kept = shared / f"undisturbed-{ranks}.json"
        with FileLock(f"{kept}.lock"):
            if not kept.exists():
                kept.write_text(json.dumps(_train(ranks)))
        return str(json.loads(kept.read_text()))

    def _train(ranks: int) -> str:
        folder = tmp_path_factory.mktemp("undisturbed")
        with embedded() as backend, backend.database() as url:
            stage = Stage(backend, folder, hub_cache, url, ranks=ranks, is_warm=True)
            stage.open()
            stage.work()
            found = weights_of(stage, stage.ends(stage.start(), attempts=1).run_id)
            stage.close()
        return found

    return weights


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        place = getattr(item, "callspec", None) and item.callspec.params.get("place")
        if isinstance(place, Place):
            item.user_properties.append(("place", [place.row.fault, place.phase, place.backend]))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The matrix, as it came out; and for a soak, a line of JSON for each cell."""
    outcomes: dict[tuple[str, ...], Outcome] = {}
    for result in WORDS:
        for report in terminalreporter.stats.get(result, []):
            place = dict(getattr(report, "user_properties", [])).get("place")
            if place:
                said = str(report.longrepr[2]) if result == "skipped" else ""
                outcomes[tuple(place)] = Outcome(
                    result, said.removeprefix("Skipped: "), report.duration
                )
    if outcomes:
        terminalreporter.write_line(in_words(outcomes))
    if file := os.environ.get("LIKEWISE_FAULT_RESULTS"):
        with open(file, "w") as out:
            for place, outcome in outcomes.items():
                told = {"place": place, "result": outcome.result, "seconds": outcome.seconds}
                out.write(json.dumps(told) + "\n")
