"""The push API: documents and archives by authenticated clients, with problems as RFC 9457 JSON."""
