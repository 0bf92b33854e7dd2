"""Every route: the row of the access matrix that it falls under, and what to send there.

A new route wants one line in ROUTES.
"""

from typing import NamedTuple


class Read(NamedTuple):
    """A page that is only read. Words of `args` and `data` in braces are looked up in the site of this test."""

    row: str
    args: tuple = ()
    query: str = ""


class Form(NamedTuple):
    """A page with a form: GET shows it, POST takes it; what is wrong with the form's content is no refusal."""

    row: str
    args: tuple = ()
    data: dict = {}
    query: str = ""
    posts: str = ""  # the row of POST, where others read than write
    version: str = ""
    stale: str = "1"


class Push(NamedTuple):
    """What answers to clients with a token, whoever is logged in: to one method."""

    row: str
    method: str
    args: tuple = ()
    data: dict = {}


class Change(NamedTuple):
    """What answers to POST only. `version`: the name under which the form says the version that was seen."""

    row: str
    args: tuple = ()
    data: dict = {}
    version: str = ""
    stale: str = "1"
    gone: bool = False  # nothing is there for whoever may: 404


PK, NEVER = ("{article}",), "99"  # a version that never was: on an older one others' changes and one's own would merge
FEED = {
    "name": "Push", "kind": "push", "mode": "at_once", "minutes": "15", "max_rejected": "20", "max_changed": "50",
    "max_gone": "20",
}  # fmt: skip
WHY = {"reason": "{reason}"}


def decision(data=None, article="{article}"):
    return Change("decide", (article,), data or {}, "version")


def editing(data, stale=NEVER, article="{article}"):
    return Change("edit", (article,), data, "version", stale)


def of_story(data=None):
    return Change("verdict", ("{grouped}",), data or {}, "version")


def of_provider(data):
    return Form("provider desk change", ("{provider}",), data, version="version", stale=NEVER)


