"""The life of jobs under random acts and faults, on a real database, against a model of a few lines.

Acts of people (cancel, pause, resume, retry, priorities; a clone is a job like any other), of
workers (claims, beats, ends), of watchers (take back), and of fate: the same delivery twice, writes
of workers that were given up, answers that were lost, a database that goes back in time.
"""

import copy
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from backend.accounts.people import THE_PERSON
from backend.ids import JobId, WorkerId
from backend.migrate import migrate
from backend.problems import Conflict
from backend.runs import claims, jobs, outcomes
from backend.runs.claims import AttemptLost, Beat, Claim
from backend.runs.events import log_line
from backend.runs.limits import Limits
from backend.runs.states import JobKind, Outcome
from backend.runs.tables import Event, Job
from backend.studio import Studio
from tests.faults.run_model import ENDED, Modelled
from tests.faults.snapshot import Snapshot

MOST_JOBS = 6
AT_ONCE = 3
LIMITS = Limits(of_queue={"gpu": AT_ONCE})


class Life(RuleBasedStateMachine):
    """`held` are all claims that were ever given out: those of lost attempts go on writing."""

    studio: Studio  # on a database with today's tables, which `begin` empties
    looks = 0  # at what must be true, one after each act

    def __init__(self) -> None:
        super().__init__()
        self.jobs: dict[JobId, Modelled] = {}
        self.held: list[Claim] = []
        self.past: tuple[Snapshot, dict[JobId, Modelled]] | None = None
        self.workers = 0

    @initialize()
    def begin(self) -> None:
        with self.studio.database.writing() as session:
            for job in session.scalars(select(Job)):
                session.delete(job)

    # People.

    @precondition(lambda self: len(self.jobs) < MOST_JOBS)
    @rule(priority=st.integers(-2, 2))
    def enqueue(self, priority: int) -> None:
        with self.studio.database.writing() as session:
            job = jobs.enqueue(
                session, THE_PERSON, self.studio.broker, JobKind.TRAIN, {}, priority=priority
            )
        self.jobs[job.id] = Modelled(priority)

    @precondition(lambda self: self.jobs)
    @rule(n=st.integers(0, 99), verb=st.sampled_from(["cancel", "pause", "resume", "retry"]))
    def ask(self, n: int, verb: str) -> None:
        job_id = self._job(n)
        model = self.jobs[job_id]
        refused = PEOPLE[verb](model)
        with self.studio.database.writing() as session:
            job = session.get_one(Job, job_id)
            try:
                getattr(jobs, verb)(session, job, self.studio.broker)
            except Conflict:
                assert refused, (verb, model)
            else:
                assert not refused, (verb, model)

    @precondition(lambda self: self.jobs)
    @rule(n=st.integers(0, 99), priority=st.integers(-2, 2))
    def change_priority(self, n: int, priority: int) -> None:
        job_id = self._job(n)
        with self.studio.database.writing() as session:
            try:
                jobs.change(session, session.get_one(Job, job_id), priority, None)
            except Conflict:
                assert self.jobs[job_id].status in ENDED
            else:
                self.jobs[job_id].priority = priority

    # Workers.

    @rule(deliveries=st.integers(1, 3))
    def deliver(self, deliveries: int) -> None:
        """A message, perhaps more than once, each to a worker of its own."""
        for _ in range(deliveries):
            worker = WorkerId.new()
            with self.studio.database.writing() as session:
                claim = claims.claim(session, ["gpu"], worker, 1, LIMITS)
            best = self._best()
            assert (claim and claim.job_id) == best
            if claim is not None:
                self.jobs[claim.job_id].claimed(worker)
                assert claim.attempt == self.jobs[claim.job_id].attempt
                assert claim.spool_upto == self.jobs[claim.job_id].upto
                self.held.append(claim)

    def _best(self) -> JobId | None:
        """The most urgent, then the oldest, unless as many run as may."""
        if sum(job.status == "running" for job in self.jobs.values()) >= AT_ONCE:
            return None
        waiting = [job_id for job_id, job in self.jobs.items() if job.status == "queued"]
        ages = {job_id: n for n, job_id in enumerate(self.jobs)}
        return min(waiting, key=lambda id: (-self.jobs[id].priority, ages[id]), default=None)

    @precondition(lambda self: self.held)
    @rule(
        n=st.integers(0, 99), lines=st.integers(0, 3), checkpoint=st.booleans(), twice=st.booleans()
    )
    def beat(self, n: int, lines: int, checkpoint: bool, twice: bool) -> None:
        """Of a worker that holds its job, or of one that lost it. `twice`: its answer was lost."""
        claim = self.held[n % len(self.held)]
        model = self.jobs.get(claim.job_id)
        holds = self._holds(claim)
        start = model.upto if model else 0
        brought = Beat(
            spool_from=start,
            spool_upto=start + lines,
            facts=[log_line(str(k)) for k in range(lines)],
            has_checkpoint=checkpoint,
        )
        for again in range(1 + (twice and lines > 0)):
            with self.studio.database.writing() as session:
                try:
                    wish = claims.beat(session, claim, brought)
                except AttemptLost:
                    assert not holds
                else:
                    assert holds
                    assert wish == model.wish
                    if not again:
                        model.told += ["log"] * lines
                        model.upto += lines
                        model.beat += 1
                        model.failures = 0 if checkpoint else model.failures

    @precondition(lambda self: self.held)
    @rule(n=st.integers(0, 99), outcome=st.sampled_from([*Outcome]))
    def end(self, n: int, outcome: Outcome) -> None:
        claim = self.held[n % len(self.held)]
        holds = self._holds(claim)
        with self.studio.database.writing() as session:
            try:
                outcomes.end(session, claim, outcome, retry_seconds=0)
            except AttemptLost:
                assert not holds
            else:
                assert holds
                self.jobs[claim.job_id].ends(outcome.value)

    def _holds(self, claim: Claim) -> bool:
        model = self.jobs.get(claim.job_id)
        token = (claim.attempt, claim.worker_id)
        return model is not None and (model.attempt, model.worker) == token

    # Watchers, and fate.

    @precondition(lambda self: self.jobs)
    @rule(n=st.integers(0, 99), watchers=st.integers(1, 3), is_stale=st.booleans())
    def take_back(self, n: int, watchers: int, is_stale: bool) -> None:
        """By several who saw the same beat; or by one who saw a beat that has passed."""
        job_id = self._job(n)
        model = self.jobs[job_id]
        beat, attempt = model.beat - is_stale, model.attempt
        taken = []
        for _ in range(watchers):
            with self.studio.database.writing() as session:
                taken.append(outcomes.take_back(session, job_id, attempt, beat, retry_seconds=0))
        is_due = model.status == "running" and not is_stale
        assert taken == [is_due] + [False] * (watchers - 1)
        if is_due:
            model.ends("lost")

    @rule()
    def back_up(self) -> None:
        self.past = (Snapshot(self.studio), copy.deepcopy(self.jobs))

    @precondition(lambda self: self.past is not None)
    @rule()
    def go_back_in_time(self) -> None:
        snapshot, modelled = self.past
        snapshot.put_back()
        self.jobs = copy.deepcopy(modelled)

    # What must be true at every moment.

    @invariant()
    def jobs_are_what_they_must_be(self) -> None:
        Life.looks += 1
        with self.studio.database.reading() as session:
            found = {job.id: job for job in session.scalars(select(Job))}
            assert found.keys() == self.jobs.keys()
            for job_id, model in self.jobs.items():
                job = found[job_id]
                assert (job.status, job.wish, job.attempt, job.worker_id) == (
                    model.status,
                    model.wish,
                    model.attempt,
                    model.worker,
                )
                assert (job.failures, job.halvings, job.spool_upto) == (
                    model.failures,
                    model.halvings,
                    model.upto,
                )
                assert job.problem is None or model.status in ("failed", "paused")
                self._assert_told(
                    session.scalars(
                        select(Event).where(Event.job_id == job_id).order_by(Event.seq)
                    ).all(),
                    job,
                    model,
                )

    def _assert_told(self, events: Sequence[Event], job: Job, model: Modelled) -> None:
        assert [event.seq for event in events] == list(range(1, job.last_seq + 1))
        assert [event.data.get("status", event.kind) for event in events] == model.told

    def _job(self, n: int) -> JobId:
        return list(self.jobs)[n % len(self.jobs)]


