"""The Redis cache: one that is away, hung or full costs a moment and is logged once; the site goes on without it.

While it is away, reads find nothing and writes are dropped. It is tried again every PAUSE seconds, by one thread.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

from django.core.cache.backends import redis
from redis.backoff import NoBackoff
from redis.exceptions import OutOfMemoryError, RedisError
from redis.retry import Retry

# Options of the connections: a request waits no longer than one of them, and once.
CONNECTION: dict[str, Any] = {
    "socket_connect_timeout": 0.15,
    "socket_timeout": 0.15,
    "retry": Retry(NoBackoff(), 0),
}  # seconds
PAUSE = 5  # seconds

logger = logging.getLogger(__name__)


class Line:
    """What this process knows of the server at one address."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.is_away = self.is_full = False
        self.next_try = 0.0

    def may_try(self) -> bool:
        with self.lock:
            if self.is_away:
                if monotonic() < self.next_try:
                    return False
                self.next_try = monotonic() + PAUSE
            return True

    def answered(self, *, took_a_value: bool) -> None:
        if not self.is_away and not (self.is_full and took_a_value):
            return
        with self.lock:
            if self.is_away:
                self.is_away = False
                logger.warning("Redis answers again.")
            elif self.is_full:
                self.is_full = False
                logger.warning("Redis has room again.")

    def failed(self, error: RedisError) -> None:
        with self.lock:
            self.next_try = monotonic() + PAUSE
            if not self.is_away:
                self.is_away = True
                logger.warning("Redis is away, pages are made anew for each reader: %s", error)

    def had_no_room(self) -> None:
        with self.lock:
            if not self.is_full:
                self.is_full = True
                logger.warning("Redis is full and takes nothing more: give it memory, or an eviction policy.")


_lines: dict[tuple[str, ...], Line] = {}


class Client(redis.RedisCacheClient):
    def __init__(self, servers: list[str], **options: Any) -> None:
        super().__init__(servers, **(CONNECTION | options))
        # The threads of a process have a client each, and share what they know.
        self.line = _lines.setdefault(tuple(servers), Line())

    def _ask[Answer](self, ask: Callable[..., Answer], *args: Any, without: Answer, gone: Iterable[str] = ()) -> Answer:
        """Returns the answer of the server, or `without` if there is none.

        What could not be written for lack of room is `gone`: the old value would be a wrong one.
        """
        if not self.line.may_try():
            return without
        try:
            answer = ask(*args)
        except OutOfMemoryError:
            self.line.had_no_room()
            self._ask(super().delete_many, list(gone), without=None)
            return without
        except RedisError as error:
            self.line.failed(error)
            return without
        self.line.answered(took_a_value=bool(gone))
        return answer

    def add(self, key: Any, value: Any, timeout: Any) -> bool:
        return self._ask(super().add, key, value, timeout, without=False, gone=[key])

    def get(self, key: Any, default: Any) -> Any:
        return self._ask(super().get, key, default, without=default)

    def set(self, key: Any, value: Any, timeout: Any) -> None:
        self._ask(super().set, key, value, timeout, without=None, gone=[key])

    def touch(self, key: Any, timeout: Any) -> bool:
        return self._ask(super().touch, key, timeout, without=False)

    def delete(self, key: Any) -> bool:
        return self._ask(super().delete, key, without=False)

    def get_many(self, keys: Any) -> dict[Any, Any]:
        return self._ask(super().get_many, keys, without={})

    def has_key(self, key: Any) -> bool:
        return self._ask(super().has_key, key, without=False)

    def incr(self, key: Any, delta: int) -> int:
        """Raises ValueError for a key that is not there, as every cache does, and so while the server is away."""
        number = self._ask(super().incr, key, delta, without=None, gone=[key])
        if number is None:
            raise ValueError(f"Key {key!r} not found.")
        return int(number)

    def set_many(self, data: Any, timeout: Any) -> None:
        self._ask(super().set_many, data, timeout, without=None, gone=list(data))

    def delete_many(self, keys: Any) -> None:
        self._ask(super().delete_many, keys, without=None)

    def clear(self) -> bool:
        return self._ask(super().clear, without=False)


class RedisCache(redis.RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = Client
