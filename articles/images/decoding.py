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


def decode(data: bytes, widths: tuple[int, ...], *, seconds: float = TIMEOUT) -> Decoded:
    """Decodes the image into these widths, but none wider than the image; raises `NotAnImage`."""
    command = [sys.executable, "-I", "-W", "ignore", __file__, *map(str, widths)]
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
        return Decoded(facts["width"], facts["height"], {w: output.read(length) for w, length in facts["files"]})


def _serve(widths: list[int]) -> None:
    """The program: reads an image from stdin, and writes one line of JSON and then the files to stdout."""
    data = sys.stdin.buffer.read()
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    Image.preinit()
    for name, most in LIMITS:
        # Not every system has every limit.
        with suppress(ValueError, OSError):
            resource.setrlimit(name, (most, most))
    answer: dict[str, Any]
    files: dict[int, bytes] = {}
    try:
        (width, height), files = _renditions(data, widths)
    except NotAnImage as problem:
        answer = {"problem": str(problem)}
    except MemoryError:
        answer = {"problem": "It takes too much memory to decode."}
    else:
        answer = {"width": width, "height": height, "files": [(w, len(file)) for w, file in files.items()]}
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + b"".join(files.values()))


def _renditions(data: bytes, widths: list[int]) -> tuple[tuple[int, int], dict[int, bytes]]:
    image = _open(data)
    try:
        widest = _upright(image, max(widths))
    # Decoders raise exceptions of any class.
    except MemoryError:
        raise
    except Exception:
        raise NotAnImage("It is damaged.") from None
    files = {}
    for width in [*(width for width in sorted(widths) if width < widest.width), widest.width]:
        height = max(round(widest.height * width / widest.width), 1)
        smaller = widest.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3)
        files[width] = _encoded(smaller)
    return widest.size, files


def _open(data: bytes) -> ImageFile.ImageFile:
    """Opens the image by its content, whatever its name, and checks its size before decoding it."""
    Image.MAX_IMAGE_PIXELS = None  # our own limit, below, has a message for staff
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise NotAnImage("It is no JPEG, PNG, WebP, GIF or AVIF picture.") from None
    except MemoryError:
        raise
    except Exception:
        raise NotAnImage("It is damaged.") from None
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise NotAnImage(f"It has {width} × {height} pixels: more than {MAX_PIXELS // 10**6} million.")
    return image


def _upright(image: ImageFile.ImageFile, width: int) -> Image.Image:
    """The first frame, at most `width` wide, rotated by its EXIF orientation, in sRGB."""
    profile = image.info.get("icc_profile")
    # Before the rotation, width and height may be swapped.
    rotated = image.getexif().get(0x0112) in (5, 6, 7, 8)
    image.thumbnail((MAX_HEIGHT, width) if rotated else (width, MAX_HEIGHT), Image.Resampling.LANCZOS)
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
    upright = upright.convert("RGBA" if transparent else "RGB")
    upright.info.clear()
    return upright


def _encoded(image: Image.Image) -> bytes:
    image.info.clear()
    file = BytesIO()
    image.save(file, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return file.getvalue()


if __name__ == "__main__":
    _serve([int(width) for width in sys.argv[1:]])
    sys.stdout.flush()
    # Skips the cleanup of the interpreter, which may try to open files.
    os._exit(0)
