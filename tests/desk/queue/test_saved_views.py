import pytest

from articles.models import DeskPreference, SavedView
from tests.desk.queue.waiting import make_waiting

pytestmark = pytest.mark.django_db


def save(client, name="Hot videos", query="type=video&heat_from=50", **data):
    return client.post("/desk/views/", {"name": name, "query": query, "next": "/desk/queue/?type=video", **data})


def test_a_view_keeps_the_filters_and_only_them(desk, moderator):
    answer = save(desk, query="type=video&heat_from=50&item=4&after=1.0_2&nonsense=1&topic=")

    view = SavedView.objects.get()
    assert (view.user, view.name, view.query) == (moderator, "Hot videos", "type=video&heat_from=50")
    assert answer.url == "/desk/queue/?type=video"


def test_a_view_shows_the_list_that_was_saved(desk):
    make_waiting(title="Found", type="video", heat=60)
    make_waiting(title="Not this")
    save(desk)

    page = desk.get("/desk/queue/").content.decode()
    found = desk.get(f"/desk/queue/?{SavedView.objects.get().query}")

    assert 'href="/desk/queue/?type=video&amp;heat_from=50"' in page
    assert [row.article.title for row in found.context["rows"]] == ["Found"]


def test_a_name_that_is_there_gets_the_new_filters(desk):
    save(desk)
    save(desk, query="type=podcast")

    assert SavedView.objects.get().query == "type=podcast"


@pytest.mark.parametrize(
    "data",
    [
        {"name": ""},
        {"name": "a" * 61},
        {"name": "\u202e"},
        {"query": "type=nonsense"},
        {"query": "words=" + "a" * 1000},
    ],
)
def test_a_view_that_cannot_be_is_refused_with_a_word(desk, data):
    answer = save(desk, **data)

    assert SavedView.objects.count() == 0
    assert [message.level_tag for message in desk.get(answer.url).context["messages"]] == ["error"]


def test_views_belong_to_one_person(desk, make_user, client):
    theirs = SavedView.objects.create(user=make_user("Moderators", username="anne"), name="Theirs", query="")
    save(desk)
    mine = SavedView.objects.get(name="Hot videos")

    desk.post(f"/desk/views/{theirs.pk}/delete/")
    desk.post(f"/desk/views/{mine.pk}/delete/")
    page = desk.get("/desk/queue/").content.decode()

    assert [view.name for view in SavedView.objects.all()] == ["Theirs"]
    assert "Theirs" not in page


def test_nobody_saves_without_end(desk, moderator, monkeypatch):
    monkeypatch.setattr("articles.desk.queue.preferences.MOST_VIEWS", 2)

    for name in ("one", "two", "three", "two"):
        save(desk, name=name)

    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["one", "two"]


def test_keys_are_on_until_a_person_switches_them_off(desk, moderator):
    def keys():
        return desk.get("/desk/queue/").content.decode().partition('data-keys="')[2][:3]

    before = keys()
    desk.post("/desk/preferences/", {})
    off = keys()
    desk.post("/desk/preferences/", {"keys": "on"})

    assert (before, off, keys()) == ('on"', "off", 'on"')
    assert DeskPreference.objects.get().user == moderator


def test_no_form_of_the_preferences_leads_to_another_site(desk):
    paths = ["https://evil.example/", "//evil.example/", "/desk/queue/"]

    answers = [desk.post("/desk/preferences/", {"next": path}).url for path in paths]

    assert answers == ["/desk/preferences/", "/desk/preferences/", "/desk/queue/"]
