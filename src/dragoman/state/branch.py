"""What might have been: a world with acts added or struck out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from dragoman.chronicle.acts import Act
from dragoman.chronicle.notation import read_text
from dragoman.chronicle.order import reordered
from dragoman.chronicle.read import read_plan
from dragoman.files import shown_path
from dragoman.problem import BadPlan, NotFound, Problem, did_you_mean, nearest
from dragoman.state.answers import FindingRow, Table
from dragoman.state.difference import Change
from dragoman.state.store import Store
from dragoman.state.supposed import entry_of
from dragoman.state.variant import share, store_of
from dragoman.state.world import World


class Branch(World):
    """A world that might have been; it is asked as any world, and nothing of it is kept.

    Each change gives a new branch. Its state is derived when it is first asked.
    """

    def __init__(
        self, base: World, struck: frozenset[str] = frozenset(), added: tuple[Act, ...] = ()
    ) -> None:
        self.base, self.struck, self.added = base, struck, added
        self.source, self.warning = base.source, base.warning
        share(base, self)

    @cached_property
    def store(self) -> Store:  # type: ignore[override]
        """The derived state. Raises BadPlan where the acts contradict one another."""
        acts = [act for act in (*self.base.told, *self.added) if act.id not in self.struck]
        problems = [
            Problem(act.spot, f"nothing dates “{act.id}” without the act that is struck")
            for act in acts
            if act.stated is None and all(order.act in self.struck for order in act.orders)
        ]
        ordered, wrong = reordered(acts)
        known = {str(problem) for problem in reordered(self.base.told)[1]} if wrong else set()
        problems += [problem for problem in wrong if str(problem) not in known]
        if problems:
            raise BadPlan("this cannot have been", problems)
        return store_of(self.base, ordered)

    def strike(self, *ids: str) -> Branch:
        """Without acts, which are named by their ids. Raises NotFound."""
        rows = self.base.store.rows("SELECT id FROM act")
        known = {*(id for (id,) in rows), *(act.id for act in self.added)}
        for id in ids:
            if id not in known:
                raise NotFound("act", id, nearest(id, known))
        return Branch(self.base, self.struck.union(ids), self.added)

    def enact(
        self, kind: str, date: str = "", what: str = "", **more: str | Sequence[str]
    ) -> Branch:
        """With a further act: its kind, date and roles, and whatever keys an act has.

        `branch.enact("sign", "1922-05-19", parties=["rsfsr", "italy"], instrument="…")`. A hyphen
        in a key is written `_`. Raises BadPlan where something is wrong with it.
        """
        told = {"act": kind, "date": date, "what": what, **more}
        entry = {key.replace("_", "-"): value for key, value in told.items() if value}
        return self.plan(entry_of(entry), "the act")

    def plan(self, text: str, name: str = "plan") -> Branch:
        """With all that a plan says: entries `- strike: ACT-ID`, and acts as in a chronicle.

        An act of a plan needs no citation. Raises BadPlan, with every fault of it.
        """
        settings = self.source.settings
        acts, struck, problems = read_plan(
            text, name, self.base.registers, self.base.catalogue, settings.tolerance
        )
        known = {id for (id,) in self.base.store.rows("SELECT id FROM act")}
        added = [*self.added]
        for act in acts:
            id = act.id
            while id in known or any(one.id == id for one in added):
                id += "-again"
            added.append(replace(act, id=id, slot=len(known) + len(added)))
        known.update(act.id for act in added)
        for value in struck:
            if not value.text:
                said = "“strike” takes the id of one act"
                problems.append(Problem(value.spot, said, "write “- strike: ACT-ID” for each"))
            elif value.text not in known:
                mend = did_you_mean(value.text, known)
                problems.append(Problem(value.spot, f"there is no act “{value.text}”", mend))
        if problems:
            raise BadPlan(f"{name} cannot be carried out", sorted(problems))
        return Branch(self.base, self.struck.union(v.text or "" for v in struck), tuple(added))

    def planned(self, path: Path) -> Branch:
        """With all that the plan in a file says. Raises BadPlan, or what is wrong with the file."""
        text, unreadable = read_text(path, shown_path(path))
        if unreadable:
            raise BadPlan(f"{shown_path(path)} cannot be read", unreadable)
        return self.plan(text, shown_path(path))

    def differs(self, on: str, about: str | None = None) -> Table[Change]:
        """What stands otherwise on a day than it did, all of it or about someone or something."""
        return self.base.on(on).difference(self.on(on), about)

    def irregular(self) -> list[FindingRow]:
        """The acts against the law that were not so before: whose ground is gone, or was laid."""
        against = ("irregular", "breach")
        before = {_key(row) for row in self.base.findings() if row.verdict in against}
        found = [row for row in self.findings() if row.verdict in against]
        return [row for row in found if _key(row) not in before]


def _key(row: FindingRow) -> tuple[object, ...]:
    return row.act, row.norm, row.verdict, tuple(row.bindings.items())
