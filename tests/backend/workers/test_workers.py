"""Workers register, are watched, and heed what an operator wants of them."""

import pytest

from backend.accounts.people import THE_PERSON
from backend.ids import WorkerId
from backend.problems import NotFound
from backend.runs import claims, jobs
from backend.runs.states import JobKind
from backend.workers import service
from backend.workers.service import Seat
from backend.workers.tables import WorkerState
from backend.workers.watch import WorkerWatch

CARD = {"index": 0, "uuid": "GPU-1", "name": "A card", "memory_total_bytes": 16_000_000_000}
MEASURED = {
    "host": {
        "cpu_percent": 12.5,
        "memory_used_bytes": 1,
        "memory_total_bytes": 2,
        "disk_free_bytes": 3,
        "network_received_bytes": 4,
        "network_sent_bytes": 5,
    },
    "devices": [CARD | {"memory_used_bytes": 7, "power_watts": None}],
}


def seat(pid=1, taken=(), **more):
    process_id = WorkerId.new()
    plain = {"host": "a", "queue": "gpu", "version": "1", "devices": [CARD]} | more
    return Seat(process_id=process_id, pid=pid, taken=frozenset(taken), **plain)


@pytest.fixture
def write(studio):
    return studio.database.retrying


@pytest.fixture
def worker(write):
    """A worker that is there: its id, and that of its process."""
    here = seat()
    return write(lambda s: service.register(s, here)), here.process_id


def shown(studio, worker_id):
    with studio.database.reading() as session:
        return service.show(session, THE_PERSON, service.get(session, worker_id))


def test_a_worker_has_the_same_id_after_a_restart(write, worker):
    assert write(lambda s: service.register(s, seat(pid=2))) == worker[0]


def test_two_workers_of_a_host_and_queue_have_two_seats(studio, write, worker):
    second = write(lambda s: service.register(s, seat(pid=2, taken=[1])))
    assert second != worker[0]
    assert shown(studio, second).slot == 1


def test_a_process_that_lost_its_seat_is_told_so(write, worker):
    write(lambda s: service.register(s, seat(pid=2)))
    assert write(lambda s: service.beat(s, worker[1], MEASURED)) is None


def test_a_beat_brings_what_the_machine_measures(studio, write, worker):
    assert write(lambda s: service.beat(s, worker[1], MEASURED)) is WorkerState.ACTIVE
    out = shown(studio, worker[0])
    assert out.host_now.cpu_percent == 12.5
    assert out.devices[0].memory_used_bytes == 7


def test_a_worker_whose_beat_stands_still_is_offline_by_the_watcher_s_own_clock(
    studio, write, worker
):
    watch = WorkerWatch(lost_seconds=60)
    watch(studio, 0)
    watch(studio, 59)
    write(lambda s: service.beat(s, worker[1], MEASURED))
    watch(studio, 61)
    assert shown(studio, worker[0]).is_online
    watch(studio, 121)
    assert not shown(studio, worker[0]).is_online
    write(lambda s: service.beat(s, worker[1], MEASURED))
    assert shown(studio, worker[0]).is_online


def test_a_worker_that_is_not_active_may_not_work(studio, write, worker):
    for state in WorkerState:
        write(lambda s, state=state: service.change(s, service.get(s, worker[0]), state))
        may = write(lambda s: service.may_work(s, worker[1]))
        assert may is (state is WorkerState.ACTIVE)


def test_a_device_in_quarantine_keeps_its_workers_from_work_until_it_is_lifted(
    studio, write, worker
):
    for _ in range(2):
        write(lambda s: service.quarantine(s, ["GPU-1"], "Xid 79", worker[1]))
    assert write(lambda s: service.may_work(s, worker[1])) is False
    assert shown(studio, worker[0]).devices[0].quarantine == "Xid 79"
    write(lambda s: service.lift(s, service.get(s, worker[0])))
    assert write(lambda s: service.may_work(s, worker[1])) is True


def test_a_worker_shows_its_job_and_of_another_project_only_the_kind(studio, write, worker):
    kind = JobKind.TRAIN
    job = write(lambda s: jobs.enqueue(s, THE_PERSON, studio.broker, kind, {}))
    write(lambda s: claims.claim(s, ["gpu"], worker[1], 1))
    assert shown(studio, worker[0]).job.job_id == job.id


def test_queues_say_what_waits_and_who_could_do_it(studio, write, worker):
    write(lambda s: jobs.enqueue(s, THE_PERSON, studio.broker, JobKind.TRAIN, {}))
    with studio.database.reading() as session:
        cpu, gpu = service.queues(session, {"gpu": 2})
    assert (gpu.queued, gpu.running, gpu.workers_online, gpu.limit) == (1, 0, 1, 2)
    assert (cpu.queued, cpu.workers_online, cpu.limit) == (0, 0, None)


def test_workers_are_listed_changed_and_shown_over_rest(api, worker):
    listed = api.get("workers").json()["items"]
    assert [one["id"] for one in listed] == [worker[0]]
    changed = api.patch(f"workers/{worker[0]}", json={"state": "draining"})
    assert changed.json()["state"] == "draining"
    assert api.patch(f"workers/{worker[0]}", json={"state": "gone"}).status_code == 422
    assert api.get(f"workers/{worker[0]}").json()["state"] == "draining"
    assert api.delete(f"workers/{worker[0]}/quarantine").status_code == 200
    assert api.get(f"workers/{WorkerId.new()}").status_code == 404
    assert {queue["name"] for queue in api.get("queues").json()["items"]} == {"cpu", "gpu"}


def test_the_page_shows_workers_and_drains_one(api, studio_url, write, worker):
    write(lambda s: service.beat(s, worker[1], MEASURED))
    assert "A card" in api.get(f"{studio_url}/workers").text
    drained = api.post(
        f"{studio_url}/workers/{worker[0]}/state",
        data={"state": "draining"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert "drained" in drained.text


def test_a_worker_that_isn_t_there_is_not_found(studio):
    with studio.database.reading() as session, pytest.raises(NotFound):
        service.get(session, WorkerId.new())
