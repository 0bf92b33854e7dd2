"""Reads documents and writes them to the database, merged with what people decided.

sources     folders, files and archives → paths and bytes → items with checked records (`articles.documents`)
saving      records → new rows, in bulk; changed records → merged rows; topics and providers one by one
runs        the batches, the verdicts, the report, the lock; undoing a run; a process that reads while the other saves
uploads     files from the desk: the preview, which is an import that is rolled back, and the import that was confirmed
"""
