"""The article that is open beside the list: what is shown of it, its claim, and the next one."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from articles import moderation
from articles.desk.queue.forms import verbs_of_queue
from articles.importing.runs.run import import_documents
from articles.models import Article, Image
from tests.desk.queue.waiting import make_waiting
from tests.factories import make_article, make_provider, make_topic
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("item", ["0", "99999999999999999999", "x", "%00", "-1"])
def test_an_article_that_is_none_is_said_to_be_gone(desk, item):
    answer = desk.get(f"/desk/queue/?item={item}")

    assert answer.status_code == 200
    assert answer.context["item"] is None


def test_the_item_shows_what_a_decision_needs(desk):
    provider = make_provider(domain="the-verge.example", name="The Verge", trust=1)
    user = User.objects.create_user("judge", is_staff=True)
    for fields in ({"published": True}, {"published": True}, {}):
        make_article(provider=provider, reviewed_by=user, **fields)
    article = make_waiting(
        title="A title",
        excerpt="An excerpt",
        provider=provider,
        topics=[make_topic("Zebra"), make_topic("Apple")],
        images=[Image.objects.create(url="https://pictures.example/a.jpg")],
        related=[{"title": "Beside it", "url": "https://related.example/beside"}],
        web_url="https://www.the-verge.example/a",
    )
    twin = make_article(title="The twin", duplicate_of=article)

    answer = desk.get(f"/desk/queue/?item={article.pk}")
    page = answer.content.decode()

    item = answer.context["item"]
    assert item.record == [("Published", 2), ("Rejected", 1), ("Withdrawn", 0)]
    assert item.topics == ["Zebra", "Apple"]
    assert [(like.article.pk, like.why) for like in item.likes.all] == [(twin.pk, "marked as a duplicate")]
    for part in ("A title", "An excerpt", "https://pictures.example/a.jpg", "Beside it", "trust high"):
        assert part in page
    assert 'href="https://www.the-verge.example/a" target="_blank" rel="noopener noreferrer"' in page


def test_of_many_related_links_the_item_shows_five_and_the_number_below_what_colleagues_write(desk):
    article = make_waiting(related=[{"title": f"Link {n}", "excerpt": "x" * 300} for n in range(180)])
    article.related.filter(page__title="Link 0").update(hidden=True)

    page = desk.get(f"/desk/queue/?item={article.pk}&part=item").text

    assert [n for n in range(180) if f">Link {n}<" in page] == [1, 2, 3, 4, 5]
    assert (
        " ".join(page.split()).count(f'5 of 179, readers see 179: <a href="/desk/articles/{article.pk}/#related">') == 1
    )
    assert page.index('id="item-colleagues"') < page.index('id="item-related"')
    assert len(page.encode()) < 40_000


def test_a_list_of_links_beside_the_sources_names_what_differs_and_counts_the_rest(desk, tmp_path, editor):
    links = json.dumps([{"webUrl": f"https://r.example/{n}", "title": f"Title {n}"} for n in range(150)])
    import_documents([write(tmp_path, {"a.md": document(related=links)})])
    article = Article.objects.get()
    items = [{"pk": link.pk} for link in article.related.all()]
    moderation.curate(article, by=editor, version=1, related=[{"url": "https://mine.example/"}, *items])

    answer = desk.get(f"/desk/queue/?item={article.pk}&part=item")

    (difference,) = answer.context["item"].differences
    assert (difference.before, difference.after) == (
        [("https://mine.example/", True), ("150 that are the same", False)],
        [("150 that are the same", False)],
    )
    assert len(answer.content) < 40_000


def test_the_item_shows_what_the_source_says_where_a_person_changed_it(desk, seeds, moderator):
    import_documents([seeds])
    article = Article.objects.in_queue().first()
    said = article.heat
    moderation.score(article, by=moderator, version=article.version, heat=77)

    item = desk.get(f"/desk/queue/?item={article.pk}").context["item"]

    assert [(d.label, d.before, d.after) for d in item.differences] == [("heat", [("77", True)], [(str(said), True)])]


@pytest.mark.parametrize(
    ("then", "reason", "told"),
    [
        ({"removed": "true"}, "removed", "The source has taken this article back"),
        ({"published": "false"}, "removed", "The source no longer publishes this article"),
        ({"webUrl": "https://news.example/elsewhere"}, "changed", "leads elsewhere now"),
    ],
)
def test_what_its_source_says_after_a_decision_waits_until_someone_publishes_again(
    desk, moderator, tmp_path, then, reason, told
):
    """Confirmed by the person who decided before, it has another time of review and no conflict."""
    import_documents([write(tmp_path, {"a.md": document(published="true")})])
    article = Article.objects.get()
    moderation.publish(article, by=moderator, version=1)
    import_documents([write(tmp_path, {"a.md": document(**{"published": "true"} | then)})])
    shown = desk.get(f"/desk/queue/?reason={reason}&item={article.pk}")
    page = desk.get(f"/desk/articles/{article.pk}/").text

    article.refresh_from_db()
    seen = article.reviewed_at
    desk.post(f"/desk/articles/{article.pk}/publish/", {"version": article.version})

    article.refresh_from_db()
    assert shown.context["item"].reasons[0] == reason
    assert told in shown.text
    assert told in page
    assert (article.queue, article.conflicts, article.state) == ("", [], "published")
    assert article.reviewed_at > seen
    assert article.web_url == "https://news.example/a"


def test_a_colleagues_claim_is_shown_and_stops_the_buttons(desk, make_user):
    anne = make_user("Moderators", username="anne")
    article = make_waiting(claimed_by=anne, claimed_until=timezone.now() + timedelta(minutes=5))

    answer = desk.get(f"/desk/queue/?item={article.pk}")

    assert "anne has it" in answer.content.decode()
    item = answer.context["item"]
    assert {verb.name for verb in verbs_of_queue() if not item.refusal(verb.name)} == set()
    assert [why for _, why in item.buttons] == [item.refusal("score")] * 4


def test_reading_claims_nothing(desk):
    article = make_waiting()

    desk.get(f"/desk/queue/?item={article.pk}")
    desk.get(f"/desk/queue/?item={article.pk}&part=item")

    article.refresh_from_db()
    assert article.claimed_by is None


def test_next_opens_and_claims_the_first_that_nobody_has(desk, moderator, make_user):
    anne = make_user("Moderators", username="anne")
    make_waiting(heat=100, claimed_by=anne, claimed_until=timezone.now() + timedelta(minutes=5))
    second, third = make_waiting(heat=50), make_waiting(heat=10)

    answers = [desk.post("/desk/queue/next/", {"next": f"/desk/queue/?item={pk}"}) for pk in ("", second.pk, third.pk)]

    second.refresh_from_db()
    assert second.claimed_by == moderator
    assert [answer.url for answer in answers] == [
        f"/desk/queue/?item={second.pk}",
        f"/desk/queue/?item={third.pk}",
        f"/desk/queue/?item={second.pk}",
    ]


def test_next_stays_in_the_filter_and_says_when_nothing_is_left(desk):
    make_waiting(type="video")

    answer = desk.post("/desk/queue/next/", {"next": "/desk/queue/?type=podcast"}, follow=True)

    assert answer.redirect_chain == [("/desk/queue/?type=podcast", 302)]
    assert "Nothing is left here" in answer.content.decode()


def test_next_opens_nothing_where_a_filter_is_wrong(desk):
    article = make_waiting()

    answer = desk.post("/desk/queue/next/", {"next": "/desk/queue/?type=nonsense"})

    article.refresh_from_db()
    assert (answer.status_code, article.claimed_by) == (302, None)
