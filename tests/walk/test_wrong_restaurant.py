"""Every address as Sakura's people with Bella Napoli's ids, in the address and in the body: nothing of Bella's is
answered, nothing of hers is written."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction

from tests.walk import addresses, bella
from tests.walk.addresses import Address
from tests.walk.bodies import Maker
from tests.walk.test_roles import QUERIES

NO_ROW = {"template", "number"}
"""Parameters that mean something in every restaurant."""
OF_ALL = ("api/v1/tenants", "api/v1/owners", "api/v1/phone-numbers", "api/v1/audit")
"""What whoever runs the installation has of all restaurants, also while at Sakura."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@pytest.fixture
def marks(bella: Any, names: dict[str, Any]) -> set[str]:
    """The id of every row of Bella's, in her schema and among the public ones."""
    found = {str(bella.id)} | {str(value) for name, value in names.items() if name.endswith("_id")}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.columns "
            "WHERE table_schema = %s AND column_name = 'id' AND data_type = 'uuid'",
            [bella.schema],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT id::text FROM "{bella.schema}"."{table}"')
            found |= {each for (each,) in cursor.fetchall()}
    assert len(found) > 100
    return found


@dataclass
class Walk:
    """Every address as one person, with Bella's ids; what each did is undone."""

    names: dict[str, Any]
    marks: set[str]
    written: Callable[[], list[Any]]
    document: dict[str, Any]

    def __call__(self, person: Any) -> Iterator[tuple[Address, list[str], bool]]:
        """Each address with what was told of Bella's, and whether anything of hers was written."""
        maker = Maker(self.document, self.names)
        for address in addresses.all_addresses():
            if address.permission is None:
                continue
            body = None if address.method == "GET" else maker.body(address.route, address.method)
            with transaction.atomic():
                before = self.written()
                answer = _asked(person, address, self.names, body)
                faults = _faults(address, self.names, answer, asked=json.dumps(body), marks=self.marks)
                yield address, faults, self.written() != before
                transaction.set_rollback(True)


@pytest.fixture
def walk(names: dict[str, Any], marks: set[str], written: Callable[[], list[Any]], document: dict[str, Any]) -> Walk:
    return Walk(names, marks, written, document)


@pytest.mark.parametrize("email", ["yuki@sakura.test", "super@loman.test"])
def test_no_address_gives_another_restaurant_anything_or_takes_anything_from_it(
    walk: Walk, signed_in: Callable[..., Any], email: str
) -> None:
    found, walked = [], 0
    for address, faults, wrote in walk(signed_in(email, restaurant="sakura")):
        if email.startswith("super") and address.route.startswith(OF_ALL):
            continue
        found += faults + [f"{address} wrote something of Bella's"] * wrote
        walked += 1
    assert walked > 120
    assert not found, "\n".join(found)


def test_the_walk_would_notice(walk: Walk, signed_in: Callable[..., Any]) -> None:
    """The same walk as Bella's own administrator: she reads and writes, so her answers must count as faults."""
    done = [(bool(faults), wrote) for _, faults, wrote in walk(signed_in("ana@bella.test"))]
    read, written = (sum(each) for each in zip(*done, strict=True))
    assert (read > 60, written > 60) == (True, True), (read, written)


def _asked(person: Any, address: Address, names: dict[str, Any], body: Any) -> Any:
    path = address.filled(names)
    if address.method == "GET":
        return person.get(path, **QUERIES.get(address.route, {}))
    sent = json.dumps(body or {}).encode()
    return person.ask(address.method, path, data=sent, content_type="application/json")


def _faults(address: Address, names: dict[str, Any], answer: Any, *, asked: str, marks: set[str]) -> list[str]:
    found = []
    text = _content(answer).decode(errors="replace") + json.dumps(dict(answer.items()))
    said = set(_UUID.findall(text)) & marks - set(_UUID.findall(asked + address.filled(names)))
    if said or bella.CANARY in text.replace(str(answer.wsgi_request.path), "") or bella.OWNER in text:
        found.append(f"{address} told of Bella's: {text[:300]}")
    if set(address.parameters) - NO_ROW and answer.status_code not in (403, 404, 409):
        found.append(f"{address} is answered {answer.status_code}: {text[:300]}")
    if answer.status_code >= 500:
        found.append(f"{address} fell over: {text[:300]}")
    return found


def _content(answer: Any) -> bytes:
    async def read() -> list[bytes]:
        return [part async for part in answer.streaming_content]

    if not answer.streaming:
        content: bytes = answer.content
        return content
    return b"".join(async_to_sync(read)() if answer.is_async else answer.streaming_content)
