"""The clients of `trust`: people and programs with kept connections, some threads of few processes.

Each has an address of its own, as behind a proxy. What they need of the processor is measured beside the figures.
"""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from math import ceil
from random import Random
from typing import NamedTuple
from urllib.parse import urlencode

from benchmarks.figures import Figure
from benchmarks.trust_site import PASSWORD

TIMEOUT = 10  # seconds
# A reader asks for a page about once a second: faster than anybody reads, since one page brings feeds and JSON of
# machines with it; ten of them, then another reader comes by another connection.
THINK = 1.0  # seconds
VISIT = 10  # pages
# An editor looks at an article for this long at least.
LOOK = 2.0  # seconds
GOOD = (200, 301, 304, 410)

OFFERED = re.compile(r'<button [^>]*(?:formaction|data-action)="/desk/articles/\d+/(publish|reject|withdraw)/"([^>]*)>')
VERSION = re.compile(r'data-version="(\d+)"')


class Answer(NamedTuple):
    kind: str
    seconds: float
    status: int  # 0: none came
    problem: str = ""


def milliseconds(answers: list[Answer], share: float = 0.95) -> float:
    """That so many of the answers took at most; one that never came took what was waited for it."""
    took = sorted(one.seconds for one in answers)
    if not took:
        raise RuntimeError("nothing was answered, and nothing failed: the clients have not asked")
    return took[max(0, ceil(len(took) * share) - 1)] * 1000


def errors(name: str, answers: list[Answer]) -> Iterator[Figure]:
    """Answers, and those that are errors: of the server, refusals, and none at all; with the most frequent."""
    wrong = Counter(f"{one.status or 'no answer'}: {one.problem}" for one in answers if one.problem)
    yield Figure(f"{name}: answers", len(answers), "requests")
    yield Figure(f"{name}: errors", wrong.total(), "requests", 0)
    for problem, number in wrong.most_common(5):
        print(f"    {number} × {problem}")


class Client:
    """One that asks from an address of its own, over one connection that is kept."""

    def __init__(self, port: int, address: str, answers: list[Answer]) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        self.headers = {"Accept-Encoding": "gzip", "X-Forwarded-For": address, "User-Agent": "benchmark"}
        self.answers, self.cookies = answers, dict[str, str]()
        self.body, self.item = b"", ""

    def ask(self, kind: str, path: str, form: dict[str, str] | None = None) -> int:
        """Notes the answer and returns its status; 0 if none came."""
        headers, body = dict(self.headers), None
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if form is not None:
            body = urlencode(form)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": self.cookies["csrftoken"]}
        started = time.perf_counter()
        try:
            self.connection.request("GET" if form is None else "POST", path, body, headers)
            answer = self.connection.getresponse()
            self.body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.connection.close()
            self.answers.append(Answer(kind, time.perf_counter() - started, 0, f"{type(error).__name__} {path}"))
            return 0
        took = time.perf_counter() - started
        self.item = answer.headers.get("X-Item", "")
        for cookie in answer.headers.get_all("Set-Cookie", ()):
            name, value = cookie.partition(";")[0].split("=", 1)
            self.cookies[name] = value
        self.answers.append(Answer(kind, took, answer.status, "" if answer.status in GOOD else path))
        return answer.status

    def log_in(self, name: str) -> None:
        self.ask("login", "/desk/login/")
        if self.ask("login", "/desk/login/", {"username": name, "password": PASSWORD}) != 302:
            raise RuntimeError(f"{name} cannot log in: {self.answers[-1]}")


def warm(port: int, pages: list[str]) -> None:
    """Asks for each page by connections enough that each process of the server has made it."""
    for _ in range(10):
        client = Client(port, "10.0.0.1", [])
        for page in pages:
            if client.ask("warm", page) not in GOOD:
                raise RuntimeError(f"before any trouble: {client.answers[-1]}")
        client.connection.close()


