import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles import moderation
from articles.documents import front_matter as documents
from articles.documents.parse import record_from, record_of
from articles.importing.runs import lock
from articles.importing.runs.lock import Held, import_lock
from articles.importing.runs.run import Report, import_documents
from articles.importing.saving.update import update_articles
from articles.importing.sources.items import Item
from articles.models import (
    Article,
    Event,
    Image,
    ImportFile,
    ImportRun,
    Reason,
    RelatedLink,
    Tombstone,
    Topic,
    TopicOldSlug,
)
from articles.slugs import slug_of
from providers.models import Provider
from tests.factories import make_article
from tests.importing.documents_by_hand import document, write

pytestmark = pytest.mark.django_db


def run(*roots, **options) -> tuple[Report, dict[str, Item]]:
    items: dict[str, Item] = {}
    report = import_documents(roots, on_item=lambda item: items.__setitem__(item.path, item), **options)
    return report, items


def verdicts(*roots, **options) -> dict[str, str]:
    return {path: item.verdict.value for path, item in run(*roots, **options)[1].items()}


def test_every_field_of_the_seeds_comes_back_from_the_database(seeds):
    run(seeds)

    article = Article.objects.get(path="001_a1d6dde27135930d.txt")
    said = record_of(article)

    assert (article.title, article.excerpt, article.web_url) == (said.title, said.excerpt, said.web_url)
    assert article.published_at == datetime(2020, 6, 11, 13, 11, tzinfo=UTC)
    assert (article.quality, article.heat, article.published, article.state) == (24, -1, False, "pending")
    assert (article.provider.domain, article.provider.name) == ("loopinsight.com", "The Loop")
    assert [topic.name for topic in article.ordered_topics] == ["AWS AI", "AI"]
    picture = article.ordered_images[0]
    assert (picture.url, picture.width, picture.height, picture.is_cached, picture.title) == (
        "https://www.loopinsight.com/images/logo.png",
        520,
        208,
        True,
        article.title,
    )
    assert f'secured: "{article.secured}"' in (seeds / article.path).read_text()
    links = list(article.related.all())
    assert [(link.position, link.url) for link in links] == [(n, r.url) for n, r in enumerate(said.related)]
    assert [(link.provider.domain, link.quality, link.amp_url) for link in links] == [
        (r.provider.domain, r.quality, r.amp_url) for r in said.related
    ]
    assert [[image.url for image in link.ordered_images] for link in links] == [
        [image.url for image in r.images] for r in said.related
    ]
    # The Tech.co story is a seed itself: the link leads to our own article, whichever came first.
    assert links[2].target == Article.objects.get(path="000_ff5a3c079c4dff48.txt")


def test_importing_the_seeds_again_changes_nothing(seeds):
    run(seeds)
    before = list(Article.objects.order_by("pk").values())

    report, _items = run(seeds)

    assert report.counts == {"unchanged": 5}
    assert list(Article.objects.order_by("pk").values()) == before
    assert Event.objects.count() == 0


def test_the_whole_corpus_goes_in_with_one_command(corpus):
    report, items = run(corpus / "2021-01-08")

    assert report.counts == {"created": 204, "rejected": 15}
    assert report.exit_code == 1
    assert {path.split("/")[0] for path, item in items.items() if item.verdict == "rejected"} == {
        "_communities",
        "_learning",
        "_newsletters",
    }
    assert Topic.objects.get(slug="common-data-service").parent.name == "Power Apps"
    assert Provider.objects.get(domain="mit.edu").other_names == ["Massachusetts Institute of Technology"]


def test_the_visible_articles_are_those_of_the_site_in_its_order(corpus):
    run(corpus / "2021-01-08")
    pages = [json.loads((corpus / f"2021-01-08/api/news/page/{n}/index.json").read_text()) for n in (1, 2, 3)]

    paths = list(Article.objects.visible().latest_first().values_list("path", flat=True))

    assert len(paths) == 65
    assert paths == [article["path"] for page in pages for article in page["value"]]


def test_the_topics_hold_what_the_sites_pages_of_topics_hold(corpus):
    run(corpus / "2021-01-08")

    for file in (corpus / "2021-01-08/api/news").glob("*/index.json"):
        said = [article["path"] for article in json.loads(file.read_text())["value"]]
        if file.parent.name.startswith("page"):
            continue
        articles = Article.objects.visible().filter(topics__slug=file.parent.name).latest_first()
        assert list(articles.values_list("path", flat=True)) == said


