"""What readers search: an index of the visible articles' texts that the database itself keeps in step.

And what staff search: an index of the words of all titles. docs/decisions/0010 and 0021 say why they are made like this.
First comes SQLite, then PostgreSQL, then the titles on both.
"""

# ruff: noqa: S608 - the names are our own

from django.db import migrations

# The columns of an article that the index is made of.
FACTS = ("id", "published", "title", "excerpt", "body", "provider_id", "type", "published_at")
COLUMNS = "title, text, provider, topics, filters"

# How much of a text is indexed, in characters (articles/words.py): so the index of any text fits into a tsvector.
BODY, TITLE, NAME = 100_000, 4_000, 1_000


def trigger(moment, table):
    return "_".join(["search", *moment.split()[:2], table]).lower()


def words(value, most):
    """The words of the beginning of a text in letters and digits of ASCII: a function of either database.

    SQLite's is in articles/words.py (newsroom/sqlite gives it to each connection), PostgreSQL's below.
    """
    return f"articles_search_words({value}, {most})"


def sqlite_key(kind, column):
    """A word that no reader can type: between two private characters, which the tokenizer takes for letters."""
    return f"' ' || char(57344) || '{kind}' || hex({column}) || char(57344)"


# What is indexed of each published article. Its key is the day of the original and its primary key, as one number.
SQLITE_VIEW = f"""
CREATE VIEW articles_searchtext AS SELECT
    a.id AS article_id,
    (CAST(julianday(substr(a.published_at, 1, 10)) - 1721424.5 AS INTEGER) << 30) | a.id AS key,
    {words("a.title", TITLE)} AS title,
    {words("a.excerpt || ' ' || a.body", BODY)} AS text,
    (SELECT {words("p.name || ' ' || p.domain", NAME)} FROM providers_provider p WHERE p.id = a.provider_id) AS provider,
    (SELECT {words("group_concat(t.name, ' / ')", TITLE)} FROM articles_articletopic l
        JOIN articles_topic t ON t.id = l.topic_id WHERE l.article_id = a.id) AS topics,
    {sqlite_key("type", "a.type")}
        || coalesce((SELECT {sqlite_key("provider", "p.domain")} FROM providers_provider p WHERE p.id = a.provider_id), '')
        || coalesce((SELECT group_concat({sqlite_key("topic", "t.slug")}, '') FROM articles_articletopic l
            JOIN articles_topic t ON t.id = l.topic_id WHERE l.article_id = a.id), '') AS filters
FROM articles_article a WHERE a.published
"""

SQLITE_INDEX = f"""
CREATE VIRTUAL TABLE articles_search USING fts5(
    {COLUMNS}, content='articles_searchtext', content_rowid='key', tokenize='porter ascii'
)
"""


def of(articles):
    """Statements that take these articles' texts out of the index, and that put them in."""
    out = (
        f"INSERT INTO articles_search (articles_search, rowid, {COLUMNS})"
        f" SELECT 'delete', key, {COLUMNS} FROM articles_searchtext WHERE article_id {articles};"
    )
    put = (
        f"INSERT INTO articles_search (rowid, {COLUMNS})"
        # In this order FTS5 gathers many rows; each that steps back would be written out alone.
        f" SELECT key, {COLUMNS} FROM articles_searchtext WHERE article_id {articles} ORDER BY key;"
    )
    return out, put


def changed(*columns):
    return "(" + " OR ".join(f"OLD.{column} IS NOT NEW.{column}" for column in columns) + ")"


def sqlite_triggers():
    """Before a write the old texts go out, after it the new ones come in."""
    old, new = of("= OLD.id")[0], of("= NEW.id")[1]
    yield "BEFORE DELETE", "articles_article", "WHEN OLD.published", old
    yield "AFTER INSERT", "articles_article", "WHEN NEW.published", new
    update = f"UPDATE OF {', '.join(FACTS)}"
    yield f"BEFORE {update}", "articles_article", f"WHEN OLD.published AND {changed(*FACTS)}", old
    yield f"AFTER {update}", "articles_article", f"WHEN NEW.published AND {changed(*FACTS)}", new

    yield "BEFORE INSERT", "articles_articletopic", "", of("= NEW.article_id")[0]
    yield "AFTER INSERT", "articles_articletopic", "", of("= NEW.article_id")[1]
    yield "BEFORE DELETE", "articles_articletopic", "", of("= OLD.article_id")[0]
    yield "AFTER DELETE", "articles_articletopic", "", of("= OLD.article_id")[1]
    link = "UPDATE OF article_id, topic_id"
    out, put = of("IN (OLD.article_id, NEW.article_id)")
    yield f"BEFORE {link}", "articles_articletopic", f"WHEN {changed('article_id', 'topic_id')}", out
    yield f"AFTER {link}", "articles_articletopic", f"WHEN {changed('article_id', 'topic_id')}", put

    for table, names, articles in (
        (
            "articles_topic",
            ("name", "slug"),
            "IN (SELECT article_id FROM articles_articletopic WHERE topic_id = OLD.id)",
        ),
        ("providers_provider", ("name", "domain"), "IN (SELECT id FROM articles_article WHERE provider_id = OLD.id)"),
    ):
        out, put = of(articles)
        update = f"UPDATE OF {', '.join(names)}"
        yield f"BEFORE {update}", table, f"WHEN {changed(*names)}", out
        yield f"AFTER {update}", table, f"WHEN {changed(*names)}", put
        # Nothing deletes one that has articles, but for what empties all tables.
        yield "BEFORE DELETE", table, "", out
        yield "AFTER DELETE", table, "", put


