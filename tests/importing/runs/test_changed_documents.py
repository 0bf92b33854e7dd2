"""A document that has changed: what follows it, what a person's value keeps, and which conflict stays."""

import pytest

from articles import moderation
from articles.models import (
    Article,
    Event,
    Reason,
    RelatedLink,
)
from tests.importing.documents_by_hand import document, write
from tests.importing.runs.verdicts import run

pytestmark = pytest.mark.django_db


def test_the_persons_value_stays_and_the_conflict_is_kept(tmp_path, editor):
    write(tmp_path, {"a.md": document(heat="10", quality="20")})
    run(tmp_path)
    article = Article.objects.get()
    moderation.score(article, by=editor, version=1, heat=99)
    write(tmp_path, {"a.md": document(heat="30", quality="40")})

    _, items = run(tmp_path)

    article.refresh_from_db()
    assert (article.heat, article.quality, article.conflicts, article.version) == (99, 40, ["heat"], 3)
    assert items["a.md"].verdict == "conflict"
    assert items["a.md"].changes == {"quality": [20, 40]}
    assert (event := Event.objects.first()).verb == "import"
    before, after = {"quality": 20, "conflicts": []}, {"quality": 40, "conflicts": ["heat"]}
    assert (event.before, event.after, event.by) == (before, after, None)


def test_the_flag_follows_the_document_until_somebody_reviews(tmp_path, moderator):
    write(tmp_path, {"a.md": document(published="false")})
    run(tmp_path)
    write(tmp_path, {"a.md": document(published="true")})
    run(tmp_path)
    article = Article.objects.get()
    assert article.state == "live"
    moderation.withdraw(article, by=moderator, version=2, why=moderation.Why(Reason.objects.first()))
    write(tmp_path, {"a.md": document(published="false")})
    run(tmp_path)
    write(tmp_path, {"a.md": document(published="true")})

    _, items = run(tmp_path)

    article.refresh_from_db()
    assert (article.state, items["a.md"].verdict) == ("withdrawn", "kept")


def test_topics_pictures_and_provider_follow_the_document(tmp_path):
    write(tmp_path, {"a.md": document(topics="[A, B]", images="[{url: 'https://p.example/1.jpg'}]")})
    run(tmp_path)
    write(
        tmp_path,
        {
            "a.md": document(
                topics="[B, C]",
                images="[{url: 'https://p.example/2.jpg'}, {url: 'https://p.example/1.jpg'}]",
                provider="{name: Other, domain: other.example}",
            )
        },
    )

    _, items = run(tmp_path)

    article = Article.objects.get()
    assert [topic.name for topic in article.ordered_topics] == ["B", "C"]
    assert [image.url[-5] for image in article.ordered_images] == ["2", "1"]
    assert article.provider.name == "Other"
    assert items["a.md"].changes == {
        "provider": ["news.example", "other.example"],
        "topics": [["a", "b"], ["b", "c"]],
        "images": [["https://p.example/1.jpg"], ["https://p.example/2.jpg", "https://p.example/1.jpg"]],
    }


def test_related_links_of_an_editor_survive_a_changed_document(tmp_path, editor):
    write(tmp_path, {"a.md": document(related="[{webUrl: 'https://r.example/1'}, {webUrl: 'https://r.example/2'}]")})
    run(tmp_path)
    article = Article.objects.get()
    one, _ = article.related.all()
    added = {"url": "https://mine.example/", "title": "Mine"}
    moderation.curate(article, by=editor, version=1, related=[added, {"pk": one.pk, "title": "Retitled"}])
    write(
        tmp_path,
        {"a.md": document(related="[{webUrl: 'https://r.example/1', quality: 7}, {webUrl: 'https://r.example/3'}]")},
    )

    run(tmp_path)

    assert [(link.url, link.title, link.quality, link.hidden, link.origin) for link in article.related.all()] == [
        ("https://mine.example/", "Mine", 0, False, "editor"),
        ("https://r.example/1", "Retitled", 7, False, "imported"),
        ("https://r.example/2", "", 0, True, "imported"),
        ("https://r.example/3", "", 0, False, "imported"),
    ]
    assert [link.position for link in article.related.all()] == [512, 1024, 2048, 3072]


def test_a_conflict_of_related_links_lasts_until_both_agree(tmp_path, editor):
    related = "[{{webUrl: 'https://r.example/1', title: {}}}]"
    write(tmp_path, {"a.md": document(related=related.format("One"))})
    run(tmp_path)
    link = RelatedLink.objects.get()
    moderation.curate(Article.objects.get(), by=editor, version=1, related=[{"pk": link.pk, "title": "Mine"}])
    conflicts = []

    for title, heat in (("Two", "1"), ("Two", "2"), ("Mine", "3")):
        write(tmp_path, {"a.md": document(heat=heat, related=related.format(title))})
        run(tmp_path)
        conflicts.append(Article.objects.get().conflicts)

    assert conflicts == [["related"], ["related"], []]


def test_a_related_link_that_stays_takes_its_new_provider_and_pictures(tmp_path):
    link = "[{{webUrl: 'https://r.example/1', provider: {{domain: {}.example}}, images: [{{url: 'https://p.example/{}.jpg'}}]}}]"
    write(tmp_path, {"a.md": document(related=link.format("one", 1))})
    run(tmp_path)
    write(tmp_path, {"a.md": document(related=link.format("two", 2))})

    run(tmp_path)

    row = RelatedLink.objects.get()
    assert (row.provider.domain, [image["url"] for image in row.images]) == (
        "two.example",
        ["https://p.example/2.jpg"],
    )


def test_lists_that_the_document_empties_are_emptied(tmp_path):
    lists = {
        "topics": "[A]",
        "images": "[{url: 'https://p.example/1.jpg'}]",
        "related": "[{webUrl: 'https://r.example/1'}]",
    }
    write(tmp_path, {"a.md": document(**lists)})
    run(tmp_path)
    write(tmp_path, {"a.md": document()})

    _, items = run(tmp_path)

    article = Article.objects.get()
    assert (article.topics.count(), article.images.count(), article.related.count()) == (0, 0, 0)
    assert set(items["a.md"].changes) == {"topics", "images", "related"}
