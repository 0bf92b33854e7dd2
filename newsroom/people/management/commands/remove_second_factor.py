"""manage.py remove_second_factor: let in again who has lost the app and the recovery codes."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from articles.management.commands_of_ours import OurCommand
from newsroom.people import second_factor
from newsroom.people.models import AccountEvent, Verb
from newsroom.people.sessions import end_sessions


class Command(OurCommand):
    help = "Remove a person's second factor, so that the password alone lets them in. Their sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the user name")

    def handle(self, *args: Any, name: str, **options: Any) -> None:
        person = User.objects.filter(username=name).first()
        if person is None:
            raise CommandError(f"Nobody has the user name {name}.")
        if not second_factor.remove(person):
            raise CommandError(f"{name} has no second factor.")
        end_sessions(person)
        AccountEvent.objects.create(by_name="manage.py", verb=Verb.NO_FACTOR, about=f"person {name}")
        self.stdout.write(f"{name} logs in with the password alone now.")