def create_on_sqlite():
    yield SQLITE_VIEW
    yield SQLITE_INDEX
    for moment, table, when, statement in sqlite_triggers():
        yield f"CREATE TRIGGER {trigger(moment, table)} {moment} ON {table} FOR EACH ROW {when} BEGIN {statement} END"
    yield f"INSERT INTO articles_search (rowid, {COLUMNS}) SELECT key, {COLUMNS} FROM articles_searchtext ORDER BY key"


def drop_on_sqlite():
    for moment, table, _, _ in sqlite_triggers():
        yield f"DROP TRIGGER {trigger(moment, table)}"
    yield "DROP TABLE articles_search"
    yield "DROP VIEW articles_searchtext"


# Porter's rules, as FTS5 has them; without the list of stop words that "english" has: "The Who" is a name.
POSTGRESQL_STEMS = """
CREATE TEXT SEARCH DICTIONARY newsroom_stem (TEMPLATE = snowball, LANGUAGE = porter);
CREATE TEXT SEARCH CONFIGURATION newsroom (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION newsroom ALTER MAPPING FOR asciiword, word, numword WITH newsroom_stem;
"""

# What articles/words.py says of words, for PostgreSQL.
# What parts words (but for ASCII), and what is not seen and parts none: classes of regular expressions.
SEPARATORS = (
    r"\u0080-\u00a9\u00ab-\u00ac\u00ae-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u02b9-\u02bf\u02c2-\u02c5"
    r"\u02c8\u02ca-\u02cb\u02d2-\u02df\u02e5-\u02eb\u02ed-\u02ff\u0375\u037e\u0384-\u0385\u0387\u03f6\u0482"
    r"\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3-\u05f4\u0606-\u060f\u061b\u061d-\u061f\u066a-\u066d"
    r"\u06d4\u06de\u06e9\u06fd-\u06fe\u0700-\u070d\u07f6-\u07f9\u07fe-\u07ff\u0830-\u083e\u085e\u0888\u0964-\u0965"
    r"\u0970\u09f2-\u09f3\u09fa-\u09fb\u09fd\u0a76\u0af0-\u0af1\u0b70\u0bf3-\u0bfa\u0c77\u0c7f\u0c84\u0d4f\u0d79"
    r"\u0df4\u0e3f\u0e4f\u0e5a-\u0e5b\u0f01-\u0f17\u0f1a-\u0f1f\u0f34\u0f36\u0f38\u0f3a-\u0f3d\u0f85\u0fbe-\u0fc5"
    r"\u0fc7-\u0fda\u104a-\u104f\u109e-\u109f\u10fb\u1360-\u1368\u1390-\u1399\u1400\u166d-\u166e\u1680"
    r"\u169b-\u169c\u16eb-\u16ed\u1735-\u1736\u17d4-\u17d6\u17d8-\u17db\u1800-\u180a\u1940-\u1945\u19de-\u19ff"
    r"\u1a1e-\u1a1f\u1aa0-\u1aa6\u1aa8-\u1aad\u1b5a-\u1b6a\u1b74-\u1b7e\u1bfc-\u1bff\u1c3b-\u1c3f\u1c7e-\u1c7f"
    r"\u1cc0-\u1cc7\u1cd3\u1fbd\u1fbf-\u1fc1\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed-\u1fef\u1ffd-\u200a\u2010-\u2029"
    r"\u202f-\u205f\u207a-\u207e\u208a-\u208e\u20a0-\u20c0\u2100-\u2101\u2103-\u2106\u2108-\u2109\u2114"
    r"\u2116-\u2118\u211e-\u2123\u2125\u2127\u2129\u212e\u213a-\u213b\u2140-\u2144\u214a-\u214d\u214f\u218a-\u244a"
    r"\u249c-\u24e9\u2500-\u2775\u2794-\u2bff\u2ce5-\u2cea\u2cf9-\u2cfc\u2cfe-\u2cff\u2d70\u2e00-\u2e2e"
    r"\u2e30-\u2e9e\u2ea0-\u2ef2\u2ff0-\u3004\u3008-\u3020\u3030\u3036-\u3037\u303d-\u303f\u309b-\u309c\u30a0"
    r"\u30fb\u3190-\u3191\u31c0-\u31ef\u3200-\u321e\u322a-\u3243\u3250\u327f\u32c0-\u32cf\u3358-\u337a"
    r"\u3380-\u33ff\u4dc0-\u4dff\ua490-\ua4c6\ua4fe-\ua4ff\ua60d-\ua60f\ua673\ua67e\ua6f2-\ua716\ua720-\ua721"
    r"\ua789-\ua78a\ua828-\ua82b\ua836-\ua839\ua874-\ua877\ua8ce-\ua8cf\ua8f8-\ua8fa\ua8fc\ua92e-\ua92f\ua95f"
    r"\ua9c1-\ua9cd\ua9de-\ua9df\uaa5c-\uaa5f\uaa77-\uaa79\uaade-\uaadf\uaaf0-\uaaf1\uab5b\uab6a-\uab6b\uabeb"
    r"\ue000-\uf8ff\ufb29\ufbb2-\ufbc2\ufd3e-\ufd4f\ufdcf\ufdfc-\ufdff\ufe10-\ufe19\ufe30-\ufe6b\uff01-\uff0f"
    r"\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65\uffe0-\uffee\ufffc-\ufffd\U00010100-\U00010102\U00010137-\U0001013f"
    r"\U00010179-\U00010189\U0001018c-\U000101fc\U0001039f\U000103d0\U0001056f\U00010857\U00010877-\U00010878"
    r"\U0001091f\U0001093f\U00010a50-\U00010a58\U00010a7f\U00010ac8\U00010af0-\U00010af6\U00010b39-\U00010b3f"
    r"\U00010b99-\U00010b9c\U00010ead\U00010f55-\U00010f59\U00010f86-\U00010f89\U00011047-\U0001104d"
    r"\U000110bb-\U000110bc\U000110be-\U000110c1\U00011140-\U00011143\U00011174-\U00011175\U000111c5-\U000111c8"
    r"\U000111cd\U000111db\U000111dd-\U000111df\U00011238-\U0001123d\U000112a9\U0001144b-\U0001144f"
    r"\U0001145a-\U0001145d\U000114c6\U000115c1-\U000115d7\U00011641-\U00011643\U00011660-\U0001166c\U000116b9"
    r"\U0001173c-\U0001173f\U0001183b\U00011944-\U00011946\U000119e2\U00011a3f-\U00011a46\U00011a9a-\U00011a9c"
    r"\U00011a9e-\U00011aa2\U00011b00-\U00011b09\U00011c41-\U00011c45\U00011c70-\U00011c71\U00011ef7-\U00011ef8"
    r"\U00011f43-\U00011f4f\U00011fd5-\U00011fff\U00012470-\U00012474\U00012ff1-\U00012ff2\U00016a6e-\U00016a6f"
    r"\U00016af5\U00016b37-\U00016b3f\U00016b44-\U00016b45\U00016e97-\U00016e9a\U00016fe2\U0001bc9c\U0001bc9f"
    r"\U0001cf50-\U0001d164\U0001d16a-\U0001d16c\U0001d183-\U0001d184\U0001d18c-\U0001d1a9\U0001d1ae-\U0001d241"
    r"\U0001d245\U0001d300-\U0001d356\U0001d6c1\U0001d6db\U0001d6fb\U0001d715\U0001d735\U0001d74f\U0001d76f"
    r"\U0001d789\U0001d7a9\U0001d7c3\U0001d800-\U0001d9ff\U0001da37-\U0001da3a\U0001da6d-\U0001da74"
    r"\U0001da76-\U0001da83\U0001da85-\U0001da8b\U0001e14f\U0001e2ff\U0001e95e-\U0001e95f\U0001ecac\U0001ecb0"
    r"\U0001ed2e\U0001eef0-\U0001f0f5\U0001f10d-\U0001f1ff\U0001f240-\U0001f248\U0001f260-\U0001fbca"
    r"\U000f0000-\U0010fffd"
)
INVISIBLE = (
    r"\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890-\u0891\u08e2\u115f-\u1160\u17b4-\u17b5\u180b-\u180f"
    r"\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd"
    r"\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001-\U000e01ef"
)
# References of HTML 4: those of letters with their code points, then those of signs.
REFERENCES_OF_LETTERS = (
    "AElig c6 Aacute c1 Acirc c2 Agrave c0 Alpha 391 Aring c5 Atilde c3 Auml c4 Beta 392 Ccedil c7 Chi 3a7 Delta 394 "
    "ETH d0 Eacute c9 Ecirc ca Egrave c8 Epsilon 395 Eta 397 Euml cb Gamma 393 Iacute cd Icirc ce Igrave cc Iota 399 "
    "Iuml cf Kappa 39a Lambda 39b Mu 39c Ntilde d1 Nu 39d OElig 152 Oacute d3 Ocirc d4 Ograve d2 Omega 3a9 "
    "Omicron 39f Oslash d8 Otilde d5 Ouml d6 Phi 3a6 Pi 3a0 Psi 3a8 Rho 3a1 Scaron 160 Sigma 3a3 THORN de Tau 3a4 "
    "Theta 398 Uacute da Ucirc db Ugrave d9 Upsilon 3a5 Uuml dc Xi 39e Yacute dd Yuml 178 Zeta 396 aacute e1 "
    "acirc e2 aelig e6 agrave e0 alefsym 2135 alpha 3b1 aring e5 atilde e3 auml e4 beta 3b2 ccedil e7 chi 3c7 "
    "circ 2c6 delta 3b4 eacute e9 ecirc ea egrave e8 epsilon 3b5 eta 3b7 eth f0 euml eb fnof 192 frac12 bd frac14 bc "
    "frac34 be gamma 3b3 iacute ed icirc ee igrave ec image 2111 iota 3b9 iuml ef kappa 3ba lambda 3bb lrm 200e "
    "micro b5 mu 3bc ntilde f1 nu 3bd oacute f3 ocirc f4 oelig 153 ograve f2 omega 3c9 omicron 3bf ordf aa ordm ba "
    "oslash f8 otilde f5 ouml f6 phi 3c6 pi 3c0 piv 3d6 psi 3c8 real 211c rho 3c1 rlm 200f scaron 161 shy ad "
    "sigma 3c3 sigmaf 3c2 sup1 b9 sup2 b2 sup3 b3 szlig df tau 3c4 theta 3b8 thetasym 3d1 thorn fe uacute fa "
    "ucirc fb ugrave f9 upsih 3d2 upsilon 3c5 uuml fc xi 3be yacute fd yuml ff zeta 3b6 zwj 200d zwnj 200c "
)
REFERENCES_OF_SIGNS = (
    "Dagger Prime acute amp and ang asymp bdquo brvbar bull cap cedil cent clubs cong copy crarr cup curren dArr "
    "dagger darr deg diams divide empty emsp ensp equiv euro exist forall frasl ge gt hArr harr hearts hellip iexcl "
    "infin int iquest isin lArr lang laquo larr lceil ldquo le lfloor lowast loz lsaquo lsquo lt macr mdash middot "
    "minus nabla nbsp ndash ne ni not notin nsub oline oplus or otimes para part permil perp plusmn pound prime prod "
    "prop quot rArr radic rang raquo rarr rceil rdquo reg rfloor rsaquo rsquo sbquo sdot sect sim spades sub sube "
    "sum sup supe there4 thinsp tilde times trade uArr uarr uml weierp yen apos "
)
# Marks that a word may be written without, and the scripts that are written without blanks.
ACCENTS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c2\u05c4-\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    r"\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08d3-\u08e1\u08e3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\u1b00-\u1b7f\u2e80-\u2fdf\u3005-\u3007"
    r"\u3021-\u302f\u3031-\u3035\u3038-\u303c\u3041-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f"
    r"\ua980-\ua9ff\uaa60-\uaadf\uac00-\ud7ff\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff"
)