def test_a_month_later_only_what_changed_is_updated_and_decisions_stay(corpus, moderator):
    run(corpus / "2020-12-07")
    changed = Article.objects.get(path="_news/2020-11-12-ai-builder-receipt-scanning.md")
    moderation.withdraw(changed, by=moderator, version=1, why=moderation.Why(Reason.objects.first()))
    moderation.score(changed, by=moderator, version=2, heat=3)

    _report, items = run(corpus / "2021-01-08")

    news = [item for path, item in items.items() if path.startswith("_news/")]
    assert sum(item.verdict == "updated" for item in news) == 7
    assert sum(item.verdict == "unchanged" for item in news) == 55
    changed.refresh_from_db()
    assert (changed.state, changed.heat) == ("withdrawn", 3)


def test_a_rejected_file_leaves_nothing_behind(tmp_path):
    write(
        tmp_path,
        {
            "bad.md": document(
                title=None,
                provider="{domain: lost.example}",
                topics="[Lost]",
                images="[{url: 'https://lost.example/1.jpg'}]",
            ),
            "good.md": document(),
        },
    )

    report, _items = run(tmp_path)

    assert report.counts == {"rejected": 1, "created": 1}
    assert (Provider.objects.count(), Topic.objects.count(), Image.objects.count()) == (1, 0, 0)


def test_what_the_database_refuses_stops_no_other_document(tmp_path):
    # No form of ours makes such a row: the constraint of the database is what speaks.
    with connection.cursor() as cursor:
        cursor.execute("CREATE UNIQUE INDEX one_title ON articles_article (title)")
    write(tmp_path, {f"{n}.md": document(title=f"Title {n % 3}", webUrl=f"https://a.example/{n}") for n in range(5)})

    report, items = run(tmp_path)

    assert report.counts == {"created": 3, "rejected": 2}
    assert items["3.md"].messages[0].text.startswith("the database refuses it")
    assert Article.objects.count() == 3


def test_a_dry_run_gives_the_same_verdicts_and_changes_nothing(tmp_path, seeds):
    write(tmp_path, {"good.md": document(), "bad.md": "no front matter", "again.md": document(title="Same link")})

    dry = verdicts(tmp_path, dry_run=True)

    assert (Article.objects.count(), ImportRun.objects.count(), Provider.objects.count()) == (0, 0, 0)
    assert dry == verdicts(tmp_path)


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
    assert (event.before, event.after, event.by) == ({"quality": 20}, {"quality": 40}, None)


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
    assert [link.position for link in article.related.all()] == [0, 1, 2, 3]


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


def test_a_deleted_article_is_kept_deleted_until_it_is_revived(tmp_path, editor):
    write(tmp_path, {"a.md": document()})
    run(tmp_path)
    moderation.delete(Article.objects.get(), by=editor, version=1)

    assert verdicts(tmp_path) == {"a.md": "kept"}
    Tombstone.objects.all().delete()
    assert verdicts(tmp_path) == {"a.md": "created"}


def test_an_article_that_is_deleted_while_its_batch_is_at_work_stops_no_other(tmp_path, editor):
    write(tmp_path, {"a.md": document(), "b.md": document(webUrl="https://news.example/b")})
    run(tmp_path)
    new = document(webUrl="https://news.example/b", title="New").encode()
    pairs = []
    for article in Article.objects.order_by("path"):
        item = Item(article.path, article=article.pk)
        item.hold(new)
        item.record, _ = record_from(documents.parse(new, item.path), item.path)
        pairs.append((item, article.pk))
    moderation.delete(Article.objects.get(path="a.md"), by=editor, version=1)

    update_articles(pairs, ImportRun.objects.get().pk, timezone.now())

    assert [item.verdict for item, _ in pairs] == ["kept", "updated"]


def test_a_renamed_file_keeps_its_article(tmp_path):
    write(tmp_path, {"a.md": document()})
    run(tmp_path)
    pk = Article.objects.get().pk
    (tmp_path / "a.md").rename(tmp_path / "b.md")

    _, items = run(tmp_path)

    assert items["b.md"].verdict == "updated"
    assert (Article.objects.get().pk, Article.objects.get().path) == (pk, "b.md")


def test_two_documents_with_one_link_are_two_articles(tmp_path):
    write(tmp_path, {"a.md": document(title="One"), "b.md": document(title="Two", webUrl="https://NEWS.example/a#x")})

    assert verdicts(tmp_path) == {"a.md": "created", "b.md": "duplicate"}
    assert Article.objects.get(path="b.md").duplicate_of == Article.objects.get(path="a.md")


def test_one_path_below_two_roots_is_no_update_of_itself(tmp_path):
    write(tmp_path, {"x/a.md": document(title="One"), "y/a.md": document(title="Two", webUrl="https://a.example/2")})

    report, _ = run(tmp_path / "x", tmp_path / "y")

    assert report.counts == {"created": 1, "rejected": 1}


