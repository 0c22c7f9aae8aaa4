"""A restaurant of a test's own, its administrator at the pages, and its next call: typed, or in sound at vendors."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from apps.accounts.models import Membership, User
from apps.accounts.permissions import Role
from apps.calls.models import Call
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from apps.voice import admission, media, roster
from apps.voice.carrier import callers
from apps.voice.tokens import Admission
from tests.dashboard.test_settings import filled

CALLER = "+15125550188"
PATIENCE_SECONDS = 10
OPENING_MARKS = 3
"""Of the notice, of the greeting, of its end."""
_sids = itertools.count(1)


@dataclass
class House:
    place: Place
    dial: Callable[..., Any]

    def __post_init__(self) -> None:
        user = User.objects.create_user(f"owner@{self.place.slug}.test", "loman-demo")
        Membership.objects.create(user=user, restaurant_id=self.place.id, role=Role.RESTAURANT_ADMIN)
        self.client = Client()
        self.client.force_login(user)
        self.number = PhoneNumber.objects.get(restaurant_id=self.place.id).number

    def arrange(self, **values: Any) -> None:
        """How it stands before."""
        with scope.enter(self.place):
            row = restaurant.settings()
            for name, value in values.items():
                setattr(row, name, value)
            row.save()

    def page(self, section: str) -> str:
        return f"/r/{self.place.slug}/settings/{section}/"

    def save(self, section: str, **changes: Any) -> None:
        """As somebody does who opens the page, changes this and saves. Buttons of lists are pressed first (`do`)."""
        sent = {**filled(self.client, self.page(section)), **changes}
        answer = self.client.post(self.page(section), sent, headers={"HX-Request": "true"})
        assert "saved" in answer.headers.get("HX-Trigger-After-Settle", ""), answer.content.decode()

    def save_key(self, vendor: str, key: str, *, section: str) -> None:
        html = self.client.get(self.page(section)).content.decode()
        seen = (
            html[html.index(f'name="vendor" value="{vendor}"') :].partition('name="seen" value="')[2].partition('"')[0]
        )
        answer = self.client.post(
            f"/r/{self.place.slug}/settings/own-keys/",
            {"vendor": vendor, "deed": "set" if key else "remove", "key": key, "seen": seen},
            headers={"HX-Request": "true"},
        )
        assert "Key of" in answer.headers.get("HX-Trigger-After-Settle", ""), answer.content.decode()

    def typed(self, *words: str) -> list[str]:
        """A caller types these and hangs up; every sentence the agent said."""
        heard: list[str] = []
        self.dial(self.number, callers.Lines(list(words), heard.append, typed=True))
        return [line.removeprefix("agent: ") for line in heard if line.startswith("agent: ")]

    def in_sound(self, until: Callable[[], Any] = lambda: True) -> None:
        """A call that speaks its opening to its end and hears, until that is so; then the caller hangs up."""
        asyncio.run(self._in_sound(until))

    async def _in_sound(self, until: Callable[[], Any]) -> None:
        sid = f"CAnext{next(_sids)}"
        call = await scope.run(self.place, self._ringing, sid)
        admitted = Admission(self.place, call.pk, sid, CALLER, self.number, "http://localhost")
        live: Any = None
        marks: list[str] = []

        async def send(text: str) -> None:
            message = json.loads(text)
            if message["event"] == "mark":
                marks.append(message["mark"]["name"])
                asyncio.get_running_loop().call_soon(live.mark_returned, marks[-1])

        try:
            live = await admission.admit(admitted, line=media.Outbound("MZ1"), send=send)
            running = asyncio.create_task(live.run())
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(marks) < OPENING_MARKS or not until():
                    await asyncio.sleep(0.01)
            live.hung_up()
            await running
        finally:
            await roster.let_go()

    def _ringing(self, sid: str) -> Call:
        return Call.objects.create(carrier_sid=sid, from_number=CALLER, to_number=self.number)
