"""No text of a document or a colleague runs in anyone's browser, on any page, nor asks the CSP to stop it."""

import csv
import io
import json
import re
import uuid
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from articles import moderation
from articles.documents.stored import compressed
from articles.importing.runs.run import import_documents
from articles.models import (
    Article,
    Event,
    ImportFile,
    ImportRun,
    ImportUpload,
    PreviewFile,
    Reason,
    SavedView,
    StoryMember,
)
from articles.moderation import Context, Why, bulk
from articles.moderation.verbs import Publish, Withdraw
from articles.spreadsheets.write import escaped
from articles.texts import CONTROL
from tests.factories import make_article, make_image, make_provider, make_related, make_topic
from tests.importing.documents_by_hand import document, write
from tests.xss_payloads import CALCULATED, PAYLOADS, WITH_NUL

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]

WATCH = """
window.ran = [];
window.pwned = (what) => window.ran.push(`ran: ${what}`);
window.alert = window.confirm = window.prompt = window.pwned;
document.addEventListener("securitypolicyviolation",
  (event) => window.ran.push(`refused: ${event.violatedDirective} ${event.blockedURI}`));
"""
# What a text of ours must never have become: a handler, a script, a frame, an address that runs.
FOREIGN = """() => [
  ...[...document.querySelectorAll("*")].flatMap((one) => [...one.attributes]
    .filter(({name}) => name.startsWith("on")).map(({name}) => `${one.tagName} ${name}`)),
  ...[...document.querySelectorAll("iframe, object, embed, base, math, meta[http-equiv], svg script"),
      ...document.querySelectorAll("noscript:not(#cover > noscript)")]
    .map((one) => one.outerHTML.slice(0, 100)),
  ...[...document.scripts].filter((one) => !one.src.startsWith(location.origin + "/")
      && !["application/json", "application/ld+json"].includes(one.type)).map((one) => one.outerHTML.slice(0, 100)),
  ...[...document.querySelectorAll("a[href], area[href], form[action]")].map((one) => one.href || one.action)
    .filter((address) => typeof address === "string" && !/^(https?:|mailto:)/.test(address)),
  ...[...document.querySelectorAll("script[type='application/ld+json']")].flatMap((one) => {
    const known = ["NewsArticle", "CollectionPage"];
    try { return known.includes(JSON.parse(one.textContent)["@type"]) ? [] : ["another JSON-LD"]; }
    catch (error) { return [`broken JSON-LD: ${error}`]; }
  }),
]"""


def fields_of(text: str, number: int) -> dict:
    """A payload in all that a document or a person writes on an article."""
    link = f"https://x.example/{number}?a={text}"
    return {
        "title": text[:500], "excerpt": text, "body": text, "notes": text, "flag": text[:500], "extra": {
            "featuredContent": text, "tags": [text], "highlight": text, text: text,
        },
        "web_url": link, "original_url": link, "amp_url": link, "cdn_amp_url": link,
        "slug": f"payload-{number}", "path": f"_news/{number}{text[:400]}.md", "secured": text,
    }  # fmt: skip


def payload_image(text: str, number: int):
    url = f"https://x.example/{number}.png?{text}"
    return make_image(url=url, title=text, attribution=text, fetch_problem=text[:200])


