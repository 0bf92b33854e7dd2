"""Our own copies of pictures: a reader gets those that belong to something a reader may see."""

from pathlib import PurePath

from django.http import FileResponse, Http404
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

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


@require_safe
def picture(request, name):
    content_type = TYPES.get(PurePath(name).suffix.lower())
    if content_type is None:
        raise Http404
    held = Image.objects.filter(file=name)
    image = held.with_visible_use().first()
    # Only for a hidden one is it asked who is there: public answers do not depend on cookies.
    private = image is None and request.user.has_perm(DECIDE)
    image = held.first() if private else image
    try:
        response = FileResponse(image.file.open(), content_type=content_type) if image else None
    except FileNotFoundError:
        response = None
    if response is None:
        raise Http404
    if private:
        patch_cache_control(response, private=True, no_store=True)
    return response
