"""The cases of RTEC, the reference engine of the field: equal answers, and how time grows.

    python benchmarks/rtec.py --data DIR [--times 1 10 100]

DIR holds the peer's data (`toy.csv`, `voting.csv`, `ctm.csv`) and its answers
(`*.expected.jsonl`). For each application: whether every interval is equal, events a second, and
the time and memory at so many times the data (more motions, more vehicles).

Convention. RTEC's `(s, e)` holds at s to e-1, and an event at T starts a fluent at T+1: its
intervals are ours, one later. Its window opens after time 0, so that what happens at 0 is not seen.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from dragoman.chronicle.catalogue import Catalogue, EntityClass, Kind, common_catalogue, holds
from dragoman.law import Derivation, Event, LawBook, read_laws
from dragoman.law.events import AT_FIRST, day_of
from dragoman.law.interpret import interpret

LAWS = Path(__file__).parent / "rtec"
#: An event as it is read: time, whether it is the end of one that lasts, kind, roles.
Told = tuple[int, bool, str, dict[str, tuple[str, ...]]]
Intervals = dict[tuple[str, str, str], list[tuple[int, int]]]


@dataclass(frozen=True)
class Application:
    """A case: its kinds with their roles, the classes of its things, and how to read and tell."""

    name: str
    kinds: dict[str, tuple[str, ...]]
    read: Callable[[Path, int], tuple[list[Told], dict[str, dict[str, tuple[str, ...]]]]]
    tell: Callable[[str, Sequence[str], str], Iterator[tuple[str, str, str]]]
    end: int


def rows(path: Path) -> Iterator[list[str]]:
    """The lines of a peer's file, in columns."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.reader(file, delimiter="|")


# --- toy ---------------------------------------------------------------------------------------


def read_toy(path: Path, times: int) -> tuple[list[Told], dict[str, dict[str, tuple[str, ...]]]]:
    """Events of luck."""
    told: list[Told] = []
    for kind, _, at, who, *where in rows(path):
        roles: dict[str, tuple[str, ...]] = {"by": (who,)}
        if where:
            roles["where"] = (where[0],)
        told.append((int(at), False, kind, roles))
    return told, {}


def tell_toy(fluent: str, args: Sequence[str], value: str) -> Iterator[tuple[str, str, str]]:
    """As the peer writes it."""
    yield fluent, args[0], value or "true"


# --- voting ------------------------------------------------------------------------------------


def read_voting(path: Path, times: int) -> tuple[list[Told], dict[str, dict[str, tuple[str, ...]]]]:
    """Events of a voting procedure; motions 3, 6 and 9 are before the house, in `times` houses."""
    told: list[Told] = []
    agents: set[str] = set()
    roles_of = {"vote": ("by", "motion", "vote"), "declare": ("by", "motion", "outcome")}
    lines = [row for row in rows(path) if int(row[2]) > 0]
    for kind, _, at, *rest in lines:
        agents.add(rest[0])
        names = roles_of.get(kind, ("by", "motion"))
        for house in range(times):
            mark = f"/{house}" if house else ""
            values = [rest[0], f"m{rest[1]}{mark}", *rest[2:]]
            roles: dict[str, tuple[str, ...]] = {
                name: (value,) for name, value in zip(names, values, strict=True)
            }
            told.append((int(at), False, kind, roles))
    facts: dict[str, dict[str, tuple[str, ...]]] = {}
    for agent in agents:
        duties = (("chair",) if agent.endswith("0") else ()) + (
            ("voter",) if int(agent) % 11 else ()
        )
        facts[agent] = {"duty": duties, "is": ("agent",)}
    for house in range(times):
        mark = f"/{house}" if house else ""
        facts |= {f"m{number}{mark}": {"is": ("document",)} for number in (3, 6, 9)}
    return told, facts


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


# --- city transport ----------------------------------------------------------------------------

_LASTING = ("abrupt_acceleration", "abrupt_deceleration", "sharp_turn")


def read_ctm(path: Path, times: int) -> tuple[list[Told], dict[str, dict[str, tuple[str, ...]]]]:
    """Events of buses; those that last are joined where they touch."""
    told: list[Told] = []
    lasting: defaultdict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    buses: set[str] = set()
    for kind, _, *rest in rows(path):
        if kind in _LASTING:
            first, last, degree, bus, sort = rest
            lasting[kind, f"{bus},{sort}", degree].append((int(first) - 1, int(last) - 1))
            buses.add(f"{bus},{sort}")
            continue
        at, bus, sort = rest[:3]
        buses.add(f"{bus},{sort}")
        name = "timing" if kind.startswith("stop") else "level"
        told.append((int(at), False, kind, {"vehicle": (f"{bus},{sort}",), name: (rest[-1],)}))
    for (kind, bus, degree), spans in lasting.items():
        for start, end in merged(spans):
            held: dict[str, tuple[str, ...]] = {"vehicle": (bus,), "degree": (degree,)}
            told += [(start, False, kind, held), (end, True, kind, held)]
    fleet = [
        (when, ends, kind, {**roles, "vehicle": (f"{roles['vehicle'][0]}/{n}",)})
        for n in range(1, times)
        for when, ends, kind, roles in told
    ]
    names = [*buses, *(f"{bus}/{n}" for n in range(1, times) for bus in buses)]
    return told + fleet, {bus: {"is": ("vehicle",)} for bus in names}


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


