"""A new address, method or socket is nobody's until the page says whose it is."""

from __future__ import annotations

import re

from apps.accounts import permissions
from apps.dashboard import routing as pages
from apps.voice import routing as calls
from tests.walk import addresses
from tests.walk.addresses import ADMIN, PAGE, Address

GUARDS = {"anybody", "a signature", "a secret in the address", "a token in the address", "whoever is signed in"}
"""What stands in the page where no permission does."""


def _ours() -> list[Address]:
    return [each for each in addresses.all_addresses() if not each.route.startswith(ADMIN)]


def test_every_address_and_method_has_its_line_in_the_page_and_every_line_its_address() -> None:
    there = {str(each) for each in _ours()} | {f"SOCKET /{socket.pattern}" for socket in calls.sockets + pages.sockets}
    assert set(addresses.table()) == there, f"say in {PAGE} who may"


def test_views_ask_for_what_the_page_says() -> None:
    said = addresses.table()
    wrong = {str(each): each.permission for each in _ours() if each.permission not in (None, _said(said[str(each)]))}
    assert not wrong
    unguarded = {str(each) for each in _ours() if each.permission is None and each.method != "*"}
    assert {line for line in unguarded if said[line] not in GUARDS} == set(), "views that forgot to ask"


def test_whatever_the_page_names_is_a_permission_of_the_table_or_a_guard_that_is_explained() -> None:
    for line, who in addresses.table().items():
        assert _said(who) in permissions.TABLE or who in GUARDS, line
    page = re.sub(r"\s+", " ", PAGE.read_text())
    assert all(f"**{guard}**" in page for guard in GUARDS)


def test_every_permission_opens_something() -> None:
    """A tool, a page or an address."""
    assert set(permissions.TABLE) == {_said(who) for who in addresses.table().values()} - {None}


def _said(who: str) -> str | None:
    return addresses.permission_of(who)
