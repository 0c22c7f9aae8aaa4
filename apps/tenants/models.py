"""Restaurants, the host names they answer under, and the phone numbers that ring for them. Public schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django_tenants.models import DomainMixin, TenantMixin

from apps.language import phones

E164_PATTERN = r"^\+[1-9][0-9]{6,14}$"
SLUG_PATTERN = r"^[a-z0-9]([a-z0-9-]{0,48}[a-z0-9])?$"


class Owner(models.Model):
    """Who has several restaurants: what ties locations together that share a menu."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120, unique=True)

    class Meta:
        db_table = "owners"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Restaurant(TenantMixin):  # type: ignore[misc]  # django-tenants has no types
    """One restaurant. Its own data lies in the PostgreSQL schema `schema_name`."""

    class State(models.TextChoices):
        SETUP = "setup"
        LIVE = "live"
        SUSPENDED = "suspended"
        LEFT = "left"

    auto_create_schema = False  # `services.open_restaurant` replays the blueprint instead
    auto_drop_schema = False

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=60, default="America/New_York")
    state = models.CharField(max_length=12, choices=State.choices, default=State.LIVE)
    owner = models.ForeignKey(Owner, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    menu_from = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="shares_with")
    """The location of the same owner whose menu this one takes over, edition by edition."""
    upgrade_error = models.CharField(max_length=500, blank=True, db_default="", default="", editable=False)
    """Why its schema could not be brought to this version's migrations; empty: it was. Written by `migrating.run`."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "tenants"
        ordering = ("name",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="tenants_slug_is_a_host_label"),
            models.CheckConstraint(
                condition=Q(state__in=["setup", "live", "suspended", "left"]), name="tenants_state_known"
            ),
            models.CheckConstraint(
                condition=Q(menu_from__isnull=True) | (Q(owner__isnull=False) & ~Q(menu_from=F("id"))),
                name="tenants_menu_from_another_of_the_owner",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Domain(DomainMixin):  # type: ignore[misc]  # django-tenants has no types
    """A host name under which one restaurant's dashboard is served."""

    class Meta:
        db_table = "tenant_domains"


class PhoneNumber(models.Model):
    """A number that rings for one restaurant, with the carrier account it belongs to."""

    sealed: ClassVar = ("carrier_auth_tokens",)
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="phone_numbers")
    number = models.CharField(max_length=16, unique=True)
    """E.164."""
    label = models.CharField(max_length=60, blank=True)
    active = models.BooleanField(default=True)
    carrier_account_sid = models.CharField(max_length=64, blank=True)
    carrier_auth_tokens = models.JSONField(default=list, blank=True)
    """Encrypted tokens, newest first: while one is rotated, both validate webhooks."""
    sms_registered_at = models.DateTimeField(null=True, blank=True)
    """When the A2P registration was recorded; before it no SMS is sent or promised."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "phone_numbers"
        ordering = ("number",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__regex=E164_PATTERN), name="phone_numbers_e164"),
        ]

    def __str__(self) -> str:
        return phones.mask(self.number)
