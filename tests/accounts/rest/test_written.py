"""Statements of lists: one for each restaurant, as far as a connection keeps them prepared."""

from __future__ import annotations

from apps.accounts.rest import written


class Connection:
    """Stands for psycopg's."""


def test_each_restaurant_has_a_statement_of_its_own_until_there_is_no_room() -> None:
    one, most = Connection(), written.MOST_NAMED
    own = {written._named("SELECT 1", f"r_{number}", one) for number in range(most)}
    assert len(own) == most
    assert all(text.startswith("SELECT 1\n-- r_") for text in own)
    assert written._named("SELECT 1", "r_new", one) == "SELECT 1", "shared, as before"
    assert written._named("SELECT 1", "r_0", one) == "SELECT 1\n-- r_0", "who was first stays so"
    assert written._named("SELECT 1", "r_new", Connection()) == "SELECT 1\n-- r_new", "another connection has room"


def test_what_a_connection_had_is_forgotten_with_it() -> None:
    before = len(written._named_on)
    gone = Connection()
    written._named("SELECT 1", "r_0", gone)
    assert len(written._named_on) == before + 1
    del gone
    assert len(written._named_on) == before
