"""Promise: a finding rests on what stood and lacks what did not, at the moment of the act."""

from __future__ import annotations

from dragoman import World


def test_every_finding_of_the_shipped_world_has_its_grounds(world: World) -> None:
    """What it says stood did so by the acts; what the norm asked for in vain is named."""
    found = world.findings()
    told = list(zip(found, world.grounds(*found), strict=True))
    for row, grounds in told:
        for fact in grounds.stood:
            since = {i.since for i in world.intervals(fact.fact.partition("(")[0])}
            assert fact.since in since
            assert world.act(fact.act).cites == fact.cites if fact.act else not fact.since
        if row.verdict in ("irregular", "overdue", "failed") and not row.provided:
            assert grounds.lacked, row
    assert {row.verdict for row, grounds in told if grounds.stood} >= {"irregular", "breach"}


def test_an_act_that_lacked_something_says_what(small: World) -> None:
    [row] = small.findings()
    [grounds] = small.grounds(row)
    assert grounds.stood == ()
    [lacked] = grounds.lacked
    assert "signed(rapallo-treaty, france)" in lacked
