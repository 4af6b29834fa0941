"""A run in words: a log's lines from its events."""

from datetime import UTC, datetime
from typing import Any

from backend.runs.schemas import EventOut
from likewise.cli.progress import Sight, sparse


def event(kind: str, **data: Any) -> EventOut:
    return EventOut(seq=1, at=datetime.now(UTC), attempt=1, kind=kind, data=data, schema=1)


def progress(percent: float) -> EventOut:
    return event(
        "progress",
        phase="training",
        step=int(percent),
        total_steps=100,
        percent=percent,
        eta_seconds=300.0,
    )


def test_progress_is_told_every_ten_percent() -> None:
    lines = list(sparse(progress(percent) for percent in (1, 5, 11, 12, 19, 20, 55, 100)))
    assert [line.split()[0] for line in lines] == ["11", "20", "55", "100"]


def test_a_line_says_phase_step_loss_and_time_left() -> None:
    sight = Sight()
    for one in (event("metrics", step=40, loss=0.4213), progress(40)):
        list(sight.heed(one))
    assert sight.in_words == "training · step 40 of 100 · loss 0.421 · 5 min left"


def test_a_change_of_state_is_told_with_its_reason() -> None:
    lines = list(sparse([event("state", status="queued", reason="its worker was stopped")]))
    assert lines == ["  queued: its worker was stopped"]


def test_the_speaking_figure_on_choose_stands_beside_the_base_models() -> None:
    events = [
        event("metrics", step=0, **{"base/cosine_ndcg@10": 0.6484}),
        event("metrics", step=80, **{"choose/cosine_ndcg@10": 0.6712}),
        event("metrics", step=80, **{"choose/cosine_recall@10": 0.9}),
    ]
    assert list(sparse(events)) == [
        "  step 80: cosine_ndcg@10 0.6712 on rows kept to choose (base model 0.6484)"
    ]


def test_only_warnings_and_errors_of_the_log_are_told() -> None:
    events = [
        event("log", level="info", message="read 3 rows"),
        event("log", level="warning", message="34 texts were cut"),
    ]
    assert list(sparse(events)) == ["  warning: 34 texts were cut"]