ROUTES = {
    # Public
    "front": Read("public"),
    "latest": Read("public"),
    "search": Read("public"),
    "corrections": Read("public"),
    "about": Read("public"),
    "archive": Read("public"),
    "archive_month": Read("public", ("2020", "06")),
    "archive_day": Read("public", ("2020", "06", "11")),
    "article": Read("article", ("{visible_slug}",)),
    "story": Read("story page", ("{story_slug}",)),
    "topics": Read("public"),
    "topic": Read("public", ("{topic_slug}",)),
    "providers": Read("public"),
    "provider": Read("public", ("{domain}",)),
    "picture": Read("picture", ("{picture}",)),
    "health": Read("health"),
    # Machines
    "json_topics": Read("feed"),
    "json_list": Read("feed", ("news",)),
    "json_below": Read("feed", ("news", "{topic_slug}")),
    "front_feed": Read("feed", ("rss",)),
    "latest_feed": Read("feed", ("atom",)),
    "topic_feed": Read("feed", ("{topic_slug}", "json")),
    "provider_feed": Read("feed", ("{domain}", "rss")),
    "search_feed": Read("feed", ("rss",), "?q=article"),
    "sitemap": Read("feed"),
    "sitemap_pages": Read("feed"),
    "sitemap_news": Read("feed"),
    "sitemap_articles": Read("feed", ("0",)),
    "robots": Read("feed"),
    "security": Read("feed"),
    "manifest": Read("feed"),
    "favicon": Read("favicon"),
    # Coming and going
    "desk_login": Form("login"),
    "desk_login_code": Read("second step"),
    "desk_reset": Read("reset"),
    "desk_reset_sent": Read("way in"),
    "desk_reset_confirm": Form("way in", ("MQ", "no-token")),
    "desk_password_again": Form("own account"),
    "desk_account": Read("own account"),
    "desk_account_end": Change("own sessions", (), {"others": "1"}),
    "desk_account_factor": Form("own account"),
    "desk_account_factor_remove": Change("own sessions"),
    "desk_account_codes": Change("nobody"),
    "desk_accounts": Read("people"),
    "desk_logout": Change("logout"),
    "desk_password": Form("own account"),
    "desk_typed": Form("own account"),
    "admin/login/": Form("login"),
    "admin/password_change/": Form("own account"),
    "admin/logout/": Change("logout"),
    "admin:logout": Change("logout"),
    "admin:login": Form("login"),
    "admin:password_change": Form("own account"),
    "admin:password_change_done": Read("own account"),
    # Clients that push
    "api_description": Read("feed"),
    "api_document": Push("push", "PUT", ("_news/a.md",)),
    "api_imports": Push("push", "POST"),
    "api_import": Push("push", "GET", ("1",)),
    # The desk
    "desk": Read("dashboard"),
    "desk_tokens": Form("tokens", ("{push_feed}",), {"client": "anne", "scopes": "read", "days": "9"}),
    "desk_token_revoke": Change("tokens", ("{token}",)),
    "desk_here": Read("dashboard", (), "?path=/"),
    "desk_queue": Read("queue"),
    "desk_queue_order": Form("queue", (), {"heat": "2", "version": "0"}, posts="vocabulary"),
    "desk_queue_next": Change("claim"),
    "desk_article_next": Change("claim", PK),
    "desk_article": Form("queue", PK, {"title": "Another title"}, posts="edit", version="version", stale=NEVER),
    "desk_article_preview": Read("queue", PK),
    "desk_article_history": Read("queue", PK),
    "desk_article_search": Read("queue", (), "?q=article"),
    "desk_search": Read("queue", (), "?q=article"),
    "desk_topic_search": Read("finders", (), "?q=topic"),
    "desk_provider_search": Read("finders", (), "?q=news"),
    "desk_publish": decision(),
    "desk_reject": decision(WHY),
    "desk_withdraw": decision(WHY, "{live}"),
    "desk_reopen": decision(article="{withdrawn}"),
    "desk_score": decision({"heat": 7}),
    "desk_note": decision({"notes": "Ask them"}),
    "desk_flag": decision({"why": "Look again"}),
    "desk_assign": decision({"to": "moderator"}),
    "desk_keywords": editing({}, "1"),
    "desk_keep": editing({"names": "title"}, "1", "{disputed}"),
    "desk_take": editing({"names": "title"}, "1", "{disputed}"),
    "desk_claim": Change("claim", PK),
    "desk_release": Change("claim", PK),
    "desk_cover": of_story(),
    "desk_duplicate": of_story({"other": "{live}"}),
    "desk_group": of_story({"other": "{live}"}),
    "desk_never": of_story({"other": "{live}"}),
    "desk_split": of_story(),
    "desk_lead": of_story(),
    "desk_article_story": Change("verdict", ("{grouped}", "group"), {"other": "{live}"}, "version", NEVER),
    "desk_article_pin": editing({"pinned": "1"}, article="{live}"),
    "desk_article_settle": editing({"field": "title"}, "1", "{imported}"),
    "desk_article_topics": editing({}),
    "desk_article_restore": editing({"restore": "{retitled}-title"}),
    "desk_article_delete": Change("delete", PK, {"sure": "1"}, "version"),
    "desk_views": Change("saved views", (), {"name": "Mine", "query": ""}),
    "desk_view_delete": Change("saved views", ("{view}",)),
    "desk_preferences": Form("own account", (), {"keys": "on"}),
    "desk_bulk": Change("bulk", (), {"action": "publish", "selected": "{article}:{version}"}),
    "desk_bulk_selection": Read("queue", (), "?action=publish&selected=1:1"),
    "desk_bulk_confirm": Change("bulk", (), {"action": "publish", "picks": "{article}:{version}"}),
    "desk_batch": Read("queue", ("{batch}",)),
    "desk_undo": Form("queue", (), {"last": "1"}, posts="bulk"),
    "desk_event_undo": Change("bulk", ("{undoable}",)),
    "desk_batch_undo": Change("bulk", ("{batch}",)),
    "desk_providers": Read("provider desk", (), "?q=news&sort=articles"),
    "desk_provider": Read("provider desk", ("{provider}",)),
    "desk_provider_change": Change(
        "provider desk change", ("{provider}",), {"name": "A", "trust": 1}, "version", NEVER
    ),
    "desk_provider_merge": of_provider({"into": "{other_domain}"}),
    "desk_provider_rename": of_provider({"domain": "renamed.example"}),
    "desk_log_kept": Read("log"),
    "desk_kept_undo": Change("provider desk change", ("{kept}",)),
    "desk_log": Read("log"),
    "desk_log_csv": Read("log"),
    "desk_log_json": Read("log"),
    # Rules
    "desk_rules": Read("rules"),
    "desk_rule_new": Form("rules", posts="rules change"),
    "desk_rule": Form("rules", ("{rule}",), {"name": "Other"}, posts="rules change"),
    "desk_rule_switch": Change("rules change", ("{rule}",), {"mode": "on"}),
    "desk_rule_move": Change("rules change", ("{rule}",), {"up": "1"}),
    "desk_rule_carry_out": Change("rules change", ("{rule}",)),
    "desk_rule_undo": Change("rules change", ("{rule}",), {"batch": "{rule_batch}"}),
    "desk_rule_change_undo": Change("rules change", ("{rule_change}",)),
    # Imports
    "desk_feeds": Read("feeds"),
    "desk_feed": Read("feeds", ("{feed}",)),
    "desk_feed_new": Form("feeds change", data=FEED),
    "desk_feed_change": Form("feeds change", ("{feed}",), FEED | {"version": "1"}),
    "desk_feed_switch": Change("feeds change", ("{feed}",), {"on": "0", "version": "1"}),
    "desk_feed_look": Change("feeds change", ("{feed}",)),
    "desk_feed_undo": Change("feeds change", ("{feed_event}",)),
    "desk_imports": Read("import"),
    "desk_upload_new": Change("import"),
    "desk_upload": Read("import", ("{upload}",)),
    "desk_upload_progress": Read("import", ("{upload}",)),
    "desk_upload_choose": Change("import", ("{upload}",)),
    "desk_upload_confirm": Change("import", ("{upload}",)),
    "desk_upload_cancel": Change("import", ("{upload}",)),
    "desk_upload_restart": Change("import", ("{upload}",)),
    "desk_runs": Read("reports"),
    "desk_run": Read("reports", ("{run}",)),
    "desk_run_csv": Read("reports", ("{run}",)),
    "desk_run_json": Read("reports", ("{run}",)),
    "desk_run_undo": Change("undo run", ("{run}",)),
    # The admin
    "admin:index": Form("admin"),
    "admin:app_list": Form("own applications", ("articles",)),
    "admin:jsi18n": Form("admin"),
    "admin:autocomplete": Read("admin vocabulary", (), "?app_label=articles&model_name=article&field_name=provider"),
    "admin:view_on_site": Form("nowhere", ("{article_type}", "{visible}")),
    "admin/r/<path:url>": Form("nowhere", ("admin/r/1/1/",)),
    "admin/(?P<url>.*)$": Form("nowhere", ("admin/nowhere/",)),
    "admin:articles_article_history": Form("admin history", ("{article}",)),
    "admin:articles_article_cells": Change(
        "admin decide",
        (),
        {"row-{article}-do": "on", "row-{article}-quality": "7", "row-{article}-heat": "3"}
        | {"row-{article}-seen_quality": "0", "row-{article}-seen_heat": "3"},
        "row-{article}-version",
    ),
    "admin:articles_article_import": Form("admin import"),
    "admin:articles_article_export": Form("admin export"),
    "admin:articles_article_process_import": Change("admin import", gone=True),
    "admin:articles_topic_import": Form("admin import"),
    "admin:articles_topic_export": Form("admin export"),
    "admin:articles_topic_process_import": Change("admin import", gone=True),
    "admin:providers_provider_import": Form("admin import"),
    "admin:providers_provider_export": Form("admin export"),
    "admin:providers_provider_process_import": Change("admin import", gone=True),
    "admin:auth_user_password_change": Form("people", ("{auth_user}",)),
}
# Of each model in the admin: who reads (list, one, history), who changes, who adds, who deletes.
MODELS = {
    "articles_article": ("admin articles", "admin decide", "nobody", "delete"),
    "articles_event": ("admin log", "nobody", "nobody", "nobody"),
    "articles_image": ("admin vocabulary", "vocabulary", "vocabulary", "vocabulary"),
    "articles_importfile": ("admin reports", "nobody", "nobody", "nobody"),
    "articles_importrun": ("admin reports", "nobody", "nobody", "nobody"),
    "articles_reason": ("admin vocabulary", "vocabulary", "vocabulary", "superuser"),
    "articles_tombstone": ("tombstones", "nobody", "nobody", "tombstones"),
    "articles_topic": ("admin vocabulary", "vocabulary", "vocabulary", "vocabulary"),
    "providers_provider": ("admin vocabulary", "vocabulary", "vocabulary", "vocabulary"),
    "auth_group": ("people", "people", "people", "people"),
    "auth_user": ("people", "people", "people", "people"),
    "axes_accessattempt": ("people", "people", "nobody", "people"),
    "django_tasks_database_dbtaskresult": ("superuser", "nobody", "nobody", "nobody"),
}


def of_model(model: str) -> dict[str, Form]:
    reads, changes, adds, deletes = MODELS[model]
    app, _, name = model.rpartition("_")
    one = ("{" + model + "}",)
    return {
        f"admin:{model}_changelist": Form(reads),
        f"admin:{model}_add": Form(adds),
        f"admin:{model}_change": Form(reads, one, posts=changes),
        f"admin:{model}_history": Form(reads, one),
        f"admin:{model}_delete": Form(deletes, one, {"post": "yes"}),
        f"admin/{app}/{name}/<path:object_id>/": Form("old address", (f"admin/{app}/{name}/1/",)),
    }


LINES = {name: line for model in MODELS for name, line in of_model(model).items()} | ROUTES
