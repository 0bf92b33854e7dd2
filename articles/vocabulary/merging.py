"""Merges a provider into another one, or renames its domain, and undoes either.

The row of a merged provider stays, as a domain that stands for the other one: documents and related links go on to name
it. So it is with the former domain of a renamed one, which gets a row of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from articles import editions
from articles.models import Article, Channel, KeptEvent, LinkedPage, Silence
from articles.moderation.access import CHANGE, permit
from articles.moderation.content_verbs import Edit
from articles.moderation.decision import Context
from articles.moderation.refusals import Impossible, Refused, VersionMissing
from articles.moderation.related import swap_pages
from articles.moderation.undo import Outcome, undo_batch
from articles.moderation.writer import write_all
from articles.vocabulary.writer import Origin, Verb, locked, log, stale
from providers.models import RENAMED, Provider

CHANGE_PROVIDER = "providers.change_provider"
# Of an article's rows and events so many are in memory at once.
SLICE = 1_000
MERGE_AT, RENAME_AT = Origin(verb=Verb.MERGE), Origin(verb=Verb.RENAME)


@dataclass(frozen=True)
class Effect:
    """What a merge or a rename would change."""

    articles: int
    waiting: int
    published: int
    links: int  # pages that related links lead to
    domains: list[str] = field(default_factory=list)  # that stand for it already


def effect(provider: Provider) -> Effect:
    """Returns what is there of a provider."""
    articles = Article.objects.filter(provider=provider)
    return Effect(
        articles.count(),
        articles.in_queue().count(),
        articles.filter(published=True).count(),
        LinkedPage.objects.filter(provider=provider).count(),
        list(provider.merged.order_by("domain").values_list("domain", flat=True)),
    )


def merge_refusal(provider: Provider, into: Provider) -> str:
    """Returns why a provider cannot be merged into another; '' if it can."""
    if provider.pk == into.pk:
        return "A provider is not merged into itself."
    if into.merged_into:
        return f"“{into.domain}” stands for “{into.merged_into}”: merge into that one."
    if provider.merged_into:
        return f"“{provider.domain}” stands for “{provider.merged_into}” already: undo that first."
    return ""


def merge(provider: Provider, into: Provider, *, by: User, version: int | None, at: Origin = MERGE_AT) -> KeptEvent:
    """Gives all articles of a provider to another one, for which its domain stands from now on.

    Raises a refusal, and writes nothing, where an article cannot be changed: a colleague works on it.
    """
    permit(by, CHANGE_PROVIDER)
    with transaction.atomic():
        # In one order, so that two merges do not wait for each other.
        rows = {one.pk: _locked(one) for one in sorted((provider, into), key=lambda one: one.pk)}
        provider, into = rows[provider.pk], rows[into.pk]
        _require_version(provider, version)
        if why := merge_refusal(provider, into):
            raise Impossible(why)
        batch = uuid4()
        moved = _move(provider, into, by, Context(at.channel, batch))
        domains = list(provider.merged.order_by("pk"))
        Provider.objects.filter(pk__in=[one.pk for one in domains]).update(merged_into=into)
        _point(provider, into)
        # Nothing comes from it any more: what was late is late at the other one.
        Silence.objects.filter(provider=provider, closed_at=None).update(closed_at=timezone.now())
        after = {"merged_into": into.pk, "articles": moved, "domains": [one.domain for one in domains]}
        return log(
            provider, Verb.MERGE, {"merged_into": None}, after, by=by,
            at=Origin(at.channel, batch=batch if moved else None),
        )  # fmt: skip


def rename_refusal(provider: Provider, domain: str) -> str:
    """Returns why a provider cannot have this domain; '' if it can. `domain` is well-formed."""
    if provider.merged_into:
        return f"“{provider.domain}” stands for “{provider.merged_into}”: rename that one."
    if domain == provider.domain:
        return "That is its domain already."
    other = Provider.objects.filter(domain=domain).first()
    if other is None or _is_former_domain(other, provider):
        return ""
    if other.merged_into_id == provider.pk:
        return f"“{domain}” was merged into it: undo that first."
    return f"“{other.stands_for}” has the domain {domain}: merge the two instead."


def rename(provider: Provider, domain: str, *, by: User, version: int | None, at: Origin = RENAME_AT) -> KeptEvent:
    """Gives a provider another domain; the former one stands for it from now on."""
    permit(by, CHANGE_PROVIDER)
    with transaction.atomic():
        provider = _locked(provider)
        _require_version(provider, version)
        if why := rename_refusal(provider, domain):
            raise Impossible(why)
        former = provider.domain
        _give_domain(provider, domain)
        return log(provider, Verb.RENAME, {"domain": former}, {"domain": domain}, by=by, at=Origin(at.channel))


def undo_joining(event: KeptEvent, *, by: User, channel: Channel = Channel.DESK) -> tuple[KeptEvent, Outcome]:
    """Undoes a merge or a rename. Articles that changed since are left alone, and named in the outcome."""
    permit(by, CHANGE_PROVIDER)
    if event.verb not in (Verb.MERGE, Verb.RENAME):
        raise Impossible("This is neither a merge nor a rename.")
    with transaction.atomic():
        provider = _locked(Provider(pk=event.row, name=event.title))
        if KeptEvent.objects.filter(undoes=event).exists():
            raise Impossible(f"“{event.title}”: that was undone already.")
        if event.verb == Verb.RENAME:
            return _rename_back(provider, event, by, channel), Outcome(uuid4())
        return _part(provider, event, by, channel)


# Merging


def _move(provider: Provider, into: Provider, by: User, at: Context) -> int:
    """Gives the articles of one provider to another, in one batch of events; returns how many."""
    permit(by, CHANGE)
    moved = 0
    of_provider = Article.objects.filter(provider=provider).order_by("pk").values_list("pk", "version")
    while seen_versions := dict(of_provider[:SLICE]):
        events, refused = write_all(seen_versions, Edit({"provider": into}), by=by, at=at)
        if refused:
            raise _not_moved(refused)
        moved += len(events)
    return moved


def _not_moved(refused: dict[int, Refused]) -> Impossible:
    pk, refusal = next(iter(refused.items()))
    title = Article.objects.filter(pk=pk).values_list("title", flat=True).first()
    more = f" So it is with {len(refused) - 1} more." if len(refused) > 1 else ""
    return Impossible(f"Nothing was merged, because of “{title}”: {refusal}{more}")


def _point(provider: Provider, into: Provider | None) -> None:
    provider.merged_into = into
    provider.version += 1
    provider.save(update_fields=["merged_into", "version"])
    editions.new_on_commit()


def _part(provider: Provider, event: KeptEvent, by: User, channel: Channel) -> tuple[KeptEvent, Outcome]:
    into = event.after["merged_into"]
    if provider.merged_into_id != into:
        other = f"stands for “{provider.merged_into}” by now" if provider.merged_into else "stands for no other one"
        raise Impossible(f"“{provider.domain}” {other}: undo what came later first.")
    _point(provider, None)
    Provider.objects.filter(domain__in=event.after["domains"], merged_into=into).update(merged_into=provider)
    outcome = undo_batch(event.batch, by=by, at=Context(channel)) if event.batch else Outcome(uuid4())
    after = {"merged_into": None, "articles": outcome.done}
    at = Origin(channel, batch=outcome.batch if outcome.done else None, undoes=event)
    return log(provider, Verb.UNDO, {"merged_into": into}, after, by=by, at=at), outcome


# Renaming


def _is_former_domain(other: Provider, provider: Provider) -> bool:
    return other.merged_into_id == provider.pk and other.source.get(RENAMED) == provider.pk


def _give_domain(provider: Provider, domain: str) -> None:
    """Sets the domain. Pages of related links go on to say the domain that their documents say."""
    former = provider.domain
    other = Provider.objects.filter(domain=domain).first()
    if other:
        other.domain = _free_domain()
        other.save(update_fields=["domain"])
    provider.domain = domain
    provider.version += 1
    provider.save(update_fields=["domain", "version"])
    if other:
        other.domain = former
        other.save(update_fields=["domain"])
    else:
        other = Provider.objects.create(
            domain=former, name=provider.name, merged_into=provider, source={RENAMED: provider.pk}
        )
    swap_pages(provider, other)
    editions.new_on_commit()


def _free_domain() -> str:
    """Returns a domain that nobody has, for the moment in which two rows change theirs."""
    names = (f"{number}.renaming.invalid" for number in count())
    return next(name for name in names if not Provider.objects.filter(domain=name).exists())


def _rename_back(provider: Provider, event: KeptEvent, by: User, channel: Channel) -> KeptEvent:
    domain, former = event.after["domain"], event.before["domain"]
    if provider.domain != domain:
        raise Impossible(f"“{provider}” has the domain {provider.domain} by now: undo what came later first.")
    if why := rename_refusal(provider, former):
        raise Impossible(why)
    _give_domain(provider, former)
    # The other domain stands for the provider as long as something names it, or it was one of its domains before.
    if not _had_before(provider, domain, event):
        _delete_unused(Provider.objects.get(domain=domain))
    at = Origin(channel, undoes=event)
    return log(provider, Verb.UNDO, {"domain": domain}, {"domain": former}, by=by, at=at)


def _had_before(provider: Provider, domain: str, event: KeptEvent) -> bool:
    renames = KeptEvent.objects.filter(kind=event.kind, row=provider.pk, verb=Verb.RENAME, pk__lt=event.pk)
    return renames.filter(before__domain=domain, undone_by=None).exists()


def _delete_unused(alias: Provider) -> None:
    try:
        with transaction.atomic():
            alias.delete()
    except ProtectedError:
        pass


# Both


def _locked(provider: Provider) -> Any:
    return locked(provider)


def _require_version(provider: Provider, version: int | None) -> None:
    if version is None:
        raise VersionMissing()
    if provider.version != version:
        raise stale(provider, {})
