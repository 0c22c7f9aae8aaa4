"""Why a model gave no answer, told apart by what helps: a key, money, a setting, or waiting. Pure."""

from __future__ import annotations

import re
from enum import StrEnum


class Reason(StrEnum):
    BAD_KEY = "bad_key"
    NO_QUOTA = "no_quota"
    NO_SUCH_MODEL = "no_such_model"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
    RATE_LIMITED = "rate_limited"
    OUTAGE = "outage"
    SILENCE = "silence"
    """Nothing that can be spoken came in time."""
    BROKE_OFF = "broke_off"
    """The stream stopped in the middle."""
    MALFORMED = "malformed"
    """What came is no answer: arguments that are no JSON, a call without a name, chunks nobody can read."""
    EMPTY = "empty"
    REFUSED = "refused"


ADVICE = {
    Reason.BAD_KEY: "Check the key, and that it may use this model. Nothing is asked with it for a while.",
    Reason.NO_QUOTA: "The account has no credit left: look at the vendor's billing page.",
    Reason.NO_SUCH_MODEL: "Check the model's name, and that the account may use it.",
    Reason.BAD_REQUEST: "The vendor does not take the request as it is: this model may lack tools or a parameter.",
    Reason.TOO_LONG: "Menu and conversation do not fit into this model: choose one with a longer context.",
    Reason.RATE_LIMITED: "Too many requests for the account's limits: raise them at the vendor, or add a fall-back.",
    Reason.OUTAGE: "The vendor or the way to it has trouble; nothing to do unless it stays.",
    Reason.SILENCE: "The model is too slow to be spoken to; nothing to do unless it stays.",
    Reason.BROKE_OFF: "The vendor or the way to it has trouble; nothing to do unless it stays.",
    Reason.MALFORMED: "The model calls tools badly; choose a stronger one if it stays.",
    Reason.EMPTY: "The model said nothing; choose another if it stays.",
    Reason.REFUSED: "The vendor's own rules stopped the answer.",
}
"""What an operator can do, for the log and `doctor`."""
_MONEY = re.compile(r"insufficient_quota|exceeded your current quota|credit balance|billing|payment required", re.I)
_SOON = re.compile(r"per[ _]?minute|per[ _]?second|retry in|retrydelay|rate limit reached", re.I)
"""Gemini words its limits per minute like an empty account, and adds when to come back."""
_NO_MODEL = re.compile(r"model.{0,80}(not exist|not found|not supported|invalid)|(invalid|unknown) model", re.I | re.S)
_KEY = re.compile(r"api[ _-]?key (not valid|invalid|expired)|invalid.{0,12}api[ _-]?key|api_key_invalid", re.I)
_LENGTH = re.compile(r"context[ _]length|context window|maximum context|too long|too many tokens", re.I)
_POLICY = re.compile(r"content[ _](policy|filter|management)|safety (system|setting)|responsible ?ai", re.I)


def read(status: int | None, text: str) -> Reason:
    """What a vendor's error means. Without a status nobody answered."""
    if status == 402:
        return Reason.NO_QUOTA
    if status == 429:
        return Reason.NO_QUOTA if _MONEY.search(text) and not _SOON.search(text) else Reason.RATE_LIMITED
    if status in (401, 403):
        return Reason.BAD_KEY
    if status == 404:
        return Reason.NO_SUCH_MODEL
    if status in (400, 413, 422):
        return _of_bad_request(text)
    return Reason.OUTAGE


def _of_bad_request(text: str) -> Reason:
    for found, reason in (
        (_KEY, Reason.BAD_KEY),
        (_MONEY, Reason.NO_QUOTA),
        (_LENGTH, Reason.TOO_LONG),
        (_POLICY, Reason.REFUSED),
        (_NO_MODEL, Reason.NO_SUCH_MODEL),
    ):
        if found.search(text):
            return reason
    return Reason.BAD_REQUEST
