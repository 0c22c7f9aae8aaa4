"""What we ask of the carrier, against a REST API of our own on loopback, and what comes of its refusals."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.utils import timezone

from apps.calls import services, tasks, telephony
from apps.calls.models import Message, Suppression, Ticket
from apps.tenants.models import PhoneNumber

NUMBER = "+15125550188"


@dataclass
class Carrier:
    status: int = 201
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    had: list[dict[str, Any]] = field(default_factory=list)
    """Texts that the carrier says it has had."""
    code: int = 21610


@pytest.fixture
def carrier(settings: Any) -> Iterator[Carrier]:
    book = Carrier()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            book.asked.append((self.path, {name: values[0] for name, values in parse_qs(body).items()}))
            said = {"sid": "SM1", "status": "queued"} if book.status < 300 else {"code": book.code, "message": "No."}
            self.send_response(book.status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def do_DELETE(self) -> None:
            book.asked.append((f"DELETE {self.path}", {}))
            self.send_response(204 if book.status < 300 else book.status)
            self.end_headers()
            if book.status >= 300:
                self.wfile.write(json.dumps({"code": book.code, "message": "No."}).encode())

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            had = (
                {"recordings": [{"sid": "RE1"}, {"sid": "RE2"}]}
                if "Recordings" in self.path
                else {"messages": book.had}
            )
            self.wfile.write(json.dumps(had | {"next_page_uri": None}).encode())

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "new, old"
    settings.TWILIO_API_URL = f"http://127.0.0.1:{server.server_port}"
    settings.PUBLIC_URL = "https://loman.example"
    yield book
    server.shutdown()
    server.server_close()
    thread.join()


def queued(**more: Any) -> Message:
    return Message.objects.create(number=NUMBER, text="Your table is booked.", key="m", **more)


def test_a_queued_text_is_sent_once_from_the_registered_line(in_bella: Any, carrier: Carrier) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    message = queued()
    for _ in range(2):
        tasks.send({"message": str(message.pk)})
    assert carrier.asked == [
        (
            "/2010-04-01/Accounts/AC1/Messages.json",
            {
                "To": NUMBER,
                "From": "+15125550101",
                "Body": "Your table is booked.",
                "StatusCallback": "https://loman.example/webhooks/twilio/sms-status",
            },
        )
    ]
    message.refresh_from_db()
    assert (message.status, message.carrier_sid) == ("sending", "SM1")


def test_a_stop_or_a_lost_registration_before_the_sending_holds_it_back(in_bella: Any, carrier: Carrier) -> None:
    message = queued()
    tasks.send({"message": str(message.pk)})
    message.refresh_from_db()
    assert message.status == "disabled"
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    Message.objects.update(status="queued")
    Suppression.objects.create(number=NUMBER)
    tasks.send({"message": str(message.pk)})
    message.refresh_from_db()
    assert message.status == "suppressed"
    assert carrier.asked == []


@pytest.mark.parametrize("status", [429, 500, 503, 401])
def test_a_carrier_that_cannot_now_is_asked_again(in_bella: Any, carrier: Carrier, status: int) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    carrier.status = status
    message = queued()
    with pytest.raises(telephony.Unreachable, match="21610"):
        tasks.send({"message": str(message.pk)})
    carrier.status = 201
    tasks.send({"message": str(message.pk)})
    message.refresh_from_db()
    assert (message.status, message.carrier_sid) == ("sending", "SM1")


@pytest.mark.parametrize(("code", "silenced"), [(21610, True), (21211, False)])
def test_what_the_carrier_will_never_take_is_told_staff_once(
    in_bella: Any, carrier: Carrier, code: int, silenced: bool
) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    carrier.status, carrier.code = 400, code
    message = queued()
    for _ in range(2):
        tasks.send({"message": str(message.pk)})
    message.refresh_from_db()
    assert (message.status, message.error_code) == ("failed", str(code))
    assert len(carrier.asked) == 1
    assert Suppression.objects.filter(number=NUMBER).exists() == silenced
    assert Ticket.objects.get().type == "callback"


def test_an_attempt_killed_after_it_got_through_is_not_made_twice(in_bella: Any, carrier: Carrier) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    message = queued(status="sending")
    carrier.had = [
        {"sid": "SM7", "to": NUMBER, "body": "Another."},
        {"sid": "SM8", "to": NUMBER, "body": message.text},
    ]
    tasks.send({"message": str(message.pk)})
    message.refresh_from_db()
    assert message.carrier_sid == "SM8"
    assert carrier.asked == []


def test_a_pressing_ticket_nobody_takes_on_is_texted_then_rung(in_bella: Any, carrier: Carrier) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    ticket = services.open_ticket(type="callback", summary="Call Kate back.", key="k", now=timezone.now())
    payload = {"ticket": str(ticket.pk)}
    for _ in range(2):
        tasks.remind(payload)
    (text,) = Message.objects.all()
    assert (text.number, text.text) == ("+15125550192", "Bella Napoli: somebody is waiting for you. Call Kate back.")
    tasks.ring(payload)
    ((path, form),) = carrier.asked
    assert path.endswith("/Calls.json")
    assert form["To"] == "+15125550192"
    assert "nobody has looked at" in form["Twiml"]


def test_a_ticket_that_somebody_took_on_or_closed_rings_nobody(in_bella: Any, carrier: Carrier) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    for key, done in (("a", services.acknowledge), ("b", services.close)):
        ticket = services.open_ticket(type="callback", summary="!", key=key, now=timezone.now())
        more = {"reason": "done"} if done is services.close else {}
        done(ticket.pk, by="sam", now=timezone.now(), **more)
        tasks.remind({"ticket": str(ticket.pk)})
        tasks.ring({"ticket": str(ticket.pk)})
    assert not Message.objects.exists()
    assert carrier.asked == []


def test_a_live_call_is_redirected_recorded_and_hung_up(carrier: Carrier) -> None:
    telephony.redirect("CA1", twiml="<Response/>")
    assert telephony.start_recording("CA1", callback_url="https://loman.example/r") == "SM1"
    telephony.hang_up("CA1")
    calls = "/2010-04-01/Accounts/AC1/Calls/CA1"
    assert carrier.asked == [
        (f"{calls}.json", {"Twiml": "<Response/>"}),
        (
            f"{calls}/Recordings.json",
            {"RecordingChannels": "dual", "RecordingStatusCallback": "https://loman.example/r"},
        ),
        (f"{calls}.json", {"Status": "completed"}),
    ]


def test_without_a_carrier_or_when_it_is_away_that_is_said(carrier: Carrier, settings: Any, tmp_path: Any) -> None:
    settings.TWILIO_API_URL = "http://127.0.0.1:9"
    with pytest.raises(telephony.Unreachable, match="does not answer"):
        telephony.hang_up("CA1")
    settings.TWILIO_AUTH_TOKEN = ""
    settings.CARRIER_FILE = tmp_path / "carrier.json"
    for debug in (True, False):
        settings.DEBUG = debug
        with pytest.raises(telephony.Unreachable, match="No carrier is configured"):
            telephony.hang_up("CA1")


def test_the_carrier_forgets_a_text_and_all_its_recordings_of_a_call(carrier: Carrier) -> None:
    telephony.forget_message("SM1")
    telephony.forget_recordings("CA1")
    base = "DELETE /2010-04-01/Accounts/AC1"
    assert [path for path, _ in carrier.asked] == [
        f"{base}/Messages/SM1.json", f"{base}/Recordings/RE1.json", f"{base}/Recordings/RE2.json"
    ]  # fmt: skip


def test_what_the_carrier_does_not_know_any_more_is_forgotten(carrier: Carrier) -> None:
    carrier.status, carrier.code = 404, 20404
    telephony.forget_message("SM1")
    telephony.forget_recordings("CA1")


def test_a_carrier_that_refuses_or_fails_has_not_forgotten(carrier: Carrier) -> None:
    carrier.status, carrier.code = 400, 20001
    with pytest.raises(telephony.Refused):
        telephony.forget_message("SM1")
    carrier.status = 500
    with pytest.raises(telephony.Unreachable):
        telephony.forget_message("SM1")
