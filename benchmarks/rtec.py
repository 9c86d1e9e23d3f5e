"""The cases of RTEC, the reference engine of the field: equal answers, and how time grows.

    python benchmarks/rtec.py --data DIR [--times 1 10 100] [--only voting] [--walk]

DIR holds the peer's data (`toy.csv`, `voting.csv`, `ctm.csv`) and its answers
(`*.expected.jsonl`). For each application: whether every interval is equal, events a second, and
the time and memory at so many times the data (more motions, more buses). With `--walk` the
interpreter is asked too. Each measurement is a process of its own.

Convention. RTEC's `(s, e)` holds at s to e-1, and an event at T starts a fluent at T+1: its
intervals are ours, one later. Its window opens after time 0, so that what happens at 0 is not seen.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dragoman.chronicle.catalogue import Catalogue, EntityClass, Kind, common_catalogue, holds
from dragoman.law import LawBook, Span, read_laws
from dragoman.law.cells import add_functions, remove_functions
from dragoman.law.compile import Compiled
from dragoman.law.events import AT_FIRST, DAY_BITS, Facts, day_of
from dragoman.law.inputs import Inputs, load_facts, role_column, table_of
from dragoman.law.interpret import interpret

LAWS = Path(__file__).parent / "rtec"
Intervals = dict[tuple[str, str, str], list[tuple[int, int]]]


@dataclass(frozen=True)
class Application:
    """A case: its kinds with their roles, what it knows, and how to read and tell.

    `told` is a query over the peer's file (`file`, columns c0, c1, …): `day`, `kind`, and one
    column for each role. `many` is the role that is multiplied.
    """

    name: str
    kinds: Mapping[str, tuple[str, ...]]
    told: str
    many: str
    facts: Callable[[duckdb.DuckDBPyConnection, int], Facts]
    tell: Callable[[str, Sequence[str], str], Iterator[tuple[str, str, str]]]
    end: int


# --- toy ---------------------------------------------------------------------------------------


def tell_toy(fluent: str, args: Sequence[str], value: str) -> Iterator[tuple[str, str, str]]:
    """As the peer writes it."""
    yield fluent, args[0], value or "true"


TOY = Application(
    "toy",
    {"win_lottery": ("by",), "lose_wallet": ("by",), "go_to": ("by", "where")},
    'SELECT c2::INTEGER AS day, c0 AS kind, c3 AS "by", c4 AS "where" FROM file',
    "by",
    lambda _connection, _times: {},
    tell_toy,
    51,
)

# --- voting ------------------------------------------------------------------------------------


def voting_facts(connection: duckdb.DuckDBPyConnection, times: int) -> Facts:
    """Chairs and voters; motions 3, 6 and 9 are before the house, in `times` houses."""
    found = connection.execute('SELECT DISTINCT "by" FROM told').fetchall()
    facts: dict[str, dict[str, tuple[str, ...]]] = {}
    for (agent,) in found:
        chair = ("chair",) if agent.endswith("0") else ()
        voter = ("voter",) if int(agent) % 11 else ()
        facts[agent] = {"duty": chair + voter, "is": ("agent",)}
    for motion in (3, 6, 9):
        facts |= {f"m{motion}{mark}": {"is": ("document",)} for mark in marks(times)}
    return facts


_VOTING = {"status", "voted", "outcome"}


def tell_voting(fluent: str, args: Sequence[str], value: str) -> Iterator[tuple[str, str, str]]:
    """As the peer writes it."""
    args = [arg.removeprefix("m") for arg in args]
    said = {"yes": "true", "no_more": "false"}.get(value, value)
    if fluent in _VOTING:
        yield fluent, ",".join(args), said
    elif fluent == "timer":
        yield "auxPerCloseBallot", args[0], "true" if value == "running" else "false"
    elif fluent == "permitted":
        yield "per", f"close_ballot({args[0]},{args[1]})", said
    elif fluent == "obliged":
        yield "obl", f"declare({args[0]},{args[1]},carried)", said
    elif fluent == "sanctioned":
        yield "sanctioned", args[0], said


VOTING = Application(
    "voting",
    {
        **dict.fromkeys(("propose", "second", "close_ballot"), ("by", "motion")),
        "vote": ("by", "motion", "vote"),
        "declare": ("by", "motion", "outcome"),
    },
    "SELECT c2::INTEGER AS day, c0 AS kind, c3 AS \"by\", 'm' || c4 AS motion, c5 AS vote, "
    "c5 AS outcome FROM file WHERE day > 0",
    "motion",
    voting_facts,
    tell_voting,
    101,
)

# --- city transport ----------------------------------------------------------------------------

_LASTING = ("abrupt_acceleration", "abrupt_deceleration", "sharp_turn")


def ctm_facts(connection: duckdb.DuckDBPyConnection, times: int) -> Facts:
    """The buses."""
    found = connection.execute("SELECT DISTINCT vehicle FROM told").fetchall()
    return {f"{bus}{mark}": {"is": ("vehicle",)} for (bus,) in found for mark in marks(times)}


_CTM = {
    "unsafe": ("driving_style", "unsafe"),
    "uncomfortable": ("driving_style", "uncomfortable"),
    "well_driven": ("driving_quality", "high"),
    "fairly_driven": ("driving_quality", "medium"),
    "badly_driven": ("driving_quality", "low"),
    "uneasy_passengers": ("passenger_comfort", "reducing"),
    "uneasy_driver": ("driver_comfort", "reducing"),
    "dissatisfied_passengers": ("passenger_satisfaction", "reducing"),
    "density": ("passenger_density", ""),
    "noise": ("noise_level", ""),
    "temperature": ("internal_temperature", ""),
    "punctuality": ("punctuality", ""),
}


def tell_ctm(fluent: str, args: Sequence[str], value: str) -> Iterator[tuple[str, str, str]]:
    """As the peer writes it."""
    if fluent in _CTM:
        name, said = _CTM[fluent]
        yield name, args[0], said or value


#: Events that last are joined where they touch; each begins, and ends.
_CTM_TOLD = f"""
WITH lasting AS (
  SELECT c0 AS kind, c5 || ',' || c6 AS vehicle, c4 AS degree,
    c2::INTEGER - 1 AS first, c3::INTEGER - 1 AS last
  FROM file WHERE c0 IN {_LASTING}),
