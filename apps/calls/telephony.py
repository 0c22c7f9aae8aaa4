"""What we ask of the carrier while a call runs or after it: the only use of Twilio's REST API."""

from __future__ import annotations

import json
import logging
from datetime import datetime
from typing import Any

from django.conf import settings
from twilio.base import values
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from twilio.twiml.voice_response import VoiceResponse

from apps.restaurant import dialling
from apps.tenants import scope

log = logging.getLogger(__name__)

SECONDS = 5.0
UNKNOWN = "20404"
"""Twilio's code: there is no such thing."""
LATER = (401, 403, 408, 429)
"""A wrong account or too many at once: people or time mend these."""


class Unreachable(Exception):
    """The carrier did not do it, as a sentence for the log."""


class Refused(Unreachable):
    """It will not do it, however often it is asked (https://www.twilio.com/docs/api/errors)."""

    def __init__(self, sentence: str, *, code: str) -> None:
        super().__init__(sentence)
        self.code = code


def redirect(call_sid: str, *, twiml: str) -> None:
    """Put other TwiML on a live call: a hand-over."""
    _ask(lambda client: client.calls(call_sid).update(twiml=twiml))


def hang_up(call_sid: str) -> None:
    _ask(lambda client: client.calls(call_sid).update(status="completed"))


def send(*, from_number: str, to_number: str, text: str, status_url: str = "") -> str:
    """Send a text message and return the carrier's id of it."""
    _check(to_number)
    message = _ask(
        lambda client: client.messages.create(
            to=to_number, from_=from_number, body=text, status_callback=status_url or values.unset
        )
    )
    return str(message.sid)


def sent_before(*, to_number: str, text: str, since: datetime) -> str:
    """The carrier's id of this text if it has had it since then, else nothing: whether an attempt that was cut off
    got through."""
    found = _ask(lambda client: client.messages.list(to=to_number, date_sent_after=since, limit=50))
    return next((str(message.sid) for message in found if message.body == text), "")


def ring(*, from_number: str, to_number: str, saying: str) -> str:
    """Call somebody and say this to them, twice; the carrier's id of the call."""
    _check(to_number)
    said = VoiceResponse()
    said.say(saying, loop=2)
    call = _ask(lambda client: client.calls.create(to=to_number, from_=from_number, twiml=str(said)))
    return str(call.sid)


def start_recording(call_sid: str, *, callback_url: str) -> str:
    """The carrier's own recording; only where a restaurant turned it on, and after the notice was heard."""
    recording = _ask(
        lambda client: client.calls(call_sid).recordings.create(
            recording_channels="dual", recording_status_callback=callback_url
        )
    )
    return str(recording.sid)


def is_configured() -> bool:
    """Whether there is a carrier that can be asked at all."""
    try:
        _client()
    except Unreachable:
        return False
    return True


def forget_message(sid: str) -> None:
    """Have the carrier delete a text message; one it does not know any more is forgotten."""
    _forgotten(lambda client: client.messages(sid).delete())


def forget_recordings(call_sid: str) -> None:
    """Have the carrier delete its own recordings of a call."""
    for recording in _forgotten(lambda client: client.recordings.list(call_sid=call_sid, limit=100)) or ():
        _forgotten(lambda client, sid=recording.sid: client.recordings(sid).delete())


def _forgotten(question: Any) -> Any:
    try:
        return _ask(question)
    except Refused as refusal:
        if refusal.code != UNKNOWN:
            raise
        return None


def _check(number: str) -> None:
    """The last lock before money is spent: whatever led here, only ordinary numbers of allowed countries, and only
    while the restaurant is served."""
    place = scope.here()
    if place is None:
        return
    if not scope.is_served(place):
        raise Refused("The restaurant is suspended.", code="suspended")
    if why := dialling.why_not(number):
        raise Refused(why, code="not_dialled")


def _ask(question: Any) -> Any:
    try:
        return question(_client())
    except TwilioRestException as error:
        sentence = f"The carrier refused: {error.msg} ({error.code})."
        if 400 <= error.status < 500 and error.status not in LATER:
            raise Refused(sentence, code=str(error.code or error.status)) from None
        raise Unreachable(sentence) from None
    except (TwilioException, OSError) as error:
        raise Unreachable(f"The carrier does not answer: {type(error).__name__}.") from None


def _client() -> Client:
    """The configured account, else our own carrier's (`place_call`) while developing."""
    sid, token, url = settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN, settings.TWILIO_API_URL
    if not token and settings.DEBUG:
        try:
            own = json.loads(settings.CARRIER_FILE.read_text())
            sid, token, url = own["account_sid"], own["auth_token"], own["url"]
        except (OSError, ValueError, KeyError):
            raise Unreachable("No carrier is configured: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.") from None
    if not sid or not token:
        raise Unreachable("No carrier is configured: set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.")
    return Client(sid, token.split(",")[0].strip(), http_client=_Http(url))


class _Http(TwilioHttpClient):  # type: ignore[misc]  # twilio has no types
    """Twilio's client with our deadline, and against another base URL where one is configured."""

    def __init__(self, base_url: str) -> None:
        super().__init__(timeout=SECONDS, max_retries=0)
        self._base_url = base_url.rstrip("/")

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        if self._base_url:
            url = self._base_url + url.removeprefix("https://api.twilio.com")
        return super().request(method, url, *args, **kwargs)
