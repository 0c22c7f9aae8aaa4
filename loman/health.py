"""What operators ask: is the process alive, can it take calls, and what do the numbers say."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

REDIS_SECONDS = 1.0


def alive(request: HttpRequest) -> JsonResponse:
    """Liveness: the process answers."""
    return JsonResponse({"status": "ok"})


def ready(request: HttpRequest) -> JsonResponse:
    """Readiness as in the reference: database, Redis, model. 503 when one that is needed is away."""
    checks = {"database": _database(), "redis": redis_check(), "llm": _model()}
    fit = all(check["status"] != "down" for check in checks.values())
    return JsonResponse({"status": "ok" if fit else "unavailable", "checks": checks}, status=200 if fit else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _database() -> dict[str, Any]:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error as error:
        return {"status": "down", "detail": f"The database does not answer: {type(error).__name__}."}
    return {"status": "ok"}


def redis_check() -> dict[str, Any]:
    if not settings.REDIS_URL:
        return {"status": "off", "detail": "No Redis: live updates and work stay within this process."}
    import redis

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=REDIS_SECONDS) as server:
            server.ping()
    except ValueError:
        return {"status": "down", "detail": "Redis cannot be asked: REDIS_URL is no address of one."}
    except redis.RedisError as error:
        return {"status": "down", "detail": f"Redis does not answer: {type(error).__name__}."}
    return {"status": "ok"}


def _model() -> dict[str, Any]:
    """Which models would answer, best first. The embedded one always can, so calls never stop for this."""
    order = [settings.LLM_PROVIDER, *(each.split("/", 1)[0] for each in settings.LLM_FALLBACKS), "embedded"]
    keys = {
        "embedded": "always there",
        "openai": settings.OPENAI_API_KEY,
        "anthropic": settings.ANTHROPIC_API_KEY,
        "gemini": settings.GEMINI_API_KEY,
        "ollama": settings.OLLAMA_API_BASE,
    }
    usable = [provider for provider in dict.fromkeys(order) if keys.get(provider)]
    status = "ok" if usable and usable[0] == settings.LLM_PROVIDER else "degraded"
    return {"status": status, "providers": usable}
