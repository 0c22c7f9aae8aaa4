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

from apps.calls import tasks, telephony
from apps.calls.models import Message, Suppression
from apps.tenants.models import PhoneNumber

NUMBER = "+15125550188"


@dataclass
class Carrier:
    status: int = 201
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@pytest.fixture
def carrier(settings: Any) -> Iterator[Carrier]:
    book = Carrier()

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            book.asked.append((self.path, {name: values[0] for name, values in parse_qs(body).items()}))
            said = {"sid": "SM1", "status": "queued"} if book.status < 300 else {"code": 21610, "message": "No."}
            self.send_response(book.status)
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

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


def test_a_refusal_of_the_carrier_leaves_the_text_queued_for_another_try(in_bella: Any, carrier: Carrier) -> None:
    PhoneNumber.objects.filter(restaurant_id=in_bella.id).update(sms_registered_at=timezone.now())
    carrier.status = 400
    message = queued()
    with pytest.raises(telephony.Unreachable, match="21610"):
        tasks.send({"message": str(message.pk)})
    message.refresh_from_db()
    assert message.status == "queued"


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