def postgresql_references():
    """The references as JSON: the names, and what they stand for, a blank if that parts words."""
    names = REFERENCES_OF_LETTERS.split()
    letters = ", ".join(f'"{name}": "\\u{code:0>4}"' for name, code in zip(names[::2], names[1::2], strict=True))
    return "{" + letters + "".join(f', "{name}": " "' for name in REFERENCES_OF_SIGNS.split()) + "}"


POSTGRESQL_WORDS = rf"""
CREATE FUNCTION articles_search_decoded(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ DECLARE
    reference text;
    name text;
    code int;
    meaning text;
BEGIN
    FOR reference IN
        SELECT DISTINCT m[1]
        FROM regexp_matches(value, '(&(?:#[0-9]{{1,7}}|#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,7}});)', 'g') m
    LOOP
        name := trim('&;' FROM reference);
        IF name LIKE '#%' THEN
            code := CASE
                WHEN lower(name) LIKE '#x%' THEN ('x' || lpad(substr(name, 3), 8, '0'))::bit(32)::int
                ELSE substr(name, 2)::int
            END;
            meaning := CASE WHEN code BETWEEN 1 AND 55295 OR code BETWEEN 57344 AND 1114111 THEN chr(code) ELSE ' ' END;
        ELSE
            meaning := '{postgresql_references()}'::jsonb ->> name;
        END IF;
        -- A character of a reference could make another one, and parts words anyhow.
        value := replace(value, reference, coalesce(translate(meaning, '&;', '  '), reference));
    END LOOP;
    RETURN value;
END $$;
CREATE FUNCTION articles_search_plain(value text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN
    IF octet_length(value) > length(value) THEN
        value := regexp_replace(value, '[{INVISIBLE}]+', '', 'g');
        value := normalize(regexp_replace(value, '[{SEPARATORS}]+', ' ', 'g'), NFKD);
        value := regexp_replace(lower(value COLLATE "{{collation}}"), '[{ACCENTS}]+', '', 'g');
        value := translate(value, 'ıøđðħłŧς', 'ioddhltσ');
        value := replace(replace(replace(replace(value, 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), 'þ', 'th');
        value := regexp_replace(normalize(value, NFKC), '[\x01-/:-@\[-`{{-\x7f{SEPARATORS}]+', ' ', 'g');
    ELSE
        value := regexp_replace(lower(value COLLATE "C"), '[^a-z0-9]+', ' ', 'g');
    END IF;
    RETURN btrim(value);
END $$;
CREATE FUNCTION articles_search_folded(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT articles_search_plain(CASE WHEN value LIKE '%&%' THEN articles_search_decoded(value) ELSE value END)
$$;
CREATE FUNCTION articles_search_encoded(word text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN octet_length(word) = length(word) THEN word
        ELSE 'u' || translate(encode(convert_to(word, 'UTF8'), 'hex'), 'abcdef', 'bfhjkq')
    END
$$;
CREATE FUNCTION articles_search_tokens(words text, most int) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN
    IF words !~ '[{UNSPACED}]' THEN
        RETURN (
            SELECT string_agg(articles_search_encoded(left(word, 60)), ' ' ORDER BY place)
            FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS words (word, place)
        );
    END IF;
    RETURN (
        SELECT string_agg(articles_search_encoded(token), ' ' ORDER BY place, part) FROM (
            SELECT place, part, token
            FROM regexp_matches(words, '[{UNSPACED}]+|[^ {UNSPACED}]+', 'g') WITH ORDINALITY AS run (piece, place)
            CROSS JOIN LATERAL (
                SELECT 0 AS part, left(piece[1], 60) AS token WHERE piece[1] !~ '^[{UNSPACED}]'
                UNION ALL
                SELECT part, letter || coalesce(lead(letter) OVER (ORDER BY part), '')
                FROM unnest(string_to_array(piece[1], NULL)) WITH ORDINALITY AS letters (letter, part)
                WHERE piece[1] ~ '^[{UNSPACED}]'
            ) tokens
            ORDER BY 1, 2 LIMIT most
        ) tokens
    );
END $$;
CREATE FUNCTION articles_search_words(value text, most int) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ DECLARE
    many int := most * 3 / 20;
BEGIN
    value := left(value, most);
    IF value LIKE '%&%' THEN
        value := articles_search_decoded(value);
    END IF;
    IF strpos(value, U&'\200B') > 0 THEN
        value := replace(value, U&'\200B', '') || ' ' || replace(value, U&'\200B', ' ');
    END IF;
    value := articles_search_plain(value);
    IF length(value) >= 2 * many THEN
        value := array_to_string((string_to_array(value, ' '))[:many], ' ');
    END IF;
    IF octet_length(value) > length(value) THEN
        value := articles_search_tokens(value, many);
    ELSIF length(value) > 60 AND value ~ '[a-z0-9]{{61}}' THEN
        value := regexp_replace(value, '([a-z0-9]{{60}})[a-z0-9]+', '\1', 'g');
    END IF;
    IF length(value) > 3 * most THEN
        value := regexp_replace(left(value, 3 * most), ' ?[^ ]*$', '');
    END IF;
    RETURN value;
END $$;
-- Where the rules of newsroom_stem and the parser are others than FTS5's: words of two letters have no ending,
-- "-logy" and "-bly" are as in "-logical" and "-ble", and "12e3f" is not a number and a letter.
CREATE FUNCTION articles_search_stemmable(words text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$ BEGIN
    words := regexp_replace(words, '(\m[a-z0-9][sy])\M', '\10', 'g');
    IF words ~ 'log(ie[sd]|[yi](s|e[sd]|ing)?)\M' THEN
        words := regexp_replace(
            words, '([aeiouy][b-df-hj-np-tv-xz][a-z0-9]*log)(ie[sd]|[yi](s|e[sd]|ing)?)\M', '\1', 'g'
        );
    END IF;
    IF words ~ 'bl(ie[sd]|[yi](s|e[sd]|ing)?)\M' THEN
        words := regexp_replace(
            words, '([aeiouy][b-df-hj-np-tv-xz][a-z0-9]*bl)(ie[sd]|[yi](s|e[sd]|ing)?)\M', '\1e', 'g'
        );
    END IF;
    RETURN regexp_replace(words, '\m([0-9]+e[0-9])', 'x\1', 'g');
END $$;
CREATE FUNCTION articles_search_vector(value text, most int) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT to_tsvector('newsroom', articles_search_stemmable(articles_search_words(value, most)))
$$;
-- These words of the index next to each other; the last is the beginning of a word if `ending` is ':*'.
CREATE FUNCTION articles_search_phrase(words text, ending text) RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE ending
        WHEN '' THEN phraseto_tsquery('newsroom', articles_search_stemmable(words))
        -- Two letters may be the beginning of more.
        ELSE (
            regexp_replace(
                phraseto_tsquery('newsroom', articles_search_stemmable(words))::text, '''([a-z0-9][sy])0''$', '''\1'''
            ) || ending
        )::tsquery
    END
$$;
"""