def test_older_links_find_the_article_that_arrives(tmp_path):
    write(tmp_path, {"a.md": document(related="[{webUrl: 'https://late.example/?utm_source=x'}]")})
    run(tmp_path)
    write(tmp_path, {"b.md": document(webUrl="https://late.example/")})

    run(tmp_path)

    assert RelatedLink.objects.get().target == Article.objects.get(path="b.md")


def test_links_do_not_follow_an_article_to_another_address(tmp_path):
    related = "[{webUrl: 'https://news.example/a'}]"
    write(tmp_path, {"a.md": document(), "b.md": document(webUrl="https://news.example/b", related=related)})
    run(tmp_path)
    write(tmp_path, {"a.md": document(webUrl="https://news.example/moved")})
    run(tmp_path)
    gone = RelatedLink.objects.get().target
    write(tmp_path, {"c.md": document()})

    run(tmp_path)

    assert (gone, RelatedLink.objects.get().target.path) == (None, "c.md")


def test_equal_titles_get_slugs_of_their_own(tmp_path):
    write(tmp_path, {f"{n}.md": document(webUrl=f"https://a.example/{n}", title="'影師嗎'") for n in range(3)})

    run(tmp_path)

    slugs = set(Article.objects.values_list("slug", flat=True))
    assert len(slugs) == 3
    assert slug_of("影師嗎", identity="0.md") in slugs


def test_a_topic_that_an_editor_renamed_is_found_by_its_old_name(tmp_path):
    write(tmp_path, {"a.md": document(topics="[AWS AI]")})
    run(tmp_path)
    Topic.objects.update(name="Amazon AI")
    write(tmp_path, {"b.md": document(topics="[aws ai]", webUrl="https://a.example/2")})

    run(tmp_path)

    assert [topic.name for topic in Article.objects.get(path="b.md").topics.all()] == ["Amazon AI"]


def test_a_topic_document_gives_address_and_parent(tmp_path):
    write(tmp_path, {"a.md": document(topics="[Common Data Service]")})
    run(tmp_path)
    write(tmp_path, {"t.yaml": "taxonomy: topic\n_id: cds\nname: Common Data Service\nparent: Apps\n"})

    assert verdicts(tmp_path)["t.yaml"] == "updated"
    topic = Topic.objects.get(slug="cds")
    assert (topic.parent.name, topic.articles.count()) == ("Apps", 1)
    assert TopicOldSlug.objects.get().slug == "common-data-service"
    assert verdicts(tmp_path)["t.yaml"] == "unchanged"


def test_topics_that_are_each_others_parents_are_refused_as_such(tmp_path):
    write(
        tmp_path,
        {
            "1.yaml": "taxonomy: topic\n_id: a\nname: A\nparent: B\n",
            "2.yaml": "taxonomy: topic\n_id: b\nname: B\nparent: A\n",
        },
    )

    _, items = run(tmp_path)

    assert Topic.objects.get(slug="a").parent.slug == "b"
    assert Topic.objects.get(slug="b").parent is None
    assert items["2.yaml"].messages[0].field == "parent"


def test_an_organization_names_a_provider_and_a_persons_name_stays(tmp_path):
    write(tmp_path, {"a.md": document()})
    run(tmp_path)
    organization = "---\ntaxonomy: organization\nname: {}\ndomain: news.example\ndescription: {}\n---\n"
    write(tmp_path, {"o.md": organization.format("The News", "Old")})
    run(tmp_path)
    Provider.objects.update(name="My News")
    write(tmp_path, {"o.md": organization.format("News Inc", "New")})

    _, items = run(tmp_path)

    provider = Provider.objects.get()
    assert (provider.name, provider.description, items["o.md"].verdict) == ("My News", "New", "conflict")


def test_what_a_person_wrote_before_the_first_document_about_it_stays(tmp_path):
    Provider.objects.create(domain="o.example", name="O", description="Mine")
    parent = Topic.objects.create(name="Tech", slug="tech")
    Topic.objects.create(name="AI", slug="ai", parent=parent, keywords=["mine"])
    organization = "---\ntaxonomy: organization\nname: O\ndomain: o.example\ndescription: New\notherNames: [Oh]\n---\n"
    topic = "---\ntaxonomy: topic\nname: AI\nparent: Science\nkeywords: [theirs]\ndescription: Theirs\n---\n"
    write(tmp_path, {"o.md": organization, "t.md": topic})

    _, items = run(tmp_path)

    provider, ai = Provider.objects.get(), Topic.objects.get(name="AI")
    assert (provider.name, provider.description, provider.other_names) == ("O", "Mine", ["Oh"])
    assert (ai.parent, ai.keywords, ai.description) == (parent, ["mine"], "Theirs")
    assert {item.verdict for item in items.values()} == {"conflict"}


