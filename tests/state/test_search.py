"""Promise: a search finds what is meant however it is spelt, the likeliest first."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dragoman
from dragoman import DragomanError, World
from dragoman.chronicle.names import fold, sound

SPELLINGS = {
    "chicherin": ["Chicherin", "Tchitcherin", "Tchitchérine", "Čičerin", "Tschitscherin"],
    "trotsky": ["Trotsky", "Trotzky", "Trotskii", "Trotzki", "Trockij"],
    "zinoviev": ["Zinoviev", "Zinovyev", "Sinowjew", "Zinovjev"],
    "joffe": ["Joffe", "Ioffe", "Yoffe", "Joffé"],
    "litvinov": ["Litvinov", "Litvinoff", "Litwinow"],
}


@pytest.mark.parametrize(("id", "spellings"), SPELLINGS.items())
def test_romanisations_of_a_name_sound_alike_and_find_one_person(
    id: str, spellings: list[str], world: World
) -> None:
    assert len({sound(name) for name in spellings}) == 1
    for name in spellings:
        assert world.search(name)[0].id == id
        assert world.show(name).id == id


@given(st.text())
def test_sound_is_blind_to_what_fold_is_blind_to(name: str) -> None:
    assert sound(name) == sound(fold(name))


def test_names_come_before_texts_and_the_name_itself_first(world: World) -> None:
    hits = world.search("Genoa conference", limit=500)
    assert (hits[0].sort, hits[0].id) == ("conference", "genoa-conference-1922")
    assert len({(hit.sort, hit.id, hit.text) for hit in hits}) == len(hits)
    assert any(hit.sort == "act" for hit in hits)
    assert any(hit.sort == "provision" for hit in hits)


def test_every_word_must_be_found_or_begun(small: World) -> None:
    assert [hit.id for hit in small.search("ratif germ secr")] == [
        "1922-07-04-ratify-germany-rapallo-treaty"
    ]
    assert not small.search("rapallo zzzzzz")
    assert small.search("RAPALLÓ, tréaty!") == small.search("rapallo treaty")
    for nothing in ("", " - "):
        with pytest.raises(DragomanError):
            small.search(nothing)
    for odd in ('"', "rapallo AND", "NEAR(", "*", "-treaty", "names:rapallo", "☭"):
        try:
            small.search(odd)
        except DragomanError as error:
            assert "search" in str(error)


def test_a_lost_or_damaged_index_is_made_again(small_folder: Path, own_cache: Path) -> None:
    first = dragoman.open(small_folder).search("rapallo")
    indexes = [p for p in own_cache.glob("small-*.search") if p.stat().st_mtime]
    newest = max(indexes, key=lambda path: path.stat().st_mtime)
    newest.write_bytes(b"no index at all")
    assert dragoman.open(small_folder).search("rapallo") == first
    assert dragoman.open(small_folder).search("rapallo") == first


def test_an_index_goes_with_its_state(small_folder: Path, own_cache: Path) -> None:
    dragoman.open(small_folder).search("rapallo")
    before = set(own_cache.glob("small-*.search"))
    acts = small_folder / "chronicle" / "acts.yaml"
    acts.write_text(acts.read_text().replace("Germany recognised", "Germany acknowledged"))
    assert dragoman.open(small_folder).search("acknowledged")
    assert len(set(own_cache.glob("small-*.search"))) <= len(before)


def test_without_a_cache_a_search_still_answers(
    small_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "a file, no folder"
    blocked.write_text("")
    monkeypatch.setenv("DRAGOMAN_CACHE", str(blocked))
    assert dragoman.open(small_folder).search("rapallo")
