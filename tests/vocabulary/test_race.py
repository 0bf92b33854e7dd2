"""Two writes of what people keep at the same moment."""

# ruff: noqa: B023 - a round is over before the next one begins

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles import moderation
from articles.models import Article, KeptEvent, Topic
from articles.moderation.refusals import Refused
from articles.vocabulary.merging import merge, undo_joining
from articles.vocabulary.writer import change
from providers.models import Provider
from tests.factories import make_article, make_provider, make_topic

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds) -> list[object]:
    """Does these at the same moment, each on a connection of its own; returns results and refusals."""
    start, results = Barrier(len(deeds)), []

    def do(deed):
        try:
            start.wait(10)
            results.append(deed())
        except Refused as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=do, args=(deed,)) for deed in deeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(results) == len(deeds)
    return results


def test_of_two_changes_at_once_one_wins_and_one_is_refused(editor):
    for _ in range(30):
        topic = make_topic()
        results = at_once(
            *(lambda name=name: change(Topic.objects.get(pk=topic.pk), {"name": name}, by=editor, version=1)
              for name in (f"One {topic.pk}", f"Other {topic.pk}"))
        )  # fmt: skip

        assert sum(isinstance(result, Refused) for result in results) == 1
        topic.refresh_from_db()
        assert topic.version == 2
        assert KeptEvent.objects.get(row=topic.pk).after["name"] == topic.name


def test_of_two_forms_of_the_admin_at_once_one_is_shown_again(editor):
    clients = [Client(), Client()]
    for one in clients:
        one.force_login(editor)
    for _ in range(10):
        topic = make_topic()
        page = reverse("admin:articles_topic_change", args=[topic.pk])
        sent = {"name": topic.name, "slug": topic.slug, "version": 1}
        sent |= {"image_links-TOTAL_FORMS": 0, "image_links-INITIAL_FORMS": 0}
        answers = at_once(
            *(lambda one=one, text=text: one.post(page, sent | {"description": text}).status_code
              for one, text in zip(clients, ("mine", "theirs"), strict=True))
        )  # fmt: skip

        assert sorted(answers) == [302, 409]
        topic.refresh_from_db()
        assert KeptEvent.objects.get(row=topic.pk).after == {"description": topic.description}


def test_two_merges_into_each_other_make_no_circle(editor):
    for _ in range(10):
        one, other = make_provider(), make_provider()
        for provider in (one, other):
            make_article(provider=provider)

        results = at_once(
            lambda: merge(one, other, by=editor, version=1),
            lambda: merge(other, one, by=editor, version=1),
        )

        assert sum(isinstance(result, Refused) for result in results) == 1
        merged = Provider.objects.filter(pk__in=[one.pk, other.pk])
        assert [row.merged_into_id is None for row in merged].count(True) == 1
        assert not Article.objects.exclude(provider__merged_into=None).exists()


def test_a_merge_that_is_undone_twice_at_once_is_undone_once(editor):
    for _ in range(10):
        one, other = make_provider(), make_provider()
        make_article(provider=one)
        event = merge(one, other, by=editor, version=1)

        results = at_once(*[lambda: undo_joining(event, by=editor)] * 2)

        assert sum(isinstance(result, Refused) for result in results) == 1
        assert KeptEvent.objects.filter(undoes=event).count() == 1
        assert one.articles.count() == 1


def test_an_edit_while_a_merge_is_at_work_loses_nothing(editor):
    for _ in range(10):
        one, other = make_provider(), make_provider()
        articles = [make_article(provider=one) for _ in range(5)]

        results = at_once(
            lambda: merge(one, other, by=editor, version=1),
            lambda: moderation.edit(articles[3], title="Edited", by=editor, version=1),
        )

        merged = Provider.objects.get(pk=one.pk).merged_into_id is not None
        assert (one.articles.count(), other.articles.count()) == ((0, 5) if merged else (5, 0))
        edited = Article.objects.get(pk=articles[3].pk)
        assert (edited.title == "Edited") == (sum(isinstance(result, Refused) for result in results) == 0 or not merged)
