"""Originals: who is asked, how gently, what counts as dead, and who sees it."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from articles.models import Article, OriginalCheck
from articles.originals import checking
from articles.originals.checking import check_originals, due, in_turns
from tests.factories import make_article
from tests.picture_server import answer, picture_server, redirect

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def server():
    caches["editions"].delete(checking.LOCK)
    with picture_server() as server:
        yield server


def article_at(server, path, host="pictures.example", **fields):
    url = server.url(path, host)
    return make_article(**{"published": True, "web_url": url, "canonical_url": url} | fields)


def check(server, now=None, pause=0, **options):
    return {found.article_id: found for found in check_originals(now=now, rules=server.rules(), pause=pause, **options)}


def asked(server) -> list[str]:
    return [" ".join(head.split()[:2]) for head in server.asked]


def test_an_original_that_answers_is_alive_and_rests_for_a_month(server):
    article, now = article_at(server, "/photo.jpg"), timezone.now()

    found = check(server, now)[article.pk]

    assert (found.result, found.problem, found.next_at) == ("alive", "", now + 30 * DAY)
    assert asked(server) == ["GET /robots.txt", "GET /robots.txt", "HEAD /photo.jpg"]


def test_where_a_redirect_ends_counts(server):
    server.whole["/moved"] = redirect("/photo.jpg", "301 Moved Permanently")
    article = article_at(server, "/moved")

    assert check(server)[article.pk].result == "alive"


def test_what_is_gone_is_dead_after_three_looks_in_three_days(server):
    article, now = article_at(server, "/gone"), timezone.now()

    results = []
    for _ in range(3):
        found = check(server, now)[article.pk]
        results.append((found.result, found.failures))
        assert check(server, now) == {}, "asked again at once"
        now = found.next_at

    assert results == [("unknown", 1), ("unknown", 2), ("dead", 3)]
    assert found.problem == "The server answered 404."
    assert found.next_at - found.dead_since == (1 + 2 + 4) * DAY


def test_a_host_that_is_away_has_a_month_to_come_back(server):
    article, now = article_at(server, "/x", host="nowhere.example"), timezone.now()

    results = []
    for _ in range(6):
        found = check(server, now)[article.pk]
        results.append(found.result)
        now = found.next_at

    assert results == ["unknown"] * 5 + ["dead"]
    assert found.problem == "There is no host nowhere.example."
    assert found.checked_at - found.dead_since == (1 + 2 + 4 + 8 + 16) * DAY


def test_a_host_that_breaks_off_is_dead_in_the_end(server):
    server.whole["/robots.txt"] = answer(b"")
    server.whole["/broken"] = b"no HTTP"
    article, now = article_at(server, "/broken"), timezone.now()

    results = []
    for _ in range(6):
        found = check(server, now)[article.pk]
        results.append(found.result)
        now = found.next_at

    assert results == ["unknown"] * 5 + ["dead"]


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "429 Too Many", "500 Broken", "503 Busy"])
def test_a_server_that_does_not_want_us_says_nothing_of_the_original(status, server):
    server.whole["/no"] = answer(b"", status)
    article = article_at(server, "/no")

    found = check(server)[article.pk]

    assert (found.result, found.failures) == ("unknown", 0)


def test_a_get_has_the_last_word(server):
    heads = {"HEAD": answer(b"", "405 No"), "GET": answer(b"here")}
    server.whole = Whole(server.whole, "/only-get", heads, server)
    article = article_at(server, "/only-get")

    assert check(server)[article.pk].result == "alive"
    assert asked(server)[-2:] == ["HEAD /only-get", "GET /only-get"]


class Whole(dict):
    """Answers one path by the method of the last request."""

    def __init__(self, whole, path, by_method, server):
        super().__init__(whole)
        self.path, self.by_method, self.server = path, by_method, server

    def get(self, path, default=None):
        if path == self.path:
            return self.by_method[self.server.asked[-1].split()[0]]
        return super().get(path, default)


def test_a_robots_txt_is_heeded_and_asked_for_once_a_host(server):
    server.whole["/robots.txt"] = answer(b"User-agent: Newsroom\nDisallow: /private/\n")
    allowed = [article_at(server, f"/photo.jpg?{n}") for n in range(2)]
    forbidden = article_at(server, "/private/a")

    found = check(server)

    assert found[forbidden.pk].problem == checking.NOT_ALLOWED
    assert {found[article.pk].problem for article in allowed} == {"The server answered 404."}
    assert asked(server).count("GET /robots.txt") == 1
    assert not [line for line in asked(server) if "/private/" in line]


def test_a_server_that_has_trouble_with_its_robots_txt_is_left_alone(server):
    server.whole["/robots.txt"] = answer(b"", "500 Broken")
    article = article_at(server, "/photo.jpg")

    assert check(server)[article.pk].problem == checking.NOT_ALLOWED


def test_a_private_address_is_never_asked(server):
    article = article_at(server, "/photo.jpg", host="inside.example")

    assert check(server)[article.pk].result == "unknown"
    assert server.asked == []


def test_one_host_is_asked_with_pauses(server):
    server.whole["/robots.txt"] = answer(b"")
    for n in range(3):
        article_at(server, f"/photo.jpg#{n}")
    begun = timezone.now()

    check(server, pause=0.2)

    # robots.txt, and a HEAD for each.
    assert timezone.now() - begun >= timedelta(seconds=0.6)


def test_hosts_take_turns(server):
    articles = [make_article(web_url=f"https://{host}.example/{n}") for host in "ab" for n in range(2)]

    assert [article.web_url for article in in_turns(articles)] == [
        "https://a.example/0", "https://b.example/0", "https://a.example/1", "https://b.example/1",
    ]  # fmt: skip


def test_only_what_readers_could_follow_is_asked(server):
    article_at(server, "/photo.jpg", published=False)

    assert check(server) == {}


def test_another_address_begins_anew(server):
    article, now = article_at(server, "/gone"), timezone.now()
    check(server, now)
    Article.objects.filter(pk=article.pk).update(web_url=server.url("/photo.jpg"))

    found = check(server, now + 2 * DAY)[article.pk]

    assert (found.result, found.failures, found.dead_since) == ("alive", 0, None)


def test_what_comes_back_is_alive(server):
    article = article_at(server, "/photo.jpg")
    OriginalCheck.objects.create(article=article, url=article.web_url, result="dead", failures=3)

    assert check(server)[article.pk].result == "alive"


def test_two_never_ask_at_once(server):
    article_at(server, "/photo.jpg")
    caches["editions"].add(checking.LOCK, True, 60)

    assert check(server) == {}


def test_a_slow_server_does_not_hold_the_check(server, monkeypatch):
    server.whole["/robots.txt"] = answer(b"")
    article = article_at(server, "/silent")

    rules = server.rules(seconds=0.3)
    found = next(iter(check_originals(rules=rules, pause=0)))

    assert (found.article_id, found.result) == (article.pk, "unknown")
    assert "longer than" in found.problem


def test_new_articles_come_first_and_then_those_that_are_due():
    now = timezone.now()
    old, resting = make_article(published=True), make_article(published=True)
    OriginalCheck.objects.create(article=old, url=old.web_url, next_at=now - DAY)
    OriginalCheck.objects.create(article=resting, url=resting.web_url, next_at=now + DAY)
    new = make_article(published=True)

    assert [article.pk for article in due(now, 10)] == [new.pk, old.pk]


@pytest.mark.parametrize(("marks", "shown"), [(True, 1), (False, 0)])
def test_readers_are_told_where_the_operator_wants_it(marks, shown, settings):
    settings.MARK_DEAD_ORIGINALS = marks
    article = make_article(published=True)
    OriginalCheck.objects.create(article=article, url=article.web_url, result="dead")

    page = Client().get(f"/articles/{article.slug}/").content.decode()

    assert page.count("The original was not to be found") == shown


def test_the_queue_finds_dead_originals(make_user):
    dead, alive = make_article(published=True, title="A dead one"), make_article(published=True, title="One that lives")
    for article, result in ((dead, "dead"), (alive, "alive")):
        OriginalCheck.objects.create(article=article, url=article.web_url, result=result)
    client = Client()
    client.force_login(make_user("Editors"))

    page = client.get("/desk/queue/?reason=live&original=dead").content.decode()

    assert "A dead one" in page
    assert "One that lives" not in page


def test_the_command_says_what_it_found(capsys, settings):
    call_command("check_originals", limit=5)

    assert capsys.readouterr().out == "0 alive, 0 dead, 0 unknown\n"


def test_the_desk_of_providers_counts_dead_originals(make_user):
    article = make_article(published=True)
    OriginalCheck.objects.create(article=article, url=article.web_url, result="dead")
    client = Client()
    client.force_login(make_user("Moderators"))

    listed = client.get("/desk/providers/").content.decode()
    page = client.get(f"/desk/providers/{article.provider.pk}/").content.decode()

    assert "1 dead" in listed
    assert f"?state=published&amp;original=dead&amp;provider={article.provider.domain}" in page
