"""What the mother of workers and trainings has imported: all that they would, but what looks at its
environment as it is imported.

Nothing of it is garbage, and a fork that looks through it for some would copy each page of it.
"""

import gc

import celery.apps.worker
import celery.concurrency.prefork
import celery.worker.consumer  # noqa: F401
import kombu.transport.redis  # noqa: F401

import backend.runs.reconciler
import backend.tables  # noqa: F401
import worker.jobs.train
import worker.seat
import worker.supervisor.work  # noqa: F401

gc.collect()
gc.freeze()
