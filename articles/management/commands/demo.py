"""manage.py demo: create one account per role, for trying the site."""

import secrets

from django.contrib.auth.models import Group, User
from django.core.management.base import CommandError
from django.db import transaction

from articles.management.commands_of_ours import OurCommand
from articles.roles import ROLES

ACCOUNTS: dict[str, str | None] = {role.demo_account: role.name for role in ROLES} | {"demo-superuser": None}
# The page where the work of each account begins, in the order in which the terminal names them.
STARTS_AT = {role.demo_account: role.starts_at for role in reversed(ROLES)} | {"demo-superuser": "admin:index"}


class Command(OurCommand):
    help = "Create one demo account per role, with a random password that is printed once; what is there stays."

    def add_arguments(self, parser):
        parser.add_argument("--force", action="store_true", help="also where people have accounts already")

    @transaction.atomic
    def handle(self, *args, force, **options):
        existing = set(User.objects.values_list("username", flat=True))
        if set(ACCOUNTS) <= existing:
            return
        if existing - set(ACCOUNTS) and not force:
            raise CommandError("This database has accounts of its own: demo accounts are added with --force only.")
        self.stdout.write("Demo accounts (their passwords are shown this once):")
        for username, group in ACCOUNTS.items():
            if username not in existing:
                self.stdout.write(f"  {username:<16} {create(username, group)}")


def create(username: str, group: str | None) -> str:
    """Creates the account and returns its password."""
    password = secrets.token_urlsafe(12)
    if group is None:
        User.objects.create_superuser(username, password=password)
    else:
        user = User.objects.create_user(username, password=password, is_staff=True)
        user.groups.add(Group.objects.get(name=group))
    return password
