"""Rows of the database: restarted, cut off, locked, gone back in time; migrations killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.engine import make_url

from backend.db import Database
from backend.migrate import is_current, migrate
from backend.runs.tables import Job
from backend.settings import Settings
from tests.faults.backends import Services
from tests.faults.processes import in_each
from tests.faults.proxy import Proxy
from tests.faults.row import NO_SERVER, Cell, Row
from tests.faults.snapshot import Snapshot
from tests.faults.stage import HOLD, SECONDS, Cast, Stage, wait_seconds
from tests.processes import wait_until

MIGRATE = (
    "from backend.migrate import migrate; from backend.settings import Settings; "
    "migrate(Settings())"
)

LOCK_SECONDS = 4.0
"""Longer than any of this stage's connections waits for a lock."""


def restart(stage: Stage, phase: str) -> Cast:
    assert isinstance(stage.backend, Services)
    run_id = stage.held_in(phase)
    stage.backend.restart_database()
    stage.let_go()
    return stage.ends(run_id, attempts=1)


@contextmanager
def through_a_proxy(stage: Stage) -> Iterator[Proxy]:
    """The workers that start inside reach the database by a line that the test holds."""
    url = make_url(stage.database_url)
    assert url.host
    assert url.port
    with Proxy(url.host, url.port) as proxy:
        own = url.set(port=proxy.port).render_as_string(hide_password=False)
        stage.settings_of_workers["LIKEWISE_DATABASE_URL"] = own
        yield proxy
        stage.let_go()
        for worker in stage.workers:
            worker.process.terminate()
            worker.process.wait(60)


def cut(stage: Stage) -> Cast:
    with through_a_proxy(stage) as proxy:
        run_id = stage.held_in("training")
        proxy.cut()
        stage.let_go()
        wait_seconds(1.5)
        proxy.heal()
        return stage.ends(run_id, attempts=1)


def hang(stage: Stage) -> Cast:
    with through_a_proxy(stage) as proxy:
        run_id = stage.held_in("training")
        proxy.hang()
        stage.let_go()
        wait_seconds(1.5)
        proxy.heal()
        return stage.ends(run_id, attempts=1)


def lose_answer_to_claim(stage: Stage) -> Cast:
    with through_a_proxy(stage) as proxy:
        proxy.lose_answer(b"INSERT INTO attempts")
        stage.work()
        run_id = stage.start()
        cast = stage.ends(run_id, attempts=1)
        assert proxy.robbed == 1
        return cast


def lose_answer_to_beat(stage: Stage) -> Cast:
    with through_a_proxy(stage) as proxy:
        run_id = stage.held_in("training")
        proxy.lose_answer(b"")
        stage.let_go()
        cast = stage.ends(run_id, attempts=1)
        assert proxy.robbed == 1
        return cast


def lose_answer_to_end(stage: Stage) -> Cast:
    with through_a_proxy(stage) as proxy:
        run_id = stage.held_in("storing")
        proxy.lose_answer(b"UPDATE attempts SET")
        stage.let_go()
        cast = stage.ends(run_id, attempts=1)
        assert proxy.robbed == 1
        return cast


def cut_off_for_long(stage: Stage) -> Cast:
    """One worker has no database any more: it stops by itself, and another has the run."""
    with through_a_proxy(stage) as proxy:
        run_id = stage.held_in("training", LIKEWISE_CUT_OFF_SECONDS="2")
        [training] = stage.jobs()
        proxy.cut()
        stage.let_go()
        stage.gone([training], 60)
        stage.settings_of_workers["LIKEWISE_DATABASE_URL"] = stage.database_url
        stage.work()
        return stage.ends(run_id, attempts=2)


def lock(stage: Stage) -> Cast:
    """Somebody holds what everybody needs. A request says when to come back; the worker waits."""
    run_id = stage.held_in("training")
    with held_lock(stage, run_id):
        stage.let_go()
        answer = stage.api.post(f"runs/{run_id}/pause")
        assert answer.status_code == 503, answer.text
        assert int(answer.headers["Retry-After"]) > 0
        wait_seconds(LOCK_SECONDS - 1)
    return stage.ends(run_id, attempts=1)