@pytest.fixture
def site(settings, tmp_path, make_user):
    """Each payload once by itself, for the lists, and five at a time, for the pages of one article."""
    settings.IMPORT_UPLOADS = tmp_path / "uploads"
    boss = make_user("superuser", username="boss", first_name=PAYLOADS[1], last_name=PAYLOADS[0])
    texts = PAYLOADS + ([WITH_NUL] if connection.vendor == "sqlite" else [])
    reasons = [Reason.objects.create(slug=f"payload-{n}", label=text, position=n) for n, text in enumerate(texts)]
    topics, providers = [], []
    for n, text in enumerate(texts):
        image = payload_image(text, n)
        parent = topics[-1] if n % 3 else None
        topics.append(make_topic(text, slug=f"topic-{n}", short_name=text, description=text, parent=parent,
                                 keywords=[text], hashtags=[text]))  # fmt: skip
        # Its address holds no slash and no space.
        domain = re.sub(r"[\s/\x00]", "", text).lower()
        providers.append(make_provider(domain=f"{n}{domain}", name=text, description=text, other_names=[text]))
        providers[-1].image_links.create(image=image)
        topics[-1].image_links.create(image=image)
        article = make_article(**fields_of(text, n), provider=providers[-1], topics=[topics[-1]],
                               images=[(image, {"title": text, "attribution": text})])  # fmt: skip
        why = Why(reasons[n], CONTROL.sub("", text))
        if n % 5 == 0:
            moderation.reject(article, by=boss, version=1, why=why)
        elif n % 5 == 1:
            moderation.publish(article, by=boss, version=1)
            moderation.withdraw(article, by=boss, version=2, why=why)
        elif n % 5 < 4:
            moderation.publish(article, by=boss, version=1)
    whole = []
    for start in range(0, len(texts), 5):
        some, number = texts[start : start + 5], 100 + start
        article = make_article(
            **fields_of(" ".join(some), number), published=True, provider=providers[start],
            topics=topics[start : start + 5],
            images=[payload_image(text, 100 + start + n) for n, text in enumerate(some)],
        )  # fmt: skip
        for n, text in enumerate(some):
            make_related(article, url=f"https://x.example/{n}?{text}", title=text, excerpt=text, position=n,
                                amp_url=f"https://x.example/{text}", provider=providers[start + n],
                                images=[{"url": payload_image(text, 200 + start + n).url, "title": text}])  # fmt: skip
        moderation.note(article, by=boss, version=1, notes="Another")
        moderation.score(article, by=boss, version=2, heat=5, at=Context(batch=uuid.uuid4()))
        said = document("\n".join(some), title=json.dumps(some[-1][:400]), excerpt=json.dumps(some[0]))
        Article.objects.filter(pk=article.pk).update(
            notes=article.notes, flag=some[0], conflicts=["title", "excerpt"], source=compressed(said.encode()),
            duplicate_of=whole[-1] if whole else None,
        )  # fmt: skip
        whole.append(article)
    chosen = Article.objects.filter(pk__in=[article.pk for article in whole])
    batch = bulk.carry_out(chosen, Withdraw(Why(reasons[1], PAYLOADS[2])), by=boss).batch
    bulk.carry_out(chosen, Publish(), by=boss)
    files = {f"{re.sub('[/\x00]', '', text)}.md": document(text, title=json.dumps(text), excerpt=text[:30])
             for text in texts}  # fmt: skip
    run = ImportRun.objects.get(pk=import_documents([write(tmp_path / "run", files)], by=boss).run)
    messages = [{"level": "error", "line": 1, "field": text, "text": text} for text in texts]
    ImportFile.objects.create(
        run=run, path=texts[0], verdict="rejected", messages=messages, changes={text: [text, text] for text in texts}
    )
    ImportRun.objects.filter(pk=run.pk).update(roots=texts[:25], options={"chosen": texts[1]})
    upload = ImportUpload.objects.create(by=boss, title=texts[1], status="ready", notice=texts[2], error=texts[0],
                                         directory=texts[0], counts={"created": 1})  # fmt: skip
    for text in texts:
        PreviewFile.objects.create(upload=upload, path=text, verdict="created", messages=messages[:3],
                                   changes={"title": ["", text], text: [text, text]})  # fmt: skip
        SavedView.objects.create(user=boss, name=text[:60], query="reason=live")
    gone = make_article(**{**fields_of(PAYLOADS[1], 900), "path": "_news/900.md"})
    moderation.delete(gone, by=boss, version=1)
    return {"boss": boss, "whole": whole, "batch": batch, "run": run.pk, "upload": upload.pk, "gone": gone}


def stories_of_readers() -> list[str]:
    """The page of each story that readers see."""
    told = Article.objects.visible().filter(story_member__isnull=False)
    found = {article.get_absolute_url().replace("/articles/", "/stories/") for article in told}
    assert found
    return sorted(found)


