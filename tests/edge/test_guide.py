"""The proxies of the operating guide, as they stand there: with other ports and a certificate of the test's own."""

import re
import shutil
import ssl
import subprocess
from http.client import HTTPSConnection

import pytest

from tests.conftest import ROOT
from tests.edge.servers import found, free_port, gunicorn, running

GUIDE = (ROOT / "docs" / "operating.md").read_text()
HEADERS = dict(re.findall(r"(\w+_HEADER)=([\w-]+)", GUIDE))


def example(language: str) -> str:
    return re.search(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)[1]


def certificate(folder) -> None:
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=news.example.org",
    ]
    command += ["-keyout", f"{folder}/news.key", "-out", f"{folder}/news.crt"]
    subprocess.run(command, check=True, capture_output=True)
    both = (folder / "news.crt").read_text() + (folder / "news.key").read_text()
    (folder / "news.pem").write_text(both)


def start(front: str, text: str, folder) -> list[str]:
    config = folder / f"{front}.conf"
    if front == "haproxy":
        config.write_text(text)
        return [found("haproxy"), "-db", "-f", str(config)]
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    rest = f"daemon off; pid {folder}/nginx.pid; error_log {folder}/errors.log; events {{}}\n"
    config.write_text(f"{rest} http {{ access_log off; {temporary}\n{text} }}")
    return [found("nginx"), "-c", str(config), "-p", str(folder)]


@pytest.mark.parametrize("front", ["nginx", "haproxy"])
def test_the_example_of_the_guide_serves_the_site(tmp_path, database, front):
    if not found(front) or not shutil.which("openssl"):
        pytest.skip(f"{front} or openssl is not installed")
    certificate(tmp_path)
    port = free_port()
    variables = HEADERS | {"NEWSROOM_HTTPS": "1", "ALLOWED_HOSTS": "news.example.org", "NEWSROOM_LOG_ADDRESSES": "1"}
    with gunicorn(tmp_path, database, "--workers=1", **variables) as behind:
        text = example(front).replace("127.0.0.1:8000", f"127.0.0.1:{behind}").replace("/etc/ssl", str(tmp_path))
        text = text.replace("listen 443", f"listen 127.0.0.1:{port}").replace("bind :443", f"bind 127.0.0.1:{port}")
        with running(start(front, text, tmp_path), port, tmp_path / "front.log"):
            trusted = ssl.create_default_context(cafile=str(tmp_path / "news.crt"))
            trusted.check_hostname = False
            connection = HTTPSConnection("127.0.0.1", port, context=trusted)
            answers = []
            for path in ("/", "/feed.rss", "/never-was/"):
                lies = {"X-Forwarded-For": "198.51.100.7", "X-Forwarded-Proto": "http", "X-Request-ID": "a-lie-of-mine"}
                connection.request("GET", path, headers={"Host": "news.example.org"} | lies)
                answer = connection.getresponse()
                answers.append((answer.status, answer.read().decode()))
            connection.close()

    assert [status for status, _ in answers] == [200, 200, 404]
    assert "https://news.example.org/" in answers[1][1]
    (line,) = [line for line in (tmp_path / "gunicorn.log").read_text().splitlines() if "/never-was/" in line]
    assert " - 127.0.0.1]:" in line
    assert "a-lie-of-mine" not in line
