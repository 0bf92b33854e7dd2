"""Articles by the million, made in SQL: copies of one, with words, scores, days, topics and pictures of their own.

`python -m benchmarks.rows 1000000` fills the database of DATABASE_URL up to so many; `… addresses 10000` names pages.
"""

import sys

import django

PROVIDERS, TOPICS, PICTURES = 50, 60, 1_000
WORDS = """
    power model data cloud energy school court report learning science network robot policy service market health
    growth nation vote election climate river bridge station engine signal paper letter island mountain harbour winter
    summer morning evening minister council budget pension worker union strike factory export import border treaty
    student teacher doctor nurse patient vaccine virus lawyer judge prison police weapon peace conflict museum theatre
    painter singer writer novel film camera screen battery charger vehicle railway airport pilot sailor fisher farmer
    harvest forest desert ocean storm flood drought planet galaxy comet satellite rocket
""".split()

# Per column, what differs from the article that all are copies of; `n` counts them.
COLUMNS = {
    "id": "{base} + n",
    "path": "'_news/bench-' || n || '.md'",
    "slug": "'bench-' || n",
    "title": "upper(substr({w1}, 1, 1)) || substr({w1}, 2) || ' ' || {w2} || ' ' || {w3} || ' ' || {w4} || ' ' || n",
    "excerpt": "{w5} || ' ' || {w6} || ' and ' || {w2} || ' of ' || {w7} || ', says the ' || {w8} || ' of ' || {w1}",
    "twin_key": "{base} + n",
    "quality": "(n * 31) % 190",
    "heat": "(n * 17) % 190",
    "priority": "((n * 7919) % 100003) / 1000.0",
    "rank": "((n * 104729) % 100003) / 1000.0",
    "published": "n % 10 >= 4 AND n % 10 < 9",
    "reviewed_by_id": "CASE WHEN n % 10 > 4 THEN {user} END",
    "reviewed_at": "CASE WHEN n % 10 > 4 THEN t.created_at END",
    "first_published_at": "CASE WHEN n % 10 >= 4 AND n % 10 < 9 THEN t.created_at END",
    "flag": "CASE WHEN n % 997 = 0 THEN 'Look again' ELSE '' END",
    "duplicate_of_id": "CASE WHEN n % 499 = 0 THEN t.id END",
    "provider_id": "{provider} + (n * 13) % {providers}",
    "published_at": {
        "sqlite": "datetime('2001-01-01', '+' || n || ' minutes')",
        "postgresql": "timestamptz '2001-01-01 00:00Z' + n * interval '1 minute'",
    },
}
NUMBERS = (
    # As a bigint: products of it are larger than the integers of PostgreSQL.
    "WITH RECURSIVE numbers(n) AS (SELECT CAST({first} AS bigint) "
    "UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) "
)


def fill(size: int) -> None:
    """Fill the tables up to so many articles, half of them published: none comes by a document or a person."""
    from django.contrib.auth.models import User
    from django.core.management.color import no_style
    from django.db import connection, transaction
    from django.db.models import Max

    from articles.models import Article, Image, Topic
    from providers.models import Provider

    user, _ = User.objects.get_or_create(username="bench")
    original = _original()
    there = (Article.objects.aggregate(last=Max("pk"))["last"] or original.pk) - original.pk
    place = {
        "base": original.pk,
        "user": user.pk,
        "provider": Provider.objects.order_by("pk").first().pk,
        "providers": PROVIDERS,
    } | {f"w{number}": _word(number) for number in range(1, 9)}
    names = [field.column for field in Article._meta.concrete_fields if not field.generated]
    values = {name: COLUMNS.get(name, f"t.{name}") for name in names}
    values = {name: text[connection.vendor] if isinstance(text, dict) else text for name, text in values.items()}
    columns = ", ".join(f'"{name}"' for name in names)
    selected = ", ".join(values[name].format(**place) for name in names)
    numbers = NUMBERS.format(first=there + 1, last=size)
    topic, image = (model.objects.order_by("pk").first().pk for model in (Topic, Image))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE words (i integer PRIMARY KEY, w text)")
        cursor.executemany("INSERT INTO words VALUES (%s, %s)", list(enumerate(WORDS)))
        # Numbers and names of our own; nothing of them comes from outside.
        cursor.execute(
            f"INSERT INTO articles_article ({columns}) {numbers}"  # noqa: S608
            f"SELECT {selected} FROM numbers, articles_article t WHERE t.id = {original.pk}"
        )
        for position, number in ((0, f"n % {TOPICS}"), (1, f"(n * 7 + 1 + n / 60) % {TOPICS}")):
            cursor.execute(
                f"INSERT INTO articles_articletopic (article_id, topic_id, position) {numbers}"  # noqa: S608
                f"SELECT {original.pk} + n, {topic} + {number}, {position} FROM numbers "
                f"WHERE {position} = 0 OR {number} <> n % {TOPICS}"
            )
        cursor.execute(
            f"INSERT INTO articles_articleimage (article_id, image_id, position) {numbers}"  # noqa: S608
            f"SELECT {original.pk} + n, {image} + n % {PICTURES}, 0 FROM numbers"
        )
        _tell_stories(cursor, original.pk, numbers, place)
        cursor.execute("DROP TABLE words")
        # Keys were given above: the next document must not get one of them.
        for statement in connection.ops.sequence_reset_sql(no_style(), [Article]):
            cursor.execute(statement)
    analyse()


