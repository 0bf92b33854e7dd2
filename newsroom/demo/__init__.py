"""What `make run` shows at its first start: a newspaper with a week of work behind it, all of it made up.

`newspaper/` has the texts, `documents` writes them as documents, `week` imports them and decides on them, `scenes` and
`pictures` draw. Everything goes through the import and the verbs of moderation, at moments that `clock` sets.
"""
