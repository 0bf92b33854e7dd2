"""What the robots.txt of a host allows (RFC 9309)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from articles.images.fetching import NotFetched, Rules, fetch, status_of

AGENT = "Newsroom"
MOST_BYTES = 500 * 1024  # of a robots.txt; RFC 9309, 2.5


class Robots:
    """The answers of hosts, each asked once; `pause` is called before a request to a host."""

    def __init__(self, rules: Rules, pause: Callable[[str], None]):
        self.rules, self.pause = replace(rules, most_bytes=MOST_BYTES), pause
        self.parsers: dict[str, RobotFileParser] = {}

    def allow(self, url: str) -> bool:
        """Raises NotFetched if the host cannot be reached."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        if site not in self.parsers:
            self.pause(parts.hostname or "")
            self.parsers[site] = self._parser(f"{site}/robots.txt")
        return self.parsers[site].can_fetch(AGENT, url)

    def _parser(self, url: str) -> RobotFileParser:
        parser = RobotFileParser()
        try:
            lines = fetch(url, self.rules).decode("utf-8", errors="replace").splitlines()
        except NotFetched:
            # None there (400 to 499): all is allowed. The server has trouble: nothing is.
            has_none = 400 <= status_of(url, "GET", self.rules) < 500
            lines = [] if has_none else ["User-agent: *", "Disallow: /"]
        parser.parse(lines)
        return parser
