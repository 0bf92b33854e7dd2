"""What a machine looks for at a fixed address: sitemaps, robots.txt, security.txt, the manifest, the icon."""

from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from articles.syndication import sitemaps
from articles.syndication.conditional import answer, answer_in_parts

XML = "application/xml; charset=utf-8"
TEXT = "text/plain; charset=utf-8"
# RFC 9116 asks for less than a year.
SECURITY_DAYS = 180


@require_safe
def sitemap_index(request):
    return answer(request, HttpResponse(sitemaps.index(request.build_absolute_uri), content_type=XML))


@require_safe
def sitemap_pages(request):
    return answer(request, HttpResponse(sitemaps.pages(request.build_absolute_uri), content_type=XML))


@require_safe
def sitemap_news(request):
    return answer(request, HttpResponse(sitemaps.news(request.build_absolute_uri), content_type=XML))


@require_safe
def sitemap_articles(request, number):
    if not sitemaps.is_there(int(number)):
        raise Http404
    # The host once, not fifty thousand times.
    host = f"{request.scheme}://{request.get_host()}"
    return answer_in_parts(request, lambda: sitemaps.articles(int(number), lambda path: host + path), XML)


@require_safe
def robots(request):
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /desk/", ""]
    lines += [f"Sitemap: {request.build_absolute_uri(f'/{name}.xml')}" for name in ("sitemap", "sitemap-news")]
    return answer(request, HttpResponse("\n".join(lines) + "\n", content_type=TEXT))


@require_safe
def security(request):
    """Whom to tell of a weakness (RFC 9116); without someone to tell there is no such file."""
    if not settings.CONTACT:
        raise Http404
    expires = datetime.combine(timezone.now() + timedelta(days=SECURITY_DAYS), time(), UTC)
    lines = [
        f"Contact: {settings.CONTACT}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
        f"Canonical: {request.build_absolute_uri(request.path)}",
    ]
    return answer(request, HttpResponse("\n".join(lines) + "\n", content_type=TEXT))


@require_safe
def manifest(request):
    site = {
        "name": settings.SITE_NAME,
        "short_name": settings.SITE_NAME,
        "start_url": "/",
        "scope": "/",
        "display": "browser",
        "lang": "en",
        "icons": [{"src": static("favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return answer(request, JsonResponse(site, content_type="application/manifest+json"))


@require_safe
def favicon(request):
    """For what asks for the icon without reading a page."""
    return HttpResponseRedirect(static("favicon.svg"))
