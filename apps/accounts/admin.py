"""People, keys and the audit record, in the admin; and what the whole admin needs of this room."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.contrib.admin import register
from django.db import models
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from apps.accounts import audit, standing
from apps.accounts.models import (
    ApiKey,
    AuditEntry,
    AuditHead,
    Invitation,
    Membership,
    RecoveryCode,
    SecondFactor,
    TokenFamily,
    User,
)
from apps.tenants import scope
from apps.tenants.models import Restaurant
from loman import administration
from loman.administration import HISTORY_SHOWN, PUBLIC, Kept, Past


def _place_of(row: models.Model) -> scope.Place | None:
    """Whose record a row belongs in."""
    if (here := scope.here()) is not None:
        return here
    restaurant = row if isinstance(row, Restaurant) else getattr(row, "restaurant", None)
    return scope.of(restaurant) if restaurant is not None else None


def _changed(action: str, *, before: models.Model | None, after: models.Model, by: str) -> None:
    audit.changed(action, before=before, after=after, actor=by, place=_place_of(after))
    standing.forget()


def _past(row: models.Model) -> Sequence[Past]:
    place = _place_of(row)
    entries = AuditEntry.objects.filter(restaurant=place.id) if place else AuditEntry.objects.filter(restaurant=None)
    found = entries.filter(subject=f"{row._meta.db_table}/{row.pk}").order_by("-at")[:HISTORY_SHOWN]
    return [Past(each.at, each.actor, each.action, json.dumps(each.after) if each.after else "") for each in found]


administration.supply(administration.Means(changed=_changed, past=_past, is_secret=audit.is_secret))


@register(User, site=PUBLIC)
class UserAdmin(Kept):
    columns = ("email", "name", "is_active", "is_superuser", "last_login", "created_at")
    search_fields = ("email__startswith", "id")
    list_filter = ("is_active", "is_superuser")
    changes = ("name", "language", "is_active")


@register(Membership, site=PUBLIC)
class MembershipAdmin(Kept):
    columns = ("id", "user", "restaurant", "role", "created_at")
    search_fields = ("user__email", "restaurant__slug")
    list_filter = ("role",)
    ordering = ("id",)


@register(Invitation, site=PUBLIC)
class InvitationAdmin(Kept):
    columns = ("email", "restaurant", "role", "sent_at", "expires_at")
    search_fields = ("email", "restaurant__slug")


@register(ApiKey, site=PUBLIC)
class ApiKeyAdmin(Kept):
    columns = ("label", "restaurant", "prefix", "role", "created_by", "last_used_at", "revoked_at")
    search_fields = ("prefix", "restaurant__slug")
    ordering = ("id",)


@register(TokenFamily, site=PUBLIC)
class TokenFamilyAdmin(Kept):
    columns = ("id", "user", "restaurant", "began_at", "expires_at", "ended_at", "end_reason")
    search_fields = ("id", "user__email")
    ordering = ("-expires_at",)


@register(SecondFactor, site=PUBLIC)
class SecondFactorAdmin(Kept):
    columns = ("user", "confirmed_at", "created_at")
    search_fields = ("user__email",)
    ordering = ("user_id",)


@register(RecoveryCode, site=PUBLIC)
class RecoveryCodeAdmin(Kept):
    columns = ("id", "user", "digest")
    search_fields = ("user__email",)


@register(AuditEntry, site=PUBLIC)
class AuditEntryAdmin(Kept):
    """A trigger refuses every change besides."""

    columns = ("id", "at", "restaurant", "actor", "action", "subject")
    search_fields = ("id", "restaurant__slug")
    ordering = ("-id",)


@register(AuditHead, site=PUBLIC)
class AuditHeadAdmin(Kept):
    columns = ("chain", "position")
    search_fields = ("chain",)


@register(PeriodicTask, site=PUBLIC)
class PeriodicTaskAdmin(Kept):
    """What is done when, as the code says; the worker's clock reads it from here."""

    columns = ("name", "task", "enabled", "last_run_at", "total_run_count")
    search_fields = ("name__icontains",)
    ordering = ("name",)


@register(IntervalSchedule, site=PUBLIC)
class IntervalScheduleAdmin(Kept):
    columns = ("id", "every", "period")


@register(CrontabSchedule, site=PUBLIC)
class CrontabScheduleAdmin(Kept):
    columns = ("id", "minute", "hour", "day_of_week")
