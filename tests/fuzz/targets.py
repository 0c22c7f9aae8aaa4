"""What reads other people's bytes, each with valid messages to break and the errors it may answer with."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec

from tests.fuzz import mutating

Run = Callable[[random.Random], Any]


@dataclass(frozen=True)
class Target:
    """`run` makes one input and gives it to the code; what it raises besides `refusals` is a finding."""

    name: str
    share: float
    """Of all inputs."""
    run: Run
    refusals: tuple[type[Exception], ...] = ()


FRAMES = (
    {"event": "connected", "protocol": "Call", "version": "1.0.0"},
    {
        "event": "start",
        "sequenceNumber": "1",
        "streamSid": "MZ1",
        "start": {
            "accountSid": "AC1",
            "streamSid": "MZ1",
            "callSid": "CA1",
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
            "customParameters": {"token": "abc"},
        },
    },
    {
        "event": "media",
        "sequenceNumber": "3",
        "streamSid": "MZ1",
        "media": {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": "/////w=="},
    },
    {"event": "mark", "streamSid": "MZ1", "mark": {"name": "1.2.3"}},
    {"event": "dtmf", "streamSid": "MZ1", "dtmf": {"track": "inbound_track", "digit": "1"}},
    {"event": "stop", "streamSid": "MZ1", "stop": {"accountSid": "AC1", "callSid": "CA1"}},
)
SQUARE = {
    "objects": [
        {"type": "CATEGORY", "id": "C1", "category_data": {"name": "Pizza"}},
        {
            "type": "ITEM",
            "id": "I1",
            "item_data": {
                "name": "Margherita",
                "category_id": "C1",
                "variations": [
                    {
                        "type": "ITEM_VARIATION",
                        "id": "V1",
                        "item_variation_data": {"name": "Large", "price_money": {"amount": 1499, "currency": "USD"}},
                    }
                ],
                "modifier_list_info": [{"modifier_list_id": "M1", "min_selected_modifiers": 0}],
            },
        },
        {
            "type": "MODIFIER_LIST",
            "id": "M1",
            "modifier_list_data": {
                "name": "Toppings",
                "modifiers": [
                    {
                        "type": "MODIFIER",
                        "id": "O1",
                        "modifier_data": {"name": "Olives", "price_money": {"amount": 150}},
                    }
                ],
            },
        },
    ]
}
SCHEMA_ORG = {
    "@context": "https://schema.org",
    "@type": "Menu",
    "hasMenuSection": [
        {
            "@type": "MenuSection",
            "name": "Pizza",
            "hasMenuItem": [
                {
                    "@type": "MenuItem",
                    "name": "Margherita",
                    "offers": {"@type": "Offer", "price": "14.99", "priceCurrency": "USD"},
                    "suitableForDiet": "https://schema.org/VegetarianDiet",
                }
            ],
        }
    ],
}
HOURS = (
    "Mo-Th 11:00-22:00; Fr,Sa 11:00-24:00; Su off",
    "24/7",
    "Mo-Su 17:00-02:00; Dec 25 off; PH off",
    "2026 Jul 04-2026 Jul 06 10:00-14:00, 17:00-23:00",
)
NUMBERS = (
    "five one two, double five, oh",
    "+1 (512) 555-0101",
    "my card is 4242 4242 4242 4242, call +44 20 7946 0000",
)
ARGUMENTS: dict[str, dict[str, Any]] = {
    "create_order": {
        "lines": [
            {"item_id": "x", "quantity": 2, "modifiers": [{"option_id": "y", "amount": "extra", "side": "left"}]}
        ],
        "customer_name": "Ana",
        "customer_number": "five one two",
        "pickup_at": "2026-07-04T19:00:00",
        "confirm_version": 1,
    },
    "create_reservation": {"party_size": 4, "starts_at": "2026-07-04T19:00:00", "name": "Ana", "notes": "window"},
    "get_availability": {"party_size": 2, "date": "2026-07-04", "time": "19:30"},
    "search_menu": {"query": "pizza", "max_price": 12.5, "dietary": ["vegan"], "limit": 5},
    "send_sms": {"template": "hours", "to": "+15125550134"},
    "create_ticket": {"type": "callback", "summary": "Call me", "due_at": "2026-07-04T19:00:00"},
}
CALL = {"CallSid": "CA" + "1" * 32, "From": "+15125550134", "To": "+15125550101", "AccountSid": "AC1"}
WEBHOOKS: dict[str, dict[str, str]] = {
    "voice": {**CALL, "ForwardedFrom": "+15125550191", "CallStatus": "ringing"},
    "status": {**CALL, "CallStatus": "completed", "CallDuration": "12"},
    "stream": {**CALL, "StreamEvent": "stream-error", "StreamError": "broken"},
    "transfer?reason=person&step=1": {**CALL, "DialCallStatus": "no-answer"},
    "fallback": {**CALL, "RecordingUrl": "https://api.example/RE1", "RecordingSid": "RE1"},
    "recording": {**CALL, "RecordingStatus": "completed", "RecordingUrl": "https://api.example/RE1"},
    "sms": {"From": "+15125550134", "To": "+15125550101", "Body": "please stop", "MessageSid": "SM1"},
    "sms-status": {"From": "+15125550101", "To": "+15125550134", "MessageSid": "SM1", "MessageStatus": "sent"},
}


def pure(*, sheet: str) -> list[Target]:
    """Those that need no database. `sheet` is a menu as we write one."""
    import pydantic
    from django.core import signing
    from rest_framework_simplejwt.exceptions import TokenError
    from rest_framework_simplejwt.tokens import AccessToken

    from apps.accounts import bucket
    from apps.language import dialling, phones, redaction
    from apps.menu.imports import files
    from apps.restaurant import osm
    from apps.tools.registry import TOOLS
    from apps.voice import media, signature

    access, stream = str(AccessToken()), signing.dumps(["a", "b", "c"], salt="fuzz")
    frames = tuple(msgspec.json.encode(frame) for frame in FRAMES)
    menus = (sheet.encode(), *(json.dumps(menu).encode() for menu in (SQUARE, SCHEMA_ORG)))

    def document(chance: random.Random, of: Any) -> bytes:
        return json.dumps(mutating.tree(of, chance)).encode()

    def frame(chance: random.Random) -> Any:
        if chance.random() < 0.5:
            return media.decode(document(chance, chance.choice(FRAMES)))
        broken = mutating.raw(chance.choice(frames), chance)
        return media.decode(broken if chance.random() < 0.5 else broken.decode("utf-8", "surrogateescape"))

    def menu(chance: random.Random) -> Any:
        if chance.random() < 0.5:
            return files.read(document(chance, chance.choice((SQUARE, SCHEMA_ORG))))
        return files.read(mutating.raw(chance.choice(menus), chance))

    def arguments(chance: random.Random) -> Any:
        name = chance.choice(list(ARGUMENTS))
        return TOOLS[name].check(mutating.tree(ARGUMENTS[name], chance))

    def words(chance: random.Random) -> Any:
        said = mutating.text(chance.choice(NUMBERS), chance, NUMBERS)[:2000]
        redaction.redact_cards(said)
        phones.heard(said)
        found = phones.normalise(said)
        return found and dialling.why_not(found, countries=("US",))

    def hours(chance: random.Random) -> Any:
        said = mutating.text(chance.choice(HOURS), chance, HOURS)[:2000]
        return osm.read(said, timezone="America/Chicago", first=date(2026, 7, 4), days=60)

    def headers(chance: random.Random) -> Any:
        written = mutating.text("http://localhost", chance)
        signed = mutating.raw(b"A" * 27 + b"=", chance)
        connection = {
            "path": "/ws/twilio/media",
            "headers": [(b"x-twilio-signature", signed), (b"host", written.encode("utf-8", "replace"))],
        }
        from loman.gate import admits

        admits({"path": "/ws/live", "headers": [(b"origin", written.encode("utf-8", "replace")), (b"host", signed)]})
        return signature.valid_socket(connection)

    return [
        Target("stream codec", 0.50, frame, (media.MalformedFrame,)),
        Target("menu files", 0.06, menu),
        Target("opening hours", 0.10, hours, (osm.Unreadable,)),
        Target("tool arguments", 0.12, arguments, (pydantic.ValidationError,)),
        Target("words and numbers", 0.08, words),
        Target(
            "access tokens",
            0.05,
            lambda chance: AccessToken(mutating.text(access, chance)),
            (TokenError, UnicodeEncodeError),
        ),
        Target(
            "stream tokens",
            0.05,
            lambda chance: signing.loads(mutating.text(stream, chance), salt="fuzz"),
            (signing.BadSignature, UnicodeEncodeError),
        ),
        Target("limits", 0.01, lambda chance: bucket.limit(mutating.text("600/minute", chance)), (ValueError,)),
        Target("socket headers", 0.01, headers),
    ]


def within_django(client: Any, *, token: str, origin: str) -> list[Target]:
    """Those behind Django's handler, signed so that they get inside. Whatever is written is rolled back."""
    from django.db import transaction
    from twilio.request_validator import RequestValidator

    validator = RequestValidator(token)

    def webhook(chance: random.Random) -> Any:
        name = chance.choice(list(WEBHOOKS))
        form = mutating.form(WEBHOOKS[name], chance)
        path = f"/webhooks/twilio/{name}"
        signed = validator.compute_signature(origin + path, form)
        with transaction.atomic():
            answer = client.post(path, form, headers={"X-Twilio-Signature": signed})
            transaction.set_rollback(True)
        assert answer.status_code in (200, 204, 400, 403, 429), answer.status_code

    def api(chance: random.Random) -> Any:
        path = chance.choice(
            ("/api/v1/auth/token", "/api/v1/auth/refresh", "/tools/create_order", "/api/v1/blocked-numbers")
        )
        body = mutating.raw(b'{"refresh": "a.b.c", "number": "+15125550101"}', chance)
        headers = {
            "Authorization": mutating.text("Bearer lmk_abcdef", chance).encode("latin-1", "replace").decode("latin-1")
        }
        with transaction.atomic():
            answer = client.post(path, body, content_type="application/json", headers=headers)
            transaction.set_rollback(True)
        assert answer.status_code in (400, 401, 403, 429), answer.status_code

    return [Target("webhooks", 0.015, webhook), Target("api", 0.005, api)]
