"""How the product starts, in a process of its own: the settings are read once per process."""

import os
import re
import subprocess
import sys

import pytest

from tests.conftest import ROOT

KEY = "a key for this test only, long enough to be taken: 0123456789"
SETTINGS = (ROOT / "newsroom" / "settings.py").read_text()
OPERATING = (ROOT / "docs" / "operating.md").read_text()


def run(*command: str, **variables: str) -> subprocess.CompletedProcess:
    """The command with these environment variables, and none of those that the settings read otherwise."""
    ours = variables_read() | {"DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def variables_read() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))


@pytest.mark.parametrize(
    ("command", "variables"),
    [
        # The settings decide which key will do, the same for every command; each way in says so in its own way.
        (["manage.py", "check"], {}),
        (["manage.py", "migrate"], {}),
        (["-c", "import newsroom.wsgi"], {}),
        (["manage.py", "check"], {"SECRET_KEY": ""}),
        (["manage.py", "check"], {"SECRET_KEY": "short"}),
        (["manage.py", "check"], {"SECRET_KEY": "a" * 60}),
        (["manage.py", "check"], {"SECRET_KEY": "django-insecure-" + KEY}),
        (["-c", "import newsroom.wsgi"], {"DEBUG": "0"}),
    ],
)
def test_a_missing_or_weak_secret_key_stops_the_start_with_one_line(command, variables):
    start = run(*command, **variables)

    assert start.returncode != 0
    assert start.stdout == ""
    assert start.stderr.startswith("Newsroom cannot start: SECRET_KEY is missing or weak")
    assert start.stderr.count("\n") == 1


def test_gunicorn_does_not_try_again_for_ever_without_a_secret_key():
    start = run("-m", "gunicorn", "--bind=127.0.0.1:0", "--no-control-socket", "newsroom.wsgi")

    assert start.returncode != 0
    assert "Newsroom cannot start: SECRET_KEY is missing or weak" in start.stderr
    assert "Traceback" not in start.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "//anne:hush@host/name"),
        ("DATABASE_URL", "mysql://anne:hush@host/name"),
        ("DATABASE_URL", "postgres://anne:hush@host:port/name"),
        ("CACHE_URL", "nonsense://host"),
        ("CACHE_URL", "memcache://host:11211"),
        ("DEBUG", "maybe"),
        ("NEWSROOM_HTTPS", "flase"),
        ("NEWSROOM_HALF_LIFE_HOURS", "a day"),
        ("NEWSROOM_HALF_LIFE_HOURS", "0"),
        ("TIME_ZONE", "Mars/Base"),
        ("NEWSROOM_ORIGIN", "news.example.org"),
        ("NEWSROOM_ORIGIN", "http://news.example.org"),
        ("NEWSROOM_ORIGIN", "https://news.example.org/path"),
        ("NEWSROOM_SECOND_FACTOR", "Everybody"),
        ("NEWSROOM_SESSION_HOURS", "0"),
        ("EMAIL_URL", "mail.example:25"),
        ("EMAIL_URL", "smtp://name:hush@host:port"),
        ("CLIENT_ADDRESS_HEADER", "X Forwarded"),
        ("LOG_LEVEL", "LOUD"),
        ("NEWSROOM_PUBLISH_IMPORTED", "sometimes"),
        ("NEWSROOM_REMOTE_IMAGES", "some"),
        ("NEWSROOM_JSON_SIZES", "thirty"),
        ("NEWSROOM_JSON_SIZES", "topics=0"),
        ("NEWSROOM_JSON_SIZES", "topics=thirty"),
        ("NEWSROOM_JSON_SIZES", "videos=30"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_the_start_with_one_line(name, value):
    start = run("manage.py", "check", **{"SECRET_KEY": KEY, name: value})

    assert start.returncode != 0
    assert start.stderr.startswith("Newsroom cannot start: ")
    assert start.stderr.count("\n") == 1
    assert "hush" not in start.stderr


def test_debug_is_off_unless_someone_turns_it_on():
    show = ["-c", "from newsroom import settings; print(settings.DEBUG)"]

    assert run(*show, SECRET_KEY=KEY).stdout == "False\n"
    assert run(*show, DEBUG="1").stdout == "True\n"


@pytest.mark.parametrize(
    ("value", "sources"), [("link", "'self' https: http:"), ("cache", "'self'"), ("off", "'self'")]
)
def test_a_browser_loads_pictures_from_nobody_from_whom_readers_get_none(value, sources):
    show = ["-c", "from newsroom import settings; print(*settings.SECURE_CSP['img-src'])"]

    assert run(*show, SECRET_KEY=KEY, NEWSROOM_REMOTE_IMAGES=value).stdout == sources + "\n"


def test_the_size_of_one_list_leaves_the_others():
    show = ["-c", "from newsroom import settings; print(*settings.JSON_SIZES.values())"]

    assert run(*show, SECRET_KEY=KEY, NEWSROOM_JSON_SIZES="topics=30,people=7").stdout == "25 30 25 25 7 25 25 30\n"


def test_the_deployment_check_is_clean():
    check = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=KEY)

    assert (check.returncode, check.stderr) == (0, "")


