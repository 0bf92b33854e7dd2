"""How much a related link has to do with its article: computed from texts and dates, never from scores. No database."""

from articles.relevance.relevance import CUT, MOST_SHARED, NONE, Relevance, Text, relevances

__all__ = ["CUT", "MOST_SHARED", "NONE", "Relevance", "Text", "relevances"]