def postgresql_key(article):
    day = f"(({article}.published_at AT TIME ZONE 'UTC')::date - DATE '0001-01-01' + 1)"
    return f"({day}::bigint << 30) | {article}.id"


# What is indexed of each published article, as SQLITE_VIEW says it for SQLite: weight A is the title, B the topics, C the
# provider, D the rest; words with = are the exact filters. That of the type stands between the parts, so that no phrase
# goes from one into the next.
POSTGRESQL_VIEW = f"""
CREATE VIEW articles_searchtext AS SELECT
    a.id AS article_id,
    {postgresql_key("a")} AS key,
    w.title || w.type
        || setweight(articles_search_vector(coalesce(t.names, ''), {TITLE}), 'B') || w.type
        || setweight(articles_search_vector(p.name || ' ' || p.domain, {NAME}), 'C') || w.type
        || articles_search_vector(a.excerpt || ' ' || a.body, {BODY})
        || array_to_tsvector(ARRAY['=provider:' || p.domain] || t.keys) AS vector,
    w.title
FROM articles_article a
-- OFFSET 0, twice, keeps the planner from going through all providers or topics instead.
CROSS JOIN LATERAL (SELECT name, domain FROM providers_provider WHERE id = a.provider_id OFFSET 0) p
CROSS JOIN LATERAL (
    SELECT string_agg(t.name, ' / ') AS names, array_agg('=topic:' || t.slug) AS keys
    FROM (SELECT topic_id FROM articles_articletopic WHERE article_id = a.id OFFSET 0) l
    JOIN articles_topic t ON t.id = l.topic_id
) t
CROSS JOIN LATERAL (
    SELECT
        setweight(articles_search_vector(a.title, {TITLE}), 'A') AS title,
        ('''=type:' || a.type || ''':1')::tsvector AS type
    OFFSET 0
) w
WHERE a.published
"""

