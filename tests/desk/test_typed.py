"""What staff type is found while it is typed, however it and the texts are written."""

from urllib.parse import quote

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from articles.models import Article, Event, Tombstone, typed_words
from articles.words import folded
from tests.desk.queue.waiting import listed, make_waiting
from tests.factories import make_article, make_image, make_provider, make_topic

pytestmark = pytest.mark.django_db

# What is there, and what finds it; each also with the last letter still to come.
WRITTEN = {
    "O’Reilly’s café": ["o'reilly", "O’Rei", "CAFE", "cafe o'reilly", "café", "reilly's", "Cafe\u0301", "– café"],
    "AT&amp;T buys “Zürich”": ["at&t", "AT&amp;T", "ZURICH", "zürich buys", '"zur'],
    "ÉCLAIR in Łódź": ["eclair", "éclair łódź", "LODZ", "lód"],
    "Co\u00adoperation of the ＡＩ": ["cooperation", "coop", "ai", "ＡＩ"],
    "Новости Ёлки": ["новости", "НОВ", "елки", "Ёлк"],
    "机器学习改变世界": ["学习", "世界", "机"],
    "हिन्दी समाचार": ["हिन्दी", "समा"],
    "مُحَمَّد صلاح": ["محمد", "مُحَمَّد"],
    "İstanbul ve Iğdır": ["istanbul", "iğdır", "ığdır"],
}
TYPED = [(text, typed) for text, all_typed in WRITTEN.items() for typed in all_typed]


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


each = pytest.mark.parametrize(("text", "typed"), TYPED, ids=[typed for _, typed in TYPED])


@each
def test_the_queue_and_the_chooser_find_titles(desk, text, typed):
    make_waiting(title=text)
    make_waiting(title="Something else entirely")

    for beginning in (typed, typed[:-1] or typed):
        assert text in listed(desk, f"?words={quote(beginning)}")
        assert text in [a.title for a in desk.get("/desk/articles/search/", {"q": beginning}).context["found"]]
    assert listed(desk, f"?words={quote(typed)}") == [text]


@each
def test_the_queue_finds_providers_and_topics_by_a_piece_of_their_names(desk, text, typed):
    make_waiting(title="Found", provider=make_provider(name=text), topics=[make_topic(text)])
    make_waiting(title="Another", provider=make_provider(name="Something else"), topics=[make_topic("Something else")])

    if " " not in typed:
        assert listed(desk, f"?provider={quote(typed)}") == listed(desk, f"?topic={quote(typed)}") == ["Found"]


def test_of_several_names_the_whole_one_is_meant(desk):
    for name in ("École", "École Normale", "Lycée Normal"):
        make_waiting(title=name, provider=make_provider(name=name))

    assert listed(desk, "?provider=ecole") == ["École"]
    assert listed(desk, "?provider=ecole+n") == ["École Normale"]
    assert "Several have such a name: " in desk.get("/desk/queue/?provider=norm").text
    assert listed(desk, "?provider=normandy") == []


@each
def test_the_log_finds_titles_and_providers(desk, moderator, text, typed):
    article = make_article(title=text, provider=make_provider(name=text))
    for title in (text, "Something else entirely"):
        Event.objects.create(article=article, title=title, by=moderator, channel="desk", verb="score", version=1)

    of_article = desk.get("/desk/log/", {"article": typed}).context["days"]
    of_provider = desk.get("/desk/log/", {"provider": typed.replace("– ", "")}).context["days"]

    assert [event.title for _, events in of_article for event in events] == [text]
    if " " not in typed:
        assert len([event for _, events in of_provider for event in events]) == 2


@each
def test_the_lists_of_the_admin_find_names(client, make_user, text, typed):
    by = make_user("superuser")
    client.force_login(by)
    rows = {
        "article": make_article(title=text),
        "topic": make_topic(text),
        "image": make_image(title=text),
        "tombstone": Tombstone.objects.create(path="_news/1.md", title=text, deleted_by=by),
    }
    make_article(title="Something else entirely")
    make_topic("Something else")
    lists = {reverse(f"admin:articles_{name}_changelist"): row for name, row in rows.items()}
    lists[reverse("admin:providers_provider_changelist")] = make_provider(name=text)

    for address, row in lists.items():
        assert [found.pk for found in client.get(address, {"q": typed}).context["cl"].result_list] == [row.pk], address


def test_what_begins_so_is_offered_first(client, make_user):
    client.force_login(make_user("superuser"))
    for name in ("The École", "École’s own", "Another"):
        make_topic(name)
        make_provider(name=name, domain=f"{len(name)}.example")

    for address, key in (("/desk/topics/search/", "value"), ("/desk/providers/search/", "label")):
        offered = client.get(address, {"q": "ecole"}).json()["offered"]
        assert [one[key] for one in offered] == ["École’s own", "The École"]
        assert len(client.get(address, {"q": "ecole's"}).json()["offered"]) == 1


@pytest.mark.parametrize("begins", ["harb", "harbou", "us", "u", "ZÜR", "o'r", "学", "нов"])
def test_the_chooser_finds_old_articles_by_the_index(desk, begins):
    title = "Harbour users of Zurich: O’Reilly 机器学习 новости"
    make_article(title=title, published=True)

    found = desk.get("/desk/articles/search/", {"q": begins}).context["found"]

    assert [article.title for article in found] == [title]


def test_signs_are_looked_for_only_where_nothing_else_is(desk):
    make_waiting(title="A 🦊 and a tram")

    assert listed(desk, "?words=%F0%9F%A6%8A") == listed(desk, "?words=tram+-+🦅") == ["A 🦊 and a tram"]
    assert listed(desk, "?words=🦅") == []
    assert typed_words(" ") == []


class AnyTyped(TestCase):
    @given(
        st.lists(st.text("aÉß'’&-\u00ad\u200bİı机\u0301%_\\ \"İｱ", min_size=1, max_size=12), min_size=1, max_size=4),
        st.text("aÉßes'’&-\u00adİı机%_\\ \"ア", min_size=1, max_size=4),
    )
    @settings(max_examples=80)
    def test_it_is_found_where_its_words_are_in_those_of_the_text(self, texts, typed):
        for text in texts:
            make_article(title=text)

        found = set(Article.objects.filter(title__written=typed).values_list("title", flat=True))
        begin = set(Article.objects.filter(title__begins=typed).values_list("title", flat=True))

        words = folded(typed)
        assert found == {text for text in texts if (words in folded(text) if words else typed in text)}
        assert not words or begin == {text for text in texts if folded(text).startswith(words)}
