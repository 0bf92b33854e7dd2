"""What a real site costs: the size of its database, how it grows in a day, and the work of a changed document."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import psycopg
from psycopg import sql

from benchmarks.documents import write_documents
from benchmarks.figures import Figure
from benchmarks.imports import cost_of, manage, parse_only, postgres, run_import
from benchmarks.site_documents import Site, make_site
from benchmarks.sizes import EXPORTS_A_DAY, SITE_DOCUMENTS, left_out
from tests.__main__ import problem_with_postgres

MB = 1_000_000  # bytes
MANY_LINKS, HUNDRED = 178, 100
CUT_BY_AGE = ("articles_importfile",)  # rows of reports


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from _on_database("SQLite", SQLite(folder / "site.sqlite3"), folder, size=0.75, time=0.8)
        if problem := problem_with_postgres():
            left_out(f"PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})")
            return
        with postgres() as url:
            yield from _on_database("PostgreSQL", PostgreSQL(url), folder, size=1.0, time=1.2)


class SQLite:
    def __init__(self, file: Path):
        self.file, self.url = file, f"sqlite:///{file}"

    def size(self) -> int:
        """The bytes of the file, without its free pages."""
        with sqlite3.connect(self.file) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            pages, free, bytes_a_page = (
                connection.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("page_count", "freelist_count", "page_size")
            )
            return int((pages - free) * bytes_a_page)

    def content(self, *but: str) -> int:
        """The bytes of all rows and index entries, but of these tables."""
        with sqlite3.connect(self.file) as connection:
            rows = connection.execute(
                "SELECT coalesce(m.tbl_name, d.name), sum(d.payload) FROM dbstat d"
                " LEFT JOIN sqlite_schema m ON m.name = d.name GROUP BY 1"
            )
            return sum(size for table, size in rows if table not in but)

    def empty(self) -> None:
        for file in self.file.parent.glob(f"{self.file.name}*"):
            file.unlink()
        manage(self.url, "migrate", "-v0")


class PostgreSQL:
    def __init__(self, url: str):
        self.url = url

    def size(self) -> int:
        """The bytes of the database, after what autovacuum does."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("VACUUM")
            return int(connection.execute("SELECT pg_database_size(current_database())").fetchone()[0])

    def content(self, *but: str) -> int:
        """The bytes of all rows, but of these tables."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
            one = sql.SQL("SELECT coalesce(sum(pg_column_size(t.*)), 0) FROM {} t")
            sizes = (connection.execute(one.format(sql.Identifier(t))).fetchone()[0] for (t,) in tables if t not in but)
            return int(sum(sizes))

    def empty(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA public CASCADE")
            connection.execute("CREATE SCHEMA public")
        manage(self.url, "migrate", "-v0")


def _on_database(
    name: str, database: SQLite | PostgreSQL, folder: Path, *, size: float, time: float
) -> Iterator[Figure]:
    database.empty()
    empty, tree = database.size(), folder / "tree"
    rmtree(tree, ignore_errors=True)
    site = make_site(SITE_DOCUMENTS)
    written = site.write(tree)
    yield Figure(f"{name}: documents of a site, with their related links", written / MB, "MB")
    parsing = parse_only(tree)
    first = run_import(database.url, tree)
    yield Figure(f"{name}: first import of a site ÷ parse only", first.seconds / parsing, "", time)
    yield Figure(f"{name}: bytes of database ÷ bytes of documents", (database.size() - empty) / written, "", size)
    memory = [first.memory]
    yield from _a_day(name, database, site, tree, memory)
    memory.append(cost_of(database.url, "import_articles", "-v0", "--dry-run", str(tree)).memory)
    yield from _added_link(name, database, tree)
    memory.append(cost_of(database.url, "undo_import", "-v0", "1", partly=True).memory)
    yield Figure(f"{name}: peak memory of import, re-import, preview, undo", max(memory), "MB", 300)
    yield from _unchanged(name, database, tree, site)
    yield from _changed(name, database, folder)


def _a_day(name: str, database: SQLite | PostgreSQL, site: Site, tree: Path, memory: list[float]) -> Iterator[Figure]:
    before, content, all_content = database.size(), database.content(*CUT_BY_AGE), database.content()
    changed = 0
    for _ in range(EXPORTS_A_DAY):
        documents = site.export()
        changed += len(documents)
        site.write(tree, documents)
        memory.append(run_import(database.url, tree).memory)
        database.size()
    yield Figure(
        f"{name}: a day of {EXPORTS_A_DAY} exports, {changed:,} documents: growth",
        (database.size() - before) / MB,
        "MB",
        10,
    )
    for_good = database.content(*CUT_BY_AGE) - content
    yield Figure(f"{name}: … of that in rows for good", for_good / MB, "MB")
    yield Figure(f"{name}: … of that in reports, cut by age", (database.content() - all_content - for_good) / MB, "MB")


def _added_link(name: str, database: SQLite | PostgreSQL, tree: Path) -> Iterator[Figure]:
    """One link is added to an article of many: to a page that others link to, as nearly always."""
    site = make_site(0, seed=5)
    alone = tree.parent / "alone"
    rmtree(alone, ignore_errors=True)
    many, other = site.add_document(MANY_LINKS), site.add_document(1)
    site.write(alone)
    run_import(database.url, alone)
    before = database.content()
    many.related.insert(MANY_LINKS // 2, other.related[0])
    site.write(alone)
    run_import(database.url, alone)
    yield Figure(f"{name}: bytes for one added link of {MANY_LINKS}", database.content() - before, "bytes", 1_500)


def _unchanged(name: str, database: SQLite | PostgreSQL, tree: Path, site: Site) -> Iterator[Figure]:
    more = len(site.documents) // 2
    write_documents(tree / "_more", more)
    run_import(database.url, tree)
    again = run_import(database.url, tree)
    yield Figure(f"{name}: {len(site.documents) + more:,} unchanged documents: CPU", again.cpu, "s", 1.5)


def _changed(name: str, database: SQLite | PostgreSQL, folder: Path) -> Iterator[Figure]:
    """The work of documents with a hundred links, of which one more comes; without that of starting the command."""
    hundred, nothing = folder / "hundred", folder / "nothing"
    rmtree(hundred, ignore_errors=True)
    database.empty()
    nothing.mkdir(exist_ok=True)
    (nothing / "one.md").write_text("---\ntitle: One\nwebUrl: https://one.example/\n---\n")
    start = min(run_import(database.url, nothing).cpu for _ in range(3))
    site = make_site(0, seed=6)
    for _ in range(SITE_DOCUMENTS // 10):
        site.add_document(HUNDRED)
    site.write(hundred)
    new = run_import(database.url, hundred).cpu - start
    site.export()
    for document in site.documents:
        document.related.insert(HUNDRED // 2, len(site.pages) - 1) if len(
            site.pages
        ) - 1 not in document.related else None
    site.write(hundred)
    changed = run_import(database.url, hundred).cpu - start
    yield Figure(f"{name}: CPU of a changed document of {HUNDRED} links ÷ of a new one", changed / new, "", 1.5)
