"""How much each part measures; with BENCH_SMOKE=1 so little that a run shows only that every part still works.

BENCH_ARTICLES, BENCH_SEARCH_ARTICLES, BENCH_DOCUMENTS and BENCH_SITE_DOCUMENTS say how many are many.
"""

import os

SMOKE = os.environ.get("BENCH_SMOKE") == "1"
FEW = 100 if SMOKE else 1_000
ARTICLES = int(os.environ.get("BENCH_ARTICLES", "300" if SMOKE else "1000000"))
SEARCH_ARTICLES = int(os.environ.get("BENCH_SEARCH_ARTICLES", "300" if SMOKE else "1000000"))
DOCUMENTS = int(os.environ.get("BENCH_DOCUMENTS", "300" if SMOKE else "100000"))
SITE_DOCUMENTS = int(os.environ.get("BENCH_SITE_DOCUMENTS", "300" if SMOKE else "4641"))
# How often a step is timed, and how often the whole of it is repeated.
DESK_STEPS = 5 if SMOKE else 100
PUSHES = 40 if SMOKE else 1_000
EXPORTS_A_DAY = 2 if SMOKE else 12
SITE_ROUNDS, SITE_REQUESTS = (1, 1) if SMOKE else (7, 30)
SEARCH_ROUNDS, SEARCH_PER_KIND = (1, 1) if SMOKE else (3, 20)
BROWSER_ROUNDS = 1 if SMOKE else 3
BROWSER_PICTURES = 4 if SMOKE else 24
TRUST_ARTICLES, TRUST_DOCUMENTS = (300, 50) if SMOKE else (4_000, 500)
TRUST_LOAD, TRUST_TROUBLE = (6, 4) if SMOKE else (180, 30)  # seconds
TRUST_REQUESTS = 300 if SMOKE else 30_000


def left_out(what: str) -> None:
    """Say that a part cannot be measured here; a run that is to show that every part works ends there."""
    if SMOKE:
        raise SystemExit(f"BENCH_SMOKE: {what}")
    print(what)
