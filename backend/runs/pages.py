"""A run, for people: how far it is, how it does, live; and the button that stops it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Annotated, Any

import yaml
from fastapi import APIRouter, Query, Request, Response
from fastapi.sse import format_sse_event
from sqlalchemy.orm import Session

from backend.accounts.current import MayRead, MayTrain
from backend.accounts.people import Person
from backend.accounts.shown import Rights
from backend.ids import RunId
from backend.notifications.service import choice_of
from backend.recipes.evaluators import proving
from backend.runs import estimates, live, machine, seeds, service
from backend.runs.api import After, LastEventId, TheHub, TheRun
from backend.runs.checkpoints import checkpoints
from backend.runs.curves import Curve, from_base
from backend.runs.history import curves_of, history
from backend.runs.live import RunHub, Told
from backend.runs.log_lines import LINE_KINDS
from backend.runs.reading import Said, reading
from backend.runs.schemas import RunOut
from backend.runs.tables import Job, Run
from backend.studio import Studio
from backend.web.dependencies import ReadSession, TheStudio
from backend.web.in_words import clock
from backend.web.languages import chosen_language, speaking
from backend.web.templates import data, environment, fragment, is_partial, page, see
from backend.webhooks.kinds import WebhookKind

MOST_TABLE_ROWS = 100
MOST_SAMPLES = 60
MOST_OTHERS = 30
NOTICED = (WebhookKind.RUN_SUCCEEDED, WebhookKind.RUN_FAILED, WebhookKind.RUN_PAUSED)
"""What an open page of a run tells by a notice of the browser."""

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A curve and how to read it. `metric` is the evaluator's, without the part of the data; `other`
    is another run's, where this one is looked at beside it."""

    curve: Curve
    metric: str
    base_key: str | None = None
    other: Curve | None = None

    @property
    def is_loss(self) -> bool:
        return self.base_key is None

    @property
    def better(self) -> str:
        return "low" if self.is_loss else "high"

    @property
    def rows(self) -> list[tuple[int, float]]:
        """Few enough points for a table, the last among them."""
        stride = -(-len(self.curve.steps) // MOST_TABLE_ROWS) or 1
        points = list(zip(self.curve.steps, self.curve.values, strict=True))
        return points[::-1][::stride][::-1]


@router.get("/runs/{run_id}")
def show(
    request: Request,
    run_id: RunId,
    who: MayRead,
    session: ReadSession,
    studio: TheStudio,
    beside: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """`beside`: the id of another run, whose curves are drawn into these charts; empty: none."""
    found = service.get(session, who, run_id)
    run = service.show(found)
    other = service.get(session, who, RunId(beside)) if beside else None
    known = history(session, found, drawn_keys(run))
    choice = choice_of(session, who)
    return page(
        request,
        "runs/show.html",
        run=run,
        cost=estimates.told(session, run_id),
        charts=with_other(session, charts(run, known.curves), other),
        beside=other,
        others=others(session, who, found, other),
        said=said_of(run, known.curves),
        kept=checkpoints(studio.settings, found.job_id),
        samples=machine.samples(session, found.job_id, MOST_SAMPLES).items,
        lines=known.lines,
        last_seq=known.last_seq,
        recipe_yaml=yaml.safe_dump(found.recipe, sort_keys=False, allow_unicode=True),
        base_url=str(request.base_url),
        notices=[kind.value.partition(".")[2] for kind in NOTICED if choice.hears(kind)],
    )


@router.post("/runs/{run_id}/resume")
def resume(run_id: RunId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        service.resume(session, who, studio.broker, run_id)
    return see(f"/runs/{run_id}")


@router.post("/runs/{run_id}/retry")
def retry(run_id: RunId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        service.retry(session, who, studio.broker, run_id)
    return see(f"/runs/{run_id}")


@router.post("/runs/{run_id}/seeds")
def train_other_seeds(run_id: RunId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        seeds.train_others(session, who, studio.broker, run_id)
    return see("/runs")


@router.post("/runs/{run_id}/pause")
def pause(request: Request, run_id: RunId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        run = service.show(service.pause(session, who, studio.broker, run_id))
        cost = estimates.told(session, run_id)
    if not is_partial(request):
        return see(f"/runs/{run_id}")
    return page(request, "runs/show.html", "status", run=run, cost=cost)


@router.post("/runs/{run_id}/cancel")
def cancel(request: Request, run_id: RunId, who: MayTrain, studio: TheStudio) -> Response:
    with studio.database.writing() as session:
        run = service.show(service.cancel(session, who, studio.broker, run_id))
        cost = estimates.told(session, run_id)
    if not is_partial(request):
        return see(f"/runs/{run_id}")
    return page(request, "runs/show.html", "status", run=run, cost=cost)


@router.get("/runs/{run_id}/live")
async def follow(
    request: Request,
    run: TheRun,
    who: MayRead,
    studio: TheStudio,
    hub: TheHub,
    after: After = 0,
    last_event_id: LastEventId = None,
) -> Response:
    """The page's one stream: events by name for the elements, the status as HTML in between."""
    seq = min(after if last_event_id is None else last_event_id, run.last_seq)
    language = chosen_language(request)
    return live.streamed(run, seq, _frames(studio, hub, who, run, seq, language))


def drawn_keys(run: RunOut) -> list[str]:
    """The loss; and the metric that chooses, by the tuned and by the base model, if one does."""
    row = proving(run.recipe.evaluators)
    return ["loss"] if row is None else ["loss", f"choose/{row.metric}", f"base/{row.metric}"]


def charts(run: RunOut, known: Mapping[str, Curve]) -> list[Chart]:
    """The loss; and the metric that chooses, with the base model's line, if one was asked for."""
    loss = Chart(curve=known.get("loss", Curve("loss")), metric="loss")
    row = proving(run.recipe.evaluators)
    if row is None:
        return [loss]
    _, key, base_key = drawn_keys(run)
    chosen = from_base(known.get(key, Curve(key)), known.get(base_key))
    return [Chart(curve=chosen, metric=row.metric, base_key=base_key), loss]


def with_other(session: Session, drawn: list[Chart], other: Run | None) -> list[Chart]:
    """The same charts, with what another run told of the same figures."""
    if other is None:
        return drawn
    told = curves_of(session, other, [chart.curve.key for chart in drawn])
    return [replace(chart, other=told.get(chart.curve.key)) for chart in drawn]


def others(session: Session, who: Person, run: Run, chosen: Run | None) -> list[Run]:
    """Beside which runs this one can be looked at: the newest that have begun, and the chosen."""
    query = (
        service.newest(who)
        .join(Run.job)
        .where(Run.id != run.id, Job.started_at.is_not(None))
        .order_by(Run.id.desc())
        .limit(MOST_OTHERS)
    )
    found = list(session.scalars(query))
    return found if chosen is None or chosen in found else [chosen, *found]


def said_of(run: RunOut, known: Mapping[str, Curve]) -> list[Said]:
    """The charts in words."""
    drawn = charts(run, known)
    metric = next((chart.curve for chart in drawn if not chart.is_loss), None)
    total = run.progress.total_steps if run.progress else None
    return reading(drawn[-1].curve, metric, total)


async def _frames(
    studio: Studio, hub: RunHub, who: Person, run: RunOut, seq: int, language: str
) -> AsyncIterator[bytes]:
    is_welcome = partial(live.may_go_on, studio, who, run.id)
    status = partial(_status_frame, studio, who, run.id, language)
    try:
        yield await asyncio.to_thread(status)
        async for batch in live.batches(hub, run.job_id, seq, is_welcome):
            for piece in live.pieces(_event_frame(told, language) for told in batch):
                yield piece
            seq = batch[-1].seq if batch else seq
            yield await hub.shared.get((run.id, seq, language), status)
        yield await asyncio.to_thread(status)
        if not hub.is_closing:
            yield live.END
    except (asyncio.CancelledError, live.NoLongerWelcome):
        return  # the viewer hung up, or has to


def _event_frame(told: Told, language: str) -> bytes:
    """The event as programs get it, or with its line of the log where it has one."""
    return _line_frame(told, language) if told.event.kind in LINE_KINDS else told.frame


@lru_cache(maxsize=1_000)
def _line_frame(told: Told, language: str) -> bytes:
    event = told.event
    words: Any = environment().get_template("parts/words.html").module
    shown: dict[str, Any] = event.model_dump(mode="json", by_alias=True)
    with speaking(language):
        shown["line"] = words.line(event).unescape().strip()
    shown["level"] = event.data.get("level", "info")
    shown["clock"] = clock(event.at)
    return format_sse_event(data_str=data(shown), event=event.kind, id=str(event.seq))


def _status_frame(studio: Studio, who: Person, run_id: RunId, language: str) -> bytes:
    """Without a number: what it shows is not an event, and may be sent again."""
    with studio.database.reading() as session:
        run = service.show(service.get(session, who, run_id))
        cost = estimates.told(session, run_id)
    with speaking(language):
        html = fragment("runs/show.html", "status", run=run, cost=cost, may=Rights.of(who))
    return format_sse_event(data_str=html, retry=live.come_back_milliseconds())
