"""Our own copies of pictures: which are due, what becomes of a try, and which copies nobody uses any more."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles import editions
from articles.images.decoding import Decoded, NotAPicture, decode
from articles.images.fetching import RULES, NotFetched, Rules, fetch
from articles.images.use import coming_images
from articles.models import Image
from articles.models.image import WIDTHS, copy_name

logger = logging.getLogger(__name__)

# After the first, second and third failure in a row; after the fourth it is given up until somebody asks again.
PAUSES = [timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)]
AT_ONCE = 4
HANDFUL = 8
# Longer than a handful can take: whoever claimed it has died.
CLAIM = timedelta(minutes=5)
# A file this young may belong to a picture whose row is about to say so.
YOUNG = timedelta(hours=1)


def due(now: datetime) -> QuerySet[Image]:
    """Pictures to make a copy of now, newest first: of articles that readers see or may yet see."""
    remote = Q(url__startswith="https://") | Q(url__startswith="http://")
    wanted = ~Q(file="") if settings.REMOTE_IMAGES == "off" else ~Q(file="") | remote
    return coming_images(Image.objects.all()).filter(wanted, fetch_at__lte=now).order_by("-pk")


def ask_again(images: QuerySet[Image]) -> int:
    """Have them tried at the next opportunity, as if they had never failed. What copies there are stay until then."""
    return images.update(fetch_at=timezone.now(), fetch_failures=0)


def make_copies(*, limit: int | None = None, rules: Rules = RULES) -> Iterator[Image]:
    """Try what is due, at most `limit`; gives each picture with what became of it.

    Several may run side by side: none tries what another one has in hand.
    """
    done = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        while images := _claimed(HANDFUL if limit is None else min(HANDFUL, limit - done)):
            done += len(images)
            # The threads know no database: only what is in hand.
            for image, result in zip(images, pool.map(partial(_try, rules=rules), images), strict=True):
                _record(image, result)
                yield image
            # The copy of before, where there was one, is given to nobody any more.
            if any(image.copy and not image.fetch_problem for image in images):
                editions.new_on_commit()


def _claimed(count: int) -> list[Image]:
    now = timezone.now()
    with transaction.atomic():
        images = list(due(now).select_for_update(skip_locked=True)[:count])
        until = now + CLAIM
        Image.objects.filter(pk__in=[image.pk for image in images]).update(fetch_at=until)
    for image in images:
        image.fetch_at = until
    return images


def _try(image: Image, *, rules: Rules) -> Decoded | str:
    """The copy, or why there is none."""
    try:
        return decode(_bytes_of(image, rules), WIDTHS)
    except (NotFetched, NotAPicture) as problem:
        return str(problem)
    except Exception:
        # One picture nobody has thought of must not stop the others.
        logger.exception("Picture %s failed", image.pk)
        return "It failed unexpectedly; the log of the server says why."


def _bytes_of(image: Image, rules: Rules) -> bytes:
    if not image.file:
        return fetch(image.url, rules)
    try:
        with image.file.open() as file:
            return file.read()
    except FileNotFoundError:
        raise NotFetched("The file that was uploaded is lost.") from None


def _record(image: Image, result: Decoded | str) -> None:
    """Note it on the picture, unless somebody has changed the picture or asked anew meanwhile."""
    # The row as it was claimed: what follows sets another time.
    claimed = Image.objects.filter(pk=image.pk, fetch_at=image.fetch_at, url=image.url, file=image.file.name)
    now = timezone.now()
    image.fetched_at = now
    if isinstance(result, Decoded):
        _store(result)
        image.copy, image.copy_width, image.copy_height = result.digest, result.width, result.height
        image.fetch_at, image.fetch_failures, image.fetch_problem = None, 0, ""
    else:
        image.fetch_failures += 1
        again = image.fetch_failures <= len(PAUSES)
        image.fetch_at = now + PAUSES[image.fetch_failures - 1] if again else None
        image.fetch_problem = result[:200]
    claimed.update(
        **{
            name: getattr(image, name)
            for name in (
                "copy", "copy_width", "copy_height", "fetch_at", "fetched_at", "fetch_failures", "fetch_problem"
            )
        }
    )  # fmt: skip


def _store(decoded: Decoded) -> None:
    in_use = Image.objects.filter(copy=decoded.digest).exists()
    for width, data in decoded.files.items():
        name = copy_name(decoded.digest, width)
        if default_storage.exists(name):
            if in_use:
                continue
            # Written anew it is young: a clean-up at this moment lets it be.
            default_storage.delete(name)
        default_storage.save(name, ContentFile(data))


def prune() -> int:
    """Delete the files of copies that no picture has any more; how many."""
    if not default_storage.exists("copies"):
        return 0
    folders, _ = default_storage.listdir("copies")
    return sum(_prune_folder(folder) for folder in folders if re.fullmatch("[0-9a-f]{2}", folder))


def _prune_folder(folder: str) -> int:
    _, files = default_storage.listdir(f"copies/{folder}")
    old = [name for file in files if _is_old(name := f"copies/{folder}/{file}")]
    # Asked after the files were listed: whatever was in use then is in here, or young.
    images = Image.objects.filter(copy__startswith=folder).only("copy", "copy_width")
    used = {copy_name(image.copy, width) for image in images if image.copy for width in image.copy_widths}
    unused = [name for name in old if name not in used]
    for name in unused:
        default_storage.delete(name)
    return len(unused)


def _is_old(name: str) -> bool:
    try:
        return timezone.now() - default_storage.get_modified_time(name) > YOUNG
    except FileNotFoundError:
        return False
