"""The pages of rules at the desk, without a script."""

import pytest
from django.urls import reverse

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, KeptEvent, Reason, Rule, RuleVersion
from articles.rules.keep import change_rule
from tests.factories import make_article, make_topic
from tests.importing.documents_by_hand import document, write
from tests.rules.some import make_rule

pytestmark = pytest.mark.django_db
GOOD = {"name": "Good", "quality_min": "70", "do": "publish", "mode": "on", "second_look": "10"}


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


@pytest.fixture
def as_moderator(client, moderator):
    client.force_login(moderator)
    return client


def page(rule: Rule, what: str = "") -> str:
    return reverse(f"desk_rule{what}", args=[rule.pk])


def test_the_list_says_what_each_rule_does_and_how_it_fared(desk, editor, moderator, tmp_path):
    rule = make_rule(editor, {"quality_min": 70}, second_look=100)
    make_rule(editor, {"words": ["a", "b"], "heat_max": 3}, {"do": "flag", "text": "Look"})
    names = ("a", "b", "c")
    import_documents(
        [write(tmp_path, {f"{n}.md": document(quality="70", webUrl=f"'https://n.example/{n}'") for n in names})]
    )
    one, two, _ = Article.objects.order_by("path")
    moderation.publish(one, by=moderator, version=one.version)
    moderation.withdraw(two, by=moderator, version=two.version, why=moderation.Why(Reason.objects.first()))

    rows = desk.get(reverse("desk_rules")).context["rows"]

    assert [row["words"] for row in rows] == [
        "quality ≥ 70 → publish", "heat ≤ 3 and title says “a” or “b” → flag: “Look”",
    ]  # fmt: skip
    record = rows[0]["record"]
    assert (rows[0]["rule"], record.decided, record.looked, record.overturned) == (rule, 3, 2, 1)
    assert (record.overturned_percent, record.last_run) == (50, Event.objects.filter(by=None).latest("pk").run_id)


def test_a_trial_shows_where_people_decided_otherwise_and_saves_nothing(as_moderator, editor):
    make_article(quality=80, published=True, reviewed_by=editor, title="Right")
    wrong = make_article(quality=80, reviewed_by=editor, title="Wrong")

    answer = as_moderator.post(reverse("desk_rule_new"), GOOD | {"try": ""})

    text = " ".join(answer.text.split())
    assert "It matches 2 of 2 articles" in text
    assert '<td class="number">1 agree</td> <td class="number">1 disagree</td>' in text
    shown = {each.name: [article.pk for article in each.articles] for each in answer.context["tried"].lists}
    assert shown["people"] == [wrong.pk]
    assert (Rule.objects.count(), answer.status_code) == (0, 200)
    assert 'value="70"' in text


