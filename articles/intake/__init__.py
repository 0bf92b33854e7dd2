"""Feeds of documents: looking at folders and repositories, holding what is odd, silence, tokens of clients."""
