"""What the carrier tells us: signed or refused, repeated or late without effect."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from django.http import QueryDict
from django.test import Client
from twilio.request_validator import RequestValidator

from apps.accounts import keys
from apps.calls import blocking
from apps.calls.models import Call, Message, Suppression, Ticket
from apps.restaurant.models import RestaurantSettings, StaffContact
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.tenants.scope import Place
from apps.voice import signature
from loman import observability

TOKEN = "the installation's token"
ORIGIN = "https://loman.example.com"
BELLA = "+15125550101"
SIGNATURES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "twilio_signatures.dev.jsonl"


@pytest.fixture(autouse=True)
def configured(settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN, settings.PUBLIC_URL = TOKEN, ORIGIN


def post(client: Client, name: str, *, token: str = TOKEN, signed_url: str = "", **form: str) -> Any:
    """`name` may bring a query along, which is signed with the rest of the URL."""
    form = {"CallSid": "CA1", "From": "+15125550134", "To": BELLA, **form}
    path = f"/webhooks/twilio/{name}"
    signed = RequestValidator(token).compute_signature(signed_url or ORIGIN + path, form)
    return client.post(path, form, headers={"X-Twilio-Signature": signed, "host": "inner.host:8000"})


def calls(place: Place) -> list[Call]:
    with scope.enter_as_it_is(place):
        return list(Call.objects.all())


def test_a_ringing_call_is_connected_to_the_stream_with_a_token_and_a_fallback(client: Client, bella: Place) -> None:
    answer = post(client, "voice")
    body = answer.content.decode()
    assert answer["Content-Type"] == "text/xml"
    assert '<Stream url="wss://loman.example.com/ws/twilio/media">' in body
    assert '<Parameter name="token" value="' in body
    assert body.index("</Connect>") < body.index("<Say>") < body.index("<Dial") < body.index("<Hangup")
    (call,) = calls(bella)
    assert (call.carrier_sid, call.from_number, call.state) == ("CA1", "+15125550134", "ringing")


def test_a_repeated_ring_makes_no_second_call(client: Client, bella: Place) -> None:
    assert post(client, "voice").status_code == post(client, "voice").status_code == 200
    assert len(calls(bella)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "somebody else's"},
        {"signed_url": "http://loman.example.com/webhooks/twilio/voice"},
        {"signed_url": "http://inner.host:8000/webhooks/twilio/voice"},
        {"signed_url": ORIGIN + "/webhooks/twilio/voice?x=1"},
    ],
)
def test_a_wrong_token_scheme_host_or_query_is_refused(client: Client, bella: Place, wrong: dict[str, str]) -> None:
    assert post(client, "voice", **wrong).status_code == 403
    assert calls(bella) == []


def test_an_unsigned_or_trimmed_body_is_refused(client: Client, bella: Place) -> None:
    assert client.post("/webhooks/twilio/voice", {"CallSid": "CA1", "To": BELLA}).status_code == 403
    form = {"CallSid": "CA1", "To": BELLA}
    signed = RequestValidator(TOKEN).compute_signature(ORIGIN + "/webhooks/twilio/voice", {**form, "From": "+1"})
    answer = client.post("/webhooks/twilio/voice", form, headers={"X-Twilio-Signature": signed})
    assert answer.status_code == 403
    assert client.get("/webhooks/twilio/voice").status_code == 405


def test_while_a_token_is_rotated_both_are_valid(client: Client, bella: Place, settings: Any) -> None:
    settings.TWILIO_AUTH_TOKEN = f"new, {TOKEN}"
    assert post(client, "voice", token="new").status_code == 200
    assert post(client, "voice", token=TOKEN).status_code == 200


def test_a_restaurants_own_account_validates_its_own_calls_only(client: Client, bella: Place, sakura: Place) -> None:
    Restaurant.objects.get(pk=bella.id).phone_numbers.update(carrier_auth_tokens=[keys.encrypt("bella's own")])
    assert post(client, "voice", token="bella's own").status_code == 200
    assert post(client, "voice", token="bella's own", To="+15125550102").status_code == 403


def test_an_account_speaks_for_its_own_lines_alone(client: Client, bella: Place, sakura: Place) -> None:
    """Even with a signature that fits: the body says which account it is about, and Bella's line has one."""
    line = Restaurant.objects.get(pk=bella.id).phone_numbers
    line.update(carrier_account_sid="ACbella", carrier_auth_tokens=[keys.encrypt("bella's own")])
    assert post(client, "voice", token="bella's own", AccountSid="ACbella").status_code == 200
    assert post(client, "voice", token="bella's own", AccountSid="ACsakura").status_code == 403
    assert post(client, "voice", token="bella's own").status_code == 403
    assert post(client, "voice", AccountSid="ACinstallation").status_code == 403
    assert post(client, "voice", token="bella's own", AccountSid="ACbella", To="+15125550102").status_code == 403