apart AS (
  SELECT *, first > max(last) OVER before IS NOT false AS anew FROM lasting
  WINDOW before AS (PARTITION BY kind, vehicle, degree ORDER BY first, last
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)),
numbered AS (
  SELECT *, sum(anew::INTEGER) OVER (PARTITION BY kind, vehicle, degree ORDER BY first, last) AS n
  FROM apart),
joined AS (
  SELECT kind, vehicle, degree, min(first) AS first, max(last) AS last
  FROM numbered GROUP BY kind, vehicle, degree, n)
SELECT first AS day, kind, vehicle, degree, NULL AS timing, NULL AS level FROM joined
UNION ALL SELECT last, 'end of ' || kind, vehicle, degree, NULL, NULL FROM joined
UNION ALL SELECT c2::INTEGER, c0, c3 || ',' || c4, NULL,
  CASE WHEN c0[:4] = 'stop' THEN c6 END, CASE WHEN c0[:4] <> 'stop' THEN c5 END
FROM file WHERE c0 NOT IN {_LASTING}
"""

CTM = Application(
    "ctm",
    {
        **dict.fromkeys(("stop_enter", "stop_leave"), ("vehicle", "timing")),
        **dict.fromkeys(_LASTING, ("vehicle", "degree")),
        **dict.fromkeys(
            ("passenger_density_change", "noise_level_change", "internal_temperature_change"),
            ("vehicle", "level"),
        ),
    },
    _CTM_TOLD,
    "vehicle",
    ctm_facts,
    tell_ctm,
    50001,
)

# --- all ---------------------------------------------------------------------------------------

APPLICATIONS = (TOY, VOTING, CTM)
_ROLES = {"by": "agent", "motion": "document", "vehicle": "vehicle"}


def marks(times: int) -> list[str]:
    """What tells the houses, or fleets, apart."""
    return ["", *(f"/{n}" for n in range(1, times))]


def law_of(application: Application) -> LawBook:
    """The law of an application."""
    classes = dict(common_catalogue().classes)
    for name, keys in (("agent", {"duty": holds("text*")}), ("vehicle", {})):
        classes[name] = EntityClass(name, name, "", "entity", keys)
    kinds = {
        name: Kind(
            name,
            name,
            "",
            "state",
            {role: holds(f"{_ROLES.get(role, 'text')}*") for role in roles},
            (),
            "",
        )
        for name, roles in application.kinds.items()
    }
    text = (LAWS / f"{application.name}.law").read_text(encoding="utf-8")
    book, problems = read_laws([(f"{application.name}.law", text)], Catalogue(classes, kinds))
    assert not problems, problems
    return book


def read(
    application: Application, path: Path, times: int, connection: duckdb.DuckDBPyConnection
) -> tuple[Inputs, Facts, int]:
    """The tables of the events of a peer's file, what is known beside, and how many events."""
    names = ", ".join(f"'c{n}': 'VARCHAR'" for n in range(7))
    connection.execute(
        "CREATE TEMP VIEW file AS FROM read_csv($path$" + str(path) + "$path$, delim = '|', "
        f"header = false, null_padding = true, columns = {{{names}}}, auto_detect = false)"
    )
    connection.execute(f"CREATE TABLE told AS {application.told}")
    connection.execute(
        "CREATE TABLE line AS SELECT row_number() OVER (ORDER BY day, kind) - 1 AS k, * FROM told"
    )
    facts = application.facts(connection, times)
    connection.execute(
        "CREATE TABLE house AS SELECT n::INTEGER AS n, "
        "CASE WHEN n = 0 THEN '' ELSE '/' || n END AS mark FROM range(?) t(n)",
        [times],
    )
    roles: dict[str, dict[str, bool]] = {}
    for kind in [k for (k,) in connection.execute("SELECT DISTINCT kind FROM told").fetchall()]:
        own = application.kinds[kind.removeprefix("end of ")]
        roles[kind] = dict.fromkeys(own, False)
        cells = [
            f'"{role}"{" || mark" * (role == application.many)} AS {role_column(role)}'
            for role in own
        ]
        connection.execute(
            f"CREATE TABLE {table_of(kind)} AS SELECT (k * {times} + n)::INTEGER AS seq, "
            f"(day::BIGINT << {DAY_BITS}) + 1 AS m, {', '.join(cells)} FROM line, house "
            "WHERE kind = ?",
            [kind],
        )
    load_facts(connection, facts)
    count = connection.execute("SELECT count(*) FROM told").fetchall()[0][0]
    return Inputs(connection, roles), facts, count * times


