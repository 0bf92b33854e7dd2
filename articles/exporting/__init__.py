"""Writes articles as documents. The format of a document, both ways, is in `articles.documents`.

content     what documents can say of an article, from its row and from a record; the hash over all articles
write       an article → the bytes of its document, checked by reading them back
taxonomy    providers and topics → their documents
places      a folder or an archive that takes documents
run         the articles, chunk by chunk, and what became of each
"""
