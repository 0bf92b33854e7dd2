"""Where the Chromium of this machine is; without Django, since CI asks before there are settings."""

import os
import shutil

# The shell is the same engine without the windows, menus and extensions around it: a new page costs a third.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
