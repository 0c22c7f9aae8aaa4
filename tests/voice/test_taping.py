"""The carrier's own recording: off unless a restaurant wants it, begun after the notice, and deleted with ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from django.test import Client
from twilio.request_validator import RequestValidator

from apps.calls import telephony
from apps.calls.models import Call
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import taping
from apps.voice.tokens import Admission
from tests.voice.telephone import NOTICE, Live
from tests.voice.test_webhooks import ORIGIN, TOKEN, configured
from tests.voice.virtual_time import in_virtual_time

__all__ = ["configured"]
LINE, GUEST = "+15125550101", "+15125550134"


@in_virtual_time
async def test_it_begins_when_the_notice_was_heard_and_not_before(live: Any) -> None:
    made: Live = live("Hello.")
    begun: list[list[str]] = []

    async def tape() -> None:
        begun.append(list(made.heard))

    object.__setattr__(made.fittings, "tape_at_carrier", tape)
    async with made.on_the_line() as call:
        await call.until(lambda: NOTICE in call.said)
        assert begun == []
        await call.until_listening()
    assert [heard[0] for heard in begun] == [NOTICE]


@pytest.fixture
def call(in_bella: Place) -> Call:
    return Call.objects.create(carrier_sid="CA1", from_number=GUEST, to_number=LINE, state=Call.State.IN_PROGRESS)


@pytest.mark.parametrize(
    ("answer", "is_recorded"),
    [
        ("RE1", True),
        (telephony.Unreachable("It does not answer."), True),  # it may have begun all the same
        (telephony.Refused("Not in progress.", code="21220"), False),
    ],
)
def test_what_may_be_there_is_remembered_so_that_it_can_be_deleted(
    open_restaurant: Any, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch, answer: Any, is_recorded: bool
) -> None:
    asked: list[tuple[str, str]] = []

    def start(call_sid: str, *, callback_url: str) -> str:
        asked.append((call_sid, callback_url))
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    monkeypatch.setattr(telephony, "start_recording", start)
    with django_db_blocker.unblock():
        place = open_restaurant()
        with scope.enter(place):
            call = Call.objects.create(carrier_sid="CA1", from_number=GUEST, to_number=LINE)
        asyncio.run(taping.begin(Admission(place, call.pk, "CA1", GUEST, LINE, ORIGIN)))
        assert asked == [("CA1", f"{ORIGIN}/webhooks/twilio/recording?To=%2B15125550101")]
        with scope.enter(place):
            assert Call.objects.get().recorded_by_carrier is is_recorded


def news(client: Client, path: str, *, signed: str | None = None) -> int:
    """As the carrier tells it: of the call, and of neither of its numbers."""
    form = {"AccountSid": "AC1", "CallSid": "CA1", "RecordingSid": "RE1", "RecordingStatus": "completed",
            "RecordingUrl": "https://api.twilio.com/RE1"}  # fmt: skip
    signature = RequestValidator(TOKEN).compute_signature(ORIGIN + (signed or path), form)
    return client.post(path, form, headers={"X-Twilio-Signature": signature}).status_code


def test_its_news_finds_the_call_by_the_signed_address(client: Client, in_bella: Place, call: Call) -> None:
    assert news(client, "/webhooks/twilio/recording?To=%2B15125550101") == 204
    call.refresh_from_db()
    assert call.recording_url == "https://api.twilio.com/RE1"


def test_an_address_that_was_changed_on_the_way_is_refused(client: Client, in_bella: Place, call: Call) -> None:
    path = "/webhooks/twilio/recording?To=%2B1512555010{}"
    assert news(client, path.format(1), signed=path.format(2)) == 403
    call.refresh_from_db()
    assert call.recording_url == ""


def test_it_is_off_unless_the_restaurant_wants_it(in_bella: Place) -> None:
    assert RestaurantSettings._meta.get_field("carrier_recording").default is False