POSTGRESQL_INDEX = """
CREATE TABLE articles_search (key bigint PRIMARY KEY, vector tsvector NOT NULL, title tsvector NOT NULL);
-- The blocks of 1, 8, 64, 512 and 4096 days that a row lies in, each as a number of its own.
CREATE FUNCTION articles_search_days(key bigint) RETURNS int[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ARRAY[
        (key >> 30)::int,
        30000000 + (key >> 33)::int,
        60000000 + (key >> 36)::int,
        90000000 + (key >> 39)::int,
        120000000 + (key >> 42)::int
    ]
$$;
-- GIN keeps no order: one index holds words and days, so that the search can ask for the words within some days, the
-- newest first. In it, b are the topics and c is the provider. What was just written waits in a list, which each search
-- reads whole: 4 MB of it, as is usual, would take longer than the search.
CREATE INDEX articles_search_words ON articles_search
USING gin (vector, title, ts_filter(vector, '{b}'), ts_filter(vector, '{c}'), articles_search_days(key))
WITH (gin_pending_list_limit = 512);
"""

# The windows that a search goes through, the newest first: the keys from `first` to before `last`, and the at most 16
# blocks of days that cover them. A block is a number of articles_search_days; `level` says of which length, in bits: 0, 3,
# 6, 9 or 12. The first window holds the newest 250 articles and is as long as they need; each further one is eight times
# longer. The days of the first are those that there are, not all between: a document may be dated in the year 9999.
POSTGRESQL_WINDOWS = """
CREATE FUNCTION articles_search_windows(since bigint, until bigint)
RETURNS TABLE (first bigint, last bigint, days int[]) LANGUAGE plpgsql STABLE ROWS 5 AS $$
DECLARE
    newest bigint[] := ARRAY(SELECT key FROM articles_search WHERE key >= since AND key < until ORDER BY key DESC LIMIT 250);
    many int := cardinality(newest);
    width bigint;
    oldest bigint;
    level int := 0;
BEGIN
    IF many = 0 THEN
        RETURN;
    END IF;
    first := newest[many] >> 30 << 30;
    last := until;
    LOOP
        days := ARRAY(SELECT DISTINCT level * 10000000 + (key >> 30 + level)::int FROM unnest(newest) key);
        EXIT WHEN cardinality(days) <= 16 OR level = 12;
        level := level + 3;
    END LOOP;
    RETURN NEXT;
    IF many < 250 THEN
        RETURN;
    END IF;
    oldest := (SELECT min(key) FROM articles_search WHERE key >= since);
    width := greatest(1, 2 * ((newest[125] >> 30) - (newest[250] >> 30))) << 30;
    WHILE first > oldest LOOP
        width := width * 8;
        last := first;
        first := greatest(last - width, oldest >> 30 << 30);
        level := 0;
        WHILE (last - 1 >> 30 + level) - (first >> 30 + level) >= 16 AND level < 12 LOOP
            level := level + 3;
        END LOOP;
        days := ARRAY(
            SELECT level * 10000000 + block::int
            FROM generate_series(first >> 30 + level, last - 1 >> 30 + level) block
        );
        RETURN NEXT;
    END LOOP;
END $$;
"""

