"""From points to spans: how a fluent's states follow from what happens to its instances.

Points are rows with the arguments, the moment `m`, the event `seq` and, where acts make them,
whether the instance `begins`, its `value`, and the places of the rule and of the effect (`rule_no`,
`effect_no`).
"""

from __future__ import annotations

from collections.abc import Sequence

from dragoman.law.events import NEVER
from dragoman.law.rows import NO_RULE, arg_names
from dragoman.law.tree import Fluent


def canonical(fluent: Fluent, cells: Sequence[str | None]) -> list[str]:
    """The arguments as columns; in a symmetric fluent the first two in order."""
    args = arg_names(len(fluent.params))
    if fluent.symmetric:
        one, other = cells[:2]
        cells = [f"least({one}, {other})", f"greatest({one}, {other})", *cells[2:]]
    return [f"{cell} AS {arg}" for cell, arg in zip(cells, args, strict=True)]


def point(
    fluent: Fluent,
    cells: Sequence[str | None],
    value: str,
    effect: tuple[int, int],
    begins: bool,
) -> str:
    """The columns of the points that an effect, by its rule's place and its number, makes."""
    rest = f"{value}::VARCHAR AS value, t.m AS m, {begins} AS begins, t.seq AS seq"
    mark = f"{effect[0]} AS rule_no, {effect[1]} AS effect_no"
    return ", ".join((*canonical(fluent, cells), rest, mark))


def nothing(args: Sequence[str]) -> str:
    """No points."""
    shown = ", ".join(f"''::VARCHAR AS {arg}" for arg in args)
    rest = "''::VARCHAR AS value, 0::BIGINT AS m, true AS begins, 0 AS seq, 0 AS rule_no"
    return f"SELECT {shown}, {rest}, 0 AS effect_no WHERE false"


def _by(args: Sequence[str]) -> str:
    return f"PARTITION BY {', '.join(args)} "


def spans_of_points(
    started: str, ends: Sequence[str], args: Sequence[str], valued: bool, starts_apart: bool
) -> str:
    """The spans of points at which instances begin and end; a start prevails at its moment.

    An end that names a value ends no other. With `starts_apart` at no moment an instance begins
    twice, or both begins and ends; only ends may meet.
    """
    shown = ", ".join((*args, "m", "begins", "seq", "rule_no", "effect_no"))
    steps: list[str] = []
    by_value = bool(ends) and valued
    if ends:
        ending = " UNION ALL ".join(ends)
        steps.append(f"ending AS ({ending})")
    if by_value:
        last = (
            f"OVER ({_by((*args, 'm'))}ORDER BY seq DESC, rule_no DESC, effect_no DESC, value DESC)"
        )
        steps.append(f"one AS (SELECT * FROM {started} QUALIFY row_number() {last} = 1)")
        same = " AND ".join((*(f"e.{a} = s.{a}" for a in args), "s.m < e.m"))
        of_value = f"SELECT e.* FROM ending e ASOF JOIN one s ON {same} WHERE e.value = s.value"
        steps.append(f"fitting AS (FROM ending WHERE value IS NULL UNION ALL {of_value})")
    points = f"SELECT {shown}, value FROM {started}"
    if ends:
        fitting = "fitting" if by_value else "ending"
        points += f" UNION ALL SELECT {shown}, NULL AS value FROM {fitting}"
    order = f"{_by(args)}ORDER BY m, begins, seq, rule_no, effect_no, value"
    last_of_moment = f" QUALIFY m IS DISTINCT FROM lead(m) OVER ({order})"
    steps.append(f"final AS (SELECT * FROM ({points}){'' if starts_apart else last_of_moment})")
    # Of ends that meet, all but the first change nothing: so the last in the book is put first.
    meeting = starts_apart and len(ends) > 1
    order = "m, seq DESC, rule_no DESC, effect_no DESC" if meeting else "m"
    return stretches(steps, args, f"lead(rule_no) OVER {_in_time(args)}", order)


def spans_of_states(points: str, held: str, args: Sequence[str]) -> str:
    """The spans of the value (or none) that each instance has after each moment.

    `held` may ask of the `points` as the step `point`.
    """
    by = ", ".join((*args, "m"))
    prevails = f"OVER ({_by((*args, 'm'))}ORDER BY rule_no DESC, value DESC)"
    steps = [
        f"point AS MATERIALIZED ({points})",
        f"held AS (SELECT * FROM ({held}) QUALIFY row_number() {prevails} = 1)",
        f"final AS (SELECT {by}, p.seq, h.value, h.rule_no FROM point p "
        f"LEFT JOIN held h USING ({by}))",
    ]
    return stretches(steps, args)


def stretches(
    steps: Sequence[str], args: Sequence[str], end_rule: str = str(NO_RULE), order: str = "m"
) -> str:
    """The spans of states, each of which is the value that an instance has after a moment, or none.

    The last of the steps is `final`, with the states: arguments, `m`, `seq`, `value`, `rule_no`.
    """
    window = _in_time(args)
    shown = ", ".join(
        (
            *(*args, "value", "m AS start", "seq AS begin_seq", "rule_no AS begin_rule"),
            f"coalesce(lead(m) OVER {window}, {NEVER}) AS stop",
            f"lead(seq) OVER {window} AS end_seq, {end_rule} AS end_rule",
        )
    )
    turn = f"value IS DISTINCT FROM lag(value) OVER ({_by(args)}ORDER BY {order})"
    return (
        f"WITH {', '.join(steps)}, changed AS (SELECT * FROM final QUALIFY {turn}) "
        f"SELECT * FROM (SELECT {shown} FROM changed) WHERE value IS NOT NULL"
    )


def _in_time(args: Sequence[str]) -> str:
    return f"({_by(args)}ORDER BY m)"
