"""Topics and reasons in the admin, and the order in which a field offers rows."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError
from django.urls import reverse

from articles.models import ArticleTopic, Reason, Topic, TopicOldSlug
from tests.admin.addresses import url
from tests.factories import make_article, make_image, make_provider, make_topic

NO_IMAGES = {"image_links-TOTAL_FORMS": 0, "image_links-INITIAL_FORMS": 0}


@pytest.mark.parametrize(
    ("model", "field", "make", "offered"),
    [
        ("articletopic", "topic", make_topic, ["a", "B", "c"]),
        ("article", "provider", make_provider, ["a", "B", "c"]),
        ("articleimage", "image", make_image, ["a", "c", "B"]),
    ],
)
def test_what_a_form_offers_while_one_types_comes_in_an_order(desk, model, field, make, offered):
    for name in ("B", "c", "a"):
        make(**{"title" if field == "image" else "name": name})

    asked = {"app_label": "articles", "model_name": model, "field_name": field}
    response = desk.get(reverse("admin:autocomplete"), asked)

    assert [option["text"] for option in response.json()["results"]] == offered


# Topics


def topic_form(**fields):
    return {"name": "AI", "slug": "ai", "keywords": "", "hashtags": ""} | NO_IMAGES | fields


def test_topic_takes_words_one_in_a_line(desk):
    response = desk.post(url("topic", "add"), topic_form(keywords="one\r\n two  words \r\n\r\none", hashtags="#ai"))

    assert response.status_code == 302
    topic = Topic.objects.get()
    assert (topic.keywords, topic.hashtags) == (["one", "two words"], ["#ai"])
    assert "one\ntwo words</textarea>" in desk.get(url("topic", "change", topic.pk)).text


@pytest.mark.parametrize("name", ["AI", " ai ", "A\u200bI", "\ufeffAi"])
def test_a_topic_has_one_name_however_it_is_spelled(desk, name):
    topic = make_topic("AI", slug="ai")

    response = desk.post(url("topic", "add"), topic_form(name=name, slug="other"))

    assert "There is the topic “AI” already." in response.text
    assert desk.post(url("topic", "change", topic.pk), topic_form(name=name, version=1)).status_code == 302
    assert Topic.objects.get().folded == "ai"


@pytest.mark.parametrize("name", ["\u200b", "\u3164", "&nbsp;"])
def test_a_topic_has_a_name_that_one_can_see(desk, name):
    assert "This shows nothing." in desk.post(url("topic", "add"), topic_form(name=name)).text


def test_the_database_holds_no_twin_of_a_topic(db):
    make_topic("Café")

    with pytest.raises(IntegrityError):
        make_topic("cafe\u0301 ", slug="twin")


def test_changed_slug_of_a_topic_leaves_a_redirect(desk):
    topic = make_topic("AI", slug="ai")
    desk.post(url("topic", "change", topic.pk), topic_form(slug="machines", version=1))
    desk.post(url("topic", "change", topic.pk), topic_form(slug="ai", version=2))

    assert list(TopicOldSlug.objects.values_list("slug", "topic")) == [("machines", topic.pk)]


def test_topic_may_not_stand_below_itself(desk):
    top = make_topic("Top", slug="top")
    below = make_topic("Below", parent=make_topic("Middle", parent=top))

    response = desk.post(url("topic", "change", top.pk), topic_form(name="Top", slug="top", parent=below.pk, version=1))

    assert response.context["adminform"].form.errors == {"parent": ["This would make the topic stand below itself."]}


@pytest.mark.parametrize(
    ("slug", "problem"), [("page", "The site uses"), ("was", "This was the address"), ("", "This field")]
)
def test_topic_refuses_an_address_that_is_taken(desk, slug, problem):
    TopicOldSlug.objects.create(slug="was", topic=make_topic())

    response = desk.post(url("topic", "add"), topic_form(slug=slug))

    assert response.context["adminform"].form.errors["slug"][0].startswith(problem)


def test_topics_stand_in_their_tree(desk):
    zoo = make_topic("Zoo")
    make_topic("Bear", parent=zoo)
    make_topic("Ape", parent=zoo)
    make_topic("Yard")

    page = desk.get(url("topic", "changelist"))

    assert [(topic.name, topic.above) for topic in page.context["cl"].result_list] == [
        ("Yard", []),
        ("Zoo", []),
        ("Ape", ["Zoo"]),
        ("Bear", ["Zoo"]),
    ]


def test_topic_of_an_article_is_not_deleted(desk):
    topic = make_topic()
    make_article(topics=[topic])

    response = desk.post(url("topic", "delete", topic.pk), {"post": "yes"})

    assert "would require deleting the following protected related objects" in response.text
    assert Topic.objects.exists()


# Reasons


def test_editors_add_reasons(desk):
    response = desk.post(url("reason", "add"), {"slug": "tone", "label": "Tone", "position": 9, "active": "on"})

    assert response.status_code == 302
    assert Reason.objects.filter(slug="tone").exists()


@pytest.mark.parametrize("model", ["topic", "provider"])
def test_the_form_leads_to_the_page_for_readers_only_where_there_is_one(desk, model):
    visible, hidden = make_article(published=True, provider=make_provider()), make_article(provider=make_provider())
    rows = [article.provider for article in (visible, hidden)]
    if model == "topic":
        rows = [make_topic(), make_topic()]
        for article, topic in zip((visible, hidden), rows, strict=True):
            ArticleTopic.objects.create(article=article, topic=topic)
    change = f"admin:{rows[0]._meta.app_label}_{model}_change"

    shown = [f'href="{row.get_absolute_url()}"' in desk.get(reverse(change, args=[row.pk])).text for row in rows]

    assert shown == [True, False]


@pytest.mark.parametrize("make", [make_topic, make_provider, make_article])
def test_no_address_of_the_admin_tells_the_page_of_a_row(desk, make):
    row = make()

    response = desk.get(f"/admin/r/{ContentType.objects.get_for_model(row).pk}/{row.pk}/")

    assert response.status_code == 404
