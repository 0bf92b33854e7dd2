"""What rules do with the arrivals of an import, and what they leave alone."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction

from articles import moderation
from articles.history.replay import replay
from articles.history.runs import changes_of
from articles.history.snapshot import snapshot
from articles.importing.runs.run import import_documents
from articles.importing.runs.undo import undo_run
from articles.management.commands.check_log import gaps_of
from articles.models import Article, Event, ImportFile, ImportRun, Reason, Rule, ShadowRuling
from articles.rules.keep import change_rule
from providers.models import Provider
from tests.factories import make_provider, make_topic
from tests.importing.documents_by_hand import document, write
from tests.rules.some import make_rule

pytestmark = pytest.mark.django_db


def imported(folder, **files: dict) -> ImportRun:
    """Imports one document for each argument: its fields."""
    texts = {
        f"{name}.md": document(**{"webUrl": f"'https://news.example/{name}'"} | fields)
        for name, fields in files.items()
    }
    return ImportRun.objects.get(pk=import_documents([write(folder, texts)]).run)


def at(name: str) -> Article:
    return Article.objects.get(path=f"{name}.md")


def told() -> list[tuple]:
    events = Event.objects.order_by("article__path", "version")
    return [(event.article.path[:-3], event.verb, event.version, event.by, event.channel) for event in events]


def test_a_rule_publishes_an_arrival_in_its_own_name(tmp_path, editor):
    rule = make_rule(editor, {"quality_min": 70})

    run = imported(tmp_path, good={"quality": "70"}, poor={"quality": "69"})

    good, event = at("good"), Event.objects.get()
    assert (good.state, good.reviewed_by, good.ruled_by.rule, good.version, good.queue) == (
        "published",
        None,
        rule,
        2,
        "",
    )
    assert good.first_published_at == good.reviewed_at == event.at
    assert (event.verb, event.by, event.run, event.rule.rule, event.version) == ("publish", None, run, rule, 2)
    assert event.before == {
        "published": False, "first_published_at": None, "reviewed_at": None, "ruled_by": None,
    }  # fmt: skip
    assert (at("poor").state, at("poor").version) == ("pending", 1)
    assert gaps_of(Article.objects.values_list("pk", flat=True)) == {}


def test_a_live_arrival_is_confirmed_and_a_removed_one_left_alone(tmp_path, editor):
    make_rule(editor, {"quality_min": 70})

    imported(
        tmp_path,
        live={"quality": "80", "published": "true"},
        gone={"quality": "80", "published": "true", "removed": "true"},
    )

    assert (at("live").state, at("gone").state) == ("published", "pending")
    assert Event.objects.get().before == {"reviewed_at": None, "ruled_by": None}


def test_a_rejection_has_its_reason_and_spares_what_is_live(tmp_path, editor):
    reason = Reason.objects.first()
    make_rule(editor, {"quality_max": 9}, {"do": "reject", "reason": reason.slug, "note": "A sample."})

    imported(tmp_path, poor={"quality": "1"}, live={"quality": "2", "published": "true"})

    event = Event.objects.get()
    assert (at("poor").state, at("live").state) == ("rejected", "live")
    assert (event.verb, event.reason, event.note) == ("reject", reason, "A sample.")


def test_the_first_rule_that_decides_wins_and_topics_add_up(tmp_path, editor, moderator):
    named = make_topic("Canvas apps", keywords=["canvas app", "canvas apps"])
    one, two = make_topic("One"), make_topic("Two")
    make_rule(editor, {"quality_min": 5}, {"do": "topics", "topics": ["one"]})
    make_rule(editor, {"quality_min": 5}, {"do": "reject", "reason": Reason.objects.first().slug})
    make_rule(editor, {"quality_min": 5})
    make_rule(editor, {"quality_min": 5}, {"do": "topics", "topics": ["two"], "by_keywords": True})
    make_rule(editor, {"quality_min": 5}, {"do": "score", "quality": 80, "heat": 12})
    make_rule(editor, {"quality_min": 5}, {"do": "score", "quality": 1})
    make_rule(editor, {"quality_min": 5}, {"do": "flag", "text": "Look"})
    make_rule(editor, {"quality_min": 5}, {"do": "assign", "to": moderator.username})

    imported(tmp_path, a={"title": "'Build a Canvas App'", "quality": "7", "topics": "[Two]"})

    article = at("a")
    assert (article.state, article.quality, article.heat, article.flag) == ("rejected", 80, 12, "Look")
    assert (article.ordered_topics, article.assigned_to, article.version) == ([two, one, named], moderator, 7)
    assert [verb for _, verb, *_ in told()] == ["reject", "score", "edit", "edit", "flag", "assign"]
    assert gaps_of([article.pk]) == {}
    state, gaps = replay(Event.objects.order_by("pk"), {})
    now = snapshot(article, [name for name in state if name != "version"])
    assert (gaps, state) == ([], now | {"version": 7})


def test_a_rule_asks_nothing_of_what_was_there(tmp_path, editor):
    imported(tmp_path, a={"quality": "80"}, b={"quality": "80"})
    moderation.reject(at("a"), by=editor, version=1, why=moderation.Why(Reason.objects.first()))
    make_rule(editor, {"quality_min": 70})

    imported(tmp_path, a={"quality": "90"}, b={"quality": "90"}, c={"quality": "90"})

    assert [at(name).state for name in "abc"] == ["rejected", "pending", "published"]


def test_a_dry_run_shows_what_rules_would_do(tmp_path, editor):
    make_rule(editor, {"quality_min": 70}, name="Good")
    make_rule(editor, {"quality_min": 70}, {"do": "score", "heat": 3}, name="Warm")
    folder = write(tmp_path, {"a.md": document(quality="70")})
    seen = []

    report = import_documents([folder], dry_run=True, on_item=seen.append)

    (item,) = seen
    assert report.counts == {"created": 1}
    assert (item.changes["published"], item.changes["heat"]) == ([False, True], [-1, 3])
    assert [message.text for message in item.messages] == ["the rule “Good”: publish", "the rule “Warm”: score"]
    assert (Article.objects.count(), Event.objects.count()) == (0, 0)


def test_one_batch_a_rule_and_run_is_undone_at_once(tmp_path, editor):
    make_rule(editor, {"quality_min": 70})
    imported(tmp_path, a={"quality": "70"}, b={"quality": "70"}, live={"quality": "70", "published": "true"})
    (batch,) = set(Event.objects.values_list("batch", flat=True))

    outcome = moderation.undo_batch(batch, by=editor)

    assert (outcome.done, outcome.refused) == (3, [])
    assert [(at(name).state, at(name).ruled_by) for name in ("a", "b", "live")] == [
        ("pending", None), ("pending", None), ("live", None),
    ]  # fmt: skip
    assert at("a").first_published_at is None
    assert gaps_of(Article.objects.values_list("pk", flat=True)) == {}


def test_what_a_rule_did_in_a_run_goes_with_the_run(tmp_path, editor):
    make_rule(editor, {"quality_min": 70})
    make_rule(editor, {"quality_min": 70}, mode="shadow")
    run = imported(tmp_path, a={"quality": "70"}, b={"quality": "70"})
    moderation.score(at("b"), by=editor, version=2, heat=3)

    undo_run(run)

    assert list(Article.objects.values_list("path", flat=True)) == ["b.md"]
    assert ImportFile.objects.filter(run=run).values_list("version", flat=True)[0] == 2
    call_command("rebuild_search")


def test_a_rule_in_the_shadow_changes_no_row_but_its_record(tmp_path, editor):
    folder = write(
        tmp_path, {"a.md": document(quality="70"), "b.md": document(quality="7", webUrl="'https://b.example'")}
    )
    version = make_rule(editor, {"quality_min": 70}, mode="off").versions.get()
    with transaction.atomic():
        import_documents([folder])
        without = dump()
        transaction.set_rollback(True)
    Rule.objects.update(mode="shadow")

    import_documents([folder])

    assert [(ruling.rule, ruling.article.path) for ruling in ShadowRuling.objects.all()] == [(version, "a.md")]
    assert dump() == without
    assert without["articles.Article"].total() == 2


def dump() -> dict[str, Counter]:
    """All rows of all tables but those of rules, without keys and moments, which differ at every import."""
    kept = [model for model in apps.get_models(include_auto_created=True) if model not in (Rule, ShadowRuling)]
    return {
        model._meta.label: Counter(
            tuple(str(getattr(row, field.attname)) for field in model._meta.concrete_fields if _is_content(field))
            for row in model._default_manager.all()
        )
        for model in kept
    }


def _is_content(field) -> bool:
    # A priority counts from the moment of arrival; of a run its holder and times are its own.
    moments = isinstance(field, models.DateTimeField)
    return not (field.primary_key or field.is_relation or moments or field.name in ("priority", "worker_ids"))


def test_a_second_look_waits_in_the_queue_until_a_person_decides(tmp_path, editor):
    make_rule(editor, {"quality_min": 70}, second_look=100)
    imported(tmp_path, a={"quality": "70"}, b={"quality": "70"})
    assert [at(name).queue for name in "ab"] == ["second_look", "second_look"]

    moderation.publish(at("a"), by=editor, version=2)
    moderation.withdraw(at("b"), by=editor, version=2, why=moderation.Why(Reason.objects.first()))

    assert [(at(name).queue, at(name).ruled_by, at(name).reviewed_by) for name in "ab"] == [("", None, editor)] * 2


def test_the_share_of_second_looks_is_kept_and_always_the_same(tmp_path, editor):
    make_rule(editor, {"quality_min": 70}, second_look=30)
    files = {f"n{number}": {"quality": "70"} for number in range(200)}
    run = imported(tmp_path, **files)
    first = set(Article.objects.filter(second_look=True).values_list("path", flat=True))
    undo_run(run)

    imported(tmp_path, **files)

    assert set(Article.objects.filter(second_look=True).values_list("path", flat=True)) == first
    assert 40 <= len(first) <= 80


def test_an_article_of_a_merged_provider_counts_as_one_of_the_other(tmp_path, editor):
    new = make_provider(domain="new.example")
    make_provider(domain="news.example", merged_into=new)
    make_rule(editor, {"providers": ["new.example"]})

    imported(tmp_path, a={})

    assert at("a").state == "published"
    assert Provider.objects.count() == 2


def test_a_rule_that_cannot_be_carried_out_is_left_out(tmp_path, editor, make_user):
    gone = make_user("Moderators", username="gone")
    make_rule(editor, {"quality_min": 1}, {"do": "assign", "to": "gone"})
    make_rule(editor, {"quality_min": 1})
    gone.is_active = False
    gone.save()

    imported(tmp_path, a={"quality": "7"})

    assert [verb for _, verb, *_ in told()] == ["publish"]


def test_events_name_what_the_rule_said_then(tmp_path, editor):
    rule = make_rule(editor, {"quality_min": 70})
    imported(tmp_path, a={"quality": "70"})
    change_rule(rule, {"conditions": {"quality_min": 50}}, by=editor, version=1)
    imported(tmp_path, b={"quality": "60"})

    numbers = Event.objects.order_by("pk").values_list("rule__number", "rule__conditions")

    assert list(numbers) == [(1, {"quality_min": 70}), (2, {"quality_min": 50})]


def test_without_publishing_by_documents_a_rule_publishes_all_the_same(tmp_path, editor, settings):
    settings.PUBLISH_IMPORTED = False
    make_rule(editor, {"quality_min": 70})

    run = imported(tmp_path, a={"quality": "70", "published": "true"}, b={"quality": "7", "published": "true"})

    assert [at(name).state for name in "ab"] == ["published", "pending"]
    notes = {file.path: [message["text"] for message in file.messages] for file in run.files.all()}
    assert notes["a.md"] == ["the rule “Rule 1”: publish"]
    assert notes["b.md"] == ["the document says published: waits until a person publishes it"]


def test_a_report_says_which_rule_decided_and_what_else_rules_changed(tmp_path, editor):
    make_rule(editor, {"quality_min": 70}, name="Good", second_look=100)
    make_rule(editor, {"quality_min": 70}, {"do": "flag", "text": "Look"})
    run = imported(tmp_path, a={"quality": "70"})

    (changes,) = changes_of(list(run.files.all())).values()

    assert {name: pair for name, pair in changes.items() if name != "first_published_at"} == {
        "published": [False, True], "ruled_by": [None, "Good"], "flag": ["", "Look"],
    }  # fmt: skip
