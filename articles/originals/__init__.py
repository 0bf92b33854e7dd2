"""Asks gently whether the originals of articles are still there (opt-in)."""