def public_pages(site) -> list[str]:
    today = timezone.localdate() - timedelta(days=0)
    day = site["whole"][0].published_at
    return [
        "/", "/latest/", "/latest/?type=" + PAYLOADS[1], "/topics/", "/providers/", "/corrections/", "/about/",
        "/archive/", f"/archive/{day:%Y/%m}/", f"/archive/{day:%Y/%m/%d}/", f"/archive/{today:%Y/%m}/",
        "/search/", *(f"/search/?q={quoted}" for quoted in ("pwned", "img onerror", "topic:pwned", "provider:pwned")),
        "/search/?q=" + " ".join(PAYLOADS[:4]), "/search/?q=pwned&topic=" + PAYLOADS[5], '/"><svg onload=pwned(0)>',
        "/topics/topic-2/", "/topics/topic-7/", "/topics/topic-22/", "/articles/payload-1/", "/articles/payload-21/",
        *(article.get_absolute_url() for article in site["whole"]), *stories_of_readers(),
        *(f"/providers/{article.provider.domain}/" for article in site["whole"][1:3]),
    ]  # fmt: skip


def staff_pages(site) -> list[str]:
    whole = [article.pk for article in site["whole"]]
    return [
        "/desk/", "/desk/queue/", "/desk/queue/?reason=flagged", "/desk/log/", f"/desk/bulk/{site['batch']}/",
        "/desk/preferences/", "/desk/queue/?type=" + PAYLOADS[1], "/desk/log/?verb=" + PAYLOADS[4],
        "/desk/providers/", "/desk/providers/?q=" + PAYLOADS[1], "/desk/log/kept/",
        *(f"/desk/providers/{article.provider_id}/" for article in site["whole"]),
        "/desk/imports/", "/desk/imports/runs/", f"/desk/imports/runs/{site['run']}/",
        f"/desk/imports/{site['upload']}/",
        f"/desk/articles/{site['gone'].pk}/history/", f"/desk/articles/{site['gone'].pk}/",
        *(f"/desk/articles/{pk}/" for pk in whole), *(f"/desk/articles/{pk}/history/" for pk in whole),
        *(f"/desk/queue/?item={pk}" for pk in whole), *(f"/desk/articles/{pk}/preview/" for pk in whole[:3]),
        "/admin/", "/admin/articles/article/", "/admin/articles/article/?q=" + PAYLOADS[4], "/admin/articles/topic/",
        "/admin/articles/image/", "/admin/articles/event/", "/admin/articles/reason/", "/admin/articles/tombstone/",
        "/admin/articles/importrun/", "/admin/articles/importfile/", "/admin/providers/provider/",
        *(f"/admin/articles/article/{pk}/change/" for pk in whole[:5]), f"/admin/articles/article/{whole[0]}/history/",
        f"/admin/articles/topic/{site['whole'][0].topics.first().pk}/change/",
        f"/admin/providers/provider/{site['whole'][4].provider_id}/change/",
        f"/admin/articles/event/{Event.objects.exclude(note='').first().pk}/change/",
        f"/admin/articles/importrun/{site['run']}/change/", "/admin/articles/article/export/",
        f"/admin/articles/article/{whole[1]}/delete/",
    ]  # fmt: skip


def look(page, paths) -> dict[str, list[str]]:
    """Per path what ran, was stopped by the CSP, or is on the page though nobody put it there."""
    wrong = {}
    for path in paths:
        answer = page.goto(path, wait_until="load")
        found = page.evaluate("window.ran") + page.evaluate(FOREIGN)
        found += [text for text in (CALCULATED, "only-for-tests-") if text in page.content()]
        if answer.status >= 500:
            found.append(f"{answer.status}")
        if found:
            wrong[path] = found[:5]
    return wrong


