"""The only way in which a person changes an article.

`verbs`, `content_verbs`, `colleague_verbs` and `undo` have a class for each verb; `writer` carries it out on one
article or on many, `bulk` on a selection that was previewed, and `calls` has a function for each verb. `claims` keeps
two people from one article.
"""

from articles.moderation.access import CHANGE, DECIDE, DELETE
from articles.moderation.calls import (
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
from articles.moderation.claims import CLAIM_MINUTES, claim, next_for, release, release_all
from articles.moderation.decision import Context, Why
from articles.moderation.priorities import follow_trust
from articles.moderation.undo import Outcome, is_undoable, undo, undo_batch
from articles.moderation.verbs import VERBS
from articles.moderation.writer import decide, write_one

__all__ = [
    "CHANGE",
    "CLAIM_MINUTES",
    "DECIDE",
    "DELETE",
    "VERBS",
    "Context",
    "Outcome",
    "Why",
    "apply",
    "assign",
    "claim",
    "curate",
    "decide",
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
    "write_one",
]