def test_while_an_accounts_own_token_is_rotated_both_are_valid_and_a_sealed_one_harms_nobody(
    client: Client, bella: Place
) -> None:
    sealed = [keys.encrypt("new"), "sealed with a key that is gone", keys.encrypt("old")]
    Restaurant.objects.get(pk=bella.id).phone_numbers.update(carrier_auth_tokens=sealed)
    assert post(client, "voice", token="new").status_code == 200
    assert post(client, "voice", token="old").status_code == 200
    assert post(client, "voice", token="sealed with a key that is gone").status_code == 403


def test_the_news_of_a_text_is_for_the_line_that_sent_it(client: Client, bella: Place, sakura: Place) -> None:
    with scope.enter(bella):
        Message.objects.create(number="+15125550102", text="x", key="m", carrier_sid="SM7", status="sending")
    post(client, "sms-status", MessageSid="SM7", MessageStatus="sent", From=BELLA, To="+15125550102")
    with scope.enter(bella):
        assert Message.objects.get(key="m").status == "sent"


def test_a_flood_without_signatures_asks_no_database_and_is_soon_told_off(
    client: Client, bella: Place, settings: Any, django_assert_num_queries: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unsigned": "3/hour"}
    with django_assert_num_queries(0):
        answers = [client.post("/webhooks/twilio/voice", {"To": BELLA}, REMOTE_ADDR="10.9.9.9") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [403, 403, 403, 429, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert post(client, "voice", token="wrong").status_code == 403, "another address has its own"


def test_a_flood_from_the_carriers_own_address_keeps_no_signed_webhook_out(
    client: Client, bella: Place, settings: Any
) -> None:
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "unsigned": "1/hour"}
    for _ in range(3):
        post(client, "voice", token="wrong")
    assert post(client, "voice").status_code == 200


def test_an_unknown_number_is_told_so_and_leaves_no_row(client: Client, bella: Place) -> None:
    answer = post(client, "voice", To="+15125559999")
    assert "not in service" in answer.content.decode()
    assert calls(bella) == []


def test_blocked_callers_and_suspended_restaurants_get_no_stream(client: Client, bella: Place) -> None:
    with scope.enter(bella):
        blocking.block("+15125550134", reason="robot", by="ana@bella.test")
    assert '<Reject reason="busy"' in post(client, "voice").content.decode()
    assert "<Stream" in post(client, "voice", From="anonymous", CallSid="CA4").content.decode()
    with scope.enter(bella):
        RestaurantSettings.objects.update(refuse_withheld=True)
    assert '<Reject reason="busy"' in post(client, "voice", From="anonymous", CallSid="CA5").content.decode()
    assert "<Stream" in post(client, "voice", From="+15125550135", CallSid="CA2").content.decode()
    Restaurant.objects.filter(pk=bella.id).update(state="suspended")
    suspended = post(client, "voice", From="+15125550135", CallSid="CA3").content.decode()
    assert "cannot take calls at the moment" in suspended
    assert "<Stream" not in suspended


def test_a_full_house_forwards_to_the_restaurant(
    client: Client, bella: Place, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observability, "calls_on_the_line", lambda: settings.MAX_CONCURRENT_CALLS)
    body = post(client, "voice").content.decode()
    assert "<Stream" not in body
    assert "<Number>+15125550191</Number>" in body


def test_status_moves_forward_only(client: Client, bella: Place) -> None:
    post(client, "voice")
    assert post(client, "status", CallStatus="completed", CallDuration="12").status_code == 204
    post(client, "status", CallStatus="ringing")
    post(client, "status", CallStatus="in-progress")
    (call,) = calls(bella)
    assert (call.state, call.carrier_status, call.duration_seconds) == ("ended", "completed", 12)
    assert call.ended_at is not None


def test_a_hand_over_nobody_took_becomes_a_message_and_one_ticket(client: Client, bella: Place) -> None:
    post(client, "voice")
    for _ in range(2):
        assert "<Record" in post(client, "transfer", DialCallStatus="no-answer").content.decode()
    with scope.enter(bella):
        assert list(Ticket.objects.values_list("type", "callback_number")) == [("callback", "+15125550134")]
    assert "<Hangup" in post(client, "transfer", DialCallStatus="completed").content.decode()


def dialled(answer: Any) -> tuple[str, str]:
    """Number rung, and the path that is told what became of it."""
    dial = ElementTree.fromstring(answer.content).find("Dial")
    assert dial is not None
    return dial.findtext("Number", ""), dial.attrib["action"].removeprefix(ORIGIN + "/webhooks/twilio/")


def test_a_hand_over_goes_from_one_to_the_next_and_ends_in_a_message(client: Client, bella: Place) -> None:
    post(client, "voice")
    number, action = dialled(post(client, "transfer?reason=person&step=0", DialCallStatus="busy"))
    assert number == "+15125550192"
    number, action = dialled(post(client, action, DialCallStatus="busy"))
    assert number == "+15125550191"
    with scope.enter(bella):
        assert not Ticket.objects.exists()
    assert "<Record" in post(client, action, DialCallStatus="no-answer").content.decode()
    with scope.enter(bella):
        assert Ticket.objects.get().type == "callback"
        assert Call.objects.get().handed_over_at is not None


def test_a_step_that_nobody_signed_rings_nobody(client: Client, bella: Place) -> None:
    post(client, "voice")
    for step in ("99", "-1", "x", ""):
        assert (
            "<Dial" not in post(client, f"transfer?reason=person&step={step}", DialCallStatus="busy").content.decode()
        )


def test_a_hand_over_that_comes_back_to_us_is_sent_on_and_staff_are_told_once(client: Client, bella: Place) -> None:
    post(client, "voice")
    post(client, "transfer?reason=person&step=0", DialCallStatus="busy")
    for sid in ("CA2", "CA3"):
        assert '<Reject reason="busy"' in post(client, "voice", CallSid=sid).content.decode()
    with scope.enter(bella):
        assert ["forwarded back" in ticket.summary for ticket in Ticket.objects.all()] == [True]


def test_who_hangs_up_and_rings_again_is_a_caller_not_a_loop(client: Client, bella: Place) -> None:
    post(client, "voice")
    post(client, "transfer?reason=person&step=0", DialCallStatus="busy")
    post(client, "status", CallStatus="completed")
    assert "<Stream" in post(client, "voice", CallSid="CA2").content.decode()


def test_a_call_passed_on_by_a_telephone_that_we_are_ringing_is_a_loop(client: Client, bella: Place) -> None:
    post(client, "voice")
    assert (
        "<Stream"
        in post(client, "voice", CallSid="CA2", From="+15125550177", ForwardedFrom="+15125550192").content.decode()
    )
    post(client, "transfer?reason=person&step=0", DialCallStatus="busy")
    looped = post(client, "voice", CallSid="CA4", From="+15125550176", ForwardedFrom="+15125550192")
    assert "<Reject" in looped.content.decode()


def test_a_call_nobody_answered_is_texted_about_where_wanted(client: Client, bella: Place) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.update(text_missed_calls=True)
    post(client, "voice")
    for _ in range(2):
        post(client, "status", CallStatus="no-answer")
    with scope.enter(bella):
        assert [message.template for message in Message.objects.all()] == ["missed"]


def test_a_plain_stop_is_answered_in_the_same_breath(client: Client, bella: Place) -> None:
    answer = post(client, "sms", Body="please leave me alone", MessageSid="SM1")
    assert "no more texts from us" in ElementTree.fromstring(answer.content).findtext("Message", "")
    assert ElementTree.fromstring(post(client, "sms", Body="STOP", MessageSid="SM2").content).find("Message") is None


@pytest.mark.parametrize("text", ["STOP", " stopall ", "Unsubscribe", "END", "please stop texting me", "opt out"])
def test_stop_in_any_words_takes_effect_at_once(client: Client, bella: Place, sakura: Place, text: str) -> None:
    post(client, "sms", Body=text, MessageSid="SM1")
    with scope.enter(bella):
        assert Suppression.objects.filter(number="+15125550134").exists()
    with scope.enter(sakura):
        assert not Suppression.objects.exists()
    post(client, "sms", Body="start", MessageSid="SM2")
    with scope.enter(bella):
        assert not Suppression.objects.exists()


def test_an_ordinary_text_is_kept_once_and_suppresses_nothing(client: Client, bella: Place) -> None:
    for _ in range(2):
        post(client, "sms", Body="can you stop by with an extra fork", MessageSid="SM1")
    with scope.enter(bella):
        assert Message.objects.filter(direction="in").count() == 1
        assert not Suppression.objects.exists()


def test_delivery_moves_forward_and_a_failure_becomes_a_ticket(client: Client, bella: Place) -> None:
    with scope.enter(bella):
        Message.objects.create(number="+15125550134", text="x", key="m", carrier_sid="SM9", status="sending")
    ours = {"From": BELLA, "To": "+15125550134"}
    post(client, "sms-status", MessageSid="SM9", MessageStatus="delivered", **ours)
    post(client, "sms-status", MessageSid="SM9", MessageStatus="sent", **ours)
    with scope.enter(bella):
        assert Message.objects.get(key="m").status == "delivered"
        Message.objects.create(number="+15125550134", text="x", key="n", carrier_sid="SM8", status="sending")
    post(client, "sms-status", MessageSid="SM8", MessageStatus="undelivered", ErrorCode="21610", **ours)
    with scope.enter(bella):
        assert Message.objects.get(key="n").error_code == "21610"
        assert Suppression.objects.filter(number="+15125550134").exists()
        assert Ticket.objects.filter(type="callback").count() == 1


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("voice", {"CallSid": "C" * 65}),
        ("voice", {"CallSid": ""}),
        ("voice", {"From": "\x00"}),
        ("status", {"CallStatus": "completed" * 9}),
        ("sms", {"Body": "\x00", "MessageSid": "SM1"}),
    ],
)
def test_what_no_table_can_keep_is_a_bad_request_even_when_signed(
    client: Client, bella: Place, name: str, wrong: dict[str, str]
) -> None:
    assert post(client, name, **wrong).status_code == 400
    assert calls(bella) == []


