"""Read a world's registers and chronicle: typed acts and entries, and every fault in them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.chronicle.acts import Act, Citation, Order, act_id
from dragoman.chronicle.catalogue import RESERVED, Catalogue, Holds
from dragoman.chronicle.notation import Entry, Field, Value, read_entries, read_text
from dragoman.chronicle.order import in_order
from dragoman.chronicle.registers import Entity, Provision, Registers
from dragoman.problem import Ambiguous, NotFound, Problem, Spot, did_you_mean, one_of
from dragoman.when import BEGINNING, END_OF_TIME, DateError, Tolerance, When, day_text, read

CERTAINTIES = ("stated", "inferred", "disputed")
_COMMON_KEYS = ("name", "also", "note", "cite")
_ENTITY_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ORDER = re.compile(r"(?P<act>\S+)(?:\s+(?P<sign>[+-])\s+(?P<days>\d+)\s+days?)?")
_UNDATED = When("", earliest=BEGINNING, latest=END_OF_TIME)


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What the files of a world tell: acts in their order, and the registers they refer to."""

    acts: tuple[Act, ...]
    registers: Registers
    catalogue: Catalogue


def read_chronicle(
    registers: Iterable[tuple[str, Path]],
    chronicle: Iterable[tuple[str, Path]],
    catalogue: Catalogue,
    tolerance: Tolerance,
) -> tuple[Chronicle, list[Problem]]:
    """Read files given as (name to show, path). All faults come back, not the first alone."""
    problems: list[Problem] = []

    def entries(files: Iterable[tuple[str, Path]]) -> list[Entry]:
        found: list[Entry] = []
        for name, path in files:
            text, unreadable = read_text(path, name)
            got, wrong = read_entries(text, name)
            found += got
            problems.extend(unreadable + wrong)
        return found

    reader = _Reader(catalogue, tolerance, problems)
    reader.read_registers(entries(registers))
    acts = reader.read_acts(entries(chronicle))
    ordered, wrong = in_order(acts)
    problems += wrong
    return Chronicle(tuple(ordered), reader.registers, catalogue), sorted(problems)


def read_plan(
    text: str, name: str, registers: Registers, catalogue: Catalogue, tolerance: Tolerance
) -> tuple[list[Act], list[Value], list[Problem]]:
    """The acts of a plan, which need no citation, the ids of acts to strike out, and all faults."""
    entries, problems = read_entries(text, name)
    reader = _Reader(catalogue, tolerance, problems, supposed=True)
    reader.registers = registers
    struck = [entry.fields["strike"].value for entry in entries if "strike" in entry.fields]
    acts = [reader.read_act(entry) for entry in entries if "strike" not in entry.fields]
    return [act for act in acts if act is not None], struck, sorted(problems)


