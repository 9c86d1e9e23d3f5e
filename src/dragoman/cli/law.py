"""The law: read it, explain it, draw it, check it, lay it out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from dragoman.cli.output import Out, answering, formed, open_world
from dragoman.cli.upkeep import lay_out
from dragoman.files import shown_path
from dragoman.problem import NotFound, Problem, nearest
from dragoman.state.world import World


class _Law(click.Group):
    """A group whose default command is `show`: `dragoman law treaties`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        named = next((arg for arg in args if not arg.startswith("-")), "")
        if named not in self.commands and not {"-h", "--help"} & set(args):
            args = ["show", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Law)
def law() -> None:
    """The laws of the world: read, explain, draw; check and lay out law files.

    Without a command: the laws, one law (treaties) or one rule (treaties.force), as written.
    """


@law.command()
@click.argument("name", required=False)
@click.option("--fluents", is_flag=True, help="The fluents, with their sentences.")
@answering
def show(world: World, out: Out, name: str | None, fluents: bool) -> int:
    """The laws of the world, one law (treaties) or one rule (treaties.force), as written."""
    if fluents:
        return _fluents(world, out, name)
    laws = {row[0]: (row[1], row[2]) for row in world.store.rows("SELECT * FROM law")}
    rules = world.store.rows("SELECT key, law, because, source, text, spot FROM rule")
    if name is None:
        listed = [(key, title) for key, (title, _) in laws.items()]
        if out.form == "json":
            out.data([{"law": key, "title": title} for key, title in listed])
        elif out.form == "csv":
            out.csv(("law", "title"), listed)
        else:
            out.columns(listed)
        return 0
    chosen = rows_of(rules, name)
    if name not in laws and not chosen:
        known = [*laws, *(row[0] for row in rules), *(row[0].partition(".")[2] for row in rules)]
        raise NotFound("law or rule", name, nearest(name, known) or list(laws))
    columns = ("rule", "law", "because", "source", "text", "spot")
    if out.form == "json":
        out.data([dict(zip(columns, row, strict=True)) for row in chosen])
    elif out.form == "csv":
        out.csv(columns, chosen)
    elif name in laws:
        out.line(laws[name][1].rstrip())
    else:
        for row in chosen:
            out.line(row[4])
            asked = "SELECT count(*) FROM span WHERE {} = ?"
            began, ended = (
                world.store.rows(asked.format(column), [row[0]])[0][0]
                for column in ("began_by", "ended_by")
            )
            out.line(f"  {row[5]}; it began {began} intervals and ended {ended}", "quiet")
    return 0


def _fluents(world: World, out: Out, name: str | None) -> int:
    """The fluents of a law, or of all: how each is written, and what it says."""
    found = [f for f in world.fluents.values() if name in (None, f.law, f.name)]
    if not found:
        raise NotFound("law or fluent", str(name), nearest(str(name), world.fluents))
    rows = []
    for fluent in found:
        value = f" = {' | '.join(fluent.choices) or fluent.value}" if fluent.value else ""
        params = ", ".join(f"{p}: {t}" if p != t else p for p, t in fluent.types.items())
        if fluent.symmetric:
            value += " symmetric"
        if fluent.open:
            value += " open"
        if fluent.first is not None:
            value += f" at first {fluent.first}".rstrip()
        rows.append((fluent.law, f"{fluent.name}({params}){value}", fluent.gloss))
    if out.form == "json":
        out.data([dict(zip(("law", "fluent", "says"), row, strict=True)) for row in rows])
    elif out.form == "csv":
        out.csv(("law", "fluent", "says"), rows)
    else:
        out.columns(rows)
    return 0


def rows_of(rules: list[tuple[str, ...]], name: str) -> list[tuple[str, ...]]:
    """The rules of a law, or the rule called `law.rule` or just `rule`."""
    return [row for row in rules if name in (row[0], row[1], row[0].partition(".")[2])]


