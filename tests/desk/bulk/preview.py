"""The preview of a bulk decision, and its form as a browser sends it."""

BULK, CONFIRM = "/desk/bulk/", "/desk/bulk/confirm/"


def picks(*articles) -> list[str]:
    return [f"{article.pk}:{article.version}" for article in articles]


def look(client, action, *articles, **data):
    return client.post(BULK, {"action": action, "selected": picks(*articles)} | data)


def confirm(client, page, **data):
    """Send the form of a preview, with what the person typed."""
    sent = {name: page.context[name] for name in ("action", "selected", "picks", "next")}
    return client.post(CONFIRM, sent | data)


def left(page) -> dict[str, str]:
    """The exceptions of a preview: title and reason."""
    return {row.title: why for why, rows, _ in page.context["left"] for row in rows}
