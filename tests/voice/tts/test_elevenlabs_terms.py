"""What ElevenLabs' refusals mean: by its own names, by its sentences, by the status, in this order."""

from __future__ import annotations

import json

import pytest

from apps.llm.reasons import Reason
from apps.voice import speech
from apps.voice.tts import elevenlabs_terms as terms

KEY = "sk_4f6e2a"


def named(name: str, message: str = "", **more: str) -> str:
    return json.dumps({"detail": {"status": name, "message": message, **more}})


VALIDATION = json.dumps({"detail": [{"loc": ["body", "text"], "msg": "field required"}]})
REFUSALS = [
    (401, named("invalid_api_key", "Invalid API key"), Reason.BAD_KEY),
    (
        401,
        named("missing_permissions", "The API key you used is missing the permission text_to_speech"),
        Reason.BAD_KEY,
    ),
    (401, named("needs_authorization", "Neither authorization header nor xi-api-key received"), Reason.BAD_KEY),
    (403, "", Reason.BAD_KEY),
    (401, named("quota_exceeded", "This request exceeds your quota of 10000."), Reason.NO_QUOTA),
    (401, named("quota_exceeded", "This request exceeds your API key quota of 10000."), Reason.NO_QUOTA),
    (401, named("", "This request exceeds your quota."), Reason.NO_QUOTA),
    (401, named("detected_unusual_activity", "Unusual activity detected. Free Tier usage disabled."), Reason.NO_QUOTA),
    (402, named("paid_plan_required", "Free users cannot use library voices via the API."), Reason.NO_QUOTA),
    (402, named("voice_not_found", "A voice was not found."), Reason.NO_QUOTA),
    (402, "", Reason.NO_QUOTA),
    (404, named("voice_not_found", "A voice with voice_id x was not found."), Reason.NO_SUCH_MODEL),
    (400, named("voice_not_found", "A voice for the voice_id x was not found."), Reason.NO_SUCH_MODEL),
    (400, named("invalid_uid", "An invalid ID has been received: 'x'."), Reason.NO_SUCH_MODEL),
    (400, named("model_not_found", "A model with model ID x does not exist."), Reason.NO_SUCH_MODEL),
    (403, named("model_access_denied", "You do not have access to this model."), Reason.NO_SUCH_MODEL),
    (404, "Not Found", Reason.NO_SUCH_MODEL),
    (400, named("unsupported_language", "Model x does not support the language_code 'xx'."), Reason.BAD_REQUEST),
    (403, named("output_format_not_allowed", "This output format is not allowed."), Reason.BAD_REQUEST),
    (401, named("max_character_limit_exceeded", "This request's text has 627 characters."), Reason.BAD_REQUEST),
    (413, "Too long", Reason.BAD_REQUEST),
    (400, "content policy", Reason.BAD_REQUEST),
    (422, VALIDATION, Reason.BAD_REQUEST),
    (429, named("too_many_concurrent_requests", "Too many concurrent requests."), Reason.RATE_LIMITED),
    (429, named("rate_limit_exceeded", ""), Reason.RATE_LIMITED),
    (429, "", Reason.RATE_LIMITED),
    (429, named("system_busy", "Too many requests at once, by all."), Reason.OUTAGE),
    (429, named("system_busy", "Our services are experiencing heavy traffic."), Reason.OUTAGE),
    (500, named("internal_server_error", "Your API key made us stumble."), Reason.OUTAGE),
    (500, "Your API key made us stumble.", Reason.OUTAGE),
    (503, "<html><h1>Service Unavailable</h1></html>", Reason.OUTAGE),
    (302, "", Reason.OUTAGE),
    (401, json.dumps({"detail": {"type": "authentication_error", "code": "invalid_api_key"}}), Reason.BAD_KEY),
    (400, json.dumps({"detail": "The voice is not available."}), Reason.NO_SUCH_MODEL),
    (400, json.dumps({"detail": None}), Reason.BAD_REQUEST),
    (400, "[]", Reason.BAD_REQUEST),
    (400, "7", Reason.BAD_REQUEST),
    (400, json.dumps({"detail": [7, {"loc": "x"}]}), Reason.BAD_REQUEST),
]


@pytest.mark.parametrize(("status", "body", "reason"), REFUSALS)
def test_an_answer_without_sound_means(status: int, body: str, reason: Reason) -> None:
    assert terms.refused(status, body, key=KEY).reason is reason


