"""Any short text as a caller would hear it: in the restaurant's voice as it is set, or as it stands in the form."""

from __future__ import annotations

import asyncio
import base64
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from apps.dashboard.settings import trying, vendors
from apps.dashboard.settings.forms import Unfit
from apps.dashboard.settings.saving import as_it_stands
from apps.dashboard.shell import Here, page
from apps.restaurant import services as restaurant
from apps.voice import audio, checking, phrasebook, providers, roster
from apps.voice.checking import Verdict
from apps.voice.speech import Provider

MOST_LETTERS = 1000
"""About a minute of speech."""
OF_THE_VOICE = ("tts_provider", "tts_model", "voice")
"""What of an unsaved form counts."""


@require_POST
@page("settings.view")
def listen(request: HttpRequest, here: Here) -> HttpResponse:
    """`text`, in `language` (else the restaurant's first). Who chose a voice hears that one or why not: nobody speaks
    in its place. A page with scripts is answered the sound and who made it, any other the sound alone."""
    text = " ".join(request.POST.get("text", "").split())
    if not text:
        return _refusal(request, _("There is nothing to say."), status=400)
    if len(text) > MOST_LETTERS:
        most = _("At most %(letters)d letters are spoken at once.") % {"letters": MOST_LETTERS}
        return _refusal(request, most, status=400)
    row = restaurant.settings()
    try:
        chosen = as_it_stands(here, row, {name: request.POST[name] for name in OF_THE_VOICE if name in request.POST})
        voice = providers.first_voice(chosen)
        named = {"provider": voice.name, "voice": voice.voice or voice.model, "letters": len(text)}
        with trying.turn(here, "settings.listen", **named):
            verdict = asyncio.run(_spoken(voice, text, _language(request, chosen.languages)))
    except trying.Refused as refusal:
        return _refusal(request, str(refusal), status=429)
    except providers.Unconfigured as why:
        return _refusal(request, vendors.lacking(why), status=409)
    except Unfit as unfit:
        return _refusal(request, " ".join(unfit.faults.values()), status=400)
    if verdict.failure is not None:
        return _refusal(request, vendors.failed(voice.name, verdict.failure.reason), status=502)
    return _answer(request, verdict, _who(voice, verdict, text))


async def _spoken(voice: Provider, text: str, language: str) -> Verdict:
    """On an event loop of its own, so that no call's has anything to do with it."""
    try:
        return await checking.speaks(voice, text=text, language=language)
    finally:
        await roster.let_go()


def _language(request: HttpRequest, languages: list[str]) -> str:
    asked = request.POST.get("language", "")
    return asked if asked in phrasebook.BOOKS else next(iter(phrasebook.offered(languages)))


def _who(voice: Provider, verdict: Verdict, text: str) -> str:
    who = vendors.called(voice.name, voice.voice or voice.model)
    seconds = number_format(verdict.seconds, decimal_pos=2)
    if voice.name in vendors.COST_NOTHING:
        return _("%(who)s, first sound after %(seconds)s s, costs nothing") % {"who": who, "seconds": seconds}
    cost = ngettext("%(count)d letter at the vendor's price", "%(count)d letters at the vendor's price", len(text))
    told = _("%(who)s, first sound after %(seconds)s s") % {"who": who, "seconds": seconds}
    return f"{told}, {cost % {'count': len(text)}}"


def _answer(request: HttpRequest, verdict: Verdict, said: str) -> HttpResponse:
    pcm = audio.decode(verdict.sound).tobytes()  # every browser plays 16 bits
    sound = audio.wav_header(sound_bytes=len(pcm)) + pcm
    if not _has_scripts(request):
        return HttpResponse(sound, content_type="audio/wav", headers={"Content-Disposition": "inline"})
    shown: dict[str, Any] = {
        "sound": base64.b64encode(sound).decode(),
        "said": said,
        "first_ms": round(verdict.seconds * 1000),
    }
    return JsonResponse(shown)


def _refusal(request: HttpRequest, said: str, *, status: int) -> HttpResponse:
    if not _has_scripts(request):
        return HttpResponse(said, content_type="text/plain; charset=utf-8", status=status)
    return JsonResponse({"said": said}, status=status)


def _has_scripts(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
