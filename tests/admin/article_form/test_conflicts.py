"""A form on a stale version: both values are shown, and nothing typed is lost."""

from articles import moderation
from articles.models import Article
from tests.admin.article_form.page import address, fields_of
from tests.factories import make_article, make_image, make_provider, make_topic


def test_stale_form_shows_what_was_seen_what_is_there_and_what_was_typed(desk, other):
    article = make_article(title="Seen", quality=3, excerpt="Old")
    sent = fields_of(desk.get(address(article)))
    moderation.apply(article, by=other, version=1, at=moderation.Context(), title="Theirs", quality=5)

    response = desk.post(address(article), sent | {"title": "Mine", "excerpt": "Mine too"})

    assert response.status_code == 409
    (clash,) = response.context["conflict"].clashes
    assert (clash.label, clash.seen_value, clash.current_value, clash.typed) == ("title", "Seen", "Theirs", "Mine")
    assert clash.event.by == other
    assert response.context["conflict"].taken == ["quality"]
    again = fields_of(response)
    assert (again["title"], again["excerpt"], again["quality"], again["version"]) == ("Mine", "Mine too", "5", "3")
    assert Article.objects.get().title == "Theirs"


def test_a_stale_form_sent_again_keeps_mine_and_what_a_colleague_did_beside_it(desk, other):
    article = make_article(title="Seen", quality=3)
    sent = fields_of(desk.get(address(article)))
    moderation.apply(article, by=other, version=1, at=moderation.Context(), title="Theirs", quality=5, published=True)
    page = desk.post(address(article), sent | {"title": "Mine", "heat": "9"})

    response = desk.post(address(article), fields_of(page))

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.title, article.quality, article.heat, article.state) == ("Mine", 5, 9, "published")


def test_a_person_may_choose_the_other_value_field_by_field(desk, other):
    article = make_article(title="Seen", excerpt="Seen")
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, title="Theirs", excerpt="Theirs")
    page = desk.post(address(article), sent | {"title": "Mine", "excerpt": "Mine"})

    response = desk.post(address(article), fields_of(page) | {"use-title": "theirs"})

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.title, article.excerpt) == ("Theirs", "Mine")


def test_a_stale_form_of_dates_and_provider_compares_them_as_a_person_does(desk, other):
    article, acme = make_article(), make_provider(name="Acme")
    sent = fields_of(desk.get(address(article)))
    new_date = article.published_at.replace(year=2019)
    moderation.edit(article, by=other, version=1, published_at=new_date, provider=acme)

    page = desk.post(address(article), sent | {"title": "Mine"})
    response = desk.post(address(article), fields_of(page))

    assert (page.status_code, page.context["conflict"].clashes, response.status_code) == (409, [], 302)
    article = Article.objects.get()
    assert (article.published_at, article.provider, article.title) == (new_date, acme, "Mine")


def test_lists_that_only_a_colleague_changed_are_taken_over(desk, other):
    a, b, c = (make_topic(name) for name in "ABC")
    article = make_article(topics=[a], images=[make_image()], related=[{"title": "One"}])
    sent = fields_of(desk.get(address(article)))
    link = article.related.get()
    moderation.apply(
        article,
        by=other,
        version=1,
        at=moderation.Context(),
        topics=[b, c],
        images=[],
        related=[{"pk": link.pk, "title": "Uno"}, {"url": "https://new.example/", "title": "Two"}],
    )

    page = desk.post(address(article), sent | {"title": "Mine"})
    response = desk.post(address(article), fields_of(page))

    assert (page.status_code, response.status_code) == (409, 302)
    article = Article.objects.get()
    assert (article.title, article.ordered_topics, article.ordered_images) == ("Mine", [b, c], [])
    assert {link.title for link in article.related.all()} == {"Uno", "Two"}


def test_lists_that_both_changed_are_shown_and_nothing_typed_is_lost(desk, other):
    a, b, c = (make_topic(name) for name in "ABC")
    article = make_article(topics=[a])
    sent = fields_of(desk.get(address(article)))
    moderation.apply(article, by=other, version=1, at=moderation.Context(), topics=[b])

    page = desk.post(address(article), sent | {"topic_links-0-topic": c.pk})
    response = desk.post(address(article), fields_of(page))

    assert page.status_code == 409
    shown = {
        clash.name: (clash.seen_value, clash.current_value, clash.typed) for clash in page.context["conflict"].clashes
    }
    assert shown == {"topics": ("a", "b", "C")}
    assert response.status_code == 302
    article = Article.objects.get()
    assert article.ordered_topics == [c]


def test_a_list_of_the_colleague_can_be_chosen(desk, other):
    a, b, c = (make_topic(name) for name in "ABC")
    article = make_article(topics=[a])
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, topics=[b, a])
    page = desk.post(address(article), sent | {"topic_links-0-topic": c.pk})

    response = desk.post(address(article), fields_of(page) | {"use-topics": "theirs", "title": "Mine"})

    assert response.status_code == 302
    article = Article.objects.get()
    assert (article.ordered_topics, article.title) == ([b, a], "Mine")


def test_a_form_without_a_version_is_refused_and_shows_what_differs(desk):
    article = make_article(title="Now")
    sent = fields_of(desk.get(address(article))) | {"title": "Typed"}
    del sent["version"]

    response = desk.post(address(article), sent)

    assert response.status_code == 422
    (clash,) = response.context["conflict"].clashes
    assert (clash.name, clash.current_value, clash.typed) == ("title", "Now", "Typed")
    assert Article.objects.get().version == 1


def test_a_form_on_a_version_that_never_was_shows_what_differs(desk):
    article = make_article(title="Now", excerpt="Now")
    sent = fields_of(desk.get(address(article))) | {"title": "Typed", "version": "7"}

    response = desk.post(address(article), sent)

    assert response.status_code == 409
    (clash,) = response.context["conflict"].clashes
    assert (clash.name, clash.seen_value, clash.current_value, clash.typed) == ("title", "not known", "Now", "Typed")
    assert fields_of(response)["title"] == "Typed"


def test_a_conflict_names_a_provider_in_one_way(desk, other):
    article, acme = make_article(), make_provider(name="Acme", domain="acme.example")
    seen, mine = article.provider, make_provider(name="Mine", domain="mine.example")
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, provider=acme)

    response = desk.post(address(article), sent | {"provider": mine.pk})

    (clash,) = response.context["conflict"].clashes
    assert (clash.seen_value, clash.current_value, clash.typed) == (seen.domain, "acme.example", "mine.example")


def test_a_stale_form_with_a_mistake_shows_both(desk, other):
    article = make_article(title="Seen")
    sent = fields_of(desk.get(address(article)))
    moderation.edit(article, by=other, version=1, title="Theirs")

    response = desk.post(address(article), sent | {"title": "Mine", "quality": "many"})

    assert response.status_code == 409
    assert set(response.context["adminform"].form.errors) == {"__all__", "quality"}


def test_a_form_of_an_article_that_was_deleted_meanwhile_says_so(desk, other):
    article = make_article()
    sent, url = fields_of(desk.get(address(article))), address(article)
    moderation.delete(article, by=other, version=1)

    response = desk.post(url, sent, follow=True)

    assert "Perhaps it was deleted?" in response.text
