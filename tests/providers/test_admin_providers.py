import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from articles.models import Article
from articles.priority import priority_of
from providers.models import Provider, ProviderImage
from tests.factories import make_article, make_image, make_provider

ADD = reverse("admin:providers_provider_add")
LIST = reverse("admin:providers_provider_changelist")
NO_IMAGES = {"image_links-TOTAL_FORMS": 0, "image_links-INITIAL_FORMS": 0}


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def test_provider_is_added_with_its_domain_in_lower_case(desk):
    sent = {"name": "Acme", "domain": "WWW.Acme.Example.", "other_names": "ACME\r\nAcme Inc.", "trust": 1}

    response = desk.post(ADD, sent | NO_IMAGES)

    assert response.status_code == 302
    provider = Provider.objects.get()
    assert (provider.domain, provider.other_names, provider.trust) == ("www.acme.example", ["ACME", "Acme Inc."], 1)


@pytest.mark.parametrize("domain", ["", "acme", "https://acme.example", "a b.example", "acme.example/x", "-a-.example"])
def test_provider_refuses_what_is_no_domain(desk, domain):
    response = desk.post(ADD, {"name": "Acme", "domain": domain, "trust": 0} | NO_IMAGES)

    assert "domain" in response.context["adminform"].form.errors
    assert not Provider.objects.exists()


def test_a_strange_domain_of_a_document_stays(desk):
    provider = make_provider(domain="a_b.example")

    response = desk.post(
        reverse("admin:providers_provider_change", args=[provider.pk]),
        {"name": "New", "version": 1, "trust": 0} | NO_IMAGES,
    )

    assert response.status_code == 302
    assert Provider.objects.get().name == "New"


def test_pictures_of_a_provider_have_an_order(desk):
    provider, images = make_provider(), [make_image(), make_image()]
    rows = {f"image_links-{n}-image": image.pk for n, image in enumerate(images)}
    rows |= {"image_links-0-position": 2, "image_links-1-position": 1, "image_links-TOTAL_FORMS": 2}

    response = desk.post(
        reverse("admin:providers_provider_change", args=[provider.pk]),
        {"name": "A", "version": 1, "trust": 0, "image_links-INITIAL_FORMS": 0} | rows,
    )

    assert response.status_code == 302
    assert provider.ordered_images == images[::-1]


def test_list_counts_articles_in_as_many_queries_for_fifty_rows_as_for_one(desk):
    counts = []
    for number in (1, 49):
        for _ in range(number):
            make_article(provider=make_provider())
        with CaptureQueriesContext(connection) as queries:
            page = desk.get(LIST + "?trust__exact=0")
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert {provider.article_count for provider in page.context["cl"].result_list} == {1}


def test_search_finds_names_domains_and_other_names(desk):
    make_provider(name="Acme", domain="a.example", other_names=["Road Runner"])
    make_provider(name="Other", domain="b.example")

    found = [
        [provider.name for provider in desk.get(LIST + f"?q={word}").context["cl"].result_list]
        for word in ("acm", "a.exa", "runner")
    ]

    assert found == [["Acme"], ["Acme"], ["Acme"]]


def test_provider_with_articles_is_not_deleted(desk):
    provider = make_article().provider

    response = desk.post(reverse("admin:providers_provider_delete", args=[provider.pk]), {"post": "yes"})

    assert "protected" in response.text
    assert Provider.objects.exists()


def test_moderators_see_providers_and_change_none(client, moderator):
    client.force_login(moderator)
    provider = make_provider()
    change = reverse("admin:providers_provider_change", args=[provider.pk])

    assert [
        client.get(LIST).status_code,
        client.get(change).status_code,
        client.post(change, {"trust": 1}).status_code,
    ] == [
        200,
        200,
        403,
    ]
    assert ProviderImage.objects.count() == 0


def test_what_waits_follows_the_trust_in_its_provider(desk, editor):
    provider = make_provider(name="Acme", domain="acme.example", trust=0)
    waiting, decided = make_article(provider=provider, heat=7), make_article(provider=provider, reviewed_by=editor)
    for article in (waiting, decided, make_article()):
        Article.objects.filter(pk=article.pk).update(priority=priority_of(article))
    before = dict(Article.objects.values_list("pk", "priority"))

    response = desk.post(
        reverse("admin:providers_provider_change", args=[provider.pk]),
        {"name": "Acme", "version": 1, "trust": 1} | NO_IMAGES,
    )

    assert response.status_code == 302
    assert dict(Article.objects.values_list("pk", "priority")) == before | {waiting.pk: before[waiting.pk] + 1}
    assert before[waiting.pk] + 1 == pytest.approx(priority_of(Article.objects.get(pk=waiting.pk)))
