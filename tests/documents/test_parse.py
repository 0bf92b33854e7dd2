from datetime import UTC, datetime

import pytest

from articles.documents import front_matter as documents
from articles.documents.messages import Rejected
from articles.documents.parse import category_of_folder, record_from
from articles.documents.records import ArticleRecord, OrganizationRecord, TopicRecord
from tests.importing.documents_by_hand import document


def read(text: str, path: str = "a.md"):
    """The record, and the warnings as text."""
    record, messages = record_from(documents.parse_document(text.encode(), path), path)
    return record, [str(message) for message in messages]


def warnings_for(**fields: str) -> list[str]:
    return read(document(**fields))[1]


def refusal(**fields: str | None) -> str:
    with pytest.raises(Rejected) as caught:
        read(document(**fields))
    return str(caught.value.message)


def test_a_seed_is_read_whole(seeds):
    raw = (seeds / "002_416600c4146eadd1.txt").read_bytes()

    record, messages = record_from(documents.parse_document(raw), "002.txt")

    assert isinstance(record, ArticleRecord)
    assert messages == []
    assert record.published_at == datetime(2020, 6, 11, 15, 27, tzinfo=UTC)
    assert (record.quality, record.heat, record.published) == (80, 110, True)
    assert record.topics == ("Computer Vision", "AI")
    assert (record.provider.domain, record.provider.images[0].width) == ("geekwire.com", 50)
    assert (record.images[0].is_cached, record.images[0].height) == (True, 442)
    assert [link.quality for link in record.related] == [80, 44, 0]
    assert record.secured.endswith(";vZGgLeQksKiwyDEUiV44wg==")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"title": None}, "2: title: is missing"),
        ({"title": "''"}, "2: title: is empty"),
        ({"title": "12"}, "2: title: is a number, not text"),
        ({"title": "[a]"}, "2: title: is a list, not text"),
        ({"title": "x" * 501}, "2: title: has 501 characters, and 500 are the most"),
        ({"publishedDateTime": None}, "publishedDateTime: is missing"),
        ({"publishedDateTime": "2020-02-30T00:00:00Z"}, "3: publishedDateTime: is '2020-02-30T00:00:00Z', which is no"),
        ({"publishedDateTime": "12"}, "3: publishedDateTime: is 12, which is no date and time"),
        ({"publishedDateTime": "0001-01-01T00:00:00+10:00"}, "which is no date and time"),
        ({"webUrl": None}, "neither webUrl nor originalUrl is a link to the article"),
        ({"webUrl": "javascript:alert(1)"}, "4: webUrl: neither webUrl nor originalUrl is a link to the article"),
        ({"webUrl": "//news.example/a"}, "neither webUrl nor originalUrl"),
        ({"webUrl": "https://user:secret@news.example/"}, "neither webUrl nor originalUrl"),
        ({"provider": None}, "provider: is missing"),
        ({"provider": "News"}, "5: provider: is text, not a mapping with a domain"),
        ({"provider": "{name: News}"}, "5: provider.domain: is missing"),
        ({"provider": "{domain: 'a b'}"}, "5: provider.domain: is 'a b', which is no domain"),
        ({"provider": "{domain: localhost}"}, "which is no domain"),
        ({"taxonomy": "person"}, "taxonomy: is 'person': only organization and topic are known"),
    ],
)
def test_a_bad_required_part_rejects_the_document(fields, message):
    assert message in refusal(**fields)


