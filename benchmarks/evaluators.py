"""The law of treaties over synthetic chronicles: interpreter, compiler, and a hand-written query.

    python benchmarks/evaluators.py [ACTS ...]

For each number of acts, in seconds: the interpreter (up to 100,000), the compiled law, and a
hand-written DuckDB query that makes the same intervals of every fluent; and their ratios in the
same run. Each number is a process of its own. Compiled law and query take turns, twice; the better
time of each counts, so that neither pays alone for fresh memory. The query knows what the
chronicle is like and may take short cuts: it is the near limit.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import duckdb

from dragoman.chronicle.catalogue import common_catalogue
from dragoman.law import LawBook, read_laws
from dragoman.law.cells import add_functions, remove_functions
from dragoman.law.compile import Compiled
from dragoman.law.events import NEVER
from dragoman.law.inputs import Inputs, load_facts
from dragoman.law.interpret import interpret
from dragoman.state.source import institution

#: Treaties: each is drafted, signed by two powers, ratified by most, exchanged, denounced now and
#: then; one in twenty is signed again.
CHRONICLE = """
CREATE TABLE treaty AS
SELECT n, 't' || n AS id, 'p' || (hash(n) % 200) AS one,
  'p' || ((hash(n) % 200 + 1 + hash(n, 'other') % 199) % 200) AS other,
  hash(n, 'x') % 100 AS x, hash(n, 'y') % 100 AS y, hash(n, 'z') % 100 AS z
