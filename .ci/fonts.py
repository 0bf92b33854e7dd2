"""`python .ci/fonts.py FOLDER`: for FONTCONFIG_FILE, a file per set of fonts that a machine may have, and nothing else.

FOLDER/dejavu.conf and FOLDER/liberation.conf name the fonts of those Debian packages. FOLDER/none.conf names one font
that has no letters: without any font at all, Chromium (156) ends as soon as a page holds a form field. Each is tried:
Chromium must draw with the fonts of the file, and with no others.
"""

import os
import subprocess
import sys
import zlib
from base64 import b64decode
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.e2e.chromium import CHROMIUM

FONTS = Path("/usr/share/fonts/truetype")
# Per set, the folder of its fonts, and the family that draws text for which a page asks "sans-serif".
SETS = {"dejavu": (FONTS / "dejavu", "DejaVu Sans"), "liberation": (FONTS / "liberation", "Liberation Sans")}
# Liberation is not among the defaults of Debian's fontconfig; the style sheets name it themselves.
STACK = '"Liberation Sans", sans-serif'
# A TrueType font of one glyph for all letters, empty and half as wide as the font is high; made with fontTools.
BLANK = """
eNpjYGRgYOBiaGBgZlDwD9Y3crnvPIGBgVEDKJqQnJtYwMDD4Abk9wD5Ouk5lWkMYMC4B0RkpCamxIs5PACy1wCxWQZQgFmJUQ/IfgLEKhm5JRWMX8Dq
O4AES05+ciJU/w4QPzexooCBCQgZGDmAfIW8xNxUpktiB4B8IGaIKsgvLgG6CwiYZEDyDCC3ArHv7hSjeH6brwzMzC8YcANmkMkQ64Achf8WQMYXhAgK
YISZDQVMmKYxfmGcwMDKwMJAIrAHAqgRYDcwKzCcQFOiAHcZE9jdDAwiQJIRTLMwSIDFwS76/x+MUV3PyuAEUs3CCRTnAusHsZkY+IA8CJsZSZwFic0G
Zjsx5DAkMuQxZDMEMaQypDOUgvlFUJfgAQCNUDSe
"""
CONFIG = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/conf.d</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""


def main(folder: Path) -> None:
    blank = folder / "blank"
    blank.mkdir(parents=True)
    (blank / "blank.ttf").write_bytes(zlib.decompress(b64decode(BLANK)))
    for name, (fonts, family) in {**SETS, "none": (blank, "Blank")}.items():
        file = folder / f"{name}.conf"
        file.write_text(CONFIG.format(fonts=fonts, cache=folder / f"{name}-cache"))
        environment = os.environ | {"FONTCONFIG_FILE": str(file)}
        drawn = subprocess.run(
            [sys.executable, __file__], env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
        if drawn.stdout.strip() != family:
            sys.exit(f"With {file.name} Chromium draws with {drawn.stdout.strip() or 'nothing'}, not with {family}.")


def family_that_chromium_draws_with() -> str:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(f"<p style='font-family: {STACK}'>Publish</p>")
        session = page.context.new_cdp_session(page)
        session.send("DOM.enable")
        session.send("CSS.enable")
        root = session.send("DOM.getDocument")["root"]["nodeId"]
        node = session.send("DOM.querySelector", {"nodeId": root, "selector": "p"})["nodeId"]
        fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
        browser.close()
    return ", ".join(font["familyName"] for font in fonts)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        main(Path(sys.argv[1]))
    else:
        print(family_that_chromium_draws_with())
