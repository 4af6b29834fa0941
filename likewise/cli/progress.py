"""A run as it goes: one line in place on a terminal, a few lines in a log."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from backend.catalog.evaluators import EVALUATORS
from backend.runs.schemas import EventOut
from likewise.cli.words import duration

SPEAKING = frozenset(row.metric for row in EVALUATORS.values())
"""Of all figures of an evaluator, the one that speaks for it; the run's page has the others."""

EVERY_PERCENT = 10
"""Without a terminal, progress is told so often."""


@dataclass
class Sight:
    """What is known of a run from its events so far."""

    phase: str = "waiting for a worker"
    percent: float = 0.0
    step: int = 0
    total_steps: int | None = None
    eta_seconds: float | None = None
    loss: float | None = None
    base: dict[str, float] = field(default_factory=dict)

    def heed(self, event: EventOut) -> Iterator[str]:
        """Take an event in; gives what of it is worth a line of its own."""
        match event.kind:
            case "state":
                yield from self._heed_state(event.data)
            case "phase":
                self.phase = event.data["phase"]
                yield self.phase
            case "progress":
                self._heed_progress(event.data)
            case "metrics":
                yield from self._heed_metrics(event.data)
            case "log" if event.data.get("level") != "info":
                yield f"{event.data.get('level')}: {event.data.get('message')}"

    @property
    def in_words(self) -> str:
        """Phase, step, loss and the time left, as far as they are known."""
        steps = f"step {self.step}" + (f" of {self.total_steps}" if self.total_steps else "")
        parts = [
            self.phase,
            steps if self.step else "",
            f"loss {self.loss:.3f}" if self.loss is not None else "",
            f"{duration(self.eta_seconds)} left" if self.eta_seconds is not None else "",
        ]
        return " · ".join(part for part in parts if part)

    def _heed_state(self, data: dict[str, Any]) -> Iterator[str]:
        reason = data.get("reason")
        self.phase = data["status"]
        yield f"{data['status']}: {reason}" if reason else data["status"]

    def _heed_progress(self, data: dict[str, Any]) -> None:
        self.phase = data.get("phase", self.phase)
        self.percent = data.get("percent", self.percent)
        self.step = data.get("step", self.step)
        self.total_steps = data.get("total_steps", self.total_steps)
        self.eta_seconds = data.get("eta_seconds")

    def _heed_metrics(self, data: dict[str, Any]) -> Iterator[str]:
        self.loss = data.get("loss", self.loss)
        self.step = max(self.step, data.get("step", 0))
        self.base |= _named(data, "base/")
        for name, value in _named(data, "choose/").items():
            if name not in SPEAKING:
                continue
            base = self.base.get(name)
            beside = f" (base model {base:.4f})" if base is not None else ""
            yield f"step {data.get('step', 0)}: {name} {value:.4f} on rows kept to choose{beside}"


def watch(events: Iterable[EventOut], out: TextIO) -> None:
    """Show a run's events on `out` until they end."""
    if out.isatty():
        _in_place(events, out)
    else:
        for line in sparse(events):
            print(line, file=out, flush=True)


def sparse(events: Iterable[EventOut]) -> Iterator[str]:
    """The lines of a log: what is worth one, and progress every ten percent."""
    sight = Sight()
    told = 0
    for event in events:
        yield from (f"  {line}" for line in sight.heed(event))
        if event.kind == "progress" and sight.percent >= told + EVERY_PERCENT:
            told = int(sight.percent) // EVERY_PERCENT * EVERY_PERCENT
            yield f"  {sight.percent:3.0f} %  {sight.in_words}"


def _in_place(events: Iterable[EventOut], out: TextIO) -> None:
    sight = Sight()
    columns = (BarColumn(bar_width=24), TextColumn("{task.percentage:3.0f} %  {task.description}"))
    console = Console(file=out)
    # Twice a second: the cores are the training's.
    with Progress(*columns, console=console, transient=True, refresh_per_second=2) as bar:
        task = bar.add_task(sight.in_words, total=100)
        for event in events:
            for line in sight.heed(event):
                bar.console.print(f"  {line}", markup=False, highlight=False)
            bar.update(task, completed=sight.percent, description=sight.in_words)


def _named(data: dict[str, Any], prefix: str) -> dict[str, float]:
    return {k.removeprefix(prefix): v for k, v in data.items() if k.startswith(prefix)}
