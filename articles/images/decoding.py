"""Decodes untrusted images in a process of its own, and encodes them as WebP in several widths.

A malicious image attacks the decoder. So this file is run as a program without settings and database: its memory and
time are limited, it can open no file and no connection, and it returns only newly encoded images.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from io import BytesIO
from typing import Any

# All plugins are imported here: the process can open no file later.
from PIL import (
    AvifImagePlugin,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageFile,
    ImageOps,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "AVIF"]
# Of uploads, which keep their format.
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
NO_PICTURE = "It is no JPEG, PNG, WebP, GIF or AVIF picture."
DAMAGED = "It is damaged."
# The share of a picture. Browsers show any beginning; half a picture is none that an editor would choose.
MOST_MISSING = 0.25
# Bytes behind the end of a WebP that is cut off: its decoder may need more than were lost.
SPARE = 64 * 1024
# The argument that asks for the original without metadata.
CLEAN = "clean"
MAX_PIXELS = 40_000_000
# A screenshot of a long page stays readable; the limit of WebP is 16,383.
MAX_HEIGHT = 8192
QUALITY = 80

TIMEOUT = 20
LIMITS = [
    (resource.RLIMIT_AS, 1536 * 1024**2),
    (resource.RLIMIT_CPU, 15),
    (resource.RLIMIT_FSIZE, 32 * 1024**2),
    (resource.RLIMIT_CORE, 0),
    (resource.RLIMIT_NOFILE, 0),
]
PLUGINS = (
    AvifImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)


class NotAnImage(Exception):
    """The bytes are no usable image; the message is a sentence for staff."""


@dataclass(frozen=True)
class Decoded:
    """The WebP files by width, in ascending order; `width` and `height` are those of the widest."""

    width: int
    height: int
    files: dict[int, bytes]

    @property
    def digest(self) -> str:
        return blake2b(b"".join(self.files.values()), digest_size=16).hexdigest()


@dataclass(frozen=True)
class Cleaned:
    """An original, encoded anew: upright, in its colours, and without anything else that was in the file."""

    width: int
    height: int
    extension: str
    data: bytes


def decode(data: bytes, widths: tuple[int, ...], *, seconds: float = TIMEOUT) -> Decoded:
    """Decodes the image into these widths, but none wider than the image; raises `NotAnImage`."""
    facts, output = _ask([*map(str, widths)], data, seconds)
    files = {}
    for width, length in facts["files"]:
        files[width], output = output[:length], output[length:]
    return Decoded(facts["width"], facts["height"], files)


def clean(data: bytes, *, seconds: float = TIMEOUT) -> Cleaned:
    """Encodes an uploaded image anew in its own format, without metadata; raises `NotAnImage`.

    Where and with what a picture was taken is in EXIF, XMP, comments, thumbnails, and behind the end of files: so
    nothing of the file is kept but the pixels, turned as the camera was held, and the colour profile.
    """
    facts, output = _ask([CLEAN], data, seconds)
    return Cleaned(facts["width"], facts["height"], facts["extension"], output)


def _ask(arguments: list[str], data: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
    """Runs the program, and returns its line of JSON and the bytes behind it."""
    command = [sys.executable, "-I", "-W", "ignore", __file__, *arguments]
    # One arena keeps malloc within the memory limit. The environment of the site, with its secrets, is not passed on.
    environment = {"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"}
    with tempfile.TemporaryFile() as output:
        try:
            child = subprocess.run(
                command,
                input=data,
                stdout=output,
                stderr=subprocess.PIPE,
                timeout=seconds,
                env=environment,
                cwd="/",
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise NotAnImage("It took too long to decode.") from None
        if child.returncode:
            raise NotAnImage("It could not be decoded within the limits of memory and time.")
        output.seek(0)
        facts = json.loads(output.readline())
        if "problem" in facts:
            raise NotAnImage(facts["problem"])
        return facts, output.read()


def _serve(arguments: list[str]) -> None:
    """The program: reads an image from stdin, and writes one line of JSON and then the files to stdout."""
    data = sys.stdin.buffer.read()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.preinit()
    for name, most in LIMITS:
        # Not every system has every limit.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))
    answer: dict[str, Any]
    output = b""
    try:
        answer, output = _cleaned(data) if arguments == [CLEAN] else _renditions(data, list(map(int, arguments)))
    except NotAnImage as problem:
        answer = {"problem": str(problem)}
    except MemoryError:
        answer = {"problem": "It takes too much memory to decode."}
    # Decoders raise exceptions of any class.
    except Exception:
        answer = {"problem": DAMAGED}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + output)


def _renditions(data: bytes, widths: list[int]) -> tuple[dict[str, Any], bytes]:
    widest = _upright(_loaded(data, FORMATS, lambda image: _shrink(image, max(widths))))
    files = {}
    for width in [*(width for width in sorted(widths) if width < widest.width), widest.width]:
        height = max(round(widest.height * width / widest.width), 1)
        smaller = widest.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        files[width] = _encoded(smaller)
    sizes = [(width, len(file)) for width, file in files.items()]
    return {"width": widest.width, "height": widest.height, "files": sizes}, b"".join(files.values())


def _cleaned(data: bytes) -> tuple[dict[str, Any], bytes]:
    image = _loaded(data, list(EXTENSIONS), lambda image: image.load())
    kind = "JPEG" if image.format == "MPO" else str(image.format)
    upright = ImageOps.exif_transpose(image)
    options: dict[str, Any] = {"icc_profile": image.info["icc_profile"]} if image.info.get("icc_profile") else {}
    upright.info = {name: value for name, value in upright.info.items() if name == "transparency"}
    if kind == "JPEG":
        options |= {"quality": 95, "subsampling": 0, "optimize": True}
    elif kind == "WEBP":
        options |= {"quality": 95, "lossless": b"VP8L" in data[:4096]}
    file = BytesIO()
    upright.save(file, kind, **options)
    return {"width": upright.width, "height": upright.height, "extension": EXTENSIONS[kind]}, file.getvalue()


def _loaded(data: bytes, formats: list[str], load: Callable[[ImageFile.ImageFile], Any]) -> ImageFile.ImageFile:
    """Opens and loads the image. One that is cut off is taken as browsers show it, if not much is missing."""
    data, whole = _completed(data), data
    image = _open(data, formats)
    try:
        load(image)
    except MemoryError:
        raise
    except Exception:
        ImageFile.LOAD_TRUNCATED_IMAGES = True
        image = _open(data, formats)
        load(image)
    if (data is not whole or ImageFile.LOAD_TRUNCATED_IMAGES) and _share_missing(image) > MOST_MISSING:
        raise NotAnImage(DAMAGED)
    return image


def _completed(data: bytes) -> bytes:
    """Returns the data with what their decoder waits for, where only their end is missing."""
    if data.startswith(b"\xff\xd8") and not data.endswith(b"\xff\xd9"):
        return data + b"\xff\xd9"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        size = int.from_bytes(data[4:8], "little") + 8
        lossy = data.find(b"VP8 ", 12)
        if 0 < size - len(data) < size * MOST_MISSING:
            whole = bytearray(data.ljust(size + SPARE, b"\0"))
            for place in (4, lossy + 4) if lossy > 0 else (4,):
                length = int.from_bytes(whole[place : place + 4], "little") + SPARE
                whole[place : place + 4] = length.to_bytes(4, "little")
            return bytes(whole)
    return data


def _share_missing(image: Image.Image) -> float:
    """Returns the share of the rows, from below, that hold nothing but what decoders put where data are missing."""
    shown = image if image.mode == "P" else image.convert("RGB")
    for row in range(shown.height, 0, -1):
        if not _is_empty(shown.crop((0, row - 1, shown.width, row))):
            return (shown.height - row) / shown.height
    return 1


def _is_empty(row: Image.Image) -> bool:
    """Returns whether a row is grey or black throughout, or the first colour of a palette."""
    colours = row.getcolors(1)
    value = colours[0][1] if colours else 1
    return all(band in (0, 127, 128, 129) for band in value) if isinstance(value, tuple) else value == 0


def _open(data: bytes, formats: list[str]) -> ImageFile.ImageFile:
    """Opens the image by its content, whatever its name, and checks its size before decoding it."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, has a message for staff
    try:
        image = Image.open(BytesIO(data), formats=formats)
    except UnidentifiedImageError:
        raise NotAnImage(NO_PICTURE) from None
    except MemoryError:
        raise
    except Exception:
        raise NotAnImage(DAMAGED) from None
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise NotAnImage(f"It has {width} × {height} pixels: more than {MAX_PIXELS // 10**6} million.")
    return image