@pytest.mark.parametrize(
    ("hosts", "said"),
    [
        ("*", "newsroom.E001"),
        ("news.example.org,*", "newsroom.E001"),
        (".", "newsroom.E001"),
        (".example.org", "newsroom.W001"),
        ("news.example.org,www.example.org", ""),
    ],
)
def test_the_deployment_check_fails_where_any_host_is_taken(hosts, said):
    check = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", SECRET_KEY=KEY, ALLOWED_HOSTS=hosts)

    assert (check.returncode != 0, said in check.stderr) == (bool(said), True), check.stderr


@pytest.mark.parametrize(
    ("variables", "origin"),
    [
        ({"ALLOWED_HOSTS": "News.example.org,b.example"}, "https://news.example.org"),
        (
            {"ALLOWED_HOSTS": "news.example.org", "NEWSROOM_ORIGIN": "https://other.example:8443/"},
            "https://other.example:8443",
        ),
        ({"ALLOWED_HOSTS": "news.example.org", "NEWSROOM_HTTPS": "0"}, ""),
        ({}, ""),
    ],
)
def test_addresses_begin_with_the_origin_of_the_settings(variables, origin):
    show = ["-c", "from newsroom import settings; print(settings.ORIGIN)"]

    assert run(*show, SECRET_KEY=KEY, **variables).stdout == origin + "\n"


@pytest.mark.parametrize("preload", ["0", "1"])
@pytest.mark.parametrize("subdomains", ["0", "1"])
def test_hsts_binds_other_hosts_only_if_that_is_said(subdomains, preload):
    show = ["-c", "from newsroom.settings import *; print(SECURE_HSTS_INCLUDE_SUBDOMAINS, SECURE_HSTS_PRELOAD)"]

    said = run(*show, SECRET_KEY=KEY, NEWSROOM_HSTS_SUBDOMAINS=subdomains, NEWSROOM_HSTS_PRELOAD=preload)

    if (subdomains, preload) == ("0", "1"):
        assert "NEWSROOM_HSTS_PRELOAD needs" in said.stderr
    else:
        assert said.stdout == f"{subdomains == '1'} {preload == '1'}\n"


def test_cookies_are_bound_to_the_host_where_there_is_https():
    show = ["-c", "from newsroom.settings import *; print(SESSION_COOKIE_NAME, CSRF_COOKIE_NAME)"]

    assert run(*show, SECRET_KEY=KEY).stdout == "__Host-sessionid __Host-csrftoken\n"
    assert run(*show, SECRET_KEY=KEY, NEWSROOM_HTTPS="0").stdout == "sessionid csrftoken\n"


def test_the_guide_lists_the_environment_variables_that_the_settings_read():
    listed = re.findall(r"^\| `([A-Z_]+)`", OPERATING, re.MULTILINE)

    assert len(listed) == len(set(listed))
    assert set(listed) == variables_read()


def test_environment_variables_are_read_in_the_settings_only():
    readers = [
        path.relative_to(ROOT).as_posix()
        for folder in ("articles", "providers", "newsroom")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b|environ\.Env|environment import", path.read_text())
    ]

    # environment.py reads for the settings; run.py and wsgi.py set what these then read.
    assert sorted(readers) == [
        "newsroom/environment.py",
        "newsroom/run.py",
        "newsroom/settings.py",
        "newsroom/wsgi.py",
    ]
