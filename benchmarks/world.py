"""The shipped world: the first build, and questions as whole processes.

    python benchmarks/world.py

Times are the best of several runs; each question stands beside an empty Python process in the
same run, since that is what no program can fall below.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

QUESTIONS = (
    ("on", "1922-04-17", "--between", "germany", "soviet russia"),
    ("why", "in_force(treaty-of-rapallo-1922)", "--on", "1923-06-01"),
    ("on", "1921-06-01", "--about", "germany"),
    ("intervals", "recognition", "--whom", "rsfsr"),
    ("acts", "--kind", "sign", "--from", "1921", "--to", "1922-06"),
    ("show", "treaty-of-rapallo-1922"),
    ("search", "military talks"),
    ("law", "treaties"),
)


def seconds(command: list[str], runs: int) -> float:
    """The best time of a command as a whole process."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - began)
    return min(times)


def main() -> None:
    python = [sys.executable, "-c", "pass"]
    dragoman = [sys.executable, "-m", "dragoman"]
    empty = seconds(python, 5)
    print(f"{'an empty Python process':60} {empty:6.2f} s")
    with tempfile.TemporaryDirectory() as cache:
        os.environ["DRAGOMAN_CACHE"] = cache
        built = seconds([*dragoman, *QUESTIONS[0]], 1)
        print(f"{'the first question, world built':60} {built:6.2f} s {built / empty:6.1f} x")
        for question in QUESTIONS:
            took = seconds([*dragoman, *question], 5)
            print(f"{'dragoman ' + ' '.join(question):60} {took:6.2f} s {took / empty:6.1f} x")


if __name__ == "__main__":
    main()
