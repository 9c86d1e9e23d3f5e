"""Find pairs of acts of a chronicle that may tell one event, best first.

A pair is a candidate if its possible days overlap or lie at most `--days` apart. Its score adds

* words: the idf-weighted cosine of the word stems of `what`, `subject` and the ids in the roles;
* entities: the idf-weighted share of ids that both name (roles and place), ids of documents and
  instruments included;
* kind: 1 for the same kind, 0.7 for kinds of one family, less than 0 for two steps of one course
  (opening and closing, proposal and adoption), else 0;
* file: a little where two files tell it, for there two readers did not see each other's acts;

and takes away for two acts that stand side by side on one page of one file (these are mostly two
steps that one reader told), for one that names the other in `after` or `before`, for exact and
different days, and for dates so wide that they overlap with anything.

Usage: python curation/doubles.py [--top N] [--floor S] [--days D] [--world FOLDER] > candidates.tsv
"""

from __future__ import annotations

import argparse
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from dragoman.chronicle.acts import Act
from dragoman.state.source import find_world, read_source

FAMILIES = (
    "speech article express_view declare interview report thesis memoir allege deny criticise "
    "support oppose proclaim write publish issue debate write_letter appeal",
    "note demand protest propose ultimatum reply request offer_settlement appeal inform declare "
    "invite claim write_letter instruct approach promise",
    "appoint hold_office elect dismiss resign",
    "adopt approve decide resolve decree reject reject_motion vote adopt_policy debate plan",
    "sign conclude contract found_company grant_concession make_peace armistice merge accept",
    "send_mission delegate attend arrive travel depart visit receive_mission open_trade_mission "
    "appoint recall_mission withdraw hold_office",
    "open_congress close_congress convene open_conference close_conference attend meet",
    "open_talks close_talks converse meet approach resume_talks break_off_talks mediate",
    "found create_organ merge split reorganise rename dissolve_organ elect federate "
    "establish_relations",
    "hostilities occupy capture send_troops intervene rising suppress coup fall evacuate withdraw "
    "mobilise situation incident",
    "arrest execute assassinate suppress expel exclude refuse_person dismiss expel_member "
    "discipline refuse_compliance leave",
    "affiliate admit join accept adopt approve",
    "annul repeal renounce denounce lapse not_recognise_instrument fail_to_ratify "
    "refuse_ratification leave_unsigned refuse_recognition reject declare",
    "recognise proclaim establish_relations found declare claim",
    "subsidise transfer_gold supply_arms relief purchase lend exchange figure resume_trade",
    "situation adopt_policy plan express_view report_rumour",
    "reject decline_invitation refuse_recognition oppose refuse_compliance refuse_concession",
    "draft write publish issue propose thesis article decree",
    "disclose publish memoir allege report report_rumour",
)
OPPOSED = (
    "open_congress close_congress convene",
    "open_conference close_conference adjourn convene",
    "open_talks close_talks break_off_talks resume_talks",
    "arrive depart",
    "occupy evacuate",
    "send_mission recall_mission receive_mission",
    "propose adopt reject accept withdraw_proposal reject_motion",
    "appoint dismiss resign recall_mission",
    "arrest release execute",
    "sign ratify enter_force annul lapse denounce",
    "support oppose",
    "invite accept_invitation decline_invitation",
    "note reply",
    "request reply reject accept",
    "found dissolve_organ close_congress",
    "affiliate disaffiliate",
)
STOP = frozenset(
    """a about after all also an and are as at be been before between but by can for from
    had has have her his in into is it its may more must no not of on one only or over
    should so than that the their there they this to under up was were which who will with
    would""".split()  # noqa: SIM905
)


def kinship() -> dict[tuple[str, str], float]:
    """How kindred two different kinds are."""
    near: dict[tuple[str, str], float] = {}
    for family in FAMILIES:
        kinds = family.split()
        near.update(((a, b), 0.7) for a in kinds for b in kinds)
    for steps in OPPOSED:
        kinds = steps.split()
        near.update(((a, b), -0.5) for a in kinds for b in kinds if a != b)
    return near


def stems(text: str) -> set[str]:
    """The words of a text without endings, so that `negotiates` meets `negotiations`."""
    words = re.findall(r"[a-zà-ž0-9]+", text.lower())
    ending = re.compile(r"(ations?|ions?|ings?|ed|es|s|ly|ments?)$")
    return {ending.sub("", word)[:7] for word in words if word not in STOP}


def words_of(act: Act) -> set[str]:
    """Everything that the act says in words, ids of registers taken apart."""
    texts = [act.what, *act.named()]
    return {s for t in texts for s in stems(t.replace("-", " ")) if len(s) > 1}