def test_queries_do_not_grow_with_the_batch(tmp_path):
    def queries(folder: str, count: int) -> int:
        files = {
            f"{folder}/{n}.md": document(
                webUrl=f"https://a.example/{folder}/{n}",
                topics=f"[{folder} {n}, B]",
                provider=f"{{domain: {folder}{n}.example}}",
                images=f"[{{url: 'https://p.example/{folder}/{n}.jpg'}}]",
                related=f"[{{webUrl: 'https://r.example/{folder}/{n}', provider: {{domain: r{n}.example}}}}]",
            )
            for n in range(count)
        }
        write(tmp_path, files)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            run(tmp_path / folder)
        return len(captured)

    queries("warm", 1)

    assert queries("few", 2) == queries("many", 40)


def test_a_run_is_kept_with_what_it_did(tmp_path, importer):
    write(tmp_path, {"a.md": document(), "b.md": "nothing"})

    report, _ = run(tmp_path, by=importer)

    kept = ImportRun.objects.get(pk=report.run)
    assert (kept.status, kept.by, kept.counts) == ("done", importer, {"created": 1, "rejected": 1})
    assert list(kept.files.values_list("path", "verdict")) == [("a.md", "created"), ("b.md", "rejected")]
    assert kept.files.last().messages == [
        {"level": "error", "line": 1, "field": "", "text": "does not open with a line ---"}
    ]


def test_a_second_run_is_refused_while_one_is_at_work(tmp_path, django_db_blocker):
    other = connections.create_connection("default")
    if other.vendor == "postgresql":
        other.connect()
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock.LOCK_KEY])
        with pytest.raises(Held):
            run(tmp_path)
        # PostgreSQL takes its time to end a closed connection, and to let go of its locks.
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [lock.LOCK_KEY])
        other.close()
    else:
        with import_lock(), pytest.raises(Held):
            run(tmp_path)


def test_secured_is_in_no_message_change_or_event(tmp_path):
    secret = "c2VjcmV0;AAAAAAAAAAAAAAAAAAAAAA=="
    write(tmp_path, {"a.md": document(secured=f'"{secret}"')})
    run(tmp_path)
    write(tmp_path, {"a.md": document(secured=f'"X{secret}"', title="New")})

    _, items = run(tmp_path)

    assert Article.objects.get().secured == f"X{secret}"
    assert items["a.md"].verdict == "updated"
    told = [*Event.objects.values_list("before", "after"), *ImportFile.objects.values_list("messages", "changes")]
    assert secret[:8] not in json.dumps(told)


def test_the_command_reports_every_file_once(tmp_path, capsys):
    write(tmp_path, {"a.md": document(), "b.md": document(title=None), "c.txt": document(webUrl="https://a.example/c")})

    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", tmp_path, "--format", "json")

    report = json.loads(capsys.readouterr().out)
    assert ended.value.code == 1
    assert [(file["path"], file["verdict"]) for file in report["documents"]] == [
        ("a.md", "created"),
        ("b.md", "rejected"),
        ("c.txt", "created"),
    ]


def test_the_command_names_file_line_and_field(tmp_path, capsys):
    write(tmp_path, {"a.md": document(heat="hot", title="12")})

    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", tmp_path)

    out = capsys.readouterr().out
    assert ended.value.code == 2
    assert "rejected  a.md\n  a.md:2: title: is a number, not text (quotes make it text)\n" in out


def test_a_path_that_is_not_there_is_an_error(tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_articles", tmp_path / "nowhere")

    assert ended.value.code == 2
    assert "nowhere: does not exist" in capsys.readouterr().out


def test_hand_made_rows_do_not_meet_the_import(tmp_path):
    article = make_article(title="Mine")
    write(tmp_path, {"a.md": document()})

    run(tmp_path)

    article.refresh_from_db()
    assert (article.title, article.version) == ("Mine", 1)


def test_a_related_link_that_stays_takes_its_new_provider_and_pictures(tmp_path):
    link = "[{{webUrl: 'https://r.example/1', provider: {{domain: {}.example}}, images: [{{url: 'https://p.example/{}.jpg'}}]}}]"
    write(tmp_path, {"a.md": document(related=link.format("one", 1))})
    run(tmp_path)
    write(tmp_path, {"a.md": document(related=link.format("two", 2))})

    run(tmp_path)

    row = RelatedLink.objects.get()
    assert (row.provider.domain, [image.url for image in row.ordered_images]) == (
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