def _tell_stories(cursor, base: int, numbers: str, place: dict[str, int | str]) -> None:
    """Every fifth article is in a story of four, three of which are published; all have their key words."""
    at, member = f"{base} + n", "n % 20 BETWEEN 3 AND 6"
    words = " || ' ' || ".join(str(place[word]) for word in ("w4", "w3", "w1", "w2"))
    for statement in (
        f"INSERT INTO articles_keywords (article_id, words) {numbers} SELECT {at}, {words} FROM numbers",  # noqa: S608
        f"INSERT INTO articles_story (id) {numbers} SELECT {at} FROM numbers WHERE n % 20 = 3",  # noqa: S608
        f"INSERT INTO articles_storymember (article_id, story_id) {numbers}"  # noqa: S608
        f" SELECT {at}, {at} - n % 20 + 3 FROM numbers WHERE {member}",
        f"INSERT INTO articles_likeness (one_id, other_id, score, words) {numbers}"  # noqa: S608
        f' SELECT {at}, {at} + 1, 0.5, \'["power", "model"]\' FROM numbers WHERE n % 20 BETWEEN 3 AND 5',
        "DELETE FROM articles_staleday",
    ):
        cursor.execute(statement)


def analyse() -> None:
    """Renews the statistics, as the worker or autovacuum does after a while."""
    from django.db import connection

    from articles.processes import upkeep

    upkeep.analyse()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def addresses(deep: int) -> dict[str, str]:
    """Pages of the site; `deep` is the page of the latest that is far from the first."""
    from articles.models import Article, Topic
    from articles.paging import BY_DATE, SIZE

    latest = Article.objects.visible().latest_first()
    at = min(deep * SIZE, latest.count() - 2 * SIZE)
    return {
        "front": "/",
        "latest": "/latest/",
        "topic": Topic.objects.order_by("pk")[7].get_absolute_url(),
        "article": latest[3].get_absolute_url(),
        "story": _story_page(),
        "deep": f"/latest/?after={BY_DATE.cursor(latest[at])}",
        "deep_json": f"/api/news/page/{at // SIZE}/index.json",
    }


def _story_page() -> str:
    from articles.models import Article
    from articles.stories.readers import LEAD_FIRST

    lead = Article.objects.visible().filter(story_member__isnull=False).order_by("-story_member__story").first()
    story = Article.objects.visible().filter(story_member__story=lead.story_member.story)
    return f"/stories/{story.order_by(*LEAD_FIRST).first().slug}/"


def _word(number: int) -> str:
    # Early words are common, late ones rare, as in a language.
    return f"(SELECT w FROM words WHERE i = ((n * {7 * number + 3} + n / {number}) % {len(WORDS)}))"  # noqa: S608


def _original():
    from articles.models import Article
    from tests.factories import make_article, make_image, make_provider, make_topic

    if original := Article.objects.order_by("pk").first():
        return original
    providers = [make_provider(domain=f"bench{number}.example") for number in range(PROVIDERS)]
    topics = [make_topic(f"Subject {number}") for number in range(TOPICS)]
    images = [make_image() for _ in range(PICTURES)]
    return make_article(topics=topics[:2], images=images[:1], provider=providers[0])


def main(what: str, deep: str = "") -> None:
    django.setup()
    if what == "addresses":
        for name, address in addresses(int(deep)).items():
            print(name, address)
    else:
        fill(int(what))


if __name__ == "__main__":
    main(*sys.argv[1:])
