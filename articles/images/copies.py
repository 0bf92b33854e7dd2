"""Makes our own copies of images, retries those that failed, and deletes the files of unused copies."""

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
from django.db.models import Q, QuerySet
from django.utils import timezone

from articles import editions
from articles.images.decoding import Decoded, NotAnImage, decode
from articles.images.fetching import RULES, NotFetched, Rules, fetch
from articles.images.use import coming_images
from articles.models import Image
from articles.models.image import WIDTHS, copy_name

logger = logging.getLogger(__name__)

# After the first, second and third failure in a row. After the fourth nothing is tried until a person asks for it.
RETRY_DELAYS = [timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)]
THREADS = 4
BATCH_SIZE = 8
# Longer than a batch can take: after that time, the process that claimed the images must have died.
CLAIM_TIME = timedelta(minutes=5)
# A younger file may belong to an image whose row is not saved yet.
MIN_FILE_AGE = timedelta(hours=1)


def due(now: datetime, below: int | None = None) -> QuerySet[Image]:
    """Images to copy now, newest first: those of articles that readers see or may see later.

    With `below` only those with a lower primary key, so that who works through them reads no image twice.
    """
    remote = Q(url__startswith="https://") | Q(url__startswith="http://")
    wanted = ~Q(file="") if settings.REMOTE_IMAGES == "off" else ~Q(file="") | remote
    images = Image.objects.all() if below is None else Image.objects.filter(pk__lt=below)
    return coming_images(images).filter(wanted, fetch_at__lte=now).order_by("-pk")


def ask_again(images: QuerySet[Image]) -> int:
    """Makes the images due now, with no failures counted, and returns their number. Existing copies stay until then."""
    return images.update(fetch_at=timezone.now(), fetch_failures=0)


def make_copies(*, limit: int | None = None, below: int | None = None, rules: Rules = RULES) -> Iterator[Image]:
    """Copies the images that are due, at most `limit`, and yields each image with its new state.

    Several processes may run it at once: none takes images that another has claimed. All that takes time (the search,
    the fetching, the decoding) is done outside of transactions: SQLite has one writer, and a login waits for it.
    """
    done = 0
    with ThreadPoolExecutor(THREADS) as pool:
        while found := list(
            due(timezone.now(), below)[: BATCH_SIZE if limit is None else min(BATCH_SIZE, limit - done)]
        ):
            below = found[-1].pk
            images = [image for image in found if _claim(image)]
            done += len(images)
            # The threads use no database connection.
            for image, result in zip(images, pool.map(partial(_try, rules=rules), images), strict=True):
                _record(image, result)
                yield image
            # Pages that link to an earlier copy must not be kept.
            if any(image.copy and not image.fetch_problem for image in images):
                editions.new_on_commit()


def _claim(image: Image) -> bool:
    """Claims the image by a conditional UPDATE; returns False if another process was faster."""
    until = timezone.now() + CLAIM_TIME
    claimed = Image.objects.filter(pk=image.pk, fetch_at=image.fetch_at).update(fetch_at=until)
    image.fetch_at = until
    return bool(claimed)


def _try(image: Image, *, rules: Rules) -> Decoded | str:
    """The decoded copy, or a sentence that says why there is none."""
    try:
        return decode(_bytes_of(image, rules), WIDTHS)
    except (NotFetched, NotAnImage) as problem:
        return str(problem)
    except Exception:
        # An unexpected error must not stop the other images.
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
    """Saves the result on the image, unless the image was changed or made due again meanwhile."""
    # Only the row as it was claimed: `ask_again` and changes of the image set another `fetch_at`.
    claimed = Image.objects.filter(pk=image.pk, fetch_at=image.fetch_at, url=image.url, file=image.file.name)
    now = timezone.now()
    image.fetched_at = now
    if isinstance(result, Decoded):
        _store(result)
        image.copy, image.copy_width, image.copy_height = result.digest, result.width, result.height
        image.fetch_at, image.fetch_failures, image.fetch_problem = None, 0, ""
    else:
        image.fetch_failures += 1
        again = image.fetch_failures <= len(RETRY_DELAYS)
        image.fetch_at = now + RETRY_DELAYS[image.fetch_failures - 1] if again else None
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
            # Written again, so that its age keeps `prune` from deleting it at this moment.
            default_storage.delete(name)
        default_storage.save(name, ContentFile(data))


def prune() -> int:
    """Deletes the files of copies that no image uses, and returns their number."""
    if not default_storage.exists("copies"):
        return 0
    folders, _ = default_storage.listdir("copies")
    return sum(_prune_folder(folder) for folder in folders if re.fullmatch("[0-9a-f]{2}", folder))


def _prune_folder(folder: str) -> int:
    _, files = default_storage.listdir(f"copies/{folder}")
    old = [name for file in files if _is_old(name := f"copies/{folder}/{file}")]
    # Read after the files were listed: a file that came into use meanwhile is in `used`, or younger than MIN_FILE_AGE.
    images = Image.objects.filter(copy__startswith=folder).only("copy", "copy_width")
    used = {copy_name(image.copy, width) for image in images if image.copy for width in image.copy_widths}
    unused = [name for name in old if name not in used]
    for name in unused:
        default_storage.delete(name)
    return len(unused)


def _is_old(name: str) -> bool:
    try:
        return timezone.now() - default_storage.get_modified_time(name) > MIN_FILE_AGE
    except FileNotFoundError:
        return False
