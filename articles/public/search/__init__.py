"""Search: what was typed (`query`), what is found (`index`), what of it is marked (`marks`).

found = find(parse("dams -solar topic:energy"))   # one query, the best first
articles = load(found[:25])                       # three more, ready for cards
"""

from articles.public.search.index import BEST, Found, find, load, rebuild
from articles.public.search.query import LONGEST, Query, Term, cleaned, parse

__all__ = ["BEST", "LONGEST", "Found", "Query", "Term", "cleaned", "find", "load", "parse", "rebuild"]