# articles_search_put indexes articles anew; the other functions are those of the triggers below.
POSTGRESQL_FUNCTIONS = f"""
CREATE FUNCTION articles_search_put(articles bigint[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO articles_search (key, vector, title)
    SELECT key, vector, title FROM articles_searchtext WHERE article_id = ANY (articles)
    ON CONFLICT (key) DO UPDATE SET vector = EXCLUDED.vector, title = EXCLUDED.title
$$;
CREATE FUNCTION articles_search_article() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    DELETE FROM articles_search WHERE key = {postgresql_key("OLD")};
    IF TG_OP = 'UPDATE' THEN PERFORM articles_search_put(ARRAY[NEW.id]); END IF;
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_articles() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT id FROM written WHERE published));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_topics() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT DISTINCT article_id FROM written));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_topic() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT article_id FROM articles_articletopic WHERE topic_id = NEW.id));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_provider() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM articles_search_put(ARRAY(SELECT id FROM articles_article WHERE provider_id = NEW.id AND published));
    RETURN NULL;
END $$;
CREATE FUNCTION articles_search_nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    TRUNCATE articles_search;
    RETURN NULL;
END $$;
"""


def postgresql_triggers():
    def differ(*columns):
        old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
        return f"({old}) IS DISTINCT FROM ({new})"

    shown = "(OLD.published OR NEW.published)"
    yield (
        f"AFTER UPDATE OF {', '.join(FACTS)}",
        "articles_article",
        f"FOR EACH ROW WHEN ({shown} AND {differ(*FACTS)})",
        "article",
    )
    yield "AFTER DELETE", "articles_article", "FOR EACH ROW WHEN (OLD.published)", "article"
    yield "AFTER TRUNCATE", "articles_article", "FOR EACH STATEMENT", "nothing"
    # By statement: an import writes hundreds at once.
    yield "AFTER INSERT", "articles_article", "REFERENCING NEW TABLE AS written FOR EACH STATEMENT", "articles"
    yield "AFTER INSERT", "articles_articletopic", "REFERENCING NEW TABLE AS written FOR EACH STATEMENT", "topics"
    yield "AFTER DELETE", "articles_articletopic", "REFERENCING OLD TABLE AS written FOR EACH STATEMENT", "topics"
    yield "AFTER UPDATE", "articles_articletopic", "REFERENCING NEW TABLE AS written FOR EACH STATEMENT", "topics"
    yield "AFTER UPDATE OF name, slug", "articles_topic", f"FOR EACH ROW WHEN ({differ('name', 'slug')})", "topic"
    yield (
        "AFTER UPDATE OF name, domain",
        "providers_provider",
        f"FOR EACH ROW WHEN ({differ('name', 'domain')})",
        "provider",
    )


