"""How much a related link has to do with its article: computed from texts and dates, never from scores. No database."""

from articles.relevance.relevance import CUT, NONE, REASONS, Relevance, Text, relevances

__all__ = ["CUT", "NONE", "REASONS", "Relevance", "Text", "relevances"]
