"""Downloads from untrusted servers, without being tricked into requests to our own network (SSRF).

A host name is resolved once, all its addresses are checked, and the connection goes to one of these addresses. No
proxy, cookie, credentials or compression are used. Time and size are limited.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Address, ip_address, ip_network
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

HEADERS = {
    "Accept": "image/webp,image/avif,image/*;q=0.8",
    "Accept-Encoding": "identity",
    "Connection": "close",
}
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 64 * 1024

# `ipaddress` counts some of these as global, and differs between versions of Python.
NOT_PUBLIC_4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 "
        "192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
    ).split()
]
# The only allocated range of IPv6; it includes Teredo, documentation and 6to4, which are excluded below.
PUBLIC_6 = ip_network("2000::/3")
NOT_PUBLIC_6 = [ip_network(network) for network in "2001::/23 2001:db8::/32 2002::/16 3fff::/20".split()]
# IPv6 addresses that contain an IPv4 address: IPv4-mapped ones, and those of NAT64.
IPV4_WITHIN = [ip_network("::ffff:0:0/96"), ip_network("64:ff9b::/96")]


# Asks a place over a connection; a text is the URL of a redirect.
type Exchange[T] = Callable[[HTTPConnection, "Place", "Rules"], T | str]


class NotFetched(Exception):
    """The download failed; the message is a sentence for staff."""


def is_public(address: str) -> bool:
    """Whether the address is on the internet, and not on this machine or in a private network."""
    ip = ip_address(address)
    if isinstance(ip, IPv4Address):
        return ip.is_global and not any(ip in network for network in NOT_PUBLIC_4)
    if any(ip in network for network in IPV4_WITHIN):
        return is_public(str(IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and ip in PUBLIC_6 and not any(ip in network for network in NOT_PUBLIC_6)


def addresses_of(host: str, port: int) -> list[str]:
    """All addresses of the host, from the resolver of the system."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(info[4][0]) for info in found))


@dataclass(frozen=True)
class Rules:
    """The limits of a fetch. Tests set their own resolver, ports and certificates."""

    resolve: Callable[[str, int], list[str]] = addresses_of
    is_public: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443})
    seconds: float = 10
    most_bytes: int = 10 * 1024**2
    redirects: int = 3
    agent: str = "Newsroom (pictures)"
    tls: Callable[[], ssl.SSLContext] = ssl.create_default_context


RULES = Rules()


@dataclass(frozen=True)
class Place:
    """The parts of a URL. It is parsed once, so that the connection and the request cannot interpret it differently."""

    secure: bool
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def fetch(url: str, rules: Rules = RULES) -> bytes:
    """Downloads the URL and returns its content; raises `NotFetched`. The time limit includes all redirects."""
    return _follow(url, rules, _exchange)


def status_of(url: str, method: str, rules: Rules = RULES) -> int:
    """Returns the HTTP status of the URL, where its redirects end; the content is not read. Raises `NotFetched`."""
    return _follow(url, rules, partial(_status, method))


def _follow[T](url: str, rules: Rules, exchange: Exchange[T]) -> T:
    deadline = time.monotonic() + rules.seconds
    for _ in range(rules.redirects + 1):
        answer = _ask(_place_of(url, rules), rules, deadline, exchange)
        if not isinstance(answer, str):
            return answer
        url = urljoin(url, answer)
    raise NotFetched(f"It redirects more than {rules.redirects} times.")


def _place_of(url: str, rules: Rules) -> Place:
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").encode("idna").decode() if parts.hostname else ""
        port = parts.port
    except ValueError:
        raise NotFetched("Its URL cannot be read.") from None
    if parts.scheme not in ("http", "https") or not host:
        raise NotFetched("It leads to something that is no http or https URL.")
    if "@" in parts.netloc:
        raise NotFetched("It leads to a URL with a user name.")
    secure = parts.scheme == "https"
    port = port if port is not None else (443 if secure else 80)
    if port not in rules.ports:
        raise NotFetched(f"It leads to port {port}.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~?")
    return Place(secure, host, port, f"{path}?{query}" if query else path)


def _ask[T](place: Place, rules: Rules, deadline: float, exchange: Exchange[T]) -> T | str:
    """What the exchange gives, or the URL of a redirect."""
    try:
        connection = _connect(place, _checked_addresses(place, rules, deadline), rules, deadline)
        try:
            with _cut_off_at(deadline, connection):
                answer = exchange(connection, place, rules)
        finally:
            connection.close()
        # A response that was cut off at the deadline may look complete.
        if time.monotonic() < deadline:
            return answer
    except NotFetched:
        if time.monotonic() < deadline:
            raise
    except ssl.SSLError:
        if time.monotonic() < deadline:
            raise NotFetched(f"The certificate of {place.host} is not valid.") from None
    except (OSError, ValueError, HTTPError, http.client.HTTPException) as error:
        if time.monotonic() < deadline:
            raise NotFetched(_in_words(error, place)) from None
    raise NotFetched(f"It took longer than {rules.seconds:g} seconds.")