def create_on_postgresql(collation):
    yield POSTGRESQL_STEMS
    yield POSTGRESQL_WORDS.replace("{collation}", collation)
    yield POSTGRESQL_VIEW
    yield POSTGRESQL_INDEX
    yield POSTGRESQL_WINDOWS
    yield POSTGRESQL_FUNCTIONS
    for moment, table, how, function in postgresql_triggers():
        yield f"CREATE TRIGGER {trigger(moment, table)} {moment} ON {table} {how} EXECUTE FUNCTION articles_search_{function}()"
    yield "INSERT INTO articles_search (key, vector, title) SELECT key, vector, title FROM articles_searchtext"


def drop_on_postgresql():
    for moment, table, _, _ in postgresql_triggers():
        yield f"DROP TRIGGER {trigger(moment, table)} ON {table}"
    for name in ("article", "articles", "topics", "topic", "provider", "nothing"):
        yield f"DROP FUNCTION articles_search_{name}()"
    yield "DROP FUNCTION articles_search_put(bigint[])"
    yield "DROP FUNCTION articles_search_windows(bigint, bigint)"
    yield "DROP TABLE articles_search"
    yield "DROP FUNCTION articles_search_days(bigint)"
    yield "DROP VIEW articles_searchtext"
    yield "DROP FUNCTION articles_search_phrase(text, text)"
    yield "DROP FUNCTION articles_search_vector(text, int)"
    yield "DROP FUNCTION articles_search_stemmable(text)"
    yield "DROP FUNCTION articles_search_words(text, int)"
    yield "DROP FUNCTION articles_search_tokens(text, int)"
    yield "DROP FUNCTION articles_search_encoded(text)"
    yield "DROP FUNCTION articles_search_folded(text)"
    yield "DROP FUNCTION articles_search_plain(text)"
    yield "DROP FUNCTION articles_search_decoded(text)"
    yield "DROP TEXT SEARCH CONFIGURATION newsroom"
    yield "DROP TEXT SEARCH DICTIONARY newsroom_stem"


