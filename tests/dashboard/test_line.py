"""On the line: who may watch a call and step into it, what is shown of it, and what a refusal says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.calls.models import Call
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants import scope
from apps.tenants.scope import Place
from apps.voice import log as call_log
from apps.voice import stepping_in, wishes
from apps.voice.wishes import Wish

LINE = "/r/bella-napoli/line"


def on_the_line(place: Place, *, sid: str = "CAlive", **more: Any) -> Call:
    with scope.enter(place):
        defaults: dict[str, Any] = {"state": "in_progress", "answered_at": timezone.now()}
        return Call.objects.create(
            carrier_sid=sid, from_number="+15125550151", to_number="+15125550101", **{**defaults, **more}
        )


@pytest.fixture(autouse=True)
def logs(settings: Any, tmp_path: Path) -> None:
    settings.CALL_LOG_DIR = tmp_path


def write(call: Call, *records: dict[str, Any]) -> None:
    kept = call_log.CallLog(call.carrier_sid)
    for each in records:
        kept.write(each.pop("event"), **each)
    kept.close()
    kept.flush()


@pytest.fixture
def running() -> Iterator[Callable[..., list[Wish]]]:
    """`running(call, place)` has it run in this process, on a loop of its own; what it was told is in the list."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made: list[UUID] = []

    def run(call: Call, place: Place, answer: str = "") -> list[Wish]:
        told: list[Wish] = []

        def step_in(wish: Wish) -> str:
            told.append(wish)
            return answer

        stepping_in._post().running[call.pk] = stepping_in._Running(place.id, loop, step_in)
        made.append(call.pk)
        return told

    yield run
    for each in made:
        del stepping_in._post().running[each]
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


def step(client: Client, call: Call, deed: str, **more: str) -> Any:
    return client.post(f"{LINE}/{call.pk}/step-in", {"deed": deed, **more}, headers={"HX-Request": "true"})


def told(answer: Any) -> str:
    return str(answer["HX-Trigger-After-Settle"])


# ---- watching ----------------------------------------------------------------------------------------


def test_a_call_shows_what_was_said_masked_with_the_servers_total(sam: Client, bella: Place) -> None:
    call = on_the_line(bella)
    line = {"item": "Lasagna", "variant": None, "quantity": 1, "modifiers": [], "note": "", "total": "15.50"}
    write(
        call,
        {"event": "state", "state": "SPEAKING"},
        {"event": "sentence", "turn": 0, "index": 0, "text": "This call is recorded."},
        {"event": "played", "turn": 0, "index": 0, "text": "This call is recorded."},
        {"event": "utterance", "text": "<b>a lasagna</b>, 512 555 0134", "started_ms": 9000, "ended_ms": 9500},
        {"event": "utterance", "text": "pay with 4929 1234 5678 9012", "started_ms": 9700, "ended_ms": 9900},
        {"event": "tool", "name": "create_order", "arguments": {}, "ms": 3,
         "result": {"status": "quoted", "lines": [line], "total": "16.78"}},
    )  # fmt: skip
    page = sam.get(f"{LINE}/{call.pk}").content.decode()
    assert "This call is recorded." in page
    assert "&lt;b&gt;a lasagna&lt;/b&gt;" in page
    assert "1 Lasagna" in page
    assert "$16.78" in page
    assert "Ordering, Loman is speaking" in page
    assert "••• 0151" in page
    assert "555 0134" not in page
    assert "4929" not in page
    assert "5550151" not in page


def test_all_calls_on_the_line_are_shown_and_those_that_are_over_are_not(sam: Client, bella: Place) -> None:
    now = timezone.now()
    on_the_line(bella)
    on_the_line(bella, sid="CAringing", state="ringing", answered_at=None)
    on_the_line(bella, sid="CAended", state="ended", ended_at=now)
    on_the_line(bella, sid="CAdropped", ended_at=now)  # the carrier says so, its process died
    on_the_line(bella, sid="CAfull", state="ringing", answered_at=None, outcome="turned away")
    for address in (LINE, "/r/bella-napoli/"):
        page = sam.get(address).content.decode()
        assert page.count("<article") == 2
        assert page.count('class="acts"') == 1, "nothing is done to a call that only rings"


def test_a_call_that_is_over_leaves_the_line(sam: Client, bella: Place) -> None:
    call = on_the_line(bella, state="ended", ended_at=timezone.now())
    assert sam.get(f"{LINE}/{call.pk}").status_code == 204
    assert sam.get(f"{LINE}/{uuid4()}").status_code == 404


def test_nobody_sees_another_restaurants_calls(ana: Client, bella: Place, sakura: Place) -> None:
    theirs = on_the_line(sakura)
    assert ana.get(f"{LINE}/{theirs.pk}").status_code == 404
    assert ana.get(f"/r/sakura/line/{theirs.pk}").status_code == 403
    assert step(ana, theirs, "hang-up").status_code == 404
    assert "<article" not in ana.get(LINE).content.decode()