def _shrink(image: ImageFile.ImageFile, width: int) -> None:
    """Loads the first frame so that it is at most `width` wide once it is upright."""
    # Before the rotation, width and height may be swapped.
    rotated = image.getexif().get(0x0112) in (5, 6, 7, 8)
    image.thumbnail((MAX_HEIGHT, width) if rotated else (width, MAX_HEIGHT), Image.Resampling.LANCZOS)
    # A small image was not loaded for that.
    image.load()


def _upright(image: ImageFile.ImageFile) -> Image.Image:
    """The image rotated by its EXIF orientation, in sRGB."""
    profile = image.info.get("icc_profile")
    upright = ImageOps.exif_transpose(image)
    transparent = upright.has_transparency_data
    if profile and upright.mode in ("RGB", "RGBA", "CMYK"):
        # With a broken profile the colours may be off; better than no image.
        with suppress(ImageCms.PyCMSError, OSError, ValueError):
            source = ImageCms.ImageCmsProfile(BytesIO(profile))
            mode = "RGBA" if upright.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(upright, source, ImageCms.createProfile("sRGB"), outputMode=mode)
            upright = converted or upright
    if upright.mode.startswith("I"):
        # 16-bit grey: convert() alone would clip values above 255 instead of scaling them.
        upright = upright.convert("I").point(lambda value: value / 256).convert("L")
    return upright.convert("RGBA" if transparent else "RGB")


def _encoded(image: Image.Image) -> bytes:
    image.info.clear()
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return file.getvalue()


if __name__ == "__main__":
    _serve(sys.argv[1:])
    sys.stdout.flush()
    # Skips the cleanup of the interpreter, which may try to open files.
    os._exit(0)
