"""Topics, providers, pictures and reasons in the admin: with versions, a log, and undo."""
