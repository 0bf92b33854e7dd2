"""The reading process starts without Django: what it begins with must not import it."""

import subprocess
import sys


def test_the_reading_process_begins_without_models():
    script = "import articles.importing.runs.reader_process, sys; sys.exit('articles.models' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