# --- all ---------------------------------------------------------------------------------------

APPLICATIONS = (
    Application(
        "toy",
        {"win_lottery": ("by",), "lose_wallet": ("by",), "go_to": ("by", "where")},
        read_toy,
        tell_toy,
        51,
    ),
    Application(
        "voting",
        {
            **dict.fromkeys(("propose", "second", "close_ballot"), ("by", "motion")),
            "vote": ("by", "motion", "vote"),
            "declare": ("by", "motion", "outcome"),
        },
        read_voting,
        tell_voting,
        101,
    ),
    Application(
        "ctm",
        {
            **dict.fromkeys(("stop_enter", "stop_leave"), ("vehicle", "timing")),
            **dict.fromkeys(_LASTING, ("vehicle", "degree")),
            **dict.fromkeys(
                (
                    "passenger_density_change",
                    "noise_level_change",
                    "internal_temperature_change",
                ),
                ("vehicle", "level"),
            ),
        },
        read_ctm,
        tell_ctm,
        50001,
    ),
)
_ROLES = {"by": "agent", "motion": "document", "vehicle": "vehicle"}


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


def events_of(told: Iterable[Told]) -> list[Event]:
    """Events in order of time, all of one time at one moment."""
    events: list[Event] = []
    for moment, (at, group) in enumerate(
        groupby(sorted(told, key=lambda t: (t[0], t[2])), key=lambda t: t[0])
    ):
        for _, ends, kind, roles in group:
            name = f"end of {kind}" if ends else kind
            events.append(Event(len(events), moment, name, roles, at))
    return events


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans joined where they touch or overlap."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def told_by(application: Application, found: Derivation, events: Sequence[Event]) -> Intervals:
    """Our intervals in the peer's convention."""
    spans: defaultdict[tuple[str, str, str], list[tuple[int, int]]] = defaultdict(list)
    for span in found.spans:
        for key in application.tell(span.fluent, span.args, span.value):
            start = 0 if span.start == AT_FIRST else day_of(span.start)
            stop = application.end if span.stop is None else day_of(span.stop) + 1
            spans[key].append((start + 1, min(stop, application.end)))
    return {key: [s for s in merged(several) if s[0] < s[1]] for key, several in spans.items()}


def expected(path: Path) -> Intervals:
    """The peer's answers."""
    lines = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        (d["fluent"], d["args"], d["value"]): [(s, e) for s, e in d["intervals"]] for d in lines
    }


def compare(application: Application, ours: Intervals, theirs: Intervals) -> str:
    """`equal`, or the first differences."""
    fluents = {(fluent, value) for fluent, _, value in theirs}
    mine = {k: v for k, v in ours.items() if (k[0], k[2]) in fluents}
    wrong = [k for k in sorted({*mine, *theirs}) if mine.get(k, []) != theirs.get(k, [])]
    if not wrong:
        count = sum(map(len, theirs.values()))
        return f"equal: every one of {count} intervals"
    lines = [f"{len(wrong)} of {len(theirs)} fluents differ"]
    for key in wrong[:5]:
        one, other = mine.get(key, []), theirs.get(key, [])
        lines.append(f"  {key}: ours {one[:6]}, theirs {other[:6]}")
    return "\n".join(lines)


def main() -> None:
    """Print the comparison and the times."""
    asked = argparse.ArgumentParser(description="The cases of RTEC.")
    asked.add_argument("--data", type=Path, required=True)
    asked.add_argument("--times", type=int, nargs="*", default=[1])
    asked.add_argument("--only", nargs="*")
    args = asked.parse_args()
    for application in APPLICATIONS:
        if args.only and application.name not in args.only:
            continue
        book = law_of(application)
        theirs = expected(args.data / f"{application.name}.expected.jsonl")
        for times in args.times:
            told, facts = application.read(args.data / f"{application.name}.csv", times)
            events = events_of(told)
            began = time.perf_counter()
            found = interpret(events, book, facts, application.end - 1)
            took = time.perf_counter() - began
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(
                f"{application.name} x{times}: {len(events):,} events, {took:.2f} s, "
                f"{len(events) / took:,.0f} events a second, {memory:,.0f} MiB"
            )
            if times == 1:
                print(compare(application, told_by(application, found, events), theirs))


if __name__ == "__main__":
    main()