def rarity(sets: Iterable[set[str]]) -> dict[str, float]:
    """Inverse document frequency of every item."""
    seen = [*sets]
    count = Counter(item for s in seen for item in s)
    return {item: math.log(len(seen) / n) for item, n in count.items()}


def cosine(a: set[str], b: set[str], idf: Mapping[str, float], norm: tuple[float, float]) -> float:
    """Weighted cosine of two sets."""
    return sum(idf[x] ** 2 for x in a & b) / (norm[0] * norm[1] or 1)


def span(act: Act) -> tuple[int, int]:
    """First and last day on which the act may have been."""
    return act.when.earliest, (act.when.until[1] if act.when.until else act.when.latest)


def page(act: Act) -> set[int]:
    """The pages on which it is told."""
    found: set[int] = set()
    for c in act.cites:
        ends = [int(n) for n in re.findall(r"\d+", c.locator)][:2]
        found.update(range(ends[0], ends[-1] + 1) if ends else ())
    return found


def candidates(
    acts: tuple[Act, ...], ids: frozenset[str], days: int
) -> list[tuple[float, Act, Act]]:
    """Every pair near in time, with its score, best first."""
    words = {a.id: words_of(a) for a in acts}
    named = {a.id: {n for n in a.named() if n in ids} for a in acts}
    widf, eidf = rarity(words.values()), rarity(named.values())
    wnorm = {i: math.sqrt(sum(widf[x] ** 2 for x in s)) for i, s in words.items()}
    enorm = {i: math.sqrt(sum(eidf[x] ** 2 for x in s)) for i, s in named.items()}
    order = {a.id: n for n, a in enumerate(sorted(acts, key=lambda a: (a.spot.file, a.spot.line)))}
    linked = {frozenset((a.id, o.act)) for a in acts for o in a.orders}
    near, pages = kinship(), {a.id: page(a) for a in acts}
    # Only pairs that share a fairly rare word or entity can score at all.
    holders: dict[str, list[Act]] = defaultdict(list)
    for a in sorted(acts, key=lambda a: span(a)[0]):
        for w in words[a.id]:
            if widf[w] > 2.5:
                holders[w].append(a)
    tried: set[tuple[str, str]] = set()
    out: list[tuple[float, Act, Act]] = []
    for held in holders.values():
        for n, a in enumerate(held):
            for b in held[n + 1 :]:
                if span(b)[0] > span(a)[1] + days:
                    break
                key = (a.id, b.id)
                if key in tried:
                    continue
                tried.add(key)
                shared = cosine(words[a.id], words[b.id], widf, (wnorm[a.id], wnorm[b.id]))
                if shared < 0.12:
                    continue
                e = cosine(named[a.id], named[b.id], eidf, (enorm[a.id], enorm[b.id]))
                k = 1.0 if a.kind == b.kind else near.get((a.kind, b.kind), 0.0)
                score = 1.2 * shared + 0.5 * e + 0.35 * k
                beside = abs(order[a.id] - order[b.id]) if a.spot.file == b.spot.file else 99
                if beside <= 12 and pages[a.id] & pages[b.id]:
                    score -= 0.3 if beside <= 6 else 0.2
                elif beside <= 25:
                    score -= 0.1
                elif beside == 99:
                    score += 0.1
                if frozenset(key) in linked:
                    score -= 0.3
                if a.when.exact and b.when.exact and a.when.earliest != b.when.earliest:
                    score -= 0.15 + min(0.15, abs(a.when.earliest - b.when.earliest) / 100)
                wide = max(x.when.latest - x.when.earliest for x in (a, b))
                score -= min(0.2, wide / 3650)
                if a.kind == b.kind == "figure" and a.roles.get("value") != b.roles.get("value"):
                    score -= 0.5
                out.append((score, a, b))
    return sorted(out, key=lambda t: (-t[0], t[1].id, t[2].id))


def main() -> None:
    """Print the best pairs as tab-separated lines."""
    ask = argparse.ArgumentParser(description="Pairs of acts that may be one event.")
    ask.add_argument("--top", type=int, default=700)
    ask.add_argument("--floor", type=float, default=0.0)
    ask.add_argument("--days", type=int, default=35)
    ask.add_argument("--world")
    asked = ask.parse_args()
    chronicle, _ = read_source(find_world(asked.world)).chronicle()
    found = candidates(chronicle.acts, frozenset(chronicle.registers), asked.days)
    for score, a, b in found[: asked.top]:
        if score >= asked.floor:
            print(f"{score:.3f}", a.id, b.id, sep="\t")


if __name__ == "__main__":
    main()