def test_published_signatures_are_judged_as_published() -> None:
    if not SIGNATURES.exists():
        pytest.skip("not on this machine: the published signatures lie beside the project, not in it")
    for line in SIGNATURES.read_text().splitlines():
        case = json.loads(line)
        sent = case["body"] if "body" in case else QueryDict(urlencode(case["params"], doseq=True))
        found = signature.valid(case["url"], sent, case["signature"] or "", tokens=["x", case["token"]])
        assert found == case["valid"], case["id"]


# ---- a restaurant that could not be upgraded -------------------------------------------------------------


@pytest.fixture
def behind(bella: Place) -> Place:
    Restaurant.objects.filter(pk=bella.id).update(upgrade_error="ValueError: nobody understands it")
    return bella


def test_a_call_for_a_restaurant_that_waits_for_its_upgrade_rings_its_telephone(client: Client, behind: Place) -> None:
    body = post(client, "voice").content.decode()
    assert "<Stream" not in body
    assert body.index("we are having trouble") < body.index("+15125550191</Number>") < body.index("<Hangup")
    assert calls(behind) == []


def test_without_a_telephone_it_takes_a_message(client: Client, bella: Place) -> None:
    with scope.enter(bella):
        RestaurantSettings.objects.update(transfer_number="")
    Restaurant.objects.filter(pk=bella.id).update(upgrade_error="ValueError: nobody understands it")
    assert "<Record" in post(client, "voice").content.decode()


