"""The rule of the audit record's chains, without a database: any change anywhere is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.chain import BEGINNING, Anchor, Head, Link, digest_of, first_fault, plain, seal_of

KEY = b"a key of the installation"


def chained(count: int, *, key: bytes = KEY, name: str = "c") -> tuple[list[Link], Head]:
    links, previous = [], BEGINNING
    for position in range(1, count + 1):
        content = {"actor": f"a{position}", "after": {"n": position}}
        digest = digest_of(key, chain=name, position=position, previous=previous, content=content)
        links.append(Link(position + 100, position, previous, digest, content))
        previous = digest
    return links, Head(count, previous, seal_of(key, chain=name, position=count, digest=previous))


def fault(links: list[Link], head: Head | None, *anchors: Anchor) -> str | None:
    return first_fault(links, key=KEY, chain="c", head=head, anchors=anchors)


@given(st.integers(0, 12))
def test_a_chain_that_nobody_touched_is_whole(count: int) -> None:
    links, head = chained(count)
    assert fault(links, head, *(Anchor(link.position, link.digest, "d") for link in links)) is None


@given(st.data(), st.integers(2, 10))
def test_any_removal_change_move_or_copy_is_found(data: st.DataObject, count: int) -> None:
    links, head = chained(count)
    place = data.draw(st.integers(0, count - 1))
    one = links[place]
    broken = {
        "removed": [*links[:place], *links[place + 1 :]],
        "changed": [*links[:place], replace(one, content={**one.content, "actor": "x"}), *links[place + 1 :]],
        "copied": [*links[: place + 1], one, *links[place + 1 :]],
        "appended": [*links, replace(one, position=count + 1)],
        "renumbered": [
            *links[:place],
            *(replace(each, position=each.position - 1) for each in links[place + 1 :]),
        ],
    }
    other = data.draw(st.integers(0, count - 1).filter(lambda each: each != place))
    moved = list(links)
    moved[place], moved[other] = (
        replace(links[other], position=one.position), replace(one, position=links[other].position)
    )  # fmt: skip
    for how, found in {**broken, "moved": moved}.items():
        assert fault(found, head) is not None, how


def test_a_chain_made_anew_without_the_key_is_found() -> None:
    links, head = chained(3, key=b"another key")
    assert fault(links, head) is not None
    first_three, _ = chained(3)
    _, short = chained(2, key=b"another key")
    assert "record of the chain's end" in str(fault(first_three[:2], short))


def test_an_older_end_needs_its_own_seal() -> None:
    links, head = chained(3)
    cut = replace(head, position=2, digest=links[1].digest)
    assert "record of the chain's end" in str(fault(links[:2], cut))
    assert "entry 3 is missing" in str(fault(links[:2], head))
    assert "not on record" in str(fault(links, None))
    assert fault([], None) is None


def test_what_was_noted_down_is_held_against_the_chain() -> None:
    links, _ = chained(3)
    shorter, end = chained(2)
    assert "entry 3 is missing, which was noted down on Monday" in str(
        fault(shorter, end, Anchor(3, links[2].digest, "Monday"))
    )
    assert "not the one that was noted down" in str(fault(shorter, end, Anchor(2, "0" * 64, "Monday")))


def test_another_chains_entries_do_not_fit() -> None:
    links, head = chained(2, name="another")
    assert fault(links, head) is not None


@pytest.mark.parametrize(
    ("value", "left"),
    [
        (Decimal("1.10"), "1.10"), (1e16, "1e+16"), (True, True), (7, 7), (None, None), ("a\x00b", "ab"),
        ("\ud800", "?"), ({1: (2, {"x": 0.5})}, {"1": [2, {"x": "0.5"}]}),
        (datetime(2026, 1, 2, 3, tzinfo=UTC), "2026-01-02T03:00:00+00:00"),
    ],
)  # fmt: skip
def test_values_are_as_the_database_gives_them_back(value: object, left: object) -> None:
    assert plain(value) == left
    assert plain(plain(value)) == left


def test_what_happened_is_told_apart() -> None:
    links, head = chained(4)
    assert fault([links[0], *links[2:]], head) == "entry 2 is missing before entry 3 (id 103)"
    moved = [links[0], replace(links[2], position=2), replace(links[1], position=3), links[3]]
    assert fault(moved, head) == "entry 2 (id 103) does not follow the one before it: it was moved or put in"
    other = [links[0], replace(links[1], content={"actor": "x"}), *links[2:]]
    assert fault(other, head) == "entry 2 (id 102) is not what was written there: it was changed or put in"
