"""/desk/providers/: the list, the page of one, its form."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from articles.desk.providers.figures import rhythm_of
from articles.models import Article, KeptEvent, Silence
from articles.vocabulary.writer import change
from providers.models import Provider
from tests.factories import make_article, make_provider

LIST = reverse("desk_providers")


def address(name: str, row) -> str:
    return reverse(f"desk_{name}", args=[row.pk])


def names(page) -> list[str]:
    return [row.provider.name for row in page.context["page"].object_list]


# The list


def test_the_list_counts_what_came_and_what_people_decided(desk, editor):
    provider = make_provider(name="A", other_names=["Ay"], trust=1)
    now = timezone.now()
    for published in (True, True, False):
        make_article(provider=provider, reviewed_by=editor, published=published)
    make_article(provider=provider, created_at=now + timedelta(days=1))
    Article.objects.filter(queue="").update(created_at=now)
    make_provider(name="Old", domain="old.example", merged_into=provider)
    Silence.objects.create(provider=provider, since=now)

    (row,) = desk.get(LIST).context["page"].object_list

    assert (row.articles, row.waiting, row.decided, row.accepted, row.acceptance) == (4, 1, 3, 2, "67%")
    assert (row.last, row.silent_since) == (now + timedelta(days=1), now)
    assert row.rhythm == timedelta(days=1)
    assert [alias.domain for alias in row.aliases] == ["old.example"]


@pytest.mark.parametrize("text", ["acm", "a.exa", "runner", "was.exa"])
def test_the_search_finds_names_domains_and_other_names(desk, text):
    acme = make_provider(name="Acme", domain="a.example", other_names=["Road Runner"])
    make_provider(name="Former", domain="was.example", merged_into=acme)
    make_provider(name="Other", domain="b.example")

    assert names(desk.get(LIST, {"q": text})) == ["Acme"]


def test_the_list_has_orders(desk, editor):
    few, many = make_provider(name="A few"), make_provider(name="B many")
    make_article(provider=few, reviewed_by=editor, published=True, created_at=timezone.now() + timedelta(days=1))
    for _ in range(2):
        make_article(provider=many)

    sorts = ("name", "articles", "waiting", "accepted", "last")
    assert {sort: names(desk.get(LIST, {"sort": sort})) for sort in sorts} == {
        "name": ["A few", "B many"], "articles": ["B many", "A few"], "waiting": ["B many", "A few"],
        "accepted": ["A few", "B many"], "last": ["A few", "B many"],
    }  # fmt: skip
    assert names(desk.get(LIST, {"sort": "nonsense"})) == ["B many", "A few"]


def test_the_list_needs_as_many_queries_for_fifty_as_for_one(desk):
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_article(provider=make_provider())
        with CaptureQueriesContext(connection) as queries:
            desk.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_the_page_needs_as_many_queries_for_many_articles_as_for_one(desk, editor):
    provider = make_provider()
    counts = []
    for number in (1, 20):
        for _ in range(number):
            make_article(provider=provider, reviewed_by=editor)
            change(provider, {"name": f"Name {provider.version}"}, by=editor, version=provider.version)
        with CaptureQueriesContext(connection) as queries:
            desk.get(address("provider", provider))
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_rhythm_is_the_median_gap_and_one_import_is_one_arrival():
    start = datetime(2026, 1, 1, tzinfo=UTC)
    days = [start + timedelta(days=day) for day in (0, 1, 2, 9)]

    assert rhythm_of([moment + timedelta(seconds=n) for moment in days for n in range(3)]) == timedelta(days=1)
    assert rhythm_of(days[:1]) is None


# The page of one


def test_the_page_shows_months_trust_and_history(desk, editor, other):
    provider = make_provider(name="A")
    make_article(provider=provider, reviewed_by=editor, published=True)
    change(provider, {"trust": 1}, by=other, version=1)
    change(provider, {"name": "B"}, by=other, version=2)

    page = desk.get(address("provider", provider))

    assert [figure.name for figure in page.context["figures"]] == ["came", "decided", "acceptance"]
    assert [event.changes[0].after for event in page.context["trust"]] == ["high"]
    assert [event.verb for event in page.context["history"]] == ["change", "change"]
    assert page.context["is_public"]
    assert f"{reverse('desk_queue')}?provider={provider.domain}" in page.text


def test_the_page_of_a_merged_domain_leads_to_the_provider(desk):
    into = make_provider()
    alias = make_provider(merged_into=into)

    answer = desk.get(address("provider", alias))

    assert (answer.status_code, answer.url) == (302, address("provider", into))


def test_trust_and_names_are_changed_with_a_version(desk, editor):
    provider = make_provider(name="A")

    answer = desk.post(
        address("provider_change", provider), {"name": "B", "other_names": "One\nTwo", "trust": "1", "version": "1"}
    )

    assert answer.status_code == 302
    provider.refresh_from_db()
    assert (provider.name, provider.other_names, provider.trust, provider.version) == ("B", ["One", "Two"], 1, 2)
    assert KeptEvent.objects.get().by == editor


def test_a_stale_change_comes_back_with_both_values(desk, other):
    provider = make_provider(name="A")
    change(provider, {"name": "Theirs", "trust": 1}, by=other, version=1)
    sent = {"name": "Mine", "other_names": "", "trust": "0", "version": "1"}

    answer = desk.post(address("provider_change", provider), sent)

    assert answer.status_code == 409
    (clash,) = answer.context["conflict"].clashes
    assert (clash.name, clash.current_value, clash.typed) == ("name", "Theirs", "Mine")
    assert answer.context["form"]["name"].value() == "Mine"
    assert str(answer.context["form"]["trust"].value()) == "1"
    assert 'name="version" value="2"' in answer.text
    assert Provider.objects.get().name == "Theirs"
    again = desk.post(address("provider_change", provider), sent | {"version": "2", "trust": "1", "use-name": "theirs"})
    assert (again.status_code, Provider.objects.get().name, Provider.objects.get().version) == (302, "Theirs", 2)


def test_a_change_without_a_version_or_a_name_is_refused(desk):
    provider = make_provider(name="A")
    sent = {"name": "B", "other_names": "", "trust": "0"}

    assert desk.post(address("provider_change", provider), sent).status_code == 422
    assert desk.post(address("provider_change", provider), sent | {"name": "", "version": "1"}).status_code == 422
    assert Provider.objects.get().name == "A"


def test_an_address_beyond_all_keys_is_not_there(desk):
    huge = 10**30

    for page in (f"/desk/providers/{huge}/", f"/desk/providers/{huge}/merge/", f"/desk/providers/{huge}/rename/"):
        assert desk.get(page).status_code == 404
    for page in (f"/desk/providers/{huge}/change/", f"/desk/kept/{huge}/undo/"):
        assert desk.post(page, {"version": "1"}).status_code == 404
    assert desk.get(LIST, {"q": "\x00a", "page": huge}).status_code == 200
