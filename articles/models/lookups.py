"""`title__written="O'Rei"`: the words that staff type, in a text of a row, however the two write them.

Case, accents, width, apostrophes and invisible characters make no difference, and the last word may go on
(articles/words.py). `title__begins` looks at the beginning of the text only.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import CharField, Lookup, TextField

from articles.words import UNSPACED, folded

LONGEST_TYPED = 200


def typed_words(text: str, split: Callable[[str], Iterable[str]] = str.split) -> list[str]:
    """The pieces of a typed text, but for signs that are no words, where there are any."""
    pieces = list(split(text))
    return [piece for piece in pieces if folded(piece)] or pieces


@CharField.register_lookup
@TextField.register_lookup
class Written(Lookup):
    lookup_name = "written"
    before = "%"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, of_column = self.process_lhs(compiler, connection)
        typed = str(self.rhs)[:LONGEST_TYPED].replace("\0", "")
        words, on_postgresql = folded(typed), connection.vendor == "postgresql"
        if not words:
            return f"{'strpos' if on_postgresql else 'instr'}({column}, %s) > 0", (*of_column, typed)
        conditions = list((_conditions_on_postgresql if on_postgresql else _conditions_on_sqlite)(column, words))
        cheap, exact = " OR ".join(sql for sql, _ in conditions), f"articles_search_folded({column}) LIKE %s"
        params = [param for sql, values in conditions for param in (*of_column * sql.count(column), *values)]
        return f"(({cheap}) AND {exact})", (*params, *of_column, f"{self.before}{words}%")


@CharField.register_lookup
@TextField.register_lookup
class Begins(Written):
    lookup_name = "begins"
    before = ""


# What costs little and holds wherever the words do: most texts need no folding to be ruled out.


def _conditions_on_postgresql(column: str, words: str) -> Iterator[tuple[str, list[str]]]:
    if words.isascii():
        yield f'lower({column} COLLATE "C") LIKE %s', [f"%{words.replace(' ', '%')}%"]
    yield f"octet_length({column}) > length({column})", []
    yield f"strpos({column}, '&') > 0", []


def _conditions_on_sqlite(column: str, words: str) -> Iterator[tuple[str, list[str]]]:
    if words.isascii():
        yield f"{column} LIKE %s", [f"%{words.replace(' ', '%')}%"]
    yield f"length(CAST({column} AS BLOB)) > length({column})", []
    yield f"instr({column}, '&') > 0", []


@CharField.register_lookup
class Words(Written):
    """The same at the beginning of a word: as the index of titles finds it."""

    lookup_name = "words"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        sql, params = super().as_sql(compiler, connection)
        pattern = str(params[-1])
        if not sql.endswith(" LIKE %s)") or UNSPACED.search(pattern):
            return sql, params
        column, _ = self.process_lhs(compiler, connection)
        folded_column = f"articles_search_folded({column})"
        return sql.replace(folded_column, f"' ' || {folded_column}"), (*params[:-1], f"% {pattern[1:]}")
