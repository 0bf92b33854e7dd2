"""Texts that would run, if one page wrote one of them as it is. What runs calls `pwned`."""

PAYLOADS = [
    "<script>pwned(1)</script>",
    "<img src=x onerror=pwned(2)>",
    "<svg onload=pwned(3)>",
    "<svg><script>pwned(4)</script></svg>",
    '"><script>pwned(5)</script>',
    "'><img src=x onerror=pwned(6)>",
    '" autofocus onfocus=pwned(7) x="',
    "' onmouseover=pwned(8) x='",
    "</script><script>pwned(9)</script>",
    '"}</script><svg onload=pwned(10)>',
    "</title><svg onload=pwned(11)>",
    "</textarea><svg onload=pwned(12)>",
    "--><svg onload=pwned(13)>",
    "]]><svg onload=pwned(14)>",
    "javascript:pwned(15)//",
    "[a](javascript:pwned(16)) [b](data:text/html,<script>pwned(16)</script>)",
    "<iframe srcdoc='<script>parent.pwned(17)</script>'>",
    "<details open ontoggle=pwned(18)>",
    "<noscript><p title='</noscript><img src=x onerror=pwned(19)>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=pwned(20)>",
    "&lt;img src=x onerror=pwned(21)&gt;",
    "{{7777*7777}}{% debug %}${7777*7777}{{settings.SECRET_KEY}}",
    "\u2028pwned(23)\u2029\u202e<svg onload=pwned(23)>\u202c",
    "=cmd|' /C calc'!A0 <svg onload=pwned(24)>",
    "<meta http-equiv=refresh content='0;url=javascript:pwned(25)'><base href=//evil.example>",
]
# PostgreSQL stores no NUL; a parser of HTML drops it, or takes it for another character.
WITH_NUL = "<scr\x00ipt>pwned(26)</script><img src=x one\x00rror=pwned(26)>\x00<svg onload=pwned(26)>"
# What a template that calculates would make of one.
CALCULATED = "60481729"
