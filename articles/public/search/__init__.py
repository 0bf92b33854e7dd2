"""Search: `query` parses what a reader typed, `index` finds articles, `marks` marks the words in the results.

found = find(parse("dams -solar topic:energy"))   # one query, the best match first
cards = load(found[:25])                          # three queries
"""

from articles.public.search.index import MAX_RESULTS, Found, find, load, rebuild
from articles.public.search.query import MAX_QUERY_LENGTH, Query, Term, cleaned, parse

__all__ = ["MAX_QUERY_LENGTH", "MAX_RESULTS", "Found", "Query", "Term", "cleaned", "find", "load", "parse", "rebuild"]
