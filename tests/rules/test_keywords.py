"""Topics by the keywords in titles, beside the topics that real documents have."""

from collections import defaultdict

import pytest

from articles import moderation
from articles.importing.runs.run import import_documents
from articles.models import Article, ArticleTopic, Topic
from articles.moderation.content_verbs import NameTopics
from articles.moderation.keywords import Keywords
from articles.moderation.refusals import Impossible, NotAllowed
from tests.factories import make_article, make_topic

BAR = 0.95


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("Azure Data Box", [1, 2]),
        ("Data boxes", [2]),
        ("The database", []),
        ("C# and F#", [3]),
        ("model-driven APPS", [4, 5]),
        ("model-driven apps: the model", [4, 5]),
        ("Big  data\tbox", [1, 2]),
        ("", []),
    ],
)
def test_a_topic_is_named_by_whole_keywords(title, found):
    keywords = Keywords.of(
        [(1, ["data box"]), (2, ["Data"]), (3, ["c#"]), (4, ["model-driven apps"]), (5, ["model"]), (6, [])]
    )

    assert keywords.topics_in(title) == found


def test_there_are_none_without_keywords():
    assert Keywords.of([(1, []), (2, ["", " "])]).topics_in("Anything") == []


@pytest.mark.django_db
def test_the_verb_adds_what_the_title_names_behind_what_is_there(editor, moderator):
    one, two = make_topic("One"), make_topic("Two", keywords=["two"])
    article = make_article(title="Two of them", topics=[one])

    with pytest.raises(NotAllowed):
        moderation.decide(article, NameTopics(), by=moderator, version=1)
    event = moderation.decide(article, NameTopics(), by=editor, version=1)
    with pytest.raises(Impossible):
        moderation.decide(article, NameTopics(), by=editor, version=2)

    assert (event.verb, article.ordered_topics) == ("edit", [one, two])
    moderation.undo(event, by=editor)
    assert Article.objects.get().ordered_topics == [one]


# Where the machine that collected the documents gave topics by their titles: other documents of the same sites have the
# topics that their authors gave them, which no keyword tells (docs/decisions/0033).
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("site", "which"), [("2021-01-08", {"category": "news"}), ("azure-2021-07-18", {"type": "video"})]
)
def test_titles_name_the_child_topics_of_real_documents(corpus, site, which, capsys):
    import_documents([corpus / site])

    precision, recall, number = compared(Article.objects.filter(**which))
    everywhere = compared(Article.objects.all())

    with capsys.disabled():
        print(
            f"\nchild topics of {site}: {which}: precision {precision:.3f}, recall {recall:.3f} of {number}; ", end=""
        )
        print("all documents: precision {:.3f}, recall {:.3f} of {}".format(*everywhere))
    assert precision >= BAR
    assert recall >= BAR


def compared(articles) -> tuple[float, float, int]:
    children = Topic.objects.exclude(parent=None)
    keywords = Keywords.of(children.values_list("pk", "keywords"))
    given = defaultdict(set)
    for article, topic in ArticleTopic.objects.filter(topic__in=children).values_list("article", "topic"):
        given[article].add(topic)
    pairs = [(given[pk], {*keywords.topics_in(title)}) for pk, title in articles.values_list("pk", "title")]
    right = sum(len(theirs & ours) for theirs, ours in pairs)
    return (
        right / sum(len(ours) for _, ours in pairs),
        right / (number := sum(len(theirs) for theirs, _ in pairs)),
        number,
    )