@pytest.mark.parametrize(("became", "says"), [("completed", "<Hangup"), ("busy", "<Record"), ("no-answer", "<Record")])
def test_what_became_of_ringing_it_is_answered_meanwhile(client: Client, behind: Place, became: str, says: str) -> None:
    body = post(client, "transfer", DialCallStatus=became).content.decode()
    assert says in body
    assert ("<Record" in body) == (says == "<Record")


def test_a_message_left_meanwhile_is_thanked_for_and_logged(
    client: Client, behind: Place, caplog: pytest.LogCaptureFixture
) -> None:
    form = {"RecordingUrl": "https://api.twilio.com/r/RE1", "RecordingSid": "RE1"}
    assert "<Hangup" in post(client, "fallback", **form).content.decode()
    assert [record.recording_sid for record in caplog.records if record.event == "upgrade.message"] == ["RE1"]


@pytest.mark.parametrize("name", ["sms", "sms-status", "status", "stream", "recording"])
def test_what_could_only_be_written_into_its_tables_is_refused_meanwhile(
    client: Client, behind: Place, name: str
) -> None:
    ours = {"From": BELLA} if name == "sms-status" else {}
    assert post(client, name, MessageSid="SM1", Body="STOP", **ours).status_code == 503


def test_whom_staff_chose_rings_first_and_then_those_of_the_rules(client: Client, bella: Place) -> None:
    with scope.enter(bella):
        marco = StaffContact.objects.create(name="Marco", number="+15125550190", position=9)
    post(client, "voice")
    number, action = dialled(post(client, f"transfer?reason=staff&step=0&to={marco.pk}", DialCallStatus="busy"))
    assert number == "+15125550190"
    number, action = dialled(post(client, action, DialCallStatus="busy"))
    assert number == "+15125550192"
    number, action = dialled(post(client, action, DialCallStatus="no-answer"))
    assert number == "+15125550191"
    assert "<Record" in post(client, action, DialCallStatus="no-answer").content.decode()


@pytest.mark.parametrize("to", ["+15125550199", "nobody", "house&to=+15125550199"])
def test_whoever_is_no_choice_is_not_rung_first(client: Client, bella: Place, to: str) -> None:
    post(client, "voice")
    number, _ = dialled(post(client, f"transfer?reason=staff&step=0&to={to}", DialCallStatus="busy"))
    assert number == "+15125550192"