def read(port: int, pages: dict[str, list[str]], count: int, seconds: float) -> tuple[list[Answer], float]:
    """So many readers for so long, each kind of page as often as the others; and seconds of a processor that took."""

    def visit(number: int, until: float, answers: list[Answer]) -> None:
        random = Random(number)  # noqa: S311 - test data
        time.sleep(random.uniform(0, THINK))
        while time.monotonic() < until:
            client = Client(port, f"10.1.{random.randrange(256)}.{number}", answers)
            for _ in range(VISIT):
                kind = random.choice(list(pages))
                client.ask(kind, random.choice(pages[kind]))
                time.sleep(random.uniform(0.5, 1.5) * THINK)
                if time.monotonic() >= until:
                    break
            client.connection.close()

    return _side_by_side(visit, range(count), seconds)


def decide(port: int, cookies: list[dict[str, str]], reason: str, seconds: float) -> tuple[list[Answer], float]:
    """Editors who are logged in decide on what the queue opens for them, one every LOOK seconds each."""

    def work(number: int, until: float, answers: list[Answer]) -> None:
        random = Random(number)  # noqa: S311 - test data
        client = Client(port, f"10.2.0.{number}", answers)
        client.cookies = dict(cookies[number])
        time.sleep(random.uniform(0, LOOK))
        while time.monotonic() < until:
            started = time.monotonic()
            _decide_once(client, random, reason)
            time.sleep(max(0.0, LOOK - (time.monotonic() - started)))

    return _side_by_side(work, range(len(cookies)), seconds)


def _decide_once(client: Client, random: Random, reason: str) -> None:
    """Decides on the article that the last answer opened; opens the next of the queue where it opened none."""
    page = client.body
    text = (gzip.decompress(page) if page[:2] == b"\x1f\x8b" else page).decode()
    verbs = [verb for verb, more in OFFERED.findall(text) if " disabled" not in more]
    version = VERSION.search(text)
    form = {"next": "/desk/queue/", "part": "1"}
    if not client.item or not version or not verbs:
        client.ask("next", "/desk/queue/next/", form)
        return
    verb = random.choice(verbs)
    form |= {"version": version[1]} | ({} if verb == "publish" else {"reason": reason})
    if client.ask("save", f"/desk/articles/{client.item}/{verb}/", form) == 409:
        client.item = ""


def flood(port: int, count: int, seconds: float) -> tuple[list[Answer], float]:
    """Wrong names and passwords without a pause, over so many connections, each try from another address."""

    def guess(number: int, until: float, answers: list[Answer]) -> None:
        random = Random(number)  # noqa: S311 - test data
        client = Client(port, "", answers)
        while time.monotonic() < until:
            client.headers["X-Forwarded-For"] = f"10.{random.randrange(3, 256)}.{random.randrange(256)}.{number}"
            if "csrftoken" not in client.cookies:
                client.ask("form", "/desk/login/")
            else:
                name, password = f"{random.random()}", f"{random.random()}"
                client.ask("guess", "/desk/login/", {"username": name, "password": password})

    return _side_by_side(guess, range(count), seconds)


def ask_all(port: int, addresses: list[list[tuple[str, str]]], cookies: dict[str, str]) -> list[Answer]:
    """Asks the lists of kinds and addresses beside each other, without a pause; desk and admin as who is logged in."""

    def work(number: int, until: float, answers: list[Answer]) -> None:
        public, staff = (Client(port, f"10.{net}.0.{number}", answers) for net in (1, 2))
        staff.cookies = dict(cookies)
        for kind, address in addresses[number]:
            (staff if address.startswith(("/desk", "/admin")) else public).ask(kind, address)
        for client in (public, staff):
            client.connection.close()

    return _side_by_side(work, range(len(addresses)), 0)[0]


def _side_by_side(
    work: Callable[[int, float, list[Answer]], None], numbers: range, seconds: float
) -> tuple[list[Answer], float]:
    """All answers, and the seconds of a processor that this process took for them."""
    until, before = time.monotonic() + seconds, time.process_time()
    answers: list[Answer] = []  # a list that all threads append to: each append is whole
    with ThreadPoolExecutor(len(numbers)) as threads:
        for done in [threads.submit(work, number, until, answers) for number in numbers]:
            done.result()
    return answers, time.process_time() - before