def told_by(application: Application, spans: Iterable[Span]) -> Intervals:
    """Our intervals in the peer's convention."""
    found: defaultdict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for span in spans:
        for key in application.tell(span.fluent, span.args, span.value):
            start = 0 if span.start == AT_FIRST else day_of(span.start)
            stop = application.end if span.stop is None else day_of(span.stop) + 1
            found[key].append((start + 1, min(stop, application.end)))
    return {key: [s for s in merged(several) if s[0] < s[1]] for key, several in found.items()}


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans joined where they touch or overlap."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def expected(path: Path) -> Intervals:
    """The peer's answers."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        (d["fluent"], d["args"], d["value"]): [(s, e) for s, e in d["intervals"]] for d in lines
    }


def compare(ours: Intervals, theirs: Intervals) -> str:
    """`equal`, or the first differences."""
    fluents = {(fluent, value) for fluent, _, value in theirs}
    mine = {k: v for k, v in ours.items() if (k[0], k[2]) in fluents}
    wrong = [k for k in sorted({*mine, *theirs}) if mine.get(k, []) != theirs.get(k, [])]
    if not wrong:
        count = sum(map(len, theirs.values()))
        return f"equal: every one of {count:,} intervals"
    lines = [f"{len(wrong)} of {len(theirs)} fluents differ"]
    for key in wrong[:5]:
        one, other = mine.get(key, []), theirs.get(key, [])
        lines.append(f"  {key}: ours {one[:6]}, theirs {other[:6]}")
    return "\n".join(lines)


def measure(application: Application, data: Path, times: int, walk: bool, check: bool) -> str:
    """One line of the table, for one process; and, to `check`, whether the answers are equal."""
    connection = duckdb.connect()
    add_functions(connection)
    try:
        book = law_of(application)
        path = data / f"{application.name}.csv"
        inputs, facts, count = read(application, path, times, connection)
        began = time.perf_counter()
        found: Iterable[Span]
        if walk:
            derived = interpret(inputs.events(inputs.roles), book, facts, application.end - 1)
            intervals, found = len(derived.spans), derived.spans
        else:
            made = Compiled(inputs, book, facts, application.end - 1)
            made.run()
            tables = " UNION ALL ".join(f"SELECT count(*) FROM span_{f}" for f in book.fluents)
            intervals = sum(n for (n,) in connection.execute(tables).fetchall())
            found = (span for fluent in book.fluents for span in made.tables.spans(fluent))
        took = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        line = f"{count:>12,} {intervals:>11,} {took:>8.2f} {count / took:>12,.0f} {memory:>8,.0f}"
        if check:
            theirs = expected(data / f"{application.name}.expected.jsonl")
            line += "\n" + compare(told_by(application, found), theirs)
        return line
    finally:
        remove_functions(connection)
        connection.close()


def main() -> None:
    """Print the comparison and the times."""
    asked = argparse.ArgumentParser(description="The cases of RTEC.")
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--times", type=int, nargs="*", default=[1, 10, 100])
    asked.add_argument("--only", nargs="*", default=[a.name for a in APPLICATIONS])
    asked.add_argument("--walk", action="store_true", help="ask the interpreter too")
    asked.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    asked.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    args = asked.parse_args()
    chosen = [a for a in APPLICATIONS if a.name in args.only]
    if args.one:
        print(measure(chosen[0], args.data, args.times[0], args.walk, args.check))
        return
    print("                 events   intervals  seconds  a second      MiB  whole process")
    for application in chosen:
        for walk in (False, True) if args.walk else (False,):
            for times in args.times:
                one = [sys.executable, __file__, "--data", str(args.data), "--one"]
                one += ["--only", application.name, "--times", str(times)]
                one += ["--walk"] * walk
                began = time.perf_counter()
                line = subprocess.run(one, capture_output=True, text=True, check=True).stdout
                whole = time.perf_counter() - began
                how = "walked" if walk else "compiled"
                print(f"{application.name} x{times}, {how}: {line.rstrip()} {whole:>8.2f}")
            asked_again = [*one, "--times", "1", "--check"]
            told = subprocess.run(asked_again, capture_output=True, text=True, check=True).stdout
            print("\n".join(f"  {line}" for line in told.splitlines()[1:]))


if __name__ == "__main__":
    main()
