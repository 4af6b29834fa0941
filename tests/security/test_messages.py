"""Row 35: a message only rings. What is to be done stands in the database alone."""

import base64
import json
import os
import pickle
import uuid

from redis import Redis

from backend.bell import TASK, celery_app
from backend.broker import KEY_PREFIX, QUEUES, redis_url
from backend.settings import Settings
from tests.processes import wait_until
from worker.app import do_work


class RunsWhenOpened:
    def __init__(self, trace: str) -> None:
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (self.trace,)


def envelope(body: bytes, content_type: str, task: str = TASK) -> str:
    """A message as Celery's transport keeps it."""
    each = str(uuid.uuid4())
    return json.dumps(
        {
            "body": base64.b64encode(body).decode(),
            "content-encoding": "binary" if "python" in content_type else "utf-8",
            "content-type": content_type,
            "headers": {"lang": "py", "task": task, "id": each, "root_id": each, "retries": 0},
            "properties": {
                "correlation_id": each,
                "delivery_mode": 2,
                "delivery_tag": each,
                "delivery_info": {"exchange": "", "routing_key": "gpu"},
                "body_encoding": "base64",
            },
        }
    )


def test_only_json_is_taken_from_the_queue_and_only_json_sent():
    conf = celery_app(Settings()).conf
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert conf.result_backend is None


def test_a_message_holds_the_name_of_a_queue_and_nothing_else(studio, broker_url, empty_broker):
    studio.broker.ring("cpu")
    with Redis.from_url(redis_url(broker_url)) as redis:
        sent = json.loads(redis.lrange(f"{KEY_PREFIX}cpu", 0, -1)[0])
    arguments, named, _ = json.loads(base64.b64decode(sent["body"]))
    assert (arguments, named) == (["cpu"], {})
    assert sent["headers"]["task"] == TASK
    assert set(QUEUES) == {"gpu", "cpu"}


def test_a_worker_lives_through_forged_messages_and_runs_none(worker, broker_url, tmp_path):
    trace = tmp_path / "trace"
    opened = pickle.dumps(([RunsWhenOpened(str(trace))], {}, {}))
    forged = [
        envelope(opened, "application/x-python-serialize"),
        envelope(json.dumps([["job_of_somebody", "x"], {}, {}]).encode(), "application/json"),
        envelope(json.dumps([["gpu"], {}, {}]).encode(), "application/json", task="os.system"),
        envelope(b"{", "application/json"),
    ]
    with Redis.from_url(redis_url(broker_url)) as redis:
        redis.lpush(f"{KEY_PREFIX}gpu", *forged)
        wait_until(lambda: redis.llen(f"{KEY_PREFIX}gpu") == 0, what="the worker to take them")
    wait_until(lambda: b"os.system" in worker.log.read_bytes(), what="a refusal in the log")
    assert worker.process.poll() is None
    assert not trace.exists()


def test_the_task_takes_no_job_from_its_message():
    names = do_work.run.__code__.co_varnames[: do_work.run.__code__.co_argcount]
    assert names == ("queue",)


def test_a_broker_behind_a_password_and_tls_can_be_named():
    url = "rediss://likewise:secret@queue:6379/0?ssl_cert_reqs=required"
    connection = Redis.from_url(redis_url(url)).connection_pool.make_connection()
    assert type(connection).__name__ == "SSLConnection"
    assert (connection.username, connection.password) == ("likewise", "secret")
    assert celery_app(Settings(broker_url=url)).conf.broker_url == url
