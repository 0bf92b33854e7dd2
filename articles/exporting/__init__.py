"""The way of a document out again.

content     what documents can say of an article, from its row and from a record; the hash over all articles
front       a row → the front matter that a document would hold, in upstream's words and order
emit        values → YAML text
edit        a document's text with some fields changed, and no other byte
write       an article → the bytes of its document, checked by reading them back
taxonomy    providers and topics → their documents
places      a folder or an archive that takes documents
run         the articles, chunk by chunk, and what became of each
"""
