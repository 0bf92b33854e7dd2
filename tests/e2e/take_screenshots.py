"""`make screenshots`: the pictures of the README, of what `make run` shows at first. Not collected by `make test`."""

from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from articles.models import Article
from newsroom import run
from tests.conftest import ROOT

pytestmark = pytest.mark.e2e
IMAGES = ROOT / "docs" / "images"
WINDOW = {"width": 1280, "height": 960}
PHONE = {"width": 390, "height": 844}


@pytest.fixture
def newspaper(live_server, settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    monkeypatch.setattr(run, "VAR_DIR", tmp_path)
    monkeypatch.delenv("DEMO", raising=False)
    call_command("demo", stdout=StringIO())
    run.add_articles()


def test_take_the_pictures_of_the_readme(newspaper, new_page, log_in):
    page = new_page(viewport=WINDOW)
    log_in(page, User.objects.get(username="demo-editor"))
    flagged = Article.objects.filter(queue="conflict").first()

    take(page, f"/desk/queue/?item={flagged.pk}", "desk")
    take(page, f"/desk/articles/{flagged.pk}/", "article")
    take(new_page(viewport=WINDOW), "/", "front")
    take(new_page(viewport=PHONE, color_scheme="dark"), "/", "phone")


def take(page, path, name):
    page.goto(path)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=IMAGES / f"{name}.png")
