"""Providers by the names people know them by, and what went wrong with one as a sentence and what to do about it."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.llm import choice
from apps.llm.reasons import Reason
from apps.voice.providers import Unconfigured

Text = str | Promise
NAMES: dict[str, Text] = {
    "elevenlabs": "ElevenLabs",
    "elevenlabs-http": "ElevenLabs",
    "piper": __("Piper, on this server"),
    "deepgram": "Deepgram",
    "whisper": __("Whisper, on this server"),
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "gemini": "Google Gemini",
    "ollama": __("Ollama, on your own server"),
    "embedded": __("Loman's own"),
}
COST_NOTHING = frozenset({"embedded", "typed", "piper", "whisper"})
"""They work on this machine."""
FAILED: dict[Reason, Text] = {
    Reason.BAD_KEY: __("%(who)s refused the key. Check it, and that it may use this."),
    Reason.NO_QUOTA: __("%(who)s says the account has no credit left. Look at its billing page."),
    Reason.NO_SUCH_MODEL: __("%(who)s knows no such model or voice. Check the names."),
    Reason.BAD_REQUEST: __("%(who)s does not take the request as it is. This model may lack a language or an option."),
    Reason.TOO_LONG: __("Menu and question do not fit into this model of %(who)s. Choose one with a longer context."),
    Reason.RATE_LIMITED: __("%(who)s takes no more requests for the moment. Raise the account's limits, or wait."),
    Reason.OUTAGE: __("%(who)s could not be reached. Try again later."),
    Reason.SILENCE: __("%(who)s did not answer in time. Try again later."),
    Reason.BROKE_OFF: __("%(who)s broke off in the middle. Try again later."),
    Reason.MALFORMED: __("What %(who)s sent could not be read. Try again, or choose another."),
    Reason.EMPTY: __("%(who)s gave nothing back. Choose another model or voice."),
    Reason.REFUSED: __("%(who)s refused to answer, by rules of its own."),
}


def name(provider: str) -> str:
    return str(NAMES.get(provider, provider))


def called(provider: str, which: str) -> str:
    """With the model or the voice, where one is chosen."""
    return f"{name(provider)} ({which})" if which else name(provider)


def failed(provider: str, reason: Reason) -> str:
    return str(FAILED[reason]) % {"who": name(provider)}


def lacking(why: Unconfigured | choice.Unconfigured) -> str:
    """What is missing before it can be asked."""
    provider = why.provider if isinstance(why.provider, str) else why.provider.name
    return {
        "provider": _("There is no provider “%(who)s” here."),
        "key": _("%(who)s has no key: neither this restaurant nor the installation has one."),
        "name": _("Say which one of %(who)s: its name is missing."),
        "path": _("This names a file of the server: give the plain name of what was fetched."),
        "address": _("%(who)s has no address: whoever runs the installation sets it."),
    }[why.lacks] % {"who": name(provider)}


def choices(known: Collection[str], *, setting: str) -> tuple[tuple[str, Text], ...]:
    """For a field that chooses one; the installation's own choice, the setting of that name, is the empty one."""

    def installations() -> str:
        return _("As installed: %(who)s") % {"who": name(getattr(settings, setting))}

    chosen: Text = lazy(installations, str)()
    return (("", chosen), *((each, NAMES[each]) for each in sorted(known)))
