"""The roles of staff: what each may do, in words and by permissions.

`manage.py demo` reads them here; tests compare the README, the operating guide and the groups in the database with
this. The groups are made by migrations (0006 holds its own copy): who changes a role here adds a migration.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Role:
    name: str  # of the group
    grants: dict[str, tuple[str, ...]]  # what its people may do, and the permissions for that
    beyond: Role | None = None  # whose people may do less: all that, too
    starts_at: str = "desk_queue"  # the name of the page where a day of its people begins

    @property
    def may(self) -> str:
        """The row of the role in the README and in the guide."""
        first = [f"all that {self.beyond.name} may"] if self.beyond else []
        return "; ".join(first + list(self.grants))

    @property
    def permissions(self) -> frozenset[str]:
        own = frozenset(permission for permissions in self.grants.values() for permission in permissions)
        return own | (self.beyond.permissions if self.beyond else frozenset())

    @property
    def demo_account(self) -> str:
        return f"demo-{self.name.removesuffix('s').lower()}"


IMPORTERS = Role(
    "Importers",
    {
        "import documents, read the reports, undo a run": (
            "articles.view_importrun",
            "articles.add_importrun",
            "articles.change_importrun",
            "articles.view_importfile",
        ),
        "keep feeds of documents, and let held runs in": (
            "articles.view_documentfeed",
            "articles.add_documentfeed",
            "articles.change_documentfeed",
        ),
        "import CSV and XLSX": ("articles.import_article", "articles.import_topic", "providers.import_provider"),
    },
    starts_at="desk_imports",
)
MODERATORS = Role(
    "Moderators",
    {
        (
            "publish, reject, withdraw, reopen, cover, mark duplicates, group stories, set scores, flag, assign, note, "
            "in bulk too, and undo that"
        ): ("articles.moderate_article",),
        "read every article with what belongs to it": (
            "articles.view_article",
            "articles.view_relatedlink",
            "articles.view_topic",
            "articles.view_image",
            "articles.view_reason",
            "providers.view_provider",
        ),
        "read the log": ("articles.view_event",),
        "read the reports of imports, and the state of feeds": (
            "articles.view_importrun",
            "articles.view_importfile",
            "articles.view_documentfeed",
        ),
        "read rules and the desk of providers, and try rules": ("articles.view_rule",),
    },
)
EDITORS = Role(
    "Editors",
    {
        "edit an article's text, topics, pictures, related links and schedule, pin": (
            "articles.change_article",
            "articles.add_relatedlink",
            "articles.change_relatedlink",
            "articles.delete_relatedlink",
        ),
        "delete articles, and let imports bring them back": (
            "articles.delete_article",
            "articles.view_tombstone",
            "articles.delete_tombstone",
        ),
        "keep topics, providers, pictures and reasons": (
            "articles.add_topic",
            "articles.change_topic",
            "articles.delete_topic",
            "providers.add_provider",
            "providers.change_provider",
            "providers.delete_provider",
            "articles.add_image",
            "articles.change_image",
            "articles.delete_image",
            "articles.add_reason",
            "articles.change_reason",
        ),
        "keep rules, switch them, and undo what they did": ("articles.add_rule", "articles.change_rule"),
        "set the order of the queue": ("articles.change_queueorder",),
        "export CSV and XLSX": ("articles.export_article", "articles.export_topic", "providers.export_provider"),
    },
    beyond=MODERATORS,
)
ROLES = (IMPORTERS, MODERATORS, EDITORS)
