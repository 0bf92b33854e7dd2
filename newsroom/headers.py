"""The request headers that reach the product. Everything else that a client or a proxy sends is dropped.

So no header changes an answer but by a line here. `tests/edge/` sends the others through real servers.
"""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from newsroom.middleware import GetResponse, is_push

# What the code of ours, of Django and of WhiteNoise reads.
KNOWN = frozenset(
    """
    HOST COOKIE USER_AGENT REFERER ORIGIN SEC_FETCH_DEST
    ACCEPT ACCEPT_ENCODING RANGE IF_RANGE IF_MATCH IF_NONE_MATCH IF_MODIFIED_SINCE IF_UNMODIFIED_SINCE
    X_CSRFTOKEN X_REQUESTED_WITH X_DESK_STEP
    """.split()
)

# What the push API reads beside these.
OF_PUSHES = frozenset({"HTTP_AUTHORIZATION", "HTTP_DRY_RUN"})


def known_headers(get_response: GetResponse) -> GetResponse:
    """Drops what is not KNOWN and not a header of the proxy that the settings name. It must be the first middleware."""
    of_proxy = {settings.CLIENT_HEADER, settings.PROTO_HEADER, settings.REQUEST_ID_HEADER} - {""}
    known = {f"HTTP_{name}" for name in KNOWN} | of_proxy

    def middleware(request: HttpRequest) -> HttpResponseBase:
        here = known | OF_PUSHES if is_push(request) else known
        for name in [name for name in request.META if name.startswith("HTTP_") and name not in here]:
            del request.META[name]
        return get_response(request)

    return middleware


def client_address(request: HttpRequest) -> str | None:
    """The IP address of the client: from the header of the proxy, if CLIENT_ADDRESS_HEADER names one."""
    forwarded = request.META.get(settings.CLIENT_HEADER, "").rsplit(",", 1)[-1] if settings.CLIENT_HEADER else ""
    for text in (forwarded, request.META.get("REMOTE_ADDR", "")):
        try:
            return str(ip_address(text.strip().partition("%")[0]))
        except ValueError:
            continue
    return None