def _in_words(error: Exception, place: Place) -> str:
    broke_off = isinstance(error, http.client.HTTPException | ConnectionResetError | BrokenPipeError)
    if isinstance(error, OSError | NewConnectionError) and not broke_off:
        return f"{place.host} cannot be reached."
    return "The server broke off, or answered with what is no HTTP."


def _checked_addresses(place: Place, rules: Rules, deadline: float) -> list[str]:
    try:
        addresses = _within(deadline, rules.resolve, place.host, place.port)
    except (OSError, UnicodeError):
        raise NotFetched(f"There is no host {place.host}.") from None
    # One private address among public ones is enough for an attack.
    if not addresses or not all(rules.is_public(address) for address in addresses):
        raise NotFetched(f"{place.host} is no public address.")
    return addresses


def _within[T](deadline: float, work: Callable[..., T], *args: Any) -> T:
    """Runs `work` in a thread until the deadline; the system's resolver has no time-out of its own."""
    answers: SimpleQueue[tuple[T | None, Exception | None]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((work(*args), None))
        except Exception as error:
            answers.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        answer, error = answers.get(timeout=max(deadline - time.monotonic(), 0.001))
    except Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]


def _connect(place: Place, addresses: list[str], rules: Rules, deadline: float) -> HTTPConnection:
    """A connection to the first of the addresses that accepts one."""
    for address in addresses:
        left = max(deadline - time.monotonic(), 0.001)
        # Half of the remaining time, so that an address without an answer leaves time for the next one.
        options: dict[str, Any] = {
            "host": address,
            "port": place.port,
            "timeout": left / (2 if address != addresses[-1] else 1),
        }
        connection = (
            HTTPSConnection(**options, server_hostname=place.host, ssl_context=rules.tls())
            if place.secure
            else HTTPConnection(**options)
        )
        try:
            connection.connect()
        except (OSError, HTTPError):
            connection.close()
            if address == addresses[-1]:
                raise
        else:
            return connection
    raise NotFetched(f"{place.host} cannot be reached.")


@contextmanager
def _cut_off_at(deadline: float, connection: HTTPConnection) -> Iterator[None]:
    """Shuts the connection down at the deadline: a socket's own time-out starts again with every byte received."""
    end = socket.socket.shutdown

    def cut(sock: socket.socket) -> None:
        try:
            # Not the method of a TLS socket, which would remove the TLS layer while another thread reads.
            end(sock, socket.SHUT_RDWR)
        except OSError:
            return

    timer = threading.Timer(max(deadline - time.monotonic(), 0), cut, [connection.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _exchange(connection: HTTPConnection, place: Place, rules: Rules) -> bytes | str:
    headers = HEADERS | {"User-Agent": rules.agent, "Host": place.host_header}
    connection.request("GET", place.target, headers=headers, preload_content=False, decode_content=False)
    with closing(connection.getresponse()) as response:
        location = response.headers.get("Location")
        if response.status in REDIRECTS and location:
            return location
        if response.status != 200:
            raise NotFetched(f"The server answered {response.status}.")
        if response.headers.get("Content-Encoding", "identity").strip().lower() not in ("identity", ""):
            raise NotFetched("The server sent it compressed, though not asked to.")
        return _body(response, rules)


def _status(method: str, connection: HTTPConnection, place: Place, rules: Rules) -> int | str:
    headers = HEADERS | {"User-Agent": rules.agent, "Accept": "*/*", "Host": place.host_header}
    connection.request(method, place.target, headers=headers, preload_content=False, decode_content=False)
    with closing(connection.getresponse()) as response:
        location = response.headers.get("Location")
        return location if response.status in REDIRECTS and location else response.status


def _body(response: BaseHTTPResponse, rules: Rules) -> bytes:
    too_large = NotFetched(f"It is larger than {rules.most_bytes // 1024**2} MB.")
    length = response.headers.get("Content-Length", "")
    if length.isdecimal() and int(length) > rules.most_bytes:
        raise too_large
    body = bytearray()
    for chunk in response.stream(CHUNK, decode_content=False):
        body += chunk
        if len(body) > rules.most_bytes:
            raise too_large
    return bytes(body)
