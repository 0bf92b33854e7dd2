"""Merges and new domains of providers at the desk, and what readers see of them."""

from threading import Event, Thread

import pytest
from django.db import connection
from django.urls import reverse

from articles import moderation
from articles.importing.runs.lock import import_lock
from articles.models import Article, KeptEvent
from articles.vocabulary.merging import merge, rename
from articles.vocabulary.writer import change
from providers.models import Provider
from tests.factories import make_article, make_provider, make_related

LIST = reverse("desk_providers")


def address(name: str, row) -> str:
    return reverse(f"desk_{name}", args=[row.pk])


# Merge and rename


def test_a_merge_is_previewed_carried_out_and_undone(desk):
    one, into = make_provider(name="One"), make_provider(name="Into")
    article = make_article(provider=one, published=True)
    make_related(article, provider=one)
    page = desk.get(address("provider_merge", one), {"into": "into"})

    assert (page.context["effect"].articles, page.context["effect"].links) == (1, 1)
    assert Article.objects.get().provider == one
    done = desk.post(address("provider_merge", one), {"into": into.domain, "version": "1"}, follow=True)
    assert Article.objects.get().provider == into
    event = KeptEvent.objects.get()
    assert reverse("desk_kept_undo", args=[event.pk]) in done.text
    desk.post(address("kept_undo", event), {"next": LIST})
    assert Article.objects.get().provider == one


def test_an_undo_names_the_articles_that_it_leaves_alone(desk, editor):
    one, into, third = make_provider(), make_provider(), make_provider()
    article = make_article(provider=one, title="Moved on")
    event = merge(one, into, by=editor, version=1)
    article.refresh_from_db()
    moderation.edit(article, provider=third, by=editor, version=article.version)

    page = desk.post(address("kept_undo", event), {"next": LIST}, follow=True)

    assert "Left alone: “Moved on”" in page.text


@pytest.mark.parametrize(
    ("into", "why"), [("self", "not merged into itself"), ("nobody.example", "There is no provider"), ("", "required")]
)
def test_an_impossible_merge_says_why(desk, into, why):
    one = make_provider()

    page = desk.get(address("provider_merge", one), {"into": one.domain if into == "self" else into})

    assert why in page.text


def test_a_merge_on_a_stale_version_or_without_one_is_refused(desk, other):
    one, into = make_provider(), make_provider()
    change(one, {"name": "Other"}, by=other, version=1)

    assert desk.post(address("provider_merge", one), {"into": into.domain, "version": "1"}).status_code == 409
    assert desk.post(address("provider_merge", one), {"into": into.domain}).status_code == 422
    assert Provider.objects.in_use().count() == 2


@pytest.fixture
def import_at_work():
    """The lock of imports, held on a connection of its own."""
    taken, done = Event(), Event()

    def hold():
        try:
            with import_lock():
                taken.set()
                done.wait()
        finally:
            connection.close()

    thread = Thread(target=hold)
    thread.start()
    taken.wait()
    yield
    done.set()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_a_merge_and_its_undo_wait_for_an_import(desk, editor, import_at_work):
    one, into, merged = make_provider(), make_provider(), make_provider()
    event = merge(merged, into, by=editor, version=1)

    answer = desk.post(address("provider_merge", one), {"into": into.domain, "version": "1"})
    undo = desk.post(address("kept_undo", event), {"next": LIST}, follow=True)

    assert (answer.status_code, Provider.objects.in_use().count()) == (409, 2)
    assert "An import is at work" in answer.text
    assert "Not undone. An import is at work" in undo.text


def test_a_domain_is_renamed_and_the_rename_undone(desk):
    provider = make_provider(domain="old.example")
    page = desk.get(address("provider_rename", provider), {"domain": "NEW.example"})

    assert "old.example becomes new.example" in " ".join(page.text.split())
    desk.post(address("provider_rename", provider), {"domain": "new.example", "version": "1"})
    assert list(Provider.objects.in_use().values_list("domain")) == [("new.example",)]
    desk.post(address("kept_undo", KeptEvent.objects.get()), {"next": LIST})
    assert list(Provider.objects.values_list("domain", "merged_into")) == [("old.example", None)]


@pytest.mark.parametrize("domain", ["", "no domain", "localhost", "taken.example"])
def test_an_impossible_domain_says_why(desk, domain):
    make_provider(domain="taken.example")
    provider = make_provider()

    page = desk.get(address("provider_rename", provider), {"domain": domain})

    assert page.context.get("effect") is None
    assert 'role="alert"' in page.text or 'class="error"' in page.text


def test_moderators_read_and_change_nothing(client, moderator):
    client.force_login(moderator)
    provider = make_provider(name="A")

    page = client.get(address("provider", provider))

    assert page.status_code == 200
    assert address("provider_change", provider) not in page.text
    for name in ("change", "merge", "rename"):
        assert client.post(address(f"provider_{name}", provider), {"version": "1", "name": "B"}).status_code == 403


# What readers see of it


@pytest.fixture
def merged(editor):
    """A visible article of old.example, which was merged into new.example."""
    old, new = make_provider(domain="old.example", name="Old"), make_provider(domain="new.example", name="New")
    article = make_article(provider=old, published=True)
    make_related(make_article(published=True, provider=new, slug="reads"), provider=old, title="Linked")
    merge(old, new, by=editor, version=1)
    return article


def test_the_public_address_and_feeds_lead_on(client, merged):
    page, feed = client.get("/providers/old.example/"), client.get("/providers/old.example/feed.atom")

    assert (page.status_code, page.url) == (301, "/providers/new.example/")
    assert (feed.status_code, feed.url) == (301, "/providers/new.example/feed.atom")
    assert "New" in client.get("/articles/reads/").text
    assert "Old" not in client.get("/articles/reads/").text
    assert "old.example" not in client.get("/providers/").text + client.get("/latest/").text


def test_the_address_of_a_renamed_provider_leads_on(client, editor):
    provider = make_provider(domain="old.example")
    make_article(provider=provider, published=True)
    rename(provider, "new.example", by=editor, version=1)

    assert client.get("/providers/old.example/").url == "/providers/new.example/"


def test_a_merged_provider_that_readers_do_not_see_is_not_there(client, editor):
    old, new = make_provider(domain="old.example"), make_provider(domain="new.example")
    make_article(provider=old)
    merge(old, new, by=editor, version=1)

    assert client.get("/providers/old.example/").status_code == 404
    assert client.get("/providers/old.example/feed.rss").status_code == 404