CLOSES = [
    (1000, "", Reason.BROKE_OFF),
    (1001, "going away", Reason.BROKE_OFF),
    (1006, "", Reason.BROKE_OFF),
    (None, "", Reason.BROKE_OFF),
    (1011, "keepalive ping timeout", Reason.BROKE_OFF),
    (1008, "Have not received a new text input within the timeout of 20 seconds.", Reason.BROKE_OFF),
    (1008, "", Reason.BROKE_OFF),
    (1008, "A valid API key or single use token is required.", Reason.BAD_KEY),
    (1008, named("invalid_api_key"), Reason.BAD_KEY),
    (1008, '{"message": "This request exceeds your quota limit.", "error": "quota_exceeded"}', Reason.NO_QUOTA),
    (1002, "This request exceeds your quota limit.", Reason.NO_QUOTA),
    (1008, "A voice with voice_id x does not exist.", Reason.NO_SUCH_MODEL),
    (1008, "Maximum simultaneous contexts per WebSocket connection exceeded (5).", Reason.RATE_LIMITED),
    (1008, "We are sorry, something went wrong. You are not charged for this request.", Reason.OUTAGE),
    (1008, "voices can only be set in the first message", Reason.OUTAGE),
]


@pytest.mark.parametrize(("code", "words", "reason"), CLOSES)
def test_a_closed_connection_means(code: int | None, words: str, reason: Reason) -> None:
    assert terms.closed(code, words, key=KEY).reason is reason


@pytest.mark.parametrize(
    ("name", "message", "reason"),
    [
        ("quota_exceeded", "You have exceeded your quota.", Reason.NO_QUOTA),
        ("You have exceeded your quota.", None, Reason.NO_QUOTA),
        ("max_active_conversations", "Maximum simultaneous contexts exceeded.", Reason.RATE_LIMITED),
        ("something_new", "Something new.", Reason.OUTAGE),
        ({"code": 7}, ["odd"], Reason.OUTAGE),
    ],
)
def test_an_error_in_the_stream_means(name: object, message: object, reason: Reason) -> None:
    assert terms.objected(name, message, key=KEY).reason is reason


def test_every_reason_comes_with_advice() -> None:
    told = {terms.refused(status, body, key=KEY).reason for status, body, _ in REFUSALS}
    assert told <= speech.ADVICE.keys()


def test_the_detail_is_the_vendors_sentence_in_one_short_line_without_the_key() -> None:
    body = named("invalid_api_key", f"Invalid\n  API key {KEY}. " + "x" * 500)
    told = terms.refused(401, body, key=KEY)
    assert told.detail.startswith("HTTP 401: invalid_api_key Invalid API key •••. xxx")
    assert len(told.detail) == terms.LONGEST_DETAIL
    assert terms.refused(422, VALIDATION, key=KEY).detail == "HTTP 422: body.text: field required"
    assert terms.refused(503, "<html><h1>Service Unavailable</h1></html>", key="").detail == (
        "HTTP 503: Service Unavailable"
    )
    assert terms.closed(1006, "", key=KEY).detail == "closed with 1006"


def test_a_key_at_the_edge_of_what_is_shown_is_not_shown_in_part() -> None:
    told = terms.refused(401, "x" * (terms.LONGEST_DETAIL - len("HTTP 401: ") - 3) + KEY, key=KEY)
    assert KEY[:3] not in told.detail


@pytest.mark.parametrize(("said", "seconds"), [("7", 7.0), ("0.5", 0.5), ("-1", 0.0), ("", None), ("soon", None)])
def test_the_vendor_says_when_to_come_back(said: str, seconds: float | None) -> None:
    assert terms.refused(429, "", key=KEY, retry_after=said).retry_after == seconds


@pytest.mark.parametrize(
    ("model", "language", "code"),
    [
        ("eleven_flash_v2_5", "es", "es"),
        ("eleven_turbo_v2_5", "es-US", "es"),
        ("eleven_flash_v2_5", "EN", "en"),
        ("eleven_multilingual_v2", "es", ""),
        ("eleven_flash_v2", "en", ""),
    ],
)
def test_only_models_that_take_a_language_are_told_one(model: str, language: str, code: str) -> None:
    assert terms.language_code(model, language) == code


def test_a_voice_is_one_step_of_a_path() -> None:
    assert terms.voice_in_path("../user?x=1#") == "..%2Fuser%3Fx%3D1%23"
    assert terms.voice_in_path("") == terms.DEFAULT_VOICE


def test_dots_are_no_words_and_digits_are() -> None:
    assert not terms.has_words(" … -- ¿? ")
    assert terms.has_words("7")
    assert terms.has_words("ñ")
