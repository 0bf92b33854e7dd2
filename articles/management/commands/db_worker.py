"""manage.py db_worker: run tasks in the background, with the options of django-tasks-db and a worker that survives."""

from django.core.management.base import CommandError
from django.utils.autoreload import run_with_reloader
from django_tasks_db.management.commands import db_worker

from articles.management.commands_of_ours import step_back
from articles.management.worker import Worker


class Command(db_worker.Command):
    help = "Run a database background worker, which goes on whatever a task or the database does"

    def run_from_argv(self, argv):
        step_back()
        super().run_from_argv(argv)

    def handle(self, *, verbosity, queue_name, exclude_queues, reload, **options):
        self.configure_logging(verbosity)
        if exclude_queues and queue_name != "*":
            raise CommandError("--exclude-queues can only be used with --queue-name=*")
        names = ("interval", "batch", "backend_name", "startup_delay", "max_tasks", "worker_id")
        worker = Worker(
            queue_names=queue_name.split(","),
            excluded_queue_names=exclude_queues.split(",") if exclude_queues else [],
            **{name: options[name] for name in names},
        )
        if reload and not options["batch"]:
            # On a developer's machine: the reloader ends it with each change, whatever it is doing.
            run_with_reloader(worker.run)
        else:
            worker.configure_signals()
            worker.run()
