"""Pages of the upstream JSON, and the front matter of the documents in them."""

FRONT = {
    "title": "Trams",
    "excerpt": "They run.",
    "webUrl": "https://trams.example/1",
    "provider": {"name": "Trams & Co", "domain": "trams.example", "images": [{"url": "/assets/t.png", "width": 50}]},
    "topics": ["Rails"],
    "images": [{"url": "https://trams.example/1.png", "width": 10, "title": "A tram", "isCached": True}],
    "heat": 50,
}


def paths(page: dict) -> list[str]:
    return [article["path"] for article in page["value"]]


def value(client, path: str) -> list[dict]:
    return client.get(f"/api/{path}/index.json").json()["value"]
