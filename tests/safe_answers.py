"""What every answer tells the browser, whoever asks for whatever."""

import re

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
}
RULES = {
    "default-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def what_is_wrong_with(answer) -> list[str]:
    policy = dict(rule.strip().split(" ", 1) for rule in answer.get("Content-Security-Policy", "").split(";") if rule)
    wrong = [name for name, value in SAFE.items() if answer.get(name) != value]
    wrong += [rule for rule, value in RULES.items() if policy.get(rule) != value]
    sources = {rule: value for rule, value in policy.items() if rule != "img-src"}
    return wrong + re.findall(r"unsafe-\w+|\*|data:|blob:|https?:(?!//)", str(sources))
