"""What a trial says of the articles that are there."""

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, Event, Reason
from articles.moderation import Why
from articles.rules.actions import Flag, Publish, Reject
from articles.rules.conditions import Conditions, matches
from articles.rules.names import Names
from articles.rules.trial import facts_of_all, try_rule
from tests.factories import make_article, make_provider, make_topic
from tests.importing.documents_by_hand import document, write
from tests.rules.some import make_rule

pytestmark = pytest.mark.django_db
GOOD = Conditions(quality_min=70)


def titles(pks) -> list[str]:
    return sorted(Article.objects.filter(pk__in=pks).values_list("title", flat=True))


def test_people_agree_or_not_and_what_is_cleared_for_another_counts_for_neither(editor):
    decided = {"reviewed_by": editor, "quality": 80}
    published = make_article(title="Published", published=True, **decided)
    make_article(title="Rejected", **decided)
    make_article(title="Withdrawn", first_published_at=published.first_published_at, **decided)
    make_article(title="Covered", cleared_as="covered", **decided)
    make_article(title="Left", published=True, reviewed_by=editor, quality=3)
    make_article(title="Pending", quality=80)

    publish, reject = try_rule(GOOD, Publish()), try_rule(GOOD, Reject("off-topic"))

    assert (publish.looked_at, len(publish.matched), publish.waiting) == (6, 5, 1)
    assert titles(publish.people.agree) == titles(reject.people.disagree) == ["Published"]
    assert titles(publish.people.disagree) == titles(reject.people.agree) == ["Rejected", "Withdrawn"]
    assert (titles(publish.people.left), titles(reject.people.left)) == (["Left"], [])
    assert try_rule(GOOD, Flag("Look")).people is None


@pytest.mark.parametrize("publish_imported", [True, False])
def test_documents_agree_or_not_whether_or_not_they_publish(tmp_path, settings, editor, publish_imported):
    settings.PUBLISH_IMPORTED = publish_imported
    files = {
        "yes": {"quality": "80", "published": "true"},
        "no": {"quality": "80", "published": "false"},
        "unsaid": {"quality": "80"},
        "left": {"quality": "7", "published": "true"},
        "gone": {"quality": "80", "published": "true", "removed": "true"},
        "sample": {"quality": "80", "category": "sample"},
        "decided": {"quality": "80", "published": "true"},
        "ruled": {"quality": "80", "published": "false", "heat": "5"},
    }
    make_rule(editor, {"heat_min": 5})
    write(tmp_path, {f"{name}.md": document(webUrl=f"'https://n.example/{name}'", title=name, **fields)
                     for name, fields in files.items()})  # fmt: skip
    import_documents([tmp_path])
    article = Article.objects.get(title="decided")
    verb = moderation.withdraw if article.published else moderation.reject
    verb(article, by=editor, version=1, why=Why(Reason.objects.first()))

    trial = try_rule(GOOD, Publish())

    assert titles(trial.documents.agree) == ["yes"]
    assert titles(trial.documents.disagree) == ["gone", "no", "ruled", "unsaid"]
    assert titles(trial.documents.left) == ["left"]
    assert titles(trial.people.disagree) == ["decided"]


def test_a_document_that_changes_its_mind_is_heard(tmp_path):
    import_documents([write(tmp_path, {"a.md": document(quality="80", published="true")})])
    assert try_rule(GOOD, Publish()).documents.disagree == []

    import_documents([write(tmp_path, {"a.md": document(quality="80", published="false")})])

    assert titles(try_rule(GOOD, Publish()).documents.disagree) == ["A title"]


def test_a_trial_and_an_import_know_the_same_of_an_article(tmp_path, editor):
    make_topic("Power")
    other = make_provider(domain="other.example", trust=1)
    make_provider(domain="news.example", trust=-1, merged_into=other)
    asked = {"providers": ["news.example"], "topics": ["power"], "words": ["excerpt"], "words_in": "text",
             "days_min": 1, "duplicate": True}  # fmt: skip
    make_rule(editor, asked)
    texts = {name: document(quality="5", excerpt="An excerpt", topics="[Power]") for name in ("a.md", "b.md")}

    import_documents([write(tmp_path, texts)])

    ruled = Article.objects.get(ruled_by__isnull=False)
    conditions = Conditions.from_json(asked)
    assert try_rule(conditions, Publish()).matched == [ruled.pk]
    facts = {pk: facts for pk, *_, facts in facts_of_all(conditions, Names.now())}
    assert (facts[ruled.pk].provider, facts[ruled.pk].topics) == ("other.example", {"power"})
    assert not matches(conditions, facts[ruled.pk])  # as it is written it names the merged domain


def test_a_trial_writes_nothing(django_assert_num_queries, editor):
    make_article(quality=80)

    with django_assert_num_queries(5):
        try_rule(GOOD, Publish())

    assert Event.objects.count() == 0


# The numbers of the two real sites.
@pytest.mark.parametrize("publish_imported", [True, False])
def test_quality_agrees_with_every_flag_of_one_site(corpus, settings, publish_imported):
    settings.PUBLISH_IMPORTED = publish_imported
    import_documents([corpus / "2021-01-08"])

    found = try_rule(GOOD, Publish())

    assert (len(found.matched), len(found.documents.agree), found.documents.disagree) == (65, 65, [])
    assert found.documents.left == []


def test_quality_disagrees_where_the_page_lists_it_on_the_other(corpus):
    import_documents([corpus / "azure-2021-07-18"])

    found = try_rule(GOOD, Publish()).documents

    assert (len(found.agree), len(found.disagree), len(found.left)) == (487, 109, 106)
