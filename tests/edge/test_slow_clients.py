"""Clients that send or read slowly hold nobody else."""

import contextlib
import socket
import time

from newsroom import server
from tests.edge.servers import ask, gunicorn

MANY = 60


def connect(port: int, *parts: bytes, window: int = 0) -> socket.socket:
    client = socket.socket()
    if window:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    client.connect(("127.0.0.1", port))
    for part in parts:
        client.sendall(part)
    return client


def test_a_reader_is_answered_while_many_clients_drip(tmp_path, database):
    head = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    post = b"POST /desk/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9999\r\n\r\nusername="
    with gunicorn(tmp_path, database, "--workers=1", "--threads=2") as port, contextlib.ExitStack() as stack:
        for _ in range(MANY):
            stack.enter_context(connect(port))  # says nothing
            stack.enter_context(connect(port, head + b"X-A: b"))
            stack.enter_context(connect(port, post))
            stack.enter_context(connect(port, head + b"Connection: keep-alive\r\n\r\n", window=512))

        paths = ("/", "/latest/", "/search/?q=power", "/desk/login/")
        statuses = [ask(port, path, Host="127.0.0.1")[0] for path in paths]

    assert statuses == [200] * 4


def test_a_large_body_is_refused_before_it_comes_but_for_an_upload(tmp_path, database):
    with gunicorn(tmp_path, database, "--workers=1") as port:
        for path, size, expected in [
            ("/desk/login/", server.SMALL_BODY + 1, b"413"),
            ("/desk/imports/upload/", server.LARGE_BODY + 1, b"413"),
        ]:
            request = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {size}\r\n\r\n"
            with connect(port, request.encode()) as client:
                client.settimeout(10)
                assert client.recv(1000).split()[1] == expected, path


def test_a_request_that_drips_is_too_slow_in_the_end():
    parser = server.Parser.__new__(server.Parser)
    for seconds, received, is_too_slow in [(1, 0, False), (21, 0, True), (60, 500_000, False), (90, 500_000, True)]:
        parser.begun, parser.body_bytes_received = time.monotonic() - seconds, received

        assert parser.is_too_slow == is_too_slow, (seconds, received)
