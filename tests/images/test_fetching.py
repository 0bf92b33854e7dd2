"""Fetching from servers that lie, dawdle, and lead to our own machines."""

import ipaddress
import ssl
import subprocess
import time
from threading import Event

import pytest

from articles.images.fetching import NotFetched, Rules, fetch, is_public
from tests.picture_server import HOST, JPEG, picture_server


@pytest.fixture
def server():
    with picture_server() as server:
        yield server


def problem(url, rules):
    with pytest.raises(NotFetched) as refused:
        fetch(url, rules)
    return str(refused.value)


PUBLIC = """8.8.8.8 1.1.1.1 93.184.216.34 172.32.0.1 192.0.1.1 100.128.0.1 2606:4700::6810:84e5 2a00:1450:4001:82f::200e
::ffff:8.8.8.8 64:ff9b::808:808""".split()
NOT_PUBLIC = """0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1
172.31.255.255 192.0.0.1 192.0.0.9 192.0.0.170 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255 198.51.100.1
203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:0:127.0.0.1
64:ff9b::127.0.0.1 64:ff9b::10.0.0.1 64:ff9b:1::1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:2::1
2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1
fe80::1%eth0 fec0::1 feff::1 ff02::1 ff0e::1 4000::1""".split()


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_an_address_of_a_machine_a_network_or_a_purpose_is_not_public(address):
    assert not is_public(address)


def test_no_address_that_python_calls_private_is_public():
    networks = ipaddress._IPv4Constants._private_networks + ipaddress._IPv6Constants._private_networks

    assert [network for network in networks if is_public(str(network[1 if network.num_addresses > 1 else 0]))] == []


def test_picture_is_fetched_with_a_plain_request_of_nobody(server):
    assert fetch(server.url("/photo.jpg"), server.rules()) == JPEG

    first, *headers = server.asked[0].split("\r\n")
    assert first == "GET /photo.jpg HTTP/1.1"
    assert dict(line.split(": ", 1) for line in headers if line) == {
        "Host": f"pictures.example:{server.port}",
        "User-Agent": "Newsroom (pictures)",
        "Accept": "image/webp,image/avif,image/*;q=0.8",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }


def test_no_proxy_of_the_environment_is_used(server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert fetch(server.url("/photo.jpg"), server.rules()) == JPEG


def test_three_redirects_are_followed_and_the_last_host_is_resolved_for_each(server):
    assert fetch(server.url("/thrice"), server.rules()) == JPEG
    assert server.resolved == ["pictures.example"] * 4


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/often", "It redirects more than 3 times."),
        ("/loop", "It redirects more than 3 times."),
        ("/nowhere", "The server answered 302."),
        ("/to-ourselves", "127.0.0.2 is no public address."),
        ("/to-a-private-name", "inside.example is no public address."),
        ("/to-metadata", "169.254.169.254 is no public address."),
        ("/to-a-file", "It leads to something that is no http or https URL."),
        ("/to-gopher", "It leads to something that is no http or https URL."),
        ("/to-an-odd-port", "It leads to port 22."),
        ("/missing.jpg", "The server answered 404."),
        ("/broken.jpg", "The server answered 503."),
        ("/says-more", "The server broke off, or answered with what is no HTTP."),
        ("/says-11-mb", "It is larger than 10 MB."),
        ("/gzip-bomb", "The server sent it compressed, though not asked to."),
        ("/no-http", "The server broke off, or answered with what is no HTTP."),
        ("/many-headers", "The server broke off, or answered with what is no HTTP."),
        ("/empty", "The server broke off, or answered with what is no HTTP."),
        ("/endless", "It is larger than 10 MB."),
        ("/endless-chunks", "It is larger than 10 MB."),
    ],
)
def test_what_a_server_does_wrong_is_said_in_words(server, path, expected):
    server.names["127.0.0.2"], server.names["169.254.169.254"] = ["127.0.0.2"], ["169.254.169.254"]

    assert problem(server.url(path), server.rules()) == expected


@pytest.mark.parametrize("path", ["/says-less", "/says-nonsense"])
def test_a_length_that_is_wrong_harms_nobody(server, path):
    assert JPEG.startswith(fetch(server.url(path), server.rules()))


@pytest.mark.parametrize("path", ["/slow-headers", "/slow-body", "/slow-body-without-length", "/silent"])
def test_a_server_that_dawdles_is_cut_off_when_the_time_is_up(server, path):
    """Whoever waits for the end of them waits for ever, or until the silent one hangs up, which is another problem."""
    assert problem(server.url(path), server.rules(seconds=0.4)) == "It took longer than 0.4 seconds."


def test_a_resolver_that_hangs_is_left_behind_when_the_time_is_up(server):
    let_go, answered = Event(), Event()

    def hang(host, port):
        let_go.wait(30)
        answered.set()
        return [HOST]

    said = problem(server.url("/photo.jpg"), server.rules(seconds=0.3, resolve=hang))

    assert (said, answered.is_set()) == ("It took longer than 0.3 seconds.", False)
    let_go.set()


