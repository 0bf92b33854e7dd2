"""Our own copies of pictures: a reader gets those that belong to something a reader may see."""

import re
from pathlib import PurePath

from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from articles.images.use import visible_images
from articles.models import Image
from articles.moderation import DECIDE

TYPES = {
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
COPY = re.compile(r"copies/[0-9a-f]{2}/([0-9a-f]{32})-\d{1,4}\.webp")
# Seconds after which a picture is asked for again: so long may that of a withdrawn article be seen.
FRESH = 300


@require_safe
def picture(request, name):
    content_type = TYPES.get(PurePath(name).suffix.lower())
    if content_type is None:
        raise Http404
    held = _pictures_at(name)
    visible = visible_images(held).exists()
    # Only for a hidden one is it asked who is there: public answers do not depend on cookies.
    if not visible and not (request.user.has_perm(DECIDE) and held.exists()):
        raise Http404
    response = _answer(request, name, content_type)
    if visible:
        patch_cache_control(response, public=True, max_age=FRESH)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _pictures_at(name):
    """The pictures whose copy or upload this file is: several may share one copy."""
    if match := COPY.fullmatch(name):
        held = Image.objects.filter(copy=match[1])
        return held.exclude(file="") if settings.REMOTE_IMAGES == "off" else held
    return Image.objects.exclude(file="").filter(file=name)


def _answer(request, name, content_type):
    # Its name says what it holds, so the name alone tells one answer from another.
    etag = quote_etag(PurePath(name).stem)
    if unchanged := get_conditional_response(request, etag=etag):
        unchanged["ETag"] = etag
        return unchanged
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=content_type, headers={"ETag": etag})
