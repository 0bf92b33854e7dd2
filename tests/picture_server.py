"""A server of pictures that misbehaves in every way a server can, on a port of this machine."""

from __future__ import annotations

import gzip
import socketserver
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from PIL import Image as Picture

from articles.images.fetching import Rules, is_public

HOST = "127.0.0.1"


def picture(kind: str = "JPEG", size: tuple[int, int] = (1600, 900), colour="teal", **options) -> bytes:
    file = BytesIO()
    Picture.new("RGB", size, colour).save(file, kind, **options)
    return file.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels, and has them: all black."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    row = b"\0" + bytes((width + 7) // 8)
    squeeze = zlib.compressobj(9)
    data = b"".join(squeeze.compress(row) for _ in range(height)) + squeeze.flush()
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def answer(body: bytes, status: str = "200 OK", **headers: object) -> bytes:
    headers = {"Content-Length": len(body), "Content-Type": "image/jpeg"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in headers.items() if value is not None)]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(to: str, status: str = "302 Found") -> bytes:
    return answer(b"", status, Location=to)


def drip(out: BinaryIO, head: bytes, forever: bytes) -> None:
    """A byte now and then, so that no time-out between two bytes is ever reached."""
    out.write(head)
    while True:
        for byte in forever:
            out.write(bytes([byte]))
            time.sleep(0.05)


def slow_headers(out: BinaryIO) -> None:
    drip(out, b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a")


def slow_body(out: BinaryIO) -> None:
    drip(out, answer(b"", Content_Length=100_000), b"a")


def slow_body_without_length(out: BinaryIO) -> None:
    drip(out, answer(b"", Content_Length=None, Connection="close"), b"a")


def silent(out: BinaryIO) -> None:
    time.sleep(5)


def endless(out: BinaryIO) -> None:
    out.write(answer(b"", Content_Length=None))
    while True:
        out.write(bytes(100_000))


def endless_chunks(out: BinaryIO) -> None:
    out.write(answer(b"", Content_Length=None, Transfer_Encoding="chunked"))
    while True:
        out.write(b"10000\r\n" + bytes(0x10000) + b"\r\n")


JPEG = picture()
WHOLE = {
    "/photo.jpg": answer(JPEG),
    "/photo": answer(JPEG, Content_Type="text/html"),
    "/missing.jpg": answer(b"gone", "404 Not Found"),
    "/broken.jpg": answer(b"", "503 Service Unavailable"),
    "/once": redirect("/photo.jpg"),
    "/thrice": redirect("/twice", "301 Moved Permanently"),
    "/twice": redirect("/once", "307 Temporary Redirect"),
    "/often": redirect("/thrice"),
    "/loop": redirect("/loop"),
    "/nowhere": answer(b"", "302 Found"),
    "/to-ourselves": redirect("http://127.0.0.2/photo.jpg"),
    "/to-a-private-name": redirect("http://inside.example/photo.jpg"),
    "/to-metadata": redirect("http://169.254.169.254/latest/meta-data/"),
    "/to-a-file": redirect("file:///etc/passwd"),
    "/to-gopher": redirect("gopher://127.0.0.1:70/x"),
    "/to-an-odd-port": redirect("http://pictures.example:22/photo.jpg"),
    "/says-less": answer(JPEG, Content_Length=len(JPEG) // 2),
    "/says-more": answer(JPEG, Content_Length=len(JPEG) + 1),
    "/says-11-mb": answer(b"", Content_Length=11 * 1024**2),
    "/says-nonsense": answer(JPEG, Content_Length="many"),
    "/gzip-bomb": answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
    "/no-http": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "/many-headers": b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(5000)) + b"\r\n",
    "/empty": b"",
    "/page.jpg": answer(b"<!doctype html><title>Not here</title>"),
    "/drawing.svg": answer(b'<svg xmlns="http://www.w3.org/2000/svg"/>', Content_Type="image/svg+xml"),
    "/truncated.jpg": answer(JPEG[: len(JPEG) // 2]),
    "/41-megapixels.png": answer(png_of(8200, 5001), Content_Type="image/png"),
}
SLOW: dict[str, Callable[[BinaryIO], None]] = {
    "/slow-headers": slow_headers,
    "/slow-body": slow_body,
    "/slow-body-without-length": slow_body_without_length,
    "/silent": silent,
    "/endless": endless,
    "/endless-chunks": endless_chunks,
}


class _Handler(socketserver.StreamRequestHandler):
    def handle(self):
        head = b""
        while not head.endswith(b"\r\n\r\n") and (line := self.rfile.readline()):
            head += line
        path = head.split(b" ")[1].decode() if head.count(b" ") > 1 else ""
        self.server.asked.append(head.decode(errors="replace"))
        try:
            if path in SLOW:
                SLOW[path](self.wfile)
            else:
                self.wfile.write(self.server.whole.get(path, answer(b"", "404 Not Found")))
        except OSError:
            # The other side has heard enough.
            return


class PictureServer(socketserver.ThreadingTCPServer):
    """`asked` is what it was asked, `whole` what it answers by path, `names` what the resolver of `rules` knows."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self):
        super().__init__((HOST, 0), _Handler)
        self.port = self.server_address[1]
        self.asked: list[str] = []
        self.whole = dict(WHOLE)
        self.names = {"pictures.example": [HOST], "inside.example": ["10.0.0.7"]}
        self.resolved: list[str] = []

    def url(self, path: str, host: str = "pictures.example") -> str:
        return f"http://{host}:{self.port}{path}"

    def resolve(self, host: str, port: int) -> list[str]:
        self.resolved.append(host)
        if host not in self.names:
            raise OSError("not known")
        return self.names[host]

    def rules(self, **other: object) -> Rules:
        """Ours, except that this one address of this one server counts as public."""
        ours = {
            "resolve": self.resolve,
            "is_public": lambda address: address == HOST or is_public(address),
            "ports": frozenset({80, 443, self.port}),
        }
        return Rules(**ours | other)

    def handle_error(self, request, client_address):
        """Nobody wants to read of a connection that was cut off."""


@contextmanager
def picture_server() -> Iterator[PictureServer]:
    with PictureServer() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()
