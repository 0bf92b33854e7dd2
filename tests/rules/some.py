"""Rules, and documents for them."""

from typing import Any

from django.contrib.auth.models import User

from articles.models import Rule
from articles.rules.keep import create_rule


def make_rule(by: User, conditions: dict[str, Any], action: Any = "publish", **fields: Any) -> Rule:
    """A rule that acts, and of whose decisions nobody looks at one again."""
    action = action if isinstance(action, dict) else {"do": action}
    number = Rule.objects.count() + 1
    usual = {"name": f"Rule {number}", "mode": "on", "second_look": 0}
    return create_rule(Rule(conditions=conditions, action=action, **usual | fields), by=by)
