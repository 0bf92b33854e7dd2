"""What a person sends to decide on an article of the queue."""

from tests.desk.queue.waiting import make_waiting

QUEUE = "/desk/queue/"
# What each verb needs beside the version, and an article that it can be carried out on.
WHY = {"reason": "off-topic", "note": "About gardens"}
FIELDS = {
    "publish": {},
    "reject": WHY,
    "withdraw": WHY,
    "reopen": {},
    "score": {"heat": "12", "quality": ""},
    "note": {"notes": "Ask the author"},
    "flag": {"why": "The date is odd"},
    "assign": {"to": "moderators"},
}


def make_for(verb, user):
    match verb:
        case "withdraw":
            return make_waiting(published=True)
        case "reopen":
            return make_waiting(reviewed_by=user)
    return make_waiting()


def post(client, article, verb, version=None, **data):
    version = article.version if version is None else version
    return client.post(f"/desk/articles/{article.pk}/{verb}/", {"version": version, **FIELDS[verb], **data})
