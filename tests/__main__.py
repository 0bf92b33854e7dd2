"""`make test`: the suite on SQLite, then on PostgreSQL where one answers; arguments go to pytest.

What asks no database is asked once: the half on PostgreSQL leaves it out, unless arguments say what to run. With
NEWSROOM_COVERAGE=1 (CI) both halves together say at the end what of the code they ran, by line.
"""

import os
import subprocess
import sys

import psycopg

COVERAGE = os.environ.get("NEWSROOM_COVERAGE") == "1"
POSTGRES = os.environ.get("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")


def main(arguments: list[str]) -> int:
    if not COVERAGE:
        return run_halves(arguments)
    run_coverage("erase")
    failed = run_halves(arguments)
    run_coverage("report")
    return failed


def run_halves(arguments: list[str]) -> int:
    print("== On SQLite", flush=True)
    failed = run_pytest(arguments, database=None)
    if problem := problem_with_postgres():
        print(f"== On PostgreSQL: skipped, none answers at TEST_POSTGRES_URL ({problem})", flush=True)
        return failed or os.environ.get("NEWSROOM_SKIPS") == "fail"
    print("== On PostgreSQL", flush=True)
    return run_pytest(arguments or ["--asks-the-database"], database=POSTGRES) or failed


def run_pytest(arguments: list[str], *, database: str | None) -> int:
    # A DATABASE_URL of the shell must not turn the SQLite half into a second PostgreSQL half; and a hundred processes
    # are started, each of which would compile everything anew where no bytecode is written.
    dropped = ("DATABASE_URL", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    if database:
        environment["DATABASE_URL"] = database
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-n", "auto", "--dist", "worksteal", *arguments]
    if COVERAGE:
        command += ["--cov", "--cov-append", "--cov-report="]
    return subprocess.run(command, env=environment, check=False).returncode


def run_coverage(verb: str) -> None:
    subprocess.run([sys.executable, "-m", "coverage", verb], check=False)


def problem_with_postgres() -> str:
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.Error as error:
        return " ".join(str(error).split())
    return ""


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
