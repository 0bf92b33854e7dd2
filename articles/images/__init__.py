"""Pictures of others, held by ourselves: fetched, decoded in a process of their own, kept as copies."""
