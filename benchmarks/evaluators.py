"""The two evaluators over synthetic treaties, and a hand-written query as the near limit.

    python benchmarks/evaluators.py [ACTS ...]

For each number of acts: seconds of the interpreter, of the compiled law and of a hand-written
DuckDB query that makes the same intervals of force, and their ratios in the same run.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Callable
from functools import partial

import duckdb

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.law import Event, read_laws
from dragoman.law.compile import compile_law
from dragoman.law.interpret import interpret
from dragoman.law.run import execute, load
from dragoman.state.source import institution

HAND = """
CREATE TABLE hand AS
WITH signed AS (
  SELECT i.value AS treaty, p.value AS power, min(e.moment) AS m
  FROM event e JOIN role i ON i.seq = e.seq AND i.role = 'instrument'
  JOIN role p ON p.seq = e.seq AND p.role = 'parties' WHERE e.kind = 'sign' GROUP BY ALL),
ratified AS (
  SELECT i.value AS treaty, p.value AS power, min(e.moment) AS m
  FROM event e JOIN role i ON i.seq = e.seq AND i.role = 'instrument'
  JOIN role p ON p.seq = e.seq AND p.role = 'by' WHERE e.kind = 'ratify' GROUP BY ALL),
denounced AS (
  SELECT i.value AS treaty, min(e.moment) AS m
  FROM event e JOIN role i ON i.seq = e.seq AND i.role = 'instrument'
  WHERE e.kind = 'denounce' GROUP BY ALL)
SELECT s.treaty, max(r.m) AS start, any_value(d.m) AS stop
FROM signed s LEFT JOIN ratified r USING (treaty, power) LEFT JOIN denounced d USING (treaty)
GROUP BY s.treaty HAVING count(*) = count(r.m)
"""


def treaties(acts: int) -> list[Event]:
    """About so many acts: treaties signed by two, ratified by most, denounced now and then."""
    dice = random.Random(1922)
    events: list[Event] = []
    number = 0
    while len(events) < acts:
        number += 1
        one, other = dice.sample(range(200), 2)
        powers, treaty = (f"p{one}", f"p{other}"), (f"t{number}",)
        told = [("sign", {"parties": powers, "instrument": treaty})]
        told += [
            ("ratify", {"by": (power,), "instrument": treaty})
            for power in powers
            if dice.random() < 0.9
        ]
        if dice.random() < 0.3:
            told.append(("denounce", {"by": powers[:1], "instrument": treaty}))
        events += [
            Event(len(events) + n, len(events) + n, k, r, len(events) + n)
            for n, (k, r) in enumerate(told)
        ]
    return events


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    sizes = [int(a) for a in sys.argv[1:]] or [1_000, 10_000, 100_000]
    book, problems = read_laws([("treaties.law", institution("treaties"))], common_catalogue())
    assert not problems
    made = seconds(lambda: compile_law(book))
    script = compile_law(book)
    print(f"making the SQL of the treaties law: {made:.2f} s, kept afterwards")
    print("      acts  interpreter   compiled     hand  int/comp  comp/hand")
    for size in sizes:
        events = treaties(size)
        connection = duckdb.connect()
        load(connection, events, {})
        walked = 0.0
        if size <= 200_000:
            walked = seconds(partial(interpret, events, book, {}))
        queried = seconds(partial(execute, connection, script))
        byhand = seconds(partial(connection.execute, HAND))
        same = connection.execute(
            "SELECT count(*) FROM span_in_force f FULL JOIN hand h ON h.treaty = f.a0 "
            "AND h.start = f.start WHERE f.a0 IS NULL OR h.treaty IS NULL"
        ).fetchone()
        assert same == (0,), "the intervals differ"
        ratio = f"{walked / queried:9.2f}" if walked else "        -"
        shown = f"{walked:12.2f}" if walked else "           -"
        near = queried / byhand
        print(f"{size:>10} {shown} {queried:>10.2f} {byhand:>8.2f} {ratio} {near:>10.1f}")


if __name__ == "__main__":
    main()