FROM range($treaties) t(n);
CREATE TABLE deed AS
SELECT n, 1 AS k, 'sign' AS kind, id, [one, other] AS who FROM treaty
UNION ALL SELECT n, 2, 'ratify', id, [one] FROM treaty WHERE x < 90
UNION ALL SELECT n, 3, 'ratify', id, [other] FROM treaty WHERE y < 90
UNION ALL SELECT n, 4, 'denounce', id, [one] FROM treaty WHERE z < 30
UNION ALL SELECT n, 5, 'sign', id, [one, other] FROM treaty WHERE z < 5;
CREATE TABLE ordered AS SELECT row_number() OVER (ORDER BY n + k * 7919, k) - 1 AS seq, * FROM deed;
CREATE TABLE line AS SELECT seq::INTEGER AS seq, ((700000 + seq // 100) << 32) + 1 + seq AS m,
  kind, id, who FROM ordered;
CREATE TABLE "act sign" AS SELECT seq, m,
  who AS r_parties, id AS r_instrument FROM line WHERE kind = 'sign';
CREATE TABLE "act ratify" AS SELECT seq, m,
  who[1] AS r_by, id AS r_instrument FROM line WHERE kind = 'ratify';
CREATE TABLE "act denounce" AS SELECT seq, m, who[1] AS r_by, id AS r_instrument
FROM line WHERE kind = 'denounce';
"""

#: The same intervals by hand. A start or an end of what a power did with a treaty, in time; what
#: was already so is left out; an interval runs to the next change.
HAND = f"""
CREATE TABLE power_did AS
SELECT what, treaty, power, m AS start, seq AS began, coalesce(next, {NEVER}) AS stop, ended FROM (
  SELECT *, lead(m) OVER w AS next, lead(seq) OVER w AS ended FROM (
    SELECT * FROM (
      SELECT 'signed' AS what, r_instrument AS treaty, unnest(r_parties) AS power, m, seq,
        true AS starts FROM "act sign"
      UNION ALL SELECT 'ratified', r_instrument, r_by, m, seq, true FROM "act ratify"
      UNION ALL SELECT unnest(['signed', 'ratified']), r_instrument, r_by, m, seq, false
        FROM "act denounce")
    QUALIFY starts IS DISTINCT FROM coalesce(
      lag(starts) OVER (PARTITION BY what, treaty, power ORDER BY m), false))
  WINDOW w AS (PARTITION BY what, treaty, power ORDER BY m))
WHERE starts;
CREATE TABLE treaty_was AS
SELECT treaty, m AS start, seq AS began, coalesce(next, {NEVER}) AS stop, ended FROM (
  SELECT *, lead(m) OVER w AS next, lead(seq) OVER w AS ended FROM (
    SELECT * FROM (
      SELECT treaty, m, max(seq) AS seq,
        sum(sum(signed)) OVER so_far >= 2 AND sum(sum(ratified)) OVER so_far >= 1
        AND sum(sum(signed)) OVER so_far <= sum(sum(ratified)) OVER so_far AS holds
      FROM (
        SELECT treaty, start AS m, began AS seq, (what = 'signed')::INTEGER AS signed,
          (what = 'ratified')::INTEGER AS ratified FROM power_did
        UNION ALL SELECT treaty, stop, ended, -(what = 'signed')::INTEGER,
          -(what = 'ratified')::INTEGER FROM power_did WHERE stop < {NEVER})
      GROUP BY treaty, m
      WINDOW so_far AS (PARTITION BY treaty ORDER BY m))
    QUALIFY holds IS DISTINCT FROM coalesce(
      lag(holds) OVER (PARTITION BY treaty ORDER BY m), false))
  WINDOW w AS (PARTITION BY treaty ORDER BY m))
WHERE holds;
"""

#: What the hand-written tables and the compiled ones must have in common: all.
SAME = """
SELECT (SELECT count(*) FROM (
  (SELECT treaty, power, start, began, stop, ended FROM power_did WHERE what = '{fluent}')
  EXCEPT (SELECT a0, a1, start, begin_seq, stop, end_seq FROM span_{fluent}))),
  (SELECT count(*) FROM power_did WHERE what = '{fluent}'), (SELECT count(*) FROM span_{fluent})
"""
SAME_FORCE = """
SELECT (SELECT count(*) FROM (
  (SELECT treaty, start, began, stop, ended FROM treaty_was)
  EXCEPT (SELECT a0, start, begin_seq, stop, end_seq FROM span_in_force))),
  (SELECT count(*) FROM treaty_was), (SELECT count(*) FROM span_in_force)
"""


def book() -> LawBook:
    """The law of treaties, as shipped."""
    found, problems = read_laws([("treaties.law", institution("treaties"))], common_catalogue())
    assert not problems
    return found


def measure(acts: int) -> str:
    """One line of the table."""
    connection = duckdb.connect()
    add_functions(connection)
    try:
        for statement in CHRONICLE.replace("$treaties", str(round(acts / 3.15))).split(";"):
            if statement.strip():
                connection.execute(statement)
        load_facts(connection, {})
        count = connection.execute("SELECT count(*) FROM line").fetchall()[0][0]
        roles = {
            "sign": {"parties": True, "instrument": False},
            "ratify": {"by": False, "instrument": False},
            "denounce": {"by": False, "instrument": False},
        }
        law = book()
        compiled = byhand = float("inf")
        for _turn in range(2):
            connection.execute("DROP TABLE IF EXISTS power_did; DROP TABLE IF EXISTS treaty_was")
            for fluent in law.fluents:
                connection.execute(f"DROP VIEW IF EXISTS start_{fluent}")
                connection.execute(f"DROP TABLE IF EXISTS span_{fluent}")
            began = time.perf_counter()
            Compiled(Inputs(connection, roles, apart=True), law, {}).run()
            compiled = min(compiled, time.perf_counter() - began)
            began = time.perf_counter()
            for statement in HAND.split(";"):
                if statement.strip():
                    connection.execute(statement)
            byhand = min(byhand, time.perf_counter() - began)
        asked = [SAME.format(fluent=fluent) for fluent in ("signed", "ratified")]
        for query in (*asked, SAME_FORCE):
            differ, theirs, ours = connection.execute(query).fetchall()[0]
            assert differ == 0 and theirs == ours, "the intervals differ"
        walked = "           -"
        if count <= 110_000:
            events = list(Inputs(connection, roles).events(roles))
            began = time.perf_counter()
            interpret(events, law, {})
            walked = f"{time.perf_counter() - began:12.2f}"
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        return (
            f"{count:>11,} {walked} {compiled:>9.2f} {byhand:>8.2f} {compiled / byhand:>10.2f} "
            f"{count / compiled:>14,.0f} {memory:>8,.0f}"
        )
    finally:
        remove_functions(connection)
        connection.close()


def main() -> None:
    """Print the table."""
    if sys.argv[1:2] == ["--one"]:
        print(measure(int(sys.argv[2])))
        return
    print("       acts  interpreter  compiled     hand  comp/hand  acts a second      MiB")
    for size in [int(a) for a in sys.argv[1:]] or [1_000, 10_000, 100_000, 1_000_000, 10_000_000]:
        one = [sys.executable, __file__, "--one", str(size)]
        print(subprocess.run(one, capture_output=True, text=True, check=True).stdout.rstrip())


if __name__ == "__main__":
    main()