@law.command()
@click.argument("rule")
@answering
def explain(world: World, out: Out, rule: str) -> int:
    """A RULE or norm as a sentence, its source, and what it made."""
    from dragoman.law.explain import Explainer

    clauses = [c for c in world.book.clauses() if rule in (c.key, c.name)]
    if not clauses:
        known = [c.key for c in world.book.clauses()]
        _in_reading(world, rule)
        raise NotFound("rule", rule, nearest(rule, known) or known[:5])
    explainer = Explainer(world.book.fluents, world.catalogue.kinds, world.name)
    told: list[dict[str, Any]] = []
    for clause in clauses:
        made = world.made_by(clause.key)
        told.append(
            {
                "rule": clause.key,
                "says": explainer.clause(clause),
                "because": clause.because,
                "source": clause.source,
                "text": clause.text,
                "made": made,
            }
        )
    if out.form == "json":
        out.data(told)
    elif out.form == "csv":
        columns = ("rule", "says", "because", "source")
        out.csv(columns, [[str(row[name]) for name in columns] for row in told])
    else:
        for row in told:
            out.line(row["rule"], "title")
            out.line(f"  {row['says']}")
            out.line(f"  Because {row['because']} ({row['source']}).")
            out.section("As written")
            for line in row["text"].splitlines():
                out.line(f"  {line}", "quiet")
            out.section(f"What it made ({len(row['made'])})")
            for said in row["made"]:
                out.line(f"  {said}")
    return 0


def _in_reading(world: World, rule: str) -> None:
    """Say so where a rule belongs to a reading that was not chosen. Raises NotFound."""
    clauses = [clause for one in world.book.laws for clause in (*one.rules, *one.norms)]
    for clause in clauses:
        if clause.reading and rule in (clause.key, clause.name):
            raise NotFound(f"rule without --reading {clause.reading}", clause.key)


@law.command()
@click.argument("names", nargs=-1)
@click.option("--svg", "as_svg", is_flag=True, help="As a picture, to be kept in a file.")
@answering
def graph(world: World, out: Out, names: tuple[str, ...], as_svg: bool) -> int:
    """Which fluent leans on which, in all laws or those named."""
    from dragoman.law.graph import nodes_of, outline, svg

    titles = {law.name: law.title for law in world.book.laws}
    for name in names:
        if name not in titles:
            raise NotFound("law", name, nearest(name, titles) or list(titles))
    nodes = nodes_of(world.book, names)
    if as_svg:
        click.echo(svg(nodes), nl=False)
    elif out.form == "json":
        out.data(
            [{"fluent": n.fluent, "law": n.law, "acts": n.acts, "leans_on": n.leans} for n in nodes]
        )
    elif out.form == "csv":
        rows = [(n.fluent, n.law, " ".join(n.acts), " ".join(n.leans)) for n in nodes]
        out.csv(("fluent", "law", "acts", "leans_on"), rows)
    else:
        out.line(outline(nodes, titles))
    return 0


@law.command(name="check")
@click.argument("files", nargs=-1, required=True)
@formed
def check_files(place: str | None, out: Out, files: tuple[str, ...]) -> int:
    """Check law FILES beside the laws of the world: each fault, its place, and how to mend it."""
    from dragoman.chronicle.notation import read_text
    from dragoman.law.book import read_laws
    from dragoman.law.parse import parse_law

    world = open_world(place, quiet=True)
    found: list[tuple[Problem, str]] = []
    for name in files:
        path = Path(name)
        text, unreadable = read_text(path, shown_path(path))
        found += [(problem, "") for problem in unreadable]
        others = [(f"{x.name}.law", x.text) for x in world.book.laws]
        if unreadable:
            continue
        parsed, _ = parse_law(text, shown_path(path))
        beside = [(n, other) for n, other in others if not parsed or n != f"{parsed.name}.law"]
        _, problems = read_laws(
            [*beside, (shown_path(path), text)], world.catalogue, list(world.registers)
        )
        lines = text.splitlines()
        for problem in problems:
            if problem.spot.file == shown_path(path):
                found.append((problem, _line(lines, problem.spot.line)))
    if out.form == "json":
        out.data([{"where": str(p.spot), "message": p.message, "mend": p.mend} for p, _ in found])
    elif out.form == "csv":
        out.csv(("where", "message", "mend"), [(str(p.spot), p.message, p.mend) for p, _ in found])
    elif not found:
        out.line("No fault.", "good")
    else:
        for problem, line in found:
            out.line(str(problem), "bad")
            if line:
                number = str(problem.spot.line)
                out.line(f"  {number} | {line}")
                out.line(f"  {' ' * len(number)} | {' ' * (problem.spot.column - 1)}^", "bad")
    return 1 if found else 0


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].replace("\t", " ") if 0 < number <= len(lines) else ""


@law.command(name="format")
@click.argument("files", nargs=-1, required=True)
@click.option("--check", "only_check", is_flag=True, help="Change nothing; exit 1 if it would.")
@formed
def format_files(place: str | None, out: Out, files: tuple[str, ...], only_check: bool) -> int:
    """Put law FILES into canonical layout; words and comments stay."""
    from dragoman.law.layout import laid_out

    return lay_out(out, [(name, Path(name)) for name in files], laid_out, only_check)


COMMANDS = (law,)
