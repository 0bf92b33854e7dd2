"""The worker of gunicorn that slow clients cannot hold: waitress takes in whole requests, and sends answers, itself.

A thread gets a request only when all of it is there, and is free as soon as the answer is written into a buffer.
Gunicorn starts, watches and restarts the processes. `gunicorn.conf.py` names this class.
"""

from __future__ import annotations

import os
import time
from copy import copy
from typing import Any
from weakref import WeakSet

from django.urls import reverse
from gunicorn.workers.base import Worker
from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import create_server

# Where bodies of more than SMALL_BODY are taken: an upload of documents, an archive. Elsewhere they are refused unread.
UPLOADS = ("desk_upload_new", "api_imports")
SMALL_BODY, LARGE_BODY = 25 * 1024**2, 1024**3  # bytes
# Large bodies that a process takes in at once, each in a file without a name.
LARGE_AT_ONCE = 4

CONNECTIONS = 1_000
HEADERS = 32 * 1024  # bytes
# A request whose headers have not come after so many seconds is dropped, and a body that comes slower than this rate.
PATIENCE = 20  # seconds
SLOWEST = 10_000  # bytes a second
# An answer of which the client has taken nothing for so long, and a connection that asks nothing, are dropped.
IDLE = 30  # seconds


class Parser(HTTPRequestParser):
    """Refuses a large body by its announced length, but for an upload."""

    upload_paths: frozenset[str] = frozenset()
    large: WeakSet[Parser] = WeakSet()

    adj: Adjustments

    def __init__(self, adj: Adjustments) -> None:
        super().__init__(adj)
        self.begun = time.monotonic()

    def parse_header(self, header_plus: bytes) -> None:
        super().parse_header(header_plus)
        is_upload = self.path in self.upload_paths and len(self.large) < LARGE_AT_ONCE
        if not is_upload:
            self.adj = copy(self.adj)
            self.adj.max_request_body_size = SMALL_BODY
        elif self.chunked or self.content_length > SMALL_BODY:
            self.large.add(self)

    @property
    def is_too_slow(self) -> bool:
        """Whether it is behind the time that its headers, and what has come of its body, may take."""
        return time.monotonic() - self.begun > PATIENCE + self.body_bytes_received / SLOWEST


class Channel(HTTPChannel):
    parser_class = Parser
    last_activity: float

    def handle_read(self) -> None:
        last = self.last_activity
        super().handle_read()
        if self.request is not None and self.request.is_too_slow:
            # Bytes that drip in are no activity: the next look at idle connections ends it.
            self.last_activity = min(last, time.time() - IDLE - 1)


class SlowClientWorker(Worker):
    def run(self) -> None:
        Parser.upload_paths = frozenset(map(reverse, UPLOADS))
        connections: dict[int, Any] = {}
        create_server(
            self.wsgi,
            map=connections,
            sockets=[listener.sock for listener in self.sockets],
            threads=self.cfg.threads,
            connection_limit=CONNECTIONS,
            channel_timeout=IDLE,
            cleanup_interval=5,
            max_request_header_size=HEADERS,
            max_request_body_size=LARGE_BODY,
            clear_untrusted_proxy_headers=False,  # newsroom.headers does it
            asyncore_use_poll=True,
            ident=None,
        )
        listeners = [one for one in connections.values() if getattr(one, "accepting", False)]
        for listener in listeners:
            listener.channel_class = Channel
        while self.alive and self.ppid == os.getppid():
            self.notify()
            wasyncore.loop(timeout=1, use_poll=True, map=connections, count=1)
        self._finish(listeners, connections)

    def _finish(self, listeners: list[Any], connections: dict[int, Any]) -> None:
        """Answers what has been asked, for as long as gunicorn waits."""
        end = time.monotonic() + self.cfg.graceful_timeout
        for listener in listeners:
            listener.accepting = False
        while time.monotonic() < end and any(
            channel.requests or channel.total_outbufs_len
            for listener in listeners
            for channel in list(listener.active_channels.values())
        ):
            self.notify()
            wasyncore.loop(timeout=0.1, use_poll=True, map=connections, count=1)
        listeners[0].task_dispatcher.shutdown(timeout=1)
