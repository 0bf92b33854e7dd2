"""Documents that mean harm, or were made by a broken machine: each with its verdict, and what the import says of it."""

from tests.importing.documents_by_hand import document

BEAUTY = "🙂é\u00a0—"
RELATED = "{{title: T, webUrl: 'https://r.example/{0}'}}"
BOMB = "&a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"k{n}: &k{n} [{', '.join([f'*{"a" if n == 0 else f"k{n - 1}"}'] * 9)}]\n" for n in range(9)
)


def link(url: str) -> str:
    return document(webUrl=f'"{url}"')


# what it is: (its text or bytes, verdict, the beginning of one message; "" for no message)
HOSTILE: dict[str, tuple[str | bytes, str, str]] = {
    # Bytes
    "nothing at all": ("", "rejected", "1: does not open with a line ---"),
    "only an opening line": ("---\n", "rejected", "1: the front matter is not closed"),
    "only three dashes": ("---", "rejected", "1: the front matter is not closed"),
    "an empty mapping": ("---\n---\n", "rejected", "is not a mapping"),
    "UTF-16 with a mark": (document().encode("utf-16"), "rejected", "1: is not UTF-8: byte 0xff"),
    "UTF-16 without a mark": (document().encode("utf-16-le"), "rejected", "control character U+0000"),
    "UTF-32": (document().encode("utf-32"), "rejected", "1: is not UTF-8: byte 0xff"),
    "Latin-1": (document(title='"Café"').encode("latin-1"), "rejected", "2: is not UTF-8: byte 0xe9"),
    "Windows-1252 quotes": (document(title='"a"').encode() + b"\x93x\x94", "rejected", "7: is not UTF-8: byte 0x93"),
    "overlong UTF-8": (document().encode() + b"\xc0\xaf", "rejected", "is not UTF-8: byte 0xc0"),
    "a surrogate in UTF-8": (document().encode() + b"\xed\xa0\x80", "rejected", "is not UTF-8: byte 0xed"),
    "beyond Unicode": (document().encode() + b"\xf4\x90\x80\x80", "rejected", "is not UTF-8: byte 0xf4"),
    "a cut character": (document().encode() + "é".encode()[:1], "rejected", "is not UTF-8: byte 0xc3"),
    "UTF-8 with a mark": (("\ufeff" + document()).encode(), "created", ""),
    "two byte order marks": ("\ufeff\ufeff" + document(), "rejected", "1: does not open with a line ---"),
    "CRLF": (document().replace("\n", "\r\n"), "created", ""),
    "lone CR": (document().replace("\n", "\r"), "created", ""),
    "one CR in a text": (document(excerpt='"a\rb"'), "created", ""),
    "NUL": (document(excerpt='"a\0b"'), "rejected", "6: holds the control character U+0000"),
    "NUL in the body": (document(body="a\0b"), "rejected", "7: holds the control character U+0000"),
    "vertical tab": (document(excerpt='"a\x0bb"'), "rejected", "6: holds the control character U+000B"),
    "escape sequence": (document(title='"\x1b[31mred"'), "rejected", "2: holds the control character U+001B"),
    "U+0085": (document(excerpt='"a\u0085b"'), "rejected", "6: holds the control character U+0085"),
    "U+2028 is a character": (document(excerpt='"a\u2028b"'), "created", ""),
    "bidi override": (document(title='"a\u202egpj.exe"'), "rejected", "2: holds the control character U+202E"),
    "bidi isolate": (document(title='"a\u2066b"'), "rejected", "2: holds the control character U+2066"),
    "U+FFFF": (document(title='"a\uffffb"'), "rejected", "2: holds the control character U+FFFF"),
    "escaped NUL": (document(title=r'"a\u0000b"'), "rejected", "2: title: holds the control character U+0000"),
    "escaped bell": (document(topics=r'["a\a"]'), "rejected", "6: topics.0: holds the control character U+0007"),
    "escaped surrogate": (document(title=r'"a\ud800b"'), "created", "2: holds half of a character"),
    "escaped pair of surrogates": (document(title=r'"\ud83d\ude00"'), "created", ""),
    "escaped control in a key": (document(**{r'"a\x07"': "1"}), "rejected", "a key holds a control character"),
    "every kind of letter": (document(title=f'"{BEAUTY}"', body=BEAUTY), "created", ""),
    # YAML
    "an unclosed quote": (document(title='"A'), "rejected", "is not valid YAML"),
    "an unclosed bracket": (document(topics="[a, b"), "rejected", "is not valid YAML"),
    "a tab as margin": (document(provider="\n\tdomain: a.example"), "rejected", "is not valid YAML"),
    "two documents": ("---\ntitle: A\n...\n" + document(), "rejected", "2: webUrl: neither webUrl nor originalUrl"),
    "a list": ("---\n- title: A\n---\n", "rejected", "is not a mapping"),
    "a word": ("---\nnews\n---\n", "rejected", "is not a mapping"),
    "a key twice": (document(heat="1\nheat: 2"), "rejected", "7: the key 'heat' stands twice"),
    "a key twice in a mapping": (document(provider="{domain: a.b, domain: c.d}"), "rejected", "stands twice"),
    "a number as key": (document(**{"12": "a"}), "rejected", "the key 12 is not text"),
    "nothing as key": (document(**{"~": "a"}), "rejected", "the key None is not text"),
    "a boolean as key": (document(true="a"), "rejected", "the key True is not text"),
    "a list as key": (document(**{"? [a]\n": "1"}), "rejected", "2: a key is not text"),
    "a mapping as key": (document(**{"{a: 1}": "1"}), "rejected", "2: a key is not text"),
    "an anchor": (document(excerpt="&a text"), "rejected", "6: anchors and aliases are not taken"),
    "an alias": (document(excerpt="*a"), "rejected", "6: is not valid YAML"),
    "an anchor and an alias": (document(excerpt="&a text", x="*a"), "rejected", "6: anchors and aliases are not taken"),
    "a bomb of aliases": (document(a=BOMB), "rejected", "alias"),
    "an alias of itself": (document(a="&a [*a]"), "rejected", "6: "),
    "a merge key": (
        document(provider="{<<: {domain: a.example}}"),
        "created", "5: provider.domain: is missing: taken from the link, news.example"),
    "a merge key with an alias": (document(x="&x {heat: 1}", **{"<<": "*x"}), "rejected", "anchors and aliases"),
    "a tag of Python": (document(x="!!python/object/apply:os.system [id]"), "rejected", "6: the tag"),
    "a tag of its own": (document(x="!secret a"), "rejected", "6: the tag '!secret' is not taken"),
    "a tag of the core": (document(title="!!str 12"), "rejected", "2: the tag 'tag:yaml.org,2002:str' is not taken"),
    "a binary": (document(title="!!binary aGVsbG8="), "rejected", "2: the tag"),
    "a set": (document(topics="!!set {a, b}"), "rejected", "6: the tag"),
    "a directive": ("---\n%YAML 1.1\n---\n" + document(), "rejected", "3: is not valid YAML: did not find"),
    "30,000 brackets": (document(x="[" * 30_000), "rejected", "is nested too deeply"),
    "30,000 brackets that close": (document(x="[" * 30_000 + "]" * 30_000), "rejected", "is nested too deeply"),
    "30,000 braces": (document(x="{a: " * 30_000), "rejected", "is nested too deeply"),
    "30,000 dashes": (document(x="\n" + "- " * 30_000 + "a"), "rejected", "is nested too deeply"),
    "2,000 blocks in blocks": (
        document(x="\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 1400))), "rejected", "is nested too deeply"),
    "50,000 question marks": (document(x="\n" + "? " * 50_000), "rejected", "is nested too deeply"),
    "a million brackets": (document(x="[" * 1_000_000), "rejected", "6: is nested too deeply"),
    "a million brackets that hide in quotes": (document(x='["]",' * 200_000), "rejected", "6: is nested too deeply"),
    "99 brackets around half a million letters": (document(x="[" * 99 + "a," * 500_000 + "]" * 99), "created", ""),
    "a key of 100,000 letters": (document(**{"k" * 100_000: "1"}), "rejected", "6: is not valid YAML"),
    "50,000 keys": (document(**{f"k{n}": "1" for n in range(50_000)}), "created", ""),
    # Types
    "a number as title": (document(title="2020"), "created", "2: title: is a number: taken as the text '2020'"),
    "a boolean as title": (document(title="true"), "rejected", "2: title: is true or false, not text"),
    "a list as title": (document(title="[a]"), "rejected", "2: title: is a list, not text"),
    "a mapping as title": (document(title="{a: b}"), "rejected", "2: title: is a mapping, not text"),
    "no title": (document(title="~"), "rejected", "2: title: is missing"),
    "a blank title": (document(title='"\u00a0 \u2003"'), "rejected", "2: title: is empty"),
    "a title of a million letters": (
        document(title="x" * 1_000_000),
        "created", "2: title: has 1,000,000 characters: cut to 500"),
    "a number as excerpt": (document(excerpt="12"), "created", "6: excerpt: is a number: taken as the text '12'"),
    "an excerpt of 900,000 letters": (document(excerpt="x" * 900_000), "created", ""),
    "a word as heat": (document(heat="hot"), "created", "6: heat: is text, not a whole number: dropped"),
    "a quoted number as heat": (document(heat='"7"'), "created", "6: heat: is '7': taken as 7"),
    "a boolean as heat": (document(heat="true"), "created", "6: heat: is true or false, not a whole number: dropped"),
    "a fraction as heat": (document(heat="1.5"), "created", "6: heat: is a number, not a whole number: dropped"),
    "infinity as heat": (document(heat=".inf"), "created", "6: heat: is a number, not a whole number: dropped"),
    "no number as heat": (document(heat=".nan"), "created", "6: heat: is a number, not a whole number: dropped"),
    "a heat below the lowest": (document(heat="-2"), "created", "6: heat: is -2: dropped"),
    "a heat of 2^31": (document(heat="2147483648"), "created", "6: heat: is 2147483648: dropped"),
    "a heat of 2^31 - 1": (document(heat="2147483647"), "created", ""),
    "a heat of 5,000 digits": (document(heat="9" * 5000), "created", "6: heat: is "),
    "an octal heat": (document(heat="0o17"), "created", ""),
    "a negative quality": (document(quality="-1"), "created", "6: quality: is -1: dropped"),
    "a number as published": (document(published="1"), "created", "6: published: is 1, not true or false"),
    "yes as published": (document(published="yes"), "created", "6: published: is 'yes', not true or false"),
    "text as published": (document(published='"true"'), "created", "6: published: is 'true', not true or false"),
    "a list as published": (document(published="[true]"), "created", "6: published: is [True], not true or false"),
    "an unknown type": (document(type="virus"), "created", "6: type: is 'virus', which is not known"),
    "a list as type": (document(type="[article]"), "created", "6: type: is ['article'], which is not known"),
    "a mapping as category": (document(category="{a: 1}"), "created", "6: category: is {'a': 1}, which is not known"),
    "an unknown taxonomy": (document(taxonomy="user"), "rejected", "6: taxonomy: is 'user': only organization"),
    "a list as taxonomy": (document(taxonomy="[topic]"), "rejected", "6: taxonomy: is ['topic']: only organization"),
    "a number as secured": (document(secured="12"), "created", "6: secured: is a number, not text: dropped"),
    "a secret that is none": (document(secured="hello"), "created", "6: secured: does not look like an encrypted"),
    "NaN in an unknown key": (document(x="[.nan]"), "created", "6: x: cannot be written as JSON"),
    "a huge number in an unknown key": (document(x="1" + "0" * 400), "created", ""),
    "an unknown key that is a mapping of numbers": (document(x="{1: a}"), "created", ""),
    # Dates
    "no date": (
        document(publishedDateTime="~"),
        "created", "3: publishedDateTime: is missing: taken from the first import"),
    "a number as date": (
        document(publishedDateTime="2020"),
        "created", "3: publishedDateTime: is 2020, which is no date and time: dropped"),
    "30 February": (document(publishedDateTime="2020-02-30T00:00:00Z"), "created", "which is no date"),
    "29 February of no leap year": (document(publishedDateTime="2021-02-29"), "created", "which is no date"),
    "hour 25": (document(publishedDateTime="2020-01-01T25:00:00Z"), "created", "which is no date"),
    "second 60": (document(publishedDateTime="2016-12-31T23:59:60Z"), "created", "which is no date"),
    "year 0": (document(publishedDateTime="0000-01-01T00:00:00Z"), "created", "which is no date"),
    "year 1": (
        document(publishedDateTime="0001-01-01T00:00:00Z"),
        "created", "3: publishedDateTime: is '0001-01-01T00:00:00Z', which is no date and time: dropped"),
    "before year 1 in UTC": (document(publishedDateTime="0001-01-01T00:00:00+14:00"), "created", "which is no date"),
    "year 9999": (
        document(publishedDateTime="9999-12-31T23:59:59Z"),
        "created", "3: publishedDateTime: is '9999-12-31T23:59:59Z', which is no date and time: dropped"),
    "after year 9999 in UTC": (document(publishedDateTime="9999-12-31T23:59:59-14:00"), "created", "which is no date"),
    "year 10000": (document(publishedDateTime="10000-01-01T00:00:00Z"), "created", "which is no date"),
    "a zone of 25 hours": (document(publishedDateTime="2020-01-01T00:00:00+25:00"), "created", "which is no date"),
    "a date in words": (document(publishedDateTime='"June 1, 2020"'), "created", "which is no date"),
    "Arabic digits": (document(publishedDateTime="٢٠٢٠-٠١-٠١"), "created", "which is no date"),
    "a date without a zone": (document(publishedDateTime="2020-01-01"), "created", "3: publishedDateTime: has no time"),
    # Links
    "javascript:": (link("javascript:alert(1)"), "rejected", "4: webUrl: "),
    "JavaScript: after a blank": (link(" javascript:alert(1)"), "rejected", "webUrl"),
    "javascript: cut by a tab": (document(webUrl=r'"java\tscript:alert(1)"'), "rejected", "webUrl"),
    "data:": (link("data:text/html,<script>1</script>"), "rejected", "webUrl"),
    "file:": (link("file:///etc/passwd"), "rejected", "webUrl"),
    "no scheme": (link("//news.example/a"), "rejected", "webUrl"),
    "no host": (link("https:///a"), "created", "taken as 'https://a/'"),
    "only a scheme": (link("https://"), "rejected", "webUrl"),
    "a new line in a link": (document(webUrl=r'"https://a.example/\nb"'), "created", "taken as 'https://a.example/b'"),
    "a blank in a link": (link("https://a.example/a b"), "created", "taken as 'https://a.example/a%20b'"),
    "a name and a password": (link("https://user:password@a.example/"), "created", "taken as 'https://a.example/'"),
    "another host before @": (link("https://a.example@b.example/"), "created", "taken as 'https://b.example/'"),
    "port 0": (link("https://a.example:0/"), "rejected", "webUrl"),
    "port 99999": (link("https://a.example:99999/"), "rejected", "webUrl"),
    "a port in words": (link("https://a.example:x/"), "rejected", "webUrl"),
    "an unclosed IPv6": (link("http://[::1"), "rejected", "webUrl"),
    "a bad IPv6": (link("http://[zz]/"), "rejected", "webUrl"),
    "an IPv6": (link("http://[::1]/"), "created", ""),
    "a host that normalises to a path": (link("http://a\u2100b.example/"), "rejected", "webUrl"),
    "a host that normalises to a port": (link("http://a.example\uff1a80/"), "rejected", "webUrl"),
    "a host of another script": (
        link("https://пример.example/"),
        "created", "taken as 'https://xn--e1afmkfd.example/'"),
    "percent junk": (link("https://a.example/%zz%"), "created", ""),
    "a backslash": (
        document(webUrl="'https://a.example\\@b.example/'"),
        "created", "taken as 'https://a.example/@b.example/'"),
    "quotes and tags in a link": (
        document(webUrl="'https://a.example/\"><script>'"),
        "created", "taken as 'https://a.example/%22%3E%3Cscript%3E'"),
    "a link of 3,000 letters": (link("https://a.example/" + "a" * 3000), "rejected", "webUrl"),
    "a list as link": (document(webUrl="[https://a.example/]"), "rejected", "webUrl"),
    "a bad link beside a good one": (
        document(originalUrl="javascript:1"), "created", "6: originalUrl: is not an http(s) link"),
    # Providers
    "no provider": (document(provider=None), "created", "2: provider: is missing: taken from the link, news.example"),
    "a provider that is a name": (
        document(provider="News"),
        "created", "5: provider: is 'News', which is no domain: taken from the link, news.example"),
    "a provider without a domain": (
        document(provider="{name: News}"),
        "created", "5: provider.domain: is missing: taken from the link, news.example"),
    "a domain with a blank": (
        document(provider="{domain: a b.example}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a domain with a path": (
        document(provider="{domain: a.example/b}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a domain that climbs": (
        document(provider="{domain: ../../etc}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a domain of one word": (
        document(provider="{domain: localhost}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a domain of 300 letters": (
        document(provider=f"{{domain: {'a.' * 150}b}}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a label of 64 letters": (
        document(provider=f"{{domain: {'a' * 64}.example}}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a domain that is a number": (
        document(provider="{domain: 1.5}"),
        "created", "5: provider.domain: is a number, not a domain: taken from the link, news.example"),
    "an IP as domain": (document(provider="{domain: 10.0.0.1}"), "created", ""),
    "a domain with a dot behind": (document(provider="{domain: A.Example.}"), "created", ""),
    "a domain of another script": (document(provider="{domain: bücher.example}"), "created", ""),
    "a domain that IDNA refuses": (
        document(provider="{domain: a..é}"),
        "created", "which is no domain: taken from the link, news.example"),
    "a domain of dots": (
        document(provider="{domain: '...'}"),
        "created", "which is no domain: taken from the link, news.example"),
    # Lists
    "10,000 related links": (
        document(related=f"[{', '.join(RELATED.format(n) for n in range(10_000))}]"),
        "created", "6: related: has 10,000 items: the first 200 are taken"),
    "5,000 topics": (
        document(topics=f"[{', '.join(f't{n}' for n in range(5000))}]"),
        "created", "6: topics: has 5,000 items: the first 200 are taken"),
    "a word as topics": (document(topics="AI"), "created", "6: topics: is text, not a list: taken as a list of one"),
    "a mapping as topics": (document(topics="{a: b}"), "created", "6: topics: is a mapping, not a list: dropped"),
    "a list in topics": (document(topics="[[a]]"), "created", "6: topics[0]: is ['a'], not a name: dropped"),
    "a topic twice": (document(topics="[AI, ai]"), "created", "6: topics[1]: names 'ai' again: dropped"),
    "a blank topic": (document(topics="['']"), "created", "6: topics[0]: is '', not a name: dropped"),
    "a word as images": (
        document(images="a.jpg"),
        "created", "6: images[0]: is not an http(s) link ('a.jpg'): dropped"),
    "a word in images": (
        document(images="[a.jpg]"),
        "created", "6: images[0]: is not an http(s) link ('a.jpg'): dropped"),
    "a picture without a link": (document(images="[{width: 1}]"), "created", "6: images[0].url: is missing: dropped"),
    "a picture that climbs": (document(images="[{url: //a.example/x}]"), "created", "6: images[0].url: "),
    "a picture of no width": (document(images="[{url: /a, width: 0}]"), "created", "6: images[0].width: is 0: dropped"),
    "a picture twice": (document(images="[{url: /a}, {url: /a}]"), "created", "6: images[1]: gives '/a' again"),
    "data: as picture": (document(images="[{url: 'data:image/png;base64,'}]"), "created", "6: images[0].url: "),
    "a word as related": (
        document(related="a"),
        "created", "6: related[0].webUrl: is not an http(s) link ('a'): dropped"),
    "a list in related": (document(related="[[]]"), "created", "6: related[0]: is a list, not a mapping: dropped"),
    "a related link to nothing": (document(related="[{title: T}]"), "created", "6: related[0]: has no link: dropped"),
    "a related link with a bad date": (
        document(related="[{webUrl: 'https://r.example/', publishedDateTime: never}]"),
        "created", "6: related[0].publishedDateTime: is 'never', which is no date and time: dropped"),
    "a related link of nobody": (
        document(related="[{webUrl: 'https://r.example/', provider: {name: X}}]"),
        "created", "6: related[0].provider.domain: is missing: taken from the link, r.example"),
    # Vocabulary
    "a topic without a name": ("---\ntaxonomy: topic\n---\n", "rejected", "name: is missing"),
    "a provider without a name": (
        "---\ntaxonomy: organization\ndomain: a.example\n---\n", "rejected", "name: is missing"),
    "a topic that is its own parent": (
        "---\ntaxonomy: topic\nname: Loop\nparent: loop\n---\n", "created", "4: parent: is the topic itself: dropped"),
    "200 related links of many faults": (
        document(related=f"[{'{webUrl: 1, title: 1, excerpt: 1, quality: x},' * 200}]", x=f"[{'a,' * 300_000}]"),
        "created", "6: related[199].webUrl: is a number, not a link: dropped"),
}  # fmt: skip
