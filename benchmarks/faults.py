"""`python -m benchmarks.faults`: imports that are killed at fifty moments (or as many as the first argument says)."""

import os
import subprocess
import sys

if __name__ == "__main__":
    kills = sys.argv[1] if len(sys.argv) > 1 else "50"
    command = [sys.executable, "-m", "pytest", "tests/importing/runs/test_faults.py", "-v", *sys.argv[2:]]
    sys.exit(subprocess.run(command, env=os.environ | {"NEWSROOM_KILLS": kills}, check=False).returncode)
