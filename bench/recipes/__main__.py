"""`make bench-recipes`: is what the studio proposes as good as what one could have chosen?

Four real datasets of 700 rows, 250 of them to prove with, five recipes, two seeds, each cell a run of
a whole studio with its verdict; and what is proposed for each dataset with all of its rows. Cells that
are done stay done: ended and begun again, it goes on where it was. The regret of a recipe is how much
better the best of the five was, in the primary metric, in the mean over the seeds.

The last line is one JSON object. What the plan says of a proposal's past, backend/catalog/
track_record.json, is written anew. Needs LIKEWISE_TEST_DATA.
"""

import argparse
import json
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import mean
from typing import Any

import httpx2

from backend.catalog.evaluators import EVALUATORS
from backend.catalog.track_record import FILE, Record
from backend.recipes.goals import goal_of
from bench.a_studio import running_studio, trained
from bench.recipes.kept import Cell, Kept, Outcome
from bench.recipes.tables import ALL, Spreadsheet, spreadsheets
from bench.recipes.ways import PROPOSED, WAYS, Way

ROWS = 700
HELD_OUT = {"choose_rows": 50, "prove_rows": 250}
"""Of the grid: many to prove with, beside as many to learn from as a small business has."""
SEEDS = (1, 2)
_MOST_SECONDS = 3_600.0


class Bench:
    """A studio to run cells in, and what they gave."""

    def __init__(self, api: httpx2.Client, kept: Kept) -> None:
        self._api = api
        self._kept = kept
        self._proposals: dict[tuple[str, int], dict[str, Any]] = {}

    def outcome(
        self, table: Spreadsheet, way: Way, seed: int, held_out: dict[str, int] | None = None
    ) -> Outcome:
        """Of a cell: as it is kept, or by a run."""
        cell = Cell(dataset=table.name, way=way.name, seed=seed, rows=len(table.rows))
        found = self._kept.get(cell)
        if found is None:
            found = self._run(cell, way.of(self._proposal(table), seed, held_out))
            self._kept.add(found)
        print(
            f"{cell.key:<46} {found.metric}: {found.before:.4f} → {found.after:.4f}, "
            f"{found.ci95[0]:+.4f} to {found.ci95[1]:+.4f}, {found.seconds:.0f} s",
            flush=True,
        )
        return found

    def _proposal(self, table: Spreadsheet) -> dict[str, Any]:
        key = table.name, len(table.rows)
        if key not in self._proposals:
            file = (f"{table.name}.csv", table.as_csv())
            version = self._post("datasets", files={"file": file})["id"]
            self._proposals[key] = self._post(f"dataset-versions/{version}/recommend")
        return self._proposals[key]

    def _run(self, cell: Cell, recipe: dict[str, Any]) -> Outcome:
        began = time.monotonic()
        run_id = self._post("runs", json={"recipe": recipe, "name": cell.key})["id"]
        run = trained(self._api, run_id, _MOST_SECONDS)
        verdict = _body(self._api.get(f"models/{run['model_id']}"))["verdict"]
        if not verdict:
            raise SystemExit(f"{cell.key}: the model of the run {run_id} has no verdict.")
        return Outcome(
            cell=cell,
            metric=verdict["metric"],
            items=verdict["queries"],
            before=verdict["before"],
            after=verdict["after"],
            ci95=verdict["ci95"],
            sentence=verdict["sentence"],
            seconds=time.monotonic() - began,
            recipe=recipe,
        )

    def _post(self, path: str, **what: Any) -> dict[str, Any]:
        return _body(self._api.post(path, **what))


def _body(answer: httpx2.Response) -> dict[str, Any]:
    if answer.is_error:
        raise SystemExit(f"{answer.request.url}: {answer.status_code} {answer.text}")
    body: dict[str, Any] = answer.json()
    return body


def grid(bench: Bench, tables: list[Spreadsheet]) -> list[Outcome]:
    """Way by way, so that whoever ends it early has whole ways."""
    cells = ((way, seed, table) for way in WAYS for seed in SEEDS for table in tables)
    return [bench.outcome(table, way, seed, HELD_OUT) for way, seed, table in cells]


def regrets(outcomes: Iterable[Outcome]) -> dict[str, dict[str, float]]:
    """By dataset, then by way."""
    after: dict[str, dict[str, list[float]]] = {}
    for one in outcomes:
        after.setdefault(one.cell.dataset, {}).setdefault(one.cell.way, []).append(one.after)
    means = {name: {way: mean(of) for way, of in ways.items()} for name, ways in after.items()}
    return {
        name: {way: round(max(ways.values()) - value, 4) for way, value in ways.items()}
        for name, ways in means.items()
    }


def records(outcomes: list[Outcome], whole: list[Outcome]) -> Iterator[Record]:
    """What a plan can say of what it proposes."""
    regret = regrets(outcomes)
    for one in whole:
        yield Record(
            dataset=one.cell.dataset,
            goal=goal_of(one.recipe),
            loss=one.recipe["loss"]["name"],
            rows=one.cell.rows,
            items=one.items,
            of=EVALUATORS[one.recipe["evaluators"][0]["name"]].items,
            metric=one.metric,
            before=round(one.before, 4),
            after=round(one.after, 4),
            ci95=(round(one.ci95[0], 4), round(one.ci95[1], 4)),
            recipes=len(WAYS),
            regret=regret[one.cell.dataset][PROPOSED],
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-recipes")
    parser.add_argument("folder", type=Path, help="where the studio and what is done are kept")
    folder = parser.parse_args().folder.absolute()
    data = os.environ.get("LIKEWISE_TEST_DATA")
    if not data:
        raise SystemExit("It needs real datasets: set LIKEWISE_TEST_DATA to their folder.")
    folder.mkdir(parents=True, exist_ok=True)
    kept = Kept(folder / "cells.jsonl")
    with (
        running_studio(folder / "studio") as studio,
        httpx2.Client(base_url=f"{studio.url}/api/v1/", timeout=600) as api,
    ):
        bench = Bench(api, kept)
        proposed = WAYS[0]
        whole = [bench.outcome(each, proposed, SEEDS[0]) for each in spreadsheets(Path(data), ALL)]
        outcomes = grid(bench, spreadsheets(Path(data), ROWS))
    found = list(records(outcomes, whole))
    FILE.write_text(json.dumps([r.model_dump() for r in found], indent=2) + "\n", encoding="utf-8")
    for name, ways in regrets(outcomes).items():
        print(f"{name}: regret " + ", ".join(f"{way} {r:.4f}" for way, r in ways.items()))
    print(
        json.dumps(
            {
                "cells": len(outcomes),
                "regret": regrets(outcomes),
                "worst_regret": max(record.regret for record in found),
                "proposed_on_all_rows": {
                    one.cell.dataset: {
                        "metric": one.metric,
                        "before": round(one.before, 4),
                        "after": round(one.after, 4),
                        "ci95": [round(end, 4) for end in one.ci95],
                    }
                    for one in whole
                },
            }
        )
    )


if __name__ == "__main__":
    main()
