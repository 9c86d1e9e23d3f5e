"""The atlas under load: a hundred requests a second over a mix of views and days.

    python benchmarks/atlas_load.py [--seconds 60] [--rate 100] [--days 300] [--world PATH]

The atlas runs in a process of its own, with one more address: a file as large as the day page.
Requests come at their times whether or not earlier ones have been answered, and wait from that
time on. Of ten, seven are for a day (one of `--days` days, some asked for much more often than
others, in one of three looks), two for another view or a day as data, one for a style sheet. The
reference is the file, asked for at the same rate from the same server after that.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.atlas.addresses import VIEWS

import dragoman
from dragoman.atlas.serve import LOOPBACK, server
from dragoman.when import day_from_gregorian, day_text

#: The day page that the file of the reference is as large as.
DAY = "/day/1921-05-16"


def serve(port: int, folder: str, place: str | None) -> None:
    """Serve the atlas and the file, until the process is ended."""
    from starlette.routing import Mount
    from starlette.staticfiles import StaticFiles

    serving = server(dragoman.open(place), LOOPBACK)
    app = serving.config.app
    app.routes.append(Mount("/reference", StaticFiles(directory=folder)))  # type: ignore[union-attr]
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        serving.run(sockets=[listening])


async def get(port: int, address: str) -> tuple[int, bytes]:
    """Status and body (as sent: packed) of an answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
    asked = f"GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
    writer.write(f"{asked}Connection: close\r\n\r\n".encode())
    told = await reader.read()
    while more := await reader.read(1 << 20):
        told += more
    writer.close()
    head, _, body = told.partition(b"\r\n\r\n")
    return int(head.split(b" ", 2)[1]), body


async def load(port: int, addresses: list[str], rate: float) -> tuple[list[float], Counter[str]]:
    """Seconds that each answer took from when it was due, and what went wrong."""
    took: list[float] = []
    wrong: Counter[str] = Counter()
    start = time.perf_counter() + 0.2

    async def one(n: int, address: str) -> None:
        due = start + n / rate
        await asyncio.sleep(due - time.perf_counter())
        try:
            status, _ = await asyncio.wait_for(get(port, address), 60)
            if status != 200:
                wrong[f"{status} {address}"] += 1
        except (OSError, TimeoutError, ValueError, IndexError) as error:
            wrong[f"{type(error).__name__} {address}"] += 1
        took.append(time.perf_counter() - due)

    await asyncio.gather(*(one(n, address) for n, address in enumerate(addresses)))
    return took, wrong


def mix(count: int, days: int) -> list[str]:
    """So many addresses, the same each time."""
    dice = random.Random(1922)
    first = day_from_gregorian(1917, 11, 7)
    every = [day_text(first + dice.randrange(2_200)) for _ in range(days)]
    weights = [1 / (n + 1) for n in range(days)]
    others = [*VIEWS.values(), "/day/1922-04-17?as=json", "/day/1922-04-17?as=csv"]
    made = []
    for _ in range(count):
        sort = dice.randrange(10)
        if sort < 7:
            [day] = dice.choices(every, weights)
            look = dice.choice([*[""] * 7, "?secrets=1", "?secrets=1", "?law=treaties"])
            made.append(f"/day/{day}{look}")
        else:
            made.append(dice.choice(others) if sort < 9 else "/static/atlas.css")
    return made


def told(name: str, took: list[float], wrong: Counter[str], seconds: float) -> str:
    """A line of the table."""
    ordered = sorted(took)
    p50, p95, p99 = (ordered[int(len(ordered) * part)] * 1e3 for part in (0.5, 0.95, 0.99))
    each = f"{p50:9.1f} {p95:9.1f} {p99:9.1f} {ordered[-1] * 1e3:9.1f}"
    return f"{name:34} {len(took) / seconds:9.1f} {wrong.total():7} {each}"


async def measure(port: int, options: argparse.Namespace, folder: Path) -> int:
    """Print the table, and give back how many answers went wrong."""
    for _ in range(300):
        try:
            _, page = await get(port, DAY)
            break
        except OSError:
            await asyncio.sleep(0.2)
    else:
        raise SystemExit("the atlas was not opened within a minute")
    folder.joinpath("file.html").write_bytes(gzip.decompress(page))
    count = round(options.rate * options.seconds)
    heads = {"a second": 9, "errors": 7, "p50 ms": 9, "p95 ms": 9, "p99 ms": 9, "most": 9}
    print(" " * 34, *(head.rjust(width) for head, width in heads.items()))
    asked = mix(count, options.days)
    faults = 0
    for name, addresses in (
        (f"views and days ({len(set(asked))} addresses)", asked),
        ("the same again, all seen before", asked),
        ("a file as large as the day page", ["/reference/file.html"] * count),
    ):
        began = time.perf_counter()
        took, wrong = await load(port, addresses, options.rate)
        print(told(name, took, wrong, time.perf_counter() - began), flush=True)
        for fault, times in wrong.most_common(5):
            print(f"    {times} times {fault}")
        faults += wrong.total()
    return faults


def main() -> None:
    """Serve, load, and end with 1 if any answer was wrong."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--days", type=int, default=300)
    parser.add_argument("--world", default=None)
    parser.add_argument("--serve", nargs=2, metavar=("PORT", "FOLDER"))
    options = parser.parse_args()
    if options.serve:
        serve(int(options.serve[0]), options.serve[1], options.world)
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        more = ["--world", options.world] if options.world else []
        command = [sys.executable, __file__, "--serve", str(port), folder, *more]
        atlas = subprocess.Popen(command)
        try:
            faults = asyncio.run(measure(port, options, Path(folder)))
        finally:
            atlas.terminate()
            atlas.wait(20)
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