@pytest.mark.any_database
def test_what_is_watched_for_is_seen(browser):
    """Where nobody escapes them, the payloads do run."""
    page = browser.new_page()
    page.add_init_script(WATCH)
    page.goto("about:blank")
    page.evaluate("window.everything = window.ran = []")

    for text in PAYLOADS:
        page.set_content(f"<!doctype html><body>{text}")
    page.wait_for_timeout(300)
    ran, foreign = page.evaluate("window.everything"), page.evaluate(FOREIGN)
    page.close()

    assert len(set(ran)) > 10
    assert foreign


@pytest.mark.any_database
def test_nothing_runs_on_a_public_page(site, new_page):
    page = new_page()
    page.add_init_script(WATCH)

    assert look(page, public_pages(site)) == {}


@pytest.mark.any_database
def test_nothing_runs_on_a_page_of_the_staff(site, new_page, log_in):
    page = new_page()
    page.add_init_script(WATCH)
    log_in(page, site["boss"])

    assert look(page, staff_pages(site)) == {}


def test_a_reader_of_feeds_runs_nothing_and_reads_the_titles(site, page):
    """What a feed calls HTML is shown without any CSP; what it calls text is text."""
    # Each in a place of its own: most of these texts are one story.
    StoryMember.objects.all().delete()
    page.add_init_script(WATCH)
    page.goto("about:blank")
    client, html, titles = Client(), [], []
    for place in ("", "latest/", "topics/topic-2/", "search/"):
        for form in ("rss", "atom"):
            tree = ElementTree.fromstring(  # noqa: S314
                client.get(f"/{place}feed.{form}?q=pwned").content
            )
            items = [one for one in tree.iter() if re.search(r"(item|entry)$", one.tag)]
            html += [one.text for item in items for one in item if re.search(r"(description|summary)$", one.tag)]
            titles += [one.text or "" for one in tree.iter() if one.tag.endswith("title")]
        feed = client.get(f"/{place}feed.json?q=pwned").json()
        html += [item["content_html"] for item in feed["items"]]
    for path in ("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-articles-0.xml", "/sitemap-news.xml"):
        ElementTree.fromstring(  # noqa: S314
            client.get(path).getvalue()
        )
    client.get("/api/news/index.json").json()

    page.set_content("<!doctype html>" + "".join(html))
    page.wait_for_timeout(300)

    assert len(html) > 50
    assert page.evaluate("window.ran || []") == []
    assert page.evaluate(FOREIGN) == []
    assert any("onerror=pwned(2)" in title for title in titles)


def test_no_export_holds_a_formula(site, client):
    client.force_login(site["boss"])
    paths = ["/desk/log.csv", f"/desk/imports/runs/{site['run']}/files.csv"]
    forms = {
        "/admin/articles/article/export/": ("articleresource", ("title", "excerpt", "provider")),
        "/admin/articles/topic/export/": ("topicresource", ("name", "description")),
        "/admin/providers/provider/export/": ("providerresource", ("name", "description")),
    }
    answers = {path: client.get(path) for path in paths}
    for path, (name, fields) in forms.items():
        chosen = {f"{name}_{field}": "on" for field in fields}
        answers[path] = client.post(path, {"format": 0, "resource": 0, **chosen})

    for path, answer in answers.items():
        text = answer.getvalue().decode("utf-8-sig")
        cells = [cell for row in csv.reader(io.StringIO(text.replace("\x00", ""))) for cell in row]
        assert (answer.status_code, answer["Content-Disposition"][:10]) == (200, "attachment"), path
        assert (answer["Content-Type"][:8], answer["X-Content-Type-Options"]) == ("text/csv", "nosniff")
        assert [
            cell
            for cell in cells
            if not re.fullmatch(r"-?\d+(\.\d+)?", cell) and cell[:1] != "'" and escaped(cell) != cell
        ] == []
        assert any("pwned(24)" in cell for cell in cells), path
    for path in ("/desk/log.json", f"/desk/imports/runs/{site['run']}/files.json"):
        answer = client.get(path)
        assert answer["Content-Type"].startswith("application/json")
        json.loads(answer.getvalue())