def postgresql_collation(connection):
    """The collation by which letters become small ones: everywhere the same, where PostgreSQL knows ICU."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT collname FROM pg_collation WHERE collname = 'und-x-icu'")
        return "und-x-icu" if cursor.fetchone() else "default"


# The titles of all articles. On SQLite an index without texts, places and sizes: some 15 bytes an article. FTS5's "ascii"
# finds the same words in plain ASCII as articles/words.py, so that a usual title needs no function of ours.


def title_words(row):
    plain = f"{row}.title NOT GLOB '*[^ -~]*' AND instr({row}.title, '&') = 0"
    return f"CASE WHEN {plain} THEN {row}.title ELSE {words(f'{row}.title', TITLE)} END"


def sqlite_title_triggers():
    put = f"INSERT INTO articles_titles (rowid, title) VALUES (NEW.id, {title_words('NEW')});"
    out = (
        f"INSERT INTO articles_titles (articles_titles, rowid, title) VALUES ('delete', OLD.id, {title_words('OLD')});"
    )
    yield "titles_insert", f"AFTER INSERT ON articles_article FOR EACH ROW BEGIN {put} END"
    yield "titles_delete", f"AFTER DELETE ON articles_article FOR EACH ROW BEGIN {out} END"
    yield (
        "titles_update",
        (
            f"AFTER UPDATE OF id, title ON articles_article FOR EACH ROW WHEN {changed('id', 'title')} BEGIN {out} {put} END"
        ),
    )


def create_titles_on_sqlite():
    yield (
        "CREATE VIRTUAL TABLE articles_titles USING fts5("
        "title, content='', tokenize='ascii', detail=none, columnsize=0)"
    )
    for name, trigger in sqlite_title_triggers():
        yield f"CREATE TRIGGER {name} {trigger}"
    yield (
        "INSERT INTO articles_titles (rowid, title)"
        f" SELECT a.id, {title_words('a')} FROM articles_article a ORDER BY a.id"
    )


def drop_titles_on_sqlite():
    for name, _ in sqlite_title_triggers():
        yield f"DROP TRIGGER {name}"
    yield "DROP TABLE articles_titles"


# On PostgreSQL an index of an expression, for which nothing is stored. Whatever makes or checks such an index may know no
# schema but pg_catalog: what is called is called with its schema, or knows the schemas of its own. By the COST the planner
# rather asks the index than computes the words of many titles.
POSTGRESQL_TITLES = f"""
CREATE FUNCTION articles_other_title_words(title text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path FROM CURRENT AS $$
    SELECT array_to_tsvector(array_remove(string_to_array({words("title", TITLE)}, ' '), ''))
$$;
CREATE FUNCTION articles_title_words(title text) RETURNS tsvector
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE COST 1000 AS $$ BEGIN
    IF octet_length(title) = length(title) AND strpos(title, '&') = 0 THEN
        RETURN array_to_tsvector(
            array_remove(string_to_array(regexp_replace(lower(title COLLATE "C"), '[^a-z0-9]+', ' ', 'g'), ' '), '')
        );
    END IF;
    RETURN {{schema}}.articles_other_title_words(title);
END $$;
CREATE INDEX articles_titles ON articles_article
USING gin (articles_title_words(title)) WITH (gin_pending_list_limit = 512);
"""


def create_titles_on_postgresql(schema):
    yield POSTGRESQL_TITLES.replace("{schema}", schema)


def drop_titles_on_postgresql():
    yield "DROP INDEX articles_titles"
    yield "DROP FUNCTION articles_title_words(text)"
    yield "DROP FUNCTION articles_other_title_words(text)"


def postgresql_schema(connection):
    with connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(current_schema())")
        return cursor.fetchone()[0]


def create(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor == "postgresql":
        statements = [
            *create_on_postgresql(postgresql_collation(connection)),
            *create_titles_on_postgresql(postgresql_schema(connection)),
        ]
    else:
        statements = [*create_on_sqlite(), *create_titles_on_sqlite()]
    for statement in statements:
        schema_editor.execute(statement, None)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        statements = [*drop_titles_on_postgresql(), *drop_on_postgresql()]
    else:
        statements = [*drop_titles_on_sqlite(), *drop_on_sqlite()]
    for statement in statements:
        schema_editor.execute(statement, None)


class Migration(migrations.Migration):
    dependencies = [("articles", "0004_topic_entries"), ("providers", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]