def test_many_calls_cost_no_more_questions_than_one(
    ana: Client, bella: Place, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        on_the_line(bella, sid=f"CA{number}")
    ana.get(LINE)
    with django_assert_max_num_queries(16):
        assert ana.get(LINE).content.decode().count("<article") == 12


# ---- stepping in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["ana", "sam"])
def test_staff_have_something_said(
    request: pytest.FixtureRequest, bella: Place, running: Callable[..., list[Wish]], email: str
) -> None:
    client, call = request.getfixturevalue(email), on_the_line(bella)
    heard = running(call, bella)
    answer = step(client, call, "say", text=" The oven is\nslow. ")
    assert "Loman says it next" in told(answer)
    assert heard == [Wish("say", by=f"{email}@bella.test", text="The oven is slow.")]
    entry = AuditEntry.objects.latest("position")
    assert (entry.action, entry.actor, entry.subject) == ("calls.say", f"{email}@bella.test", f"calls/{call.pk}")


def test_what_may_not_be_said_is_refused_in_words(sam: Client, bella: Place, running: Any) -> None:
    call = on_the_line(bella)
    heard = running(call, bella)
    for text, why in (("", wishes.EMPTY), ("4929 1234 5678 9012", wishes.CARD), ("la " * 99, wishes.TOO_LONG)):
        answer = step(sam, call, "say", text=text)
        assert why in told(answer)
        assert '"failed": true' in told(answer)
    assert heard == []
    assert not AuditEntry.objects.filter(action="calls.say").exists()


def test_staff_take_over_on_a_phone_that_is_remembered(sam: Client, bella: Place, running: Any) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.update(transfer_number="+15125550140")
        StaffContact.objects.all().delete()
        marco = StaffContact.objects.create(name="Marco", number="+15125550190")
    call = on_the_line(bella)
    heard = running(call, bella)
    answer = step(sam, call, "take-over", to=str(marco.pk))
    assert "then the phone rings" in told(answer)
    assert heard == [Wish("take-over", by="sam@bella.test", to=str(marco.pk))]
    assert AuditEntry.objects.latest("position").after == {"to": "Marco"}
    menu = sam.get(f"{LINE}/{call.pk}").content.decode().split("Which phone")[1].split("</form>")[0]
    assert menu.index("Marco") < menu.index("The restaurant&#x27;s telephone"), "the one used last comes first"
    assert "5550190" not in menu


def test_only_those_on_the_list_can_be_rung(sam: Client, bella: Place, running: Any) -> None:
    with scope.enter(bella):
        away = StaffContact.objects.create(name="Away", number="+15125550191", active=False)
    call = on_the_line(bella)
    heard = running(call, bella)
    for to in ("+15125550199", "15125550199", str(away.pk), str(uuid4()), "nobody"):
        assert stepping_in.NOT_THERE in told(step(sam, call, "transfer", to=to))
    assert heard == []


def test_without_anybody_to_ring_that_is_said(sam: Client, bella: Place, running: Any) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.update(transfer_number="")
        StaffContact.objects.all().delete()
    call = on_the_line(bella)
    running(call, bella)
    assert "Nobody can be rung" in sam.get(f"{LINE}/{call.pk}").content.decode()
    assert stepping_in.NOBODY in told(step(sam, call, "transfer"))


def test_staff_transfer_by_the_rules_and_hang_up(sam: Client, bella: Place, running: Any) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.update(transfer_number="+15125550140")
    call = on_the_line(bella)
    heard = running(call, bella)
    assert "puts the call through" in told(step(sam, call, "transfer", to=""))
    assert "hangs up" in told(step(sam, call, "hang-up"))
    assert [(each.deed, each.to) for each in heard] == [("transfer", ""), ("hang-up", "")]
    actions = list(AuditEntry.objects.order_by("-position").values_list("action", flat=True)[:2])
    assert actions == ["calls.hang_up", "calls.transfer"]


def test_a_call_that_has_ended_says_so(sam: Client, bella: Place, running: Any) -> None:
    over = on_the_line(bella, state="ended", ended_at=timezone.now())
    assert wishes.ENDED in told(step(sam, over, "hang-up"))
    just_now = on_the_line(bella, sid="CAjust")
    running(just_now, bella, answer=wishes.ENDED)
    assert wishes.ENDED in told(step(sam, just_now, "say", text="Hello."))
    rings = on_the_line(bella, sid="CArings", state="ringing", answered_at=None)
    assert wishes.NOT_YET in told(step(sam, rings, "hang-up"))


def test_a_call_whose_process_died_is_said_to_be_silent(
    sam: Client, bella: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stepping_in, "ANSWER_SECONDS", 0.2)
    call = on_the_line(bella)
    assert stepping_in.NO_ANSWER in told(step(sam, call, "hang-up"))


def test_without_scripts_a_deed_leads_back_to_today(sam: Client, bella: Place, running: Any) -> None:
    call = on_the_line(bella)
    running(call, bella)
    answer = sam.post(f"{LINE}/{call.pk}/step-in", {"deed": "hang-up"})
    assert (answer.status_code, answer["Location"]) == (302, "/r/bella-napoli/")


def test_nothing_else_is_done_to_a_call(ana: Client, bella: Place) -> None:
    call = on_the_line(bella)
    assert step(ana, call, "listen-in").status_code == 404
    assert ana.get(f"{LINE}/{call.pk}/step-in").status_code == 405
