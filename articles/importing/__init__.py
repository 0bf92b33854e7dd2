"""The way of a document: documents → records → merge → save, and run around them.

documents   bytes → front matter and body
records     front matter → a checked record; no database
merge       what the document said, what is there now, what it says now → one value; pure
save        records → rows, in bulk
run         the files, the batches, the verdicts, the report
"""
