"""Which characters a text may hold."""

import re

# C0 and C1 controls but tab and line ends, a CR that ends no line, the marks that reverse what a person reads,
# surrogates. One of them makes a feed invalid, and PostgreSQL refuses NUL.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]|\r(?!\n)"
)


def problem_with(text: str) -> str:
    """Why no page or feed can show this text, or ''."""
    if found := CONTROL.search(text):
        return f"holds the control character U+{ord(found[0]):04X}"
    return ""