def _cancel(job: Modelled) -> bool:
    """Does what a person asks; True where it must be refused."""
    if job.status in ("succeeded", "failed"):
        return True
    if job.status in ("queued", "paused"):
        job.becomes("cancelled")
    elif job.status == "running" and job.wish != "cancel":
        job.wish = "cancel"
        job.told.append("log")
    return False


def _pause(job: Modelled) -> bool:
    if job.status in ENDED or job.wish == "cancel":
        return True
    if job.status == "queued":
        job.becomes("paused")
    elif job.status == "running" and job.wish is None:
        job.wish = "pause"
        job.told.append("log")
    return False


def _resume(job: Modelled) -> bool:
    if job.status != "paused":
        return True
    job.failures = 0
    job.becomes("queued")
    return False


def _retry(job: Modelled) -> bool:
    if job.status not in ("failed", "cancelled"):
        return True
    job.failures = 0
    job.becomes("queued")
    return False


PEOPLE = {"cancel": _cancel, "pause": _pause, "resume": _resume, "retry": _retry}


@pytest.fixture
def life(settings):
    """The machine, on a database of its own; its broker is away."""
    away = settings.model_copy(update={"broker_url": "redis://127.0.0.1:1/0"})
    migrate(away)
    Life.studio = Studio.open(away)
    Life.studio.broker.ring = lambda _: None
    Life.studio.broker.tell = lambda _: None
    yield Life
    Life.studio.close()


PATIENT = {"deadline": None, "suppress_health_check": list(HealthCheck), "print_blob": True}


@pytest.mark.services
def test_a_short_life_is_as_the_model_says(life):
    life.TestCase.settings = settings(max_examples=15, stateful_step_count=30, **PATIENT)
    life.TestCase("runTest").runTest()


@pytest.mark.faults
@pytest.mark.timeout(1200)
def test_five_thousand_acts_find_nothing(life):
    life.TestCase.settings = settings(max_examples=150, stateful_step_count=50, **PATIENT)
    life.looks = 0
    life.TestCase("runTest").runTest()
    assert life.looks >= 5000
