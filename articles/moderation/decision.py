"""What goes along with a decision: its reason, and where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from articles.models import Channel, Reason, RuleVersion


@dataclass(frozen=True)
class Why:
    """The reason of a rejection or withdrawal: a preset, and free text beside it."""

    reason: Reason
    note: str = ""


@dataclass(frozen=True)
class Context:
    """Where a decision comes from: the channel, the batch that it belongs to, and the rule that asked for it."""

    channel: Channel = Channel.DESK
    batch: UUID | None = None
    rule: RuleVersion | None = None  # that asked for it


AT_DESK = Context()
