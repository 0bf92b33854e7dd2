"""The worker of django-tasks-db, with a loop that outlives a lost database, a bad task and a dead worker."""

from __future__ import annotations

import logging
import random
import time
from datetime import timedelta
from traceback import format_exception

from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connections
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import exclusive_transaction

from articles import tasks
from articles.intake import looking, silence
from articles.processes import heartbeat

logger = logging.getLogger(__name__)

# After the last one a task counts as failed: it may be what kills its workers.
MAX_ATTEMPTS = 3
RETRY_DELAY = timedelta(seconds=10)
# Seconds of waiting for a database that is out of reach: doubled each time.
SHORTEST_WAIT, LONGEST_WAIT = 1, 30
SWEEP_INTERVAL = 60  # seconds, after which an idle worker looks for tasks of dead ones
UPKEEP_INTERVAL = 3600  # seconds
LOOK_INTERVAL = 3  # seconds between two questions whether a feed is due


class Worker(db_worker.Worker):
    """Runs tasks until it is told to end. Whatever a task or the database does, it goes on with the next task.

    Only with --batch it gives up after a minute without the database: whoever started it waits for its end.
    """

    def run(self) -> None:
        with heartbeat.beating(self.worker_id):
            self._swept, self._kept_up = float("-inf"), time.monotonic()
            self._looked = self._listened = float("-inf")
            if self.startup_delay:
                # Many workers that start together do not ask at the same moments.
                time.sleep(self.interval * random.random())  # noqa: S311
            wait = SHORTEST_WAIT
            while self.running and not self._has_run_enough():
                try:
                    self._look()
                    row = self._next()
                    if row is not None:
                        self.run_task(row)
                    elif self.batch:
                        return
                    else:
                        self._idle()
                    wait = SHORTEST_WAIT
                except DatabaseTrouble:
                    if self.batch and wait >= LONGEST_WAIT:
                        raise
                    logger.exception("The database is out of reach: worker %s waits %s s", self.worker_id, wait)
                    connections.close_all()
                    time.sleep(wait)
                    wait = min(wait * 2, LONGEST_WAIT)

    def _has_run_enough(self) -> bool:
        return self.max_tasks is not None and self._run_tasks >= self.max_tasks

    def _next(self) -> DBTaskResult | None:
        """Claims the next task, if there is one."""
        close_old_connections()
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not self.process_all_queues:
            ready = ready.filter(queue_name__in=self.queue_names)
        ready = ready.exclude(queue_name__in=self.excluded_queue_names)
        # Asked first without a transaction, which would lock SQLite once a second.
        if not ready.exists():
            return None
        with exclusive_transaction(ready.db):
            row = ready.get_locked()
            if row is not None:
                row.worker_ids = row.worker_ids if isinstance(row.worker_ids, list) else []
                row.claim(self.worker_id)
        return row

    def run_task(self, row: DBTaskResult) -> None:
        try:
            super().run_task(row)
        except DatabaseTrouble:
            # What became of it is not recorded: done again, a task of ours finds nothing left to do.
            connections.close_all()
            _try_again(DBTaskResult.objects.filter(pk=row.pk))
            raise
        except Exception as error:
            logger.exception("Task %s cannot be run", row.pk)
            _fail(DBTaskResult.objects.filter(pk=row.pk), error)
        else:
            if row.exception_class_path.startswith("django.db.utils.") and row.status == "FAILED":
                _try_again(DBTaskResult.objects.filter(pk=row.pk))

    def _look(self) -> None:
        """Looks at a feed that is due. Also between tasks: a chain of them must not keep feeds waiting."""
        now = time.monotonic()
        if self.batch or now - self._looked < LOOK_INTERVAL:
            return
        self._looked = now
        close_old_connections()
        try:
            if now - self._listened > UPKEEP_INTERVAL:
                self._listened = now
                silence.check()
            if (found := looking.look_at_due()) and found.run:
                tasks.after_import()
        except DatabaseTrouble:
            raise
        except Exception:
            logger.exception("The look at feeds failed")

    def _idle(self) -> None:
        now = time.monotonic()
        if now - self._swept > SWEEP_INTERVAL:
            self._swept = now
            take_over(self.worker_id)
        if now - self._kept_up > UPKEEP_INTERVAL:
            self._kept_up = now
            tasks.after_import()
        time.sleep(self.interval)


def take_over(worker: str) -> None:
    """Puts the tasks of dead workers back into the queue, and those that this one left when it lost the database."""
    for row in DBTaskResult.objects.filter(status="RUNNING").only("pk", "worker_ids"):
        owner = row.worker_ids[-1] if isinstance(row.worker_ids, list) and row.worker_ids else ""
        if owner == worker or not heartbeat.is_alive(owner):
            _try_again(DBTaskResult.objects.filter(pk=row.pk, worker_ids=row.worker_ids))


def _try_again(rows: QuerySet[DBTaskResult]) -> None:
    for row in rows.filter(status__in=["RUNNING", "FAILED"]):
        if len(row.worker_ids) >= MAX_ATTEMPTS:
            if row.status == "RUNNING":
                _fail(rows, RuntimeError("Its workers have died, or lost the database, again and again."))
        else:
            rows.update(status="READY", run_after=timezone.now() + RETRY_DELAY)


def _fail(rows: QuerySet[DBTaskResult], error: Exception) -> None:
    rows.update(
        status="FAILED",
        finished_at=timezone.now(),
        exception_class_path=f"{type(error).__module__}.{type(error).__qualname__}",
        traceback="".join(format_exception(error)),
    )
