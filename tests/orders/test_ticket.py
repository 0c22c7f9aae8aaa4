"""The kitchen's ticket: everything on it, nothing too wide, and no word of a guest's is markup."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.orders.ticket import COLUMNS, Change, Line, Ticket, as_html, as_text

TICKET = Ticket(
    restaurant="Bella Napoli",
    number=12,
    customer="Kate",
    placed_at=datetime(2026, 11, 23, 12, 0, tzinfo=UTC),
    ready_at=datetime(2026, 11, 23, 12, 25, tzinfo=UTC),
    lines=(
        Line(
            2,
            "Margherita",
            "large",
            (Change("onions", "none"), Change("basil", "extra", "left"), Change("thin crust")),
            "well done",
            Decimal("37.00"),
        ),
        Line(1, "Coke", total=Decimal("3.00")),
    ),
    total=Decimal("43.30"),
    currency="USD",
)


def test_a_ticket_says_what_to_cook_for_whom_and_when() -> None:
    assert as_text(TICKET) == (
        "               Bella Napoli\n"
        "                 ORDER 12\n"
        "------------------------------------------\n"
        "for Kate\n"
        "ready 12:25\n"
        "------------------------------------------\n"
        "2 large Margherita                   37.00\n"
        "    NO onions\n"
        "    LEFT: EXTRA basil\n"
        "    thin crust\n"
        "    ! well done\n"
        "1 Coke                                3.00\n"
        "------------------------------------------\n"
        "                           TOTAL 43.30 USD\n"
        "placed 2026-11-23 12:00\n"
    )


@pytest.mark.parametrize(
    ("changed", "banner"),
    [
        ({"note": "my son has a peanut allergy"}, "ALLERGY"),
        ({"lines": (Line(1, "Pie", note="celiac!"),)}, "ALLERGY"),
        ({"check_id": True}, "CHECK ID"),
        ({"reprint": True}, "REPRINT"),
        ({"scheduled": True}, "SCHEDULED"),
        ({"cancelled": True}, "CANCELLED"),
    ],
)
def test_what_nobody_may_overlook_is_a_banner(changed: dict[str, object], banner: str) -> None:
    ticket = replace(TICKET, **changed)
    assert ticket.banners == (banner,)
    assert f"*** {banner} ***" in as_text(ticket)
    assert f"<p class=banner>{banner}</p>" in as_html(ticket)


def test_an_order_without_anything_special_has_no_banner() -> None:
    assert TICKET.banners == ()


def test_another_day_is_named() -> None:
    later = replace(TICKET, ready_at=datetime(2026, 11, 28, 18, 0, tzinfo=UTC))
    assert "ready Sat 2026-11-28 18:00" in as_text(later)


words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=60)


@given(words, words, words, words)
def test_whatever_a_guest_says_fits_the_paper_and_is_no_markup(name: str, item: str, choice: str, note: str) -> None:
    line = Line(3, item, changes=(Change(choice, "light"),), note=note, total=Decimal("9.99"))
    ticket = replace(TICKET, customer=name, lines=(line,), note=f"<script>{note}</script>")
    assert all(len(row) <= COLUMNS for row in as_text(ticket).splitlines())
    assert "<script>" not in as_html(ticket)
    assert as_text(ticket).count("9.99") >= 1
