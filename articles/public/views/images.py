"""View of /media/: uploaded images and our own copies of images, if they belong to something that readers may see."""

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
# Seconds for which caches keep an image, and so may show the image of a withdrawn article.
MAX_AGE = 300


@require_safe
def image_file(request, name):
    content_type = TYPES.get(PurePath(name).suffix.lower())
    if content_type is None:
        raise Http404
    images = _images_with_file(name)
    visible = visible_images(images).exists()
    # Reads the session for a hidden image only: public responses must not depend on cookies.
    if not visible and not (request.user.has_perm(DECIDE) and images.exists()):
        raise Http404
    response = _file_response(request, name, content_type)
    if visible:
        patch_cache_control(response, public=True, max_age=MAX_AGE)
    else:
        patch_cache_control(response, private=True, no_store=True)
    return response


def _images_with_file(name):
    """The images of which this file is the copy or the upload; several images may share one copy."""
    if match := COPY.fullmatch(name):
        images = Image.objects.filter(copy=match[1])
        return images.exclude(file="") if settings.REMOTE_IMAGES == "off" else images
    return Image.objects.exclude(file="").filter(file=name)


def _file_response(request, name, content_type):
    # A stored file never changes: its name identifies its content.
    etag = quote_etag(PurePath(name).stem)
    if unchanged := get_conditional_response(request, etag=etag):
        unchanged["ETag"] = etag
        return unchanged
    try:
        file = default_storage.open(name)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=content_type, headers={"ETag": etag})
