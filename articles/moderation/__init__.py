"""The verbs: the only way in which a person changes an article.

`rules` says what each verb does and refuses, `door` writes it, `verbs` carries it out on one article, `articles.bulk`
on many; `claims` keeps two people from one article, `undoing` takes back, `rebuild` reads the log.
"""

from articles.moderation.claims import CLAIM_MINUTES, claim, next_for, release, release_all
from articles.moderation.decision import CHANGE, DECIDE, DELETE, Context, Why
from articles.moderation.trust import follow_trust
from articles.moderation.undo import Outcome, is_undoable, undo, undo_batch
from articles.moderation.verbs import (
    apply,
    assign,
    curate,
    delete,
    edit,
    flag,
    keep,
    mark_duplicate,
    note,
    pin,
    publish,
    reject,
    reopen,
    schedule,
    score,
    withdraw,
)

__all__ = [
    "CHANGE",
    "CLAIM_MINUTES",
    "DECIDE",
    "DELETE",
    "Context",
    "Outcome",
    "Why",
    "apply",
    "assign",
    "claim",
    "curate",
    "delete",
    "edit",
    "flag",
    "follow_trust",
    "is_undoable",
    "keep",
    "mark_duplicate",
    "next_for",
    "note",
    "pin",
    "publish",
    "reject",
    "release",
    "release_all",
    "reopen",
    "schedule",
    "score",
    "undo",
    "undo_batch",
    "withdraw",
]