@contextmanager
def held_lock(stage: Stage, run_id: str) -> Iterator[None]:
    job_id = stage.job(run_id).id
    with stage.studio.database.writing() as session:
        session.execute(select(Job).where(Job.id == job_id).with_for_update())
        yield


def back_to_before_the_claim(stage: Stage) -> Cast:
    """What a worker holds was never given out, says the database, and deals its number again."""
    run_id = stage.start()
    past = Snapshot(stage.studio)
    stage.work(LIKEWISE_FAULT=HOLD["training"])
    wait_until(stage.stopped, SECONDS, "the training to stand still")
    past.put_back()
    stage.let_go()
    return stage.ends(run_id)


def back_to_an_earlier_attempt(stage: Stage) -> Cast:
    run_id = stage.held_in("training")
    past = Snapshot(stage.studio)
    os.kill(stage.training(), signal.SIGKILL)
    stage.let_go()
    wait_until(lambda: len(stage.attempts(run_id)) == 2, SECONDS, "the second attempt")
    past.put_back()
    return stage.ends(run_id)


def kill_migration(nth: int) -> Callable[[Stage], Cast]:
    def act(stage: Stage) -> Cast:
        with stage.backend.empty_database() as url:
            ours = stage.environment(
                LIKEWISE_DATABASE_URL=url, LIKEWISE_FAULT=f"migration.applied:{nth}:kill"
            )
            ended = subprocess.run([sys.executable, "-c", MIGRATE], env=ours)
            assert ended.returncode == -signal.SIGKILL
            again = Settings(data=stage.settings.data, database_url=url)
            migrate(again)
            database = Database(again)
            assert is_current(database)
            database.close()
        stage.work()
        return stage.ends(stage.start(), attempts=1)

    return act


ONE_PATH = "The same path as in training: an attempt's number and worker in each write."

ROWS = (
    Row(
        fault="database restarted",
        right="the training never stops; its events wait, and arrive once and in order",
        phases={
            phase: Cell(cell.act, not_on=NO_SERVER)
            for phase, cell in in_each(
                restart, ("preparing", "training", "evaluating", "saving", "storing")
            ).items()
            if isinstance(cell, Cell)
        },
        is_core=True,
    ),
    Row(
        fault="the line to the database breaks",
        right="as when it restarts",
        phases={
            "cut": Cell(cut, not_on=NO_SERVER),
            "half-open": Cell(hang, not_on=NO_SERVER),
        },
        is_core=True,
    ),
    Row(
        fault="the answer to COMMIT is lost",
        right="said again, it changes nothing and gets the first answer",
        phases={
            "claim": Cell(lose_answer_to_claim, not_on=NO_SERVER),
            "beat": Cell(lose_answer_to_beat, not_on=NO_SERVER),
            "end": Cell(lose_answer_to_end, not_on=NO_SERVER),
            "request": "An Idempotency-Key keeps the answer with what it did: "
            "tests/backend/rest shows it.",
        },
        is_core=True,
    ),
    Row(
        fault="one worker without database for long",
        right="it stops its training by itself; the run goes on elsewhere",
        phases={"training": Cell(cut_off_for_long, not_on=NO_SERVER)},
        is_core=True,
    ),
    Row(
        fault="database goes back in time",
        right="no attempt's number is believed twice; the run ends as if nothing had been",
        phases={
            "before the claim": Cell(back_to_before_the_claim),
            "training": Cell(back_to_an_earlier_attempt),
            "saving": ONE_PATH,
        },
        is_core=True,
    ),
    Row(
        fault="lock held, database busy",
        right="tried again, then 503 that says when; the worker waits",
        phases={"training": Cell(lock), "saving": ONE_PATH},
    ),
    Row(
        fault="migration killed",
        right="the next start completes it",
        phases={"the first": Cell(kill_migration(1)), "the third": Cell(kill_migration(3))},
    ),
)
