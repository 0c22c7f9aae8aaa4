"""Says in plain words what is configured, what answers and what is missing."""

from __future__ import annotations

import asyncio
import platform
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection

from apps.accounts import keys, sealing
from apps.llm import choice, client
from apps.llm.breaker import LONG_SECONDS
from apps.llm.reasons import ADVICE
from apps.restaurant.models import RestaurantSettings
from apps.tenants import blueprint, lock, migrating, scope
from apps.voice import checking, models_on_disk, providers, roster, speech
from apps.voice.checking import Verdict
from apps.voice.speech import Provider
from loman import health
from loman.embedded import places


class Finding(NamedTuple):
    state: str
    """`ok`, `note` or `missing`."""
    text: str


class Command(BaseCommand):
    help = "Say what is configured, reachable and missing. Exits 1 when calls cannot be taken."

    def handle(self, *args: Any, **options: Any) -> None:
        findings = [finding for look in LOOKS for finding in look()]
        signs = {"ok": "✓", "note": "·", "missing": "✗"}
        for finding in findings:
            self.stdout.write(f"{signs[finding.state]} {finding.text}")
        if any(finding.state == "missing" for finding in findings):
            raise SystemExit(1)


def _database() -> Iterator[Finding]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
    except DatabaseError as error:
        yield Finding("missing", f"The database does not answer: {str(error).splitlines()[0]}")
        return
    where = "embedded" if _is_embedded() else "yours (DATABASE_URL)"
    yield Finding("ok", f"PostgreSQL {version} answers, {where}.")
    if int(version.split(".")[0]) < 14:
        yield Finding("missing", "PostgreSQL 14 or later is needed.")
    waiting = migrating.public_is_behind()
    behind = [] if waiting else migrating.behind()
    if waiting or behind:
        whose = f" for {len(behind)} restaurants ({', '.join(one.slug for one in behind[:8])})" if behind else ""
        yield Finding("missing", f"Migrations are waiting{whose}: run `manage.py migrate_restaurants`.")
    if not blueprint.fits():
        yield Finding("note", "The blueprint does not fit the migrations; new restaurants take seconds, not 0.2.")


def _lock() -> Iterator[Finding]:
    if not settings.DATABASE_LOCK:
        yield Finding("note", "DATABASE_LOCK is off: only the code keeps restaurants apart, the database does not.")
        return
    try:
        lacking, may_make = lock.without_role(), lock.may_make_roles()
    except DatabaseError:
        return
    if lacking:
        yield Finding("missing", f"{len(lacking)} restaurants have no database role: run `manage.py lock`.")
    if not may_make:
        yield Finding(
            "missing",
            "The database's user may not create roles, which a new restaurant needs: ALTER ROLE … CREATEROLE, or "
            "DATABASE_LOCK=false, which leaves only the lock in the code.",
        )
    if may_make and not lacking:
        yield Finding("ok", "Every restaurant has a database role that reaches its own rows only.")


def _is_embedded() -> bool:
    return str(settings.DATABASES["default"]["HOST"]) == str(places.socket_dir())


def _redis() -> Iterator[Finding]:
    check = health.redis_check()
    if check["status"] == "ok":
        yield Finding("ok", "Redis answers: live pages and work are shared between processes.")
    elif check["status"] == "off":
        yield Finding("note", "No Redis: live pages and work stay within one process. Set REDIS_URL to change that.")
    else:
        yield Finding("missing", f"{check['detail']} Check REDIS_URL.")


def _restaurants() -> Iterator[Finding]:
    try:
        places = scope.all_places()
    except DatabaseError:
        return
    if places:
        yield Finding("ok", f"{len(places)} restaurants: {', '.join(place.slug for place in places[:8])}.")
    else:
        yield Finding("note", "No restaurant yet: `manage.py create_restaurant NAME` or `manage.py create_demo`.")


def _keys(provider: str, key: str, name: str, *, chosen: bool) -> Finding:
    if key:
        return Finding("ok", f"{provider}: {name} is set.")
    if chosen:
        return Finding("missing", f"{provider} is chosen, but {name} is empty.")
    return Finding("note", f"{provider}: not used.")


def _providers() -> Iterator[Finding]:
    llm = [settings.LLM_PROVIDER, *(each.split("/", 1)[0] for each in settings.LLM_FALLBACKS)]
    yield Finding("ok", f"Model: {' then '.join(llm)}, in the end always the embedded one.")
    for provider in ("openai", "anthropic", "gemini"):
        if provider in llm:
            name = f"{provider.upper()}_API_KEY"
            yield _keys(provider, getattr(settings, name), name, chosen=True)