def test_a_trial_shows_fifty_and_more_of_one_list_on_demand(desk, editor):
    for _ in range(60):
        make_article(quality=80)

    few = desk.post(reverse("desk_rule_new"), GOOD | {"try": ""}).context["tried"].lists[-1]
    all_of_them = (
        desk.post(reverse("desk_rule_new"), GOOD | {"try": f"{few.name}:{few.more}"}).context["tried"].lists[-1]
    )

    assert (len(few.articles), few.number, few.more) == (50, 60, 250)
    assert (len(all_of_them.articles), all_of_them.more) == (60, 0)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"quality_min": ""}, "__all__"),
        ({"quality_max": "3"}, "quality_max"),
        ({"do": "reject"}, "reason"),
        ({"do": "flag"}, "flag_text"),
        ({"do": "score"}, "set_quality"),
        ({"do": "topics"}, "add_topics"),
        ({"do": "assign"}, "to"),
        ({"do": "sing"}, "do"),
        ({"name": "Taken"}, "name"),
        ({"second_look": "101"}, "second_look"),
        ({"words": "a\nb\x07"}, "words"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(desk, editor, typed, field):
    make_rule(editor, {"quality_min": 1}, name="Taken")

    for button in ({}, {"try": ""}):
        answer = desk.post(reverse("desk_rule_new"), GOOD | typed | button)

        assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert Rule.objects.count() == 1


def test_a_saved_rule_has_a_version_an_author_and_an_entry_of_the_log(desk, editor):
    desk.post(reverse("desk_rule_new"), GOOD)
    rule = Rule.objects.get()

    desk.post(page(rule), GOOD | {"version": "1", "quality_min": "60"})
    desk.post(page(rule), GOOD | {"version": "2", "quality_min": "60", "mode": "shadow"})

    rule.refresh_from_db()
    assert (rule.conditions, rule.mode, rule.version, rule.changed_by) == ({"quality_min": 60}, "shadow", 3, editor)
    assert list(RuleVersion.objects.values_list("number", "conditions", "by")) == [
        (2, {"quality_min": 60}, editor.pk), (1, {"quality_min": 70}, editor.pk),
    ]  # fmt: skip
    assert list(KeptEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["create", "change", "change"]


def test_every_part_of_a_rule_comes_back_in_its_form(desk, editor, moderator):
    make_topic("Power")
    typed = {
        "name": "All", "quality_min": "1", "quality_max": "2", "heat_min": "-1", "heat_max": "4", "days_min": "0",
        "days_max": "9", "words": "one\ntwo words", "words_in": "text", "providers": "a.example\nb.example",
        "trust": ["-1", "1"], "topics": ["power"], "categories": ["news"], "types": ["video"], "duplicate": "no",
        "do": "assign", "to": moderator.username, "mode": "off", "second_look": "0",
    }  # fmt: skip
    desk.post(reverse("desk_rule_new"), typed)
    rule = Rule.objects.get()

    form = desk.get(page(rule)).context["form"]

    shown = {name: form[name].value() for name in typed}
    as_typed = {n: [str(v) for v in value] if isinstance(value, list) else str(value) for n, value in shown.items()}
    assert as_typed == typed
    again = desk.post(page(rule), typed | {"version": "1"}, follow=True)
    assert "Nothing was changed" in again.text


def test_a_stale_save_shows_both_values_and_keeps_what_was_typed(desk, editor, make_user):
    rule = make_rule(editor, {"quality_min": 70}, name="Good")
    colleague = make_user("Editors", username="colleague")
    change_rule(Rule.objects.get(), {"conditions": {"quality_min": 50}}, by=colleague, version=1)

    answer = desk.post(page(rule), GOOD | {"version": "1", "quality_min": "60"})

    assert answer.status_code == 409
    assert "by colleague" in answer.text
    assert ("rule", "quality ≥ 60 → publish", "quality ≥ 50 → publish") in answer.context["differences"]
    assert answer.context["form"]["quality_min"].value() == "60"
    assert Rule.objects.get().conditions == {"quality_min": 50}

    desk.post(page(rule), GOOD | {"version": answer.context["version"], "quality_min": "60"})

    assert Rule.objects.get().conditions == {"quality_min": 60}


def test_a_save_without_a_version_is_refused(desk, editor):
    rule = make_rule(editor, {"quality_min": 70}, name="Good")

    assert desk.post(page(rule), GOOD | {"quality_min": "60"}).status_code == 422
    assert Rule.objects.get().conditions == {"quality_min": 70}


def test_a_change_is_undone_and_makes_a_version_of_its_own(desk, editor):
    rule = make_rule(editor, {"quality_min": 70})
    event = change_rule(rule, {"conditions": {"quality_min": 50}}, by=editor, version=1)

    desk.post(reverse("desk_rule_change_undo", args=[event.pk]))

    assert Rule.objects.get().conditions == {"quality_min": 70}
    assert list(RuleVersion.objects.values_list("number", flat=True)) == [3, 2, 1]


def test_rules_are_switched_and_moved_from_the_list(desk, editor):
    one, two, three = (make_rule(editor, {"quality_min": n}) for n in (1, 2, 3))

    desk.post(page(three, "_move"), {"version": "1", "up": "1"})
    desk.post(page(one, "_switch"), {"version": "1", "mode": "off"})

    assert list(Rule.objects.values_list("pk", "mode")) == [(one.pk, "off"), (three.pk, "on"), (two.pk, "on")]
    assert RuleVersion.objects.count() == 3


def test_moderators_read_and_try_and_change_nothing(as_moderator, editor):
    rule = make_rule(editor, {"quality_min": 70})

    answers = [
        as_moderator.post(page(rule), GOOD | {"version": "1"}),
        as_moderator.post(reverse("desk_rule_new"), GOOD),
        *(as_moderator.post(page(rule, what), {}) for what in ("_switch", "_move", "_carry_out", "_undo")),
    ]

    assert [answer.status_code for answer in answers] == [403] * 6
    assert "formaction" not in as_moderator.get(page(rule)).text
    assert as_moderator.post(page(rule), GOOD | {"name": "Other", "try": ""}).status_code == 200


def test_what_waits_is_carried_out_after_a_preview_in_ones_own_name(desk, editor):
    rule = make_rule(editor, {"quality_min": 70})
    article, live = make_article(quality=80), make_article(quality=80, published=True)
    make_article(quality=80, reviewed_by=editor)
    make_article(quality=8)

    preview = desk.post(page(rule, "_carry_out"))
    assert preview.context["doable"] == 2
    desk.post(page(rule, "_carry_out"), {name: preview.context[name] for name in ("picks", "said")})

    for row in (article, live):
        row.refresh_from_db()
        assert (row.state, row.reviewed_by, row.ruled_by) == ("published", editor, None)
    events = Event.objects.all()
    assert {(event.by, event.rule.rule, event.channel) for event in events} == {(editor, rule, "bulk")}
    assert len({event.batch for event in events}) == 1

    desk.post(page(rule, "_undo"), {"batch": events[0].batch})

    article.refresh_from_db()
    assert article.state == "pending"


def test_a_rule_that_changed_since_the_preview_is_not_carried_out(desk, editor):
    rule = make_rule(editor, {"quality_min": 70})
    make_article(quality=80)
    preview = desk.post(page(rule, "_carry_out")).context
    change_rule(rule, {"action": {"do": "flag", "text": "Look"}}, by=editor, version=1)

    answer = desk.post(page(rule, "_carry_out"), {"picks": preview["picks"], "said": preview["said"]}, follow=True)

    assert "changed since that preview" in answer.text
    assert Event.objects.count() == 0


def test_what_a_rule_did_in_a_run_is_undone_by_editors_only(client, editor, moderator, tmp_path):
    rule = make_rule(editor, {"quality_min": 70})
    import_documents([write(tmp_path, {"a.md": document(quality="70")})])
    event = Event.objects.get()
    client.force_login(moderator)
    assert client.post(reverse("desk_batch_undo", args=[event.batch])).status_code == 403
    assert client.post(reverse("desk_event_undo", args=[event.pk])).status_code == 403
    assert "Undo<span" not in client.get(reverse("desk_log")).text
    batch_page, article_page = (
        reverse("desk_batch", args=[event.batch]),
        reverse("desk_article", args=[event.article_id]),
    )
    undo_event = reverse("desk_event_undo", args=[event.pk])
    assert "Undo the whole batch" not in client.get(batch_page).text
    assert undo_event not in client.get(article_page).text
    client.force_login(editor)
    assert "Undo the whole batch" in client.get(batch_page).text
    assert undo_event in client.get(article_page).text
    (batch,) = client.get(page(rule)).context["batches"]

    client.post(page(rule, "_undo"), {"batch": batch.batch})

    assert Article.objects.get().state == "pending"
    (batch,) = client.get(page(rule)).context["batches"]
    assert (batch.articles, batch.left) == (1, 0)


def test_queue_article_and_log_say_which_rule_decided(desk, editor, tmp_path):
    rule = make_rule(editor, {"quality_min": 70}, name="Good ones", second_look=100)
    import_documents([write(tmp_path, {"a.md": document(quality="70")})])
    article = Article.objects.get()
    addresses = [
        f"{reverse('desk_queue')}?reason=second_look&item={article.pk}",
        f"{reverse('desk_queue')}?state=ruled&item={article.pk}",
        reverse("desk_article", args=[article.pk]),
        reverse("desk_log"),
        reverse("desk_batch", args=[Event.objects.get().batch]),
    ]

    for address in addresses:
        assert f'<a href="{page(rule)}">the rule “Good ones”</a>' in desk.get(address).text, address
    assert "the rule “Good ones”" in desk.get(reverse("admin:articles_article_change", args=[article.pk])).text


def test_topics_of_the_title_are_offered_to_those_who_may_edit(client, editor, moderator):
    make_topic("Canvas apps", keywords=["canvas app"])
    article = make_article(title="A canvas app")
    queue, own = f"{reverse('desk_queue')}?item={article.pk}", reverse("desk_article", args=[article.pk])
    client.force_login(moderator)
    assert [address for address in (queue, own) if "The title names" in client.get(address).text] == []
    client.force_login(editor)
    assert [address for address in (queue, own) if "The title names" in client.get(address).text] == [queue, own]

    client.post(reverse("desk_keywords", args=[article.pk]), {"version": "1"})
    assert [topic.name for topic in article.ordered_topics] == ["Canvas apps"]
    moderation.undo(Event.objects.get(), by=editor)
    client.post(reverse("desk_article_topics", args=[article.pk]), {"version": "3"})

    assert [topic.name for topic in Article.objects.get().ordered_topics] == ["Canvas apps"]
    assert "The title names" not in client.get(own).text
