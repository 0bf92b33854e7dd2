"""The way of a document: sources → documents → records → merge → save, and run around them.

sources     folders, files, archives → paths and bytes
documents   bytes → front matter and body
records     front matter → a checked record; no database
merge       what the document said, what is there now, what it says now → one value; pure
save        records → new rows, in bulk; change: records → changed rows
run         the batches, the verdicts, the report; reader: a process that reads while the other saves
"""
