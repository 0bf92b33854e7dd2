"""The least that Django can answer: so many bytes, for the address that names their number."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

from newsroom.server import UPLOADS

settings.configure(
    SECRET_KEY="only-for-benchmarks",  # noqa: S106
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
)

urlpatterns = [
    path("<int:size>", lambda request, size: HttpResponse(b"x" * size)),
    # The worker of the server asks for their addresses.
    *(path(name, lambda request: HttpResponse(status=400), name=name) for name in UPLOADS),
]
application = get_wsgi_application()
