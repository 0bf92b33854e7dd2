"""What rules name: providers by their domains, topics by their slugs; and what each of these is called today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from articles.models import Topic, TopicOldSlug
from providers.models import Provider


@dataclass(frozen=True)
class Names:
    """The names of today, read once for a run or a trial."""

    slugs: dict[int, str]  # by primary key of the topic
    renamed: dict[str, str]  # earlier slugs
    merged: dict[str, str]  # domain → that of the provider that it was merged into

    @classmethod
    def now(cls) -> Names:
        return cls(
            dict(Topic.objects.order_by().values_list("pk", "slug")),
            dict(TopicOldSlug.objects.values_list("slug", "topic__slug")),
            domains_merged(),
        )

    def knowing(self, topics: Iterable[int]) -> Names:
        """Returns the names with those of topics that have been created since; at most one query.

        They are not kept: a dry run takes back what it creates, and another topic may get the same key.
        """
        if not (new := {*topics} - self.slugs.keys()):
            return self
        return replace(self, slugs=self.slugs | dict(Topic.objects.filter(pk__in=new).values_list("pk", "slug")))


def domains_merged() -> dict[str, str]:
    """Returns the domain of each provider that was merged into another one → the domain that it stands for now."""
    one_step = dict(Provider.objects.exclude(merged_into=None).order_by().values_list("domain", "merged_into__domain"))
    return {domain: _last(domain, one_step) for domain in one_step}


def _last(domain: str, into: Mapping[str, str]) -> str:
    seen: set[str] = set()
    while domain in into and domain not in seen:
        seen.add(domain)
        domain = into[domain]
    return domain