def _models() -> Iterator[Finding]:
    """Every vendor's model of the installation is asked one short question."""
    for provider in choice.chain(f"{settings.LLM_PROVIDER}/{settings.LLM_MODEL}", *settings.LLM_FALLBACKS):
        if provider == choice.EMBEDDED:
            return
        name, failure = f"{provider.name}/{provider.model}", asyncio.run(client.check(provider))
        if failure is None:
            yield Finding("ok", f"{name} answers.")
            continue
        waiting_helps = failure.reason not in LONG_SECONDS
        advice = ADVICE[failure.reason]
        yield Finding("note" if waiting_helps else "missing", f"{name} does not answer ({failure.reason}). {advice}")


def _speech() -> Iterator[Finding]:
    """Every recogniser and voice of the installation is tried: one word is said, a second of silence heard."""
    yield from _served("Hearing", providers.hearing(RestaurantSettings()), checking.hears)
    yield from _served("Speaking", providers.speaking(RestaurantSettings()), checking.speaks)
    if here := [model.name for model in models_on_disk.present()]:
        yield Finding("ok", f"Speech models on this machine: {', '.join(here)}.")
    if "embedded" in (settings.STT_PROVIDER, settings.TTS_PROVIDER):
        yield Finding("note", "Embedded speech is good for a demo and for tests, not for real callers.")


def _served(
    what: str, chain: providers.Chain, check: Callable[[Provider], Coroutine[Any, Any, Verdict]]
) -> Iterator[Finding]:
    yield Finding("ok", f"{what}: {' then '.join(each.name for each in chain)}.")
    first = settings.STT_PROVIDER if what == "Hearing" else settings.TTS_PROVIDER
    if first in providers.VENDORS and chain[0].name != first:
        yield Finding("missing", f"{first} is chosen, but {first.upper()}_API_KEY is empty.")
    for provider in chain:
        name = "/".join(filter(None, (provider.name, provider.model, provider.voice)))
        verdict = asyncio.run(_checked(check, provider))
        if verdict.failure is None:
            yield Finding("ok", f"{name} serves, after {verdict.seconds * 1000:.0f} ms.")
            continue
        waiting_helps = verdict.failure.reason not in LONG_SECONDS
        advice = speech.ADVICE.get(verdict.failure.reason, "")
        yield Finding("note" if waiting_helps else "missing", f"{name} does not serve ({verdict.failure}). {advice}")


async def _checked(check: Callable[[Provider], Coroutine[Any, Any, Verdict]], provider: Provider) -> Verdict:
    try:
        return await check(provider)
    finally:
        await roster.let_go()


def _carrier() -> Iterator[Finding]:
    if settings.TWILIO_AUTH_TOKEN and settings.PUBLIC_URL:
        yield Finding("ok", f"Twilio calls {settings.PUBLIC_URL}/webhooks/twilio/voice.")
    elif settings.TWILIO_AUTH_TOKEN:
        yield Finding("missing", "TWILIO_AUTH_TOKEN is set, but PUBLIC_URL, the https origin Twilio sees, is not.")
    else:
        yield Finding("note", "Twilio is not configured; `manage.py place_call` is a carrier of our own.")


def _security() -> Iterator[Finding]:
    if not settings.DEBUG and settings.SECRET_KEY in ("", settings.DEVELOPMENT_KEY):
        yield Finding("missing", "DEBUG is off and SECRET_KEY is not set.")
    if settings.DEBUG:
        yield Finding("note", "DEBUG is on: demo logins work. Turn it off before anybody else can reach this machine.")
    if not settings.ENCRYPTION_KEYS:
        yield Finding(
            "note", f"Secrets are encrypted with a key made here, in {settings.VAR_DIR / 'keys'}: back it up."
        )
    yield from _sealed()


def _sealed() -> Iterator[Finding]:
    """Stored secrets, and the keys they stand under."""
    try:
        found = sealing.standing()
    except DatabaseError:
        return
    older, lost = (
        {place: count for (place, how), count in found.items() if how == state} for state in ("older", "unreadable")
    )
    yield Finding("ok", f"{found.total()} stored secrets, {keys.how_many()} encryption keys.")
    if older:
        where = ", ".join(sorted(older))
        yield Finding(
            "note", f"Under an old key: {sum(older.values())} ({where}). Run `manage.py rotate_keys --finish`."
        )
    if lost:
        where = ", ".join(sorted(lost))
        yield Finding(
            "missing", f"No key opens {sum(lost.values())} secrets ({where}): put theirs back, or enter anew."
        )


def _machine() -> Iterator[Finding]:
    yield Finding("ok", f"Python {platform.python_version()} on {platform.system()}.")
    try:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        probe = settings.VAR_DIR / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        yield Finding("missing", f"Nothing can be written to {settings.VAR_DIR}: {error.strerror}.")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _machine,
    _database,
    _lock,
    _redis,
    _restaurants,
    _providers,
    _models,
    _speech,
    _carrier,
    _security,
)