class _Reader:
    """Holds what reading needs: the catalogue, the registers so far, the list of problems.

    What is only `supposed` needs neither a sentence nor a citation.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        tolerance: Tolerance,
        problems: list[Problem],
        supposed: bool = False,
    ) -> None:
        self.catalogue, self.tolerance, self.problems = catalogue, tolerance, problems
        self.registers = Registers((), catalogue)
        self.supposed = supposed
        self.rivals: list[tuple[str, Value]] = []

    def wrong(self, spot: Spot, message: str, mend: str = "") -> None:
        self.problems.append(Problem(spot, message, mend))

    # --- registers -------------------------------------------------------------------------

    def read_registers(self, entries: list[Entry]) -> None:
        """Two passes: first every id, so that entries may name each other in any order."""
        opened: list[tuple[Entry, str, str]] = []
        bare: dict[str, Entity] = {}
        for entry in entries:
            head = next(iter(entry.fields.values()))
            if head.key not in self.catalogue.classes:
                mend = did_you_mean(head.key, self.catalogue.classes) or (
                    "begin a register entry with its class, such as “- person: chicherin”"
                )
                self.wrong(head.spot, f"“{head.key}” is no class of entity", mend)
                continue
            id = head.value.text or ""
            if not _ENTITY_ID.fullmatch(id):
                said = f"“{id}” cannot be an id"
                self.wrong(head.value.spot, said, "use lower-case letters, digits and hyphens")
                continue
            if id in bare:
                said = f"“{id}” is already in the registers, at {bare[id].spot}"
                self.wrong(head.value.spot, said, "merge the two entries, or rename one")
                continue
            opened.append((entry, head.key, id))
            bare[id] = Entity(id, head.key, id, (), {}, (), (), "", entry.spot)
        self.registers = Registers(bare.values(), self.catalogue)
        entities = [self.read_entity(*item) for item in opened]
        self.registers = Registers(entities, self.catalogue)

    def read_entity(self, entry: Entry, of_class: str, id: str) -> Entity:
        keys = self.catalogue.keys_of(of_class)
        facts: dict[str, tuple[str, ...]] = {}
        provisions: tuple[Provision, ...] = ()
        for field in list(entry.fields.values())[1:]:
            allowed = keys.get(field.key)
            if allowed is None:
                mend = did_you_mean(field.key, keys) or f"keys of {of_class}: {', '.join(keys)}"
                self.wrong(field.spot, f"“{field.key}” is no key of {of_class}", mend)
            elif field.key == "provisions":
                provisions = tuple(self.provisions(field.value))
            elif field.key == "cite":
                facts[field.key] = tuple(str(c) for c in self.cites(field.value))
            else:
                facts[field.key] = self.values(field, allowed)
        for key, allowed in keys.items():
            if allowed.required and key not in facts and key != "provisions":
                self.wrong(entry.spot, f"{of_class} “{id}” lacks “{key}”", f"it holds {allowed}")
        name = (facts.get("name") or (_title(id),))[0]
        own = {k: v for k, v in facts.items() if k not in _COMMON_KEYS}
        cite = entry.fields.get("cite")
        return Entity(
            id,
            of_class,
            name,
            also=facts.get("also", ()),
            facts=own,
            provisions=provisions,
            cites=self.cites(cite.value, quiet=True) if cite else (),
            note=(facts.get("note") or ("",))[0],
            spot=entry.spot,
        )

    def provisions(self, value: Value) -> Iterable[Provision]:
        for item in value.each():
            fields = item.content if isinstance(item.content, Mapping) else {}
            topic, text, cite = (fields.get(k) for k in ("topic", "text", "cite"))
            if topic is None or text is None or set(fields) - {"topic", "text", "cite"}:
                self.wrong(item.spot, "a provision holds topic, text and cite", "write these three")
                continue
            cites = self.cites(cite.value) if cite else ()
            yield Provision(topic.value.text or "", text.value.text or "", cites)

    # --- acts ------------------------------------------------------------------------------

    def read_acts(self, entries: list[Entry]) -> list[Act]:
        acts: dict[str, Act] = {}
        for entry in entries:
            act = self.read_act(entry)
            if act is None:
                continue
            if act.id in acts:
                said = f"the act at {acts[act.id].spot} bears the same id, “{act.id}”"
                self.wrong(act.spot, said, "give one of them an “id” of its own")
                continue
            acts[act.id] = act
        self.check_rivals(acts)
        return list(acts.values())

    def check_rivals(self, acts: Mapping[str, Act]) -> None:
        """Of two accounts that contradict each other, both are told and one at least is doubted."""
        for id, value in self.rivals:
            other = acts.get(value.text or "")
            if other is None:
                said = f"there is no act “{value.text}”"
                self.wrong(value.spot, said, did_you_mean(value.text or "", acts))
            elif other.id == id:
                self.wrong(value.spot, "an act cannot contradict itself", "name the other account")
            elif "disputed" not in (other.certainty, acts[id].certainty):
                said = f"“{id}” and “{other.id}” contradict each other, and neither is disputed"
                self.wrong(value.spot, said, "add “certainty: disputed” to one, or to both")

    def read_act(self, entry: Entry) -> Act | None:
        fields = dict(entry.fields)
        head = fields.get("act")
        if head is None:
            self.wrong(entry.spot, "an act lacks its kind", "begin it with “- act: KIND”")
            return None
        kind = self.catalogue.kinds.get(head.value.text or "")
        if kind is None:
            known = self.catalogue.kinds
            mend = did_you_mean(head.value.text or "", known) or "see “dragoman kinds”"
            self.wrong(head.value.spot, f"there is no kind of act “{head.value.text}”", mend)
            return None
        roles: dict[str, tuple[str, ...]] = {}
        for key, field in fields.items():
            if key in kind.roles:
                roles[key] = self.values(field, kind.roles[key])
            elif key not in RESERVED:
                among = [*kind.roles, *RESERVED]
                mend = did_you_mean(key, among) or f"roles of {kind.name}: {', '.join(kind.roles)}"
                self.wrong(field.spot, f"“{key}” is no role of {kind.name}", mend)
        for role, allowed in kind.roles.items():
            if allowed.required and role not in fields:
                said = f"{kind.name} lacks the role “{role}”"
                self.wrong(entry.spot, said, f"it holds {allowed}")
        for key in ("what", "cite"):
            if key not in fields and not self.supposed:
                self.wrong(entry.spot, f"the act lacks “{key}”", f"add “{key}: …”")
        orders = self.orders(fields)
        when = self.act_date(entry, fields)
        if when is None:
            if not {"date", "os"} & set(fields) and not orders:
                mend = "add “date: …”, or “after: ACT-ID + 2 days”"
                self.wrong(entry.spot, "the act lacks a date", mend)
            when = _UNDATED
        data = fields["data"].value.content if "data" in fields else {}
        if not isinstance(data, Mapping):
            self.wrong(fields["data"].spot, "“data” must be a map", "write “data: {key: value}”")
            data = {}
        plain_data = {key: field.value.plain() for key, field in data.items()}
        stated_id = self.text(fields, "id")
        disclosed = fields.get("disclosed")
        id = stated_id or act_id(when.text, kind, roles)
        rivals = list(fields["contradicts"].value.each()) if "contradicts" in fields else []
        self.rivals += [(id, value) for value in rivals]
        return Act(
            id=id,
            kind=kind.name,
            when=when,
            roles=roles,
            what=self.text(fields, "what") or ("Supposed." if self.supposed else ""),
            cites=self.cites(fields["cite"].value) if "cite" in fields else (),
            place=next(iter(self.named(fields, "place", "place")), None),
            certainty=self.choice(fields, "certainty", CERTAINTIES),
            secret=self.choice(fields, "secret", ("no", "yes")) == "yes",
            known_to=self.named(fields, "known-to", "actor"),
            disclosed=self.date(disclosed),
            according_to=self.named(fields, "according-to", "entity"),
            contradicts=tuple(value.text or "" for value in rivals),
            note=self.text(fields, "note"),
            data={**({"os": self.text(fields, "os")} if "os" in fields else {}), **plain_data},
            orders=orders,
            spot=entry.spot,
            stated=(when.earliest, when.latest) if when.text else None,
        )

    # --- values ----------------------------------------------------------------------------

    def text(self, fields: Mapping[str, Field], key: str) -> str:
        field = fields.get(key)
        if field is None:
            return ""
        if not field.value.text:
            self.wrong(field.spot, f"“{key}” must be a text", f"write “{key}: …”")
        return field.value.text or ""

    def choice(self, fields: Mapping[str, Field], key: str, choices: tuple[str, ...]) -> str:
        field = fields.get(key)
        if field is None:
            return choices[0]
        if field.value.text in choices:
            return field.value.text
        self.wrong(field.value.spot, f"“{key}” must be one of {', '.join(choices)}")
        return choices[0]

    def named(self, fields: Mapping[str, Field], key: str, wanted: str) -> tuple[str, ...]:
        field = fields.get(key)
        return self.values(field, Holds((wanted,), (), False, True)) if field else ()

    def date(self, field: Field | None) -> When | None:
        if field is None:
            return None
        return self.when(field.value)

    def act_date(self, entry: Entry, fields: Mapping[str, Field]) -> When | None:
        """The date of an act; an old-style date beside it must mean the same day."""
        when = self.date(fields.get("date"))
        old = self.when(fields["os"].value, " OS") if "os" in fields else None
        if when is None or old is None:
            return when or old
        if old.latest < when.earliest or old.earliest > when.latest:
            said = f"old style {old.text.removesuffix(' OS')} is {day_text(old.earliest)}"
            mend = f"the date says {when.text}; mend one of the two"
            self.wrong(fields["os"].value.spot, f"{said} in new style", mend)
        return when

    def when(self, value: Value, calendar: str = "") -> When | None:
        text, start = value.text, value.spot
        if isinstance(value.content, tuple):  # YAML reads [1921-05..1921-12] as a list
            text = f"[{','.join(item.text or '' for item in value.content)}]"
        if text is None:
            self.wrong(value.spot, "a date must be a text", "put it in double quotes")
            return None
        try:
            return read(text + calendar, self.tolerance)
        except DateError as error:
            column = start.column + error.column + value.quoted
            spot = dataclasses.replace(start, column=column)
            if isinstance(value.content, tuple):
                spot = _within(value.content, error.column)
            self.wrong(spot, f"“{text}” is no date: {error.message}", error.mend)
            return None

    def orders(self, fields: Mapping[str, Field]) -> tuple[Order, ...]:
        found: list[Order] = []
        for key in ("after", "before"):
            field = fields.get(key)
            for item in field.value.each() if field else ():
                match = _ORDER.fullmatch((item.text or "").strip())
                wanted_sign = "-" if key == "before" else "+"
                if not match or match["sign"] not in (None, wanted_sign):
                    mend = f"write “{key}: ACT-ID” or “{key}: ACT-ID {wanted_sign} 2 days”"
                    self.wrong(item.spot, f"“{item.text}” does not name an act and days", mend)
                    continue
                days = int(match["days"]) if match["days"] else None
                found.append(Order(match["act"], days, key == "before", item.spot))
        return tuple(found)

    def cites(self, value: Value, quiet: bool = False) -> tuple[Citation, ...]:
        found: list[Citation] = []
        for item in value.each():
            work, _, locator = (item.text or "").partition(" ")
            if not quiet and not self.registers.is_a(work, "work"):
                works = [i for i in self.registers if self.registers.is_a(i, "work")]
                mend = did_you_mean(work, works) or "cite as “carr-3 375”: a work, then its page"
                self.wrong(item.spot, f"no work “{work}” is in the registers", mend)
            elif not quiet and not locator.strip():
                self.wrong(item.spot, f"“{work}” is cited without a page", "add the page")
            found.append(Citation(work, locator.strip()))
        if not found and not quiet:
            self.wrong(value.spot, "the citation is empty", "cite as “carr-3 375”")
        return tuple(found)

    def values(self, field: Field, allowed: Holds) -> tuple[str, ...]:
        """The values of a role or key, each checked for what it may hold."""
        items = field.value.each()
        if len(items) > 1 and not allowed.many:
            self.wrong(field.spot, f"“{field.key}” holds {allowed}, not {len(items)} values")
        if not items and allowed.required:
            self.wrong(field.spot, f"“{field.key}” is empty", f"it holds {allowed}")
        return tuple(v for item in items if (v := self.one_value(field.key, item, allowed)))

    def one_value(self, key: str, item: Value, allowed: Holds) -> str | None:
        text = item.text
        if text is None:
            self.wrong(item.spot, f"“{key}” holds {allowed}, not a map or list")
            return None
        if allowed.choices:
            if text not in allowed.choices:
                mend = did_you_mean(text, allowed.choices)
                self.wrong(item.spot, f"“{key}” must be one of {', '.join(allowed.choices)}", mend)
                return None
            return text
        if any(self.registers.is_a(text, wanted) for wanted in allowed.types):
            return text
        if "text" in allowed.types:
            return text
        if "date" in allowed.types:
            when = self.when(item)
            return when.text if when else None
        if "number" in allowed.types:
            return self.number(key, item)
        self.unknown(key, item, allowed)
        return None

    def number(self, key: str, item: Value) -> str | None:
        text = (item.text or "").replace(",", "").replace("_", "")
        if re.fullmatch(r"[+-]?\d+(\.\d+)?", text):
            return text
        self.wrong(
            item.spot, f"“{key}” must be a number, not “{item.text}”", "write digits: 1250.5"
        )
        return None

    def unknown(self, key: str, item: Value, allowed: Holds) -> None:
        text = item.text or ""
        wanted = " or ".join(allowed.types)
        entity = self.registers.get(text)
        if entity is not None:
            said = f"“{text}” is {one_of(entity.of_class)}; “{key}” holds {wanted}"
            self.wrong(item.spot, said)
            return
        mend = f"add an entry for it to registers/, such as “- {allowed.types[0]}: {_title(text)}”"
        try:
            mend = f"write {self.registers.find(text).id}"
        except Ambiguous as error:
            mend = f"write one of {', '.join(error.meanings)}"
        except NotFound as error:
            if error.nearest:
                mend = f"did you mean “{error.nearest[0]}”?"
        self.wrong(item.spot, f"“{text}” is not in the registers as {one_of(*allowed.types)}", mend)


def _title(id: str) -> str:
    return id.replace("-", " ").capitalize()


def _within(items: Sequence[Value], column: int) -> Spot:
    """The spot at which a column of the text `[one,two]` stands in the file."""
    start = 1
    for item in items:
        if column < start + len(item.text or ""):
            break
        start += len(item.text or "") + 1
    return dataclasses.replace(item.spot, column=item.spot.column + max(0, column - start))
