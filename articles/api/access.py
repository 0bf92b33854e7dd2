"""Who may push: the token of a request, its scope, and the feed that it is for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from articles.api.problems import Problem
from articles.intake import tokens
from articles.models import PushToken

LONGEST_SECRET = 200  # characters
View = Callable[..., HttpResponse]


def endpoint(**methods: str) -> Callable[[View], View]:
    """Makes a view of the push API: `methods` maps each method that it answers to the scope that it needs.

    The view gets the token behind the request. A token is no cookie that a browser sends by itself: no form's token is
    asked for. Answers are for this client alone.
    """

    def decorate(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def answer(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
            try:
                if request.method not in methods:
                    allowed = ", ".join(methods)
                    raise Problem("wrong-method", f"This address takes {allowed}.", headers={"Allow": allowed})
                response = view(request, token_of(request, methods[request.method]), *args, **kwargs)
            except Problem as problem:
                response = problem.answer()
            except DatabaseError:
                response = Problem(
                    "busy", "The database is busy or away: send it again.", headers={"Retry-After": "10"}
                ).answer()
            response["Cache-Control"] = "no-store, private"
            return response

        return answer

    return decorate


def token_of(request: HttpRequest, scope: str) -> PushToken:
    """Returns the token of the request; raises a Problem: 401 without one in force, 403 for one of other scopes."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    token = tokens.find(secret) if kind.lower() == "bearer" and 0 < len(secret) <= LONGEST_SECRET else None
    if token is None:
        what = ', error="invalid_token"' if secret else ""
        raise Problem(
            "no-token",
            "Send a token that is in force: “Authorization: Bearer …”. It may have expired or been revoked.",
            headers={"WWW-Authenticate": f'Bearer realm="Newsroom"{what}'},
        )
    if scope not in token.scopes:
        raise Problem(
            "wrong-scope",
            f"This token is not for that: it lacks the scope “{scope}”.",
            headers={"WWW-Authenticate": f'Bearer realm="Newsroom", error="insufficient_scope", scope="{scope}"'},
        )
    return token


def require_on(token: PushToken) -> None:
    """Raises a Problem if the feed is switched off, or takes no pushes."""
    if not token.feed.is_on or token.feed.kind != "push":
        raise Problem("feed-is-off", "The feed of this token is switched off: ask the people who run this site.")