@pytest.mark.parametrize(
    ("fields", "messages"),
    [
        ({"excerpt": "[a]"}, ["6: excerpt: is a list, not text: dropped"]),
        ({"quality": "-5"}, ["6: quality: is -5: dropped"]),
        ({"quality": "true"}, ["6: quality: is true or false, not a whole number: dropped"]),
        ({"quality": "7.5"}, ["6: quality: is a number, not a whole number: dropped"]),
        ({"heat": "-2"}, ["6: heat: is -2: dropped"]),
        ({"heat": "4294967296"}, ["6: heat: is 4294967296: dropped"]),
        ({"type": "essay"}, ["6: type: is 'essay', which is not known: taken as article"]),
        ({"category": "gossip"}, ["6: category: is 'gossip', which is not known: taken as news"]),
        ({"published": "yes"}, ["6: published: is 'yes', not true or false: taken as false"]),
        ({"published": "1"}, ["6: published: is 1, not true or false: taken as false"]),
        ({"topics": "AI"}, ["6: topics: is text, not a list: dropped"]),
        (
            {"topics": "[AI, 7, ai]"},
            ["6: topics[1]: is 7, not a name: dropped", "6: topics[2]: names 'ai' again: dropped"],
        ),
        ({"images": "[x]"}, ["6: images[0]: is text, not a mapping: dropped"]),
        ({"images": "[{width: 5}]"}, ["6: images[0].url: is missing: dropped"]),
        ({"images": "[{url: 'data:image/png;base64,x'}]"}, ["6: images[0].url: is not an http(s) link"]),
        ({"images": "[{url: 'https://a.example/1.jpg', width: 0}]"}, ["6: images[0].width: is 0: dropped"]),
        ({"related": "[{title: A}]"}, ["6: related[0]: has no link: dropped"]),
        ({"secured": "12"}, ["6: secured: is a number, not text: dropped"]),
        ({"secured": "nonsense"}, ["6: secured: does not look like an encrypted payload: kept as it is"]),
        ({"publishedDateTime": "2020-06-11T19:19:00"}, ["3: publishedDateTime: has no time zone: taken as UTC"]),
        ({"more": ".nan"}, ["6: more: cannot be written as JSON: kept in the source only"]),
    ],
)
def test_a_bad_optional_part_is_dropped_with_a_warning(fields, messages):
    found = warnings_for(**fields)

    assert len(found) == len(messages)
    assert all(text.startswith(message) for text, message in zip(found, messages, strict=True))


def test_scores_out_of_the_usual_range_are_kept():
    record, messages = read(document(quality="100000", heat="99999"))

    assert (record.quality, record.heat, messages) == (100_000, 99_999, [])


def test_a_document_without_scores_is_unscored_and_pending():
    record, _ = read(document())

    assert (record.quality, record.heat, record.published) == (0, -1, False)


def test_a_video_needs_only_its_original_url():
    record, _ = read(document(webUrl=None, originalUrl="https://videos.example/1", type="video"))

    assert (record.web_url, record.canonical_url) == ("", "https://videos.example/1")


def test_unknown_keys_are_kept_as_they_came():
    record, messages = read(document(featuredContent="'<iframe>'", ratings="{count: 3, average: 4.5}"))

    assert record.extra == {"featuredContent": "<iframe>", "ratings": {"count": 3, "average": 4.5}}
    assert messages == []


def test_one_bad_related_link_costs_no_other():
    record, messages = read(
        document(related="[{webUrl: 'https://a.example/1'}, {webUrl: 'ftp://b'}, {webUrl: 'https://a.example/1'}]")
    )

    assert [link.url for link in record.related] == ["https://a.example/1"]
    assert len(messages) == 3


def test_the_domain_of_a_provider_is_written_in_one_way():
    record, _ = read(document(provider="{domain: Bücher.Example.}"))

    assert record.provider.domain == "xn--bcher-kva.example"


@pytest.mark.parametrize(
    ("path", "category"),
    [
        ("_news/a.md", "news"),
        ("_samples/a.md", "sample"),
        ("_learning/videos/a.md", "learning"),
        ("_people/a.md", "people"),
        ("_communities/a.md", "community"),
        ("_newsletters/a.html", "newsletter"),
        ("a.md", "news"),
        ("_samples.md", "news"),
    ],
)
def test_the_collection_folder_gives_the_category(path, category):
    assert category_of_folder(path) == category


def test_taxonomies_are_known_by_what_they_say():
    organization, _ = read("---\ntaxonomy: organization\nname: MIT\ndomain: mit.edu\notherNames: [Tech]\n---\n")
    topic, _ = read("taxonomy: topic\n_id: cds\nname: Data\nparent: Apps\nhashtags: ['#d']\n", "t.yaml")

    assert isinstance(organization, OrganizationRecord)
    assert (organization.domain, organization.other_names) == ("mit.edu", ("Tech",))
    assert isinstance(topic, TopicRecord)
    assert (topic.slug, topic.parent, topic.hashtags) == ("cds", "Apps", ("#d",))