def test_the_time_is_that_of_all_redirects_together(server):
    server.whole["/photo.jpg"] = b""

    def slowly(host, port):
        time.sleep(0.3)
        return [HOST]

    assert problem(server.url("/loop"), server.rules(seconds=0.5, resolve=slowly)) == "It took longer than 0.5 seconds."


def test_a_host_is_resolved_once_and_a_second_answer_of_its_resolver_is_never_heard(server):
    """DNS rebinding: a public address to be checked, a private one to be connected to."""
    answers = [[HOST], ["127.0.0.2"]]

    assert fetch(server.url("/photo.jpg"), server.rules(resolve=lambda host, port: answers.pop(0))) == JPEG
    assert answers == [["127.0.0.2"]]


@pytest.mark.parametrize("others", [["10.0.0.7"], ["::1"], ["::ffff:127.0.0.1"], ["fe80::1"]])
def test_a_host_with_one_private_address_among_public_ones_is_not_asked(server, others):
    server.names["mixed.example"] = [HOST, *others]

    assert problem(server.url("/photo.jpg", "mixed.example"), server.rules()) == "mixed.example is no public address."
    assert server.asked == []


def test_the_next_address_is_tried_where_the_first_does_not_answer(server):
    server.names["two.example"] = ["127.0.0.3", HOST]
    rules = server.rules(is_public=lambda address: address.startswith("127."))

    assert fetch(server.url("/photo.jpg", "two.example"), rules) == JPEG


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0", "localhost", "[::1]", "[::ffff:127.0.0.1]", "[::]"]
)
def test_no_spelling_of_this_machine_is_public(server, host):
    """With the resolver of the system, and what is public by our own rules."""
    rules = Rules(ports=frozenset({server.port}))

    assert "is no public address" in problem(server.url("/photo.jpg", host), rules)
    assert server.asked == []


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://anne:hush@pictures.example/", "It leads to a URL with a user name."),
        ("http://pictures.example@inside.example/", "It leads to a URL with a user name."),
        ("http://@pictures.example/", "It leads to a URL with a user name."),
        ("http://pictures.example:8080/", "It leads to port 8080."),
        ("http://pictures.example:0/", "It leads to port 0."),
        ("http://pictures.example:99999/", "Its URL cannot be read."),
        ("http://pictures.example:x/", "Its URL cannot be read."),
        ("http://[::1/", "Its URL cannot be read."),
        ("http://[::zz]/", "Its URL cannot be read."),
        ("http:///photo.jpg", "It leads to something that is no http or https URL."),
        ("ftp://pictures.example/", "It leads to something that is no http or https URL."),
        ("/images/photo.jpg", "It leads to something that is no http or https URL."),
        ("data:image/png;base64,AAAA", "It leads to something that is no http or https URL."),
        ("http://" + "a" * 70 + ".example/", "Its URL cannot be read."),
        ("http://a..example/", "Its URL cannot be read."),
        ("http://none.example/", "There is no host none.example."),
        ("http://xn--.example/", "There is no host xn--.example."),
    ],
)
def test_a_url_that_leads_astray_is_not_followed(server, url, expected):
    assert problem(url, server.rules()) == expected


def test_a_name_of_another_script_is_asked_for_as_the_resolver_knows_it(server):
    server.names["xn--bcher-kva.example"] = [HOST]

    assert fetch(server.url("/photo.jpg", "Bücher.example"), server.rules()) == JPEG
    assert f"Host: xn--bcher-kva.example:{server.port}\r\n" in server.asked[0]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("/ein bild.jpg?a=b c", "/ein%20bild.jpg?a=b%20c"),
        ("/Füße.jpg", "/F%C3%BC%C3%9Fe.jpg"),
        ("/a%20b.jpg?w=1&h=2#top", "/a%20b.jpg?w=1&h=2"),
        ("/a\r\nX-Evil: 1\r\n", "/aX-Evil:%201"),
        ("", "/"),
        ("?w=1", "/?w=1"),
    ],
)
def test_whatever_stands_in_a_path_is_one_line_of_the_request(server, path, asked):
    problem(server.url(path), server.rules())

    assert server.asked[0].split("\r\n")[0] == f"GET {asked} HTTP/1.1"


@pytest.fixture
def certificate(tmp_path):
    """Of pictures.example, signed by itself."""
    key, file = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        [
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=pictures.example",
            "-addext", "subjectAltName=DNS:pictures.example", "-keyout", key, "-out", file,
        ],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return key, file


@pytest.mark.parametrize(
    ("host", "trusted", "expected"),
    [
        ("pictures.example", True, None),
        ("other.example", True, "The certificate of other.example is not valid."),
        ("pictures.example", False, "The certificate of pictures.example is not valid."),
    ],
)
def test_https_is_checked_against_the_name_and_not_the_address(server, certificate, host, trusted, expected):
    key, file = certificate
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.names["other.example"] = [HOST]
    rules = server.rules(tls=lambda: ssl.create_default_context(cafile=file if trusted else None))
    url = f"https://{host}:{server.port}/photo.jpg"

    if expected:
        assert problem(url, rules) == expected
    else:
        assert fetch(url, rules) == JPEG
