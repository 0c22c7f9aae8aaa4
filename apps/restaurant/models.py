"""One row of settings, the staff to call, and the hours. In the restaurant's schema."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from apps.tenants.models import E164_PATTERN


def _may_be_rung(number: str) -> None:
    from apps.restaurant import dialling  # which reads these rows

    dialling.validate(number)


class RestaurantSettings(models.Model):
    """Everything that a call at this restaurant follows. There is exactly one row."""

    sealed: ClassVar = ("provider_keys",)
    id = models.SmallIntegerField(primary_key=True, default=1)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    """The number callers know, E.164."""
    currency = models.CharField(max_length=3, default="USD")
    languages = models.JSONField(default=list)
    policies = models.JSONField(default=dict, blank=True)
    """What callers ask about, as text by subject: parking, payment, dogs, dress code …"""
    services = models.JSONField(default=list, blank=True)
    """What is offered over the phone: `pickup`, `reservations`."""

    assistant_name = models.CharField(max_length=60, default="Loman")
    notice = models.TextField(blank=True)
    """Own wording of the consent notice. It cannot be turned off: ours is said too where this one does not say that an
    AI speaks and that the call is recorded (apps.voice.phrasebook.notice)."""
    greeting = models.TextField(blank=True)
    voice = models.CharField(max_length=80, blank=True)
    """Of the first voice provider."""
    stt_provider = models.CharField(max_length=20, blank=True)
    stt_model = models.CharField(max_length=120, blank=True)
    stt_fallbacks = models.JSONField(default=list, blank=True)
    """`provider/model` in order; the embedded recogniser is always the last."""
    keyterms = models.JSONField(default=list, blank=True)
    """Words that callers say and recognisers mistake, besides the menu's: names of people, streets, what is off it."""
    tts_provider = models.CharField(max_length=20, blank=True)
    tts_model = models.CharField(max_length=120, blank=True)
    tts_fallbacks = models.JSONField(default=list, blank=True)
    """`provider/voice` in order; the embedded voice is always the last."""
    llm_provider = models.CharField(max_length=20, blank=True)
    llm_model = models.CharField(max_length=120, blank=True)
    llm_fallbacks = models.JSONField(default=list, blank=True)
    llm_temperature = models.DecimalField(max_digits=3, decimal_places=2, default="0.30")
    prompt_additions = models.TextField(blank=True)
    provider_keys = models.JSONField(default=dict, blank=True)
    """Own keys by provider, encrypted (apps.accounts.keys)."""
    model_dollars_a_day = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    """What vendors' models may cost in one of the restaurant's days, US dollars; after that the embedded model goes
    on. Empty: no limit."""
    model_dollars_a_month = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)

    tax_rates = models.JSONField(default=dict, blank=True)
    """Per tax class, in per cent as text: {"standard": "8.25"}."""
    tax_mode = models.CharField(max_length=10, default="order")
    tax_rounding = models.CharField(max_length=10, default="half_up")
    prices_include_tax = models.BooleanField(default=False)
    half_pricing = models.CharField(max_length=12, default="higher_half")
    half_surcharge = models.DecimalField(max_digits=8, decimal_places=2, default=0)
    most_of_one_item = models.PositiveIntegerField(default=25)
    most_items = models.PositiveIntegerField(default=60)
    most_total = models.DecimalField(max_digits=10, decimal_places=2, default=1000)

    prep_minutes = models.PositiveIntegerField(default=25)
    prep_minutes_override = models.PositiveIntegerField(null=True, blank=True)
    """What staff quote instead, until `prep_minutes_until`: a night with too few hands."""
    prep_minutes_until = models.DateTimeField(null=True, blank=True)
    busy_orders = models.PositiveIntegerField(null=True, blank=True)
    """From so many orders in the kitchen on, one more takes `busy_extra_minutes` longer."""
    busy_extra_minutes = models.PositiveIntegerField(default=0)
    last_order_minutes = models.PositiveIntegerField(default=0)
    """Orders must be ready at least this long before closing."""
    last_order_by_service = models.JSONField(default=dict, blank=True)
    """The same for single services, by the clock they close at: {"14:30": 15, "22:00": 30}."""
    throttle_orders = models.PositiveIntegerField(null=True, blank=True)
    """At most so many orders due within any `throttle_minutes`."""
    throttle_minutes = models.PositiveIntegerField(default=15)
    ordering_paused_until = models.DateTimeField(null=True, blank=True)
    alcohol_sold = models.BooleanField(default=False)
    shadow_mode = models.BooleanField(default=False)
    guest_changes_until = models.CharField(max_length=10, default="accepted")
    """The last step at which a guest may change an order by phone: `new` or `accepted`."""
    pay_link_above = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    """Totals above this are paid by a link that is texted; empty: never."""
    pay_provider = models.CharField(max_length=20, blank=True)
    pay_first = models.BooleanField(default=True)
    """The kitchen begins when the link was paid."""
    pay_minutes = models.PositiveIntegerField(default=20)
    """After so long an unpaid order is a ticket for staff."""

    max_party = models.PositiveIntegerField(default=8)
    turn_minutes = models.JSONField(default=dict, blank=True)
    """Minutes a table is taken, by the largest party they hold for: {"2": 75, "4": 90, "8": 120}."""
    pacing_covers = models.PositiveIntegerField(null=True, blank=True)
    """Most guests to seat within 15 minutes."""
    booking_days_ahead = models.PositiveIntegerField(default=60)
    last_seating_minutes = models.PositiveIntegerField(null=True, blank=True)
    """Guests arrive at least this long before closing; null: their whole stay lies before it."""
    no_show_minutes = models.PositiveIntegerField(null=True, blank=True)
    """After so long a booking nobody came for is a no-show; null: by hand only."""
    no_shows_allowed = models.PositiveIntegerField(null=True, blank=True)
    """A number with so many no-shows within a year is passed on to staff instead of booked."""
    calendar_secret = models.CharField(max_length=64, blank=True)
    """In the address of the calendar feed; empty: there is none."""
    booking_notice_minutes = models.PositiveIntegerField(default=30)

    transfer_number = models.CharField(max_length=16, blank=True, validators=[_may_be_rung])
    """Rings when a call is handed over or the line fails, E.164."""
    ring_seconds = models.PositiveIntegerField(default=25)
    recording_days = models.PositiveIntegerField(default=90)
    transcript_days = models.PositiveIntegerField(default=365)
    carrier_recording = models.BooleanField(default=False)
    sms_templates = models.JSONField(default=dict, blank=True)
    sms_quiet_from = models.TimeField(null=True, blank=True)
    sms_quiet_until = models.TimeField(null=True, blank=True)
    """Between these local times notices wait; what a guest is waiting for goes out."""
    text_missed_calls = models.BooleanField(default=False)
    ticket_minutes = models.JSONField(default=dict, blank=True)
    """By type of ticket, how many minutes of opening time staff have for it; the others are apps.calls.duty's."""
    outcomes = models.JSONField(default=dict, blank=True)
    """What is said and done about delivery, catering and the like, where it is not apps.calls.outcomes'."""
    dial_countries = models.JSONField(default=list, blank=True)
    """ISO codes of the countries whose numbers may be rung and texted; empty: the installation's DIAL_COUNTRIES."""
    refuse_withheld = models.BooleanField(default=False)
    """Callers who withhold their number are not answered."""
    block_abusers_after = models.PositiveIntegerField(null=True, blank=True)
    """So many calls of abuse, silence or robots within a day block a number for a day; null: by hand only."""
    most_calls = models.PositiveIntegerField(null=True, blank=True)
    """On the line at once, across all processes; null: only the installation's MAX_CONCURRENT_CALLS."""
    minutes_a_day = models.PositiveIntegerField(null=True, blank=True)
    service_dollars_a_day = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    """What speech and carrier may cost in one of the restaurant's days, estimated, US dollars."""
    longest_call_minutes = models.PositiveIntegerField(default=15)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "restaurant_settings"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="restaurant_settings_one_row"),
            models.CheckConstraint(condition=Q(tax_mode__in=["order", "line"]), name="settings_tax_mode"),
            models.CheckConstraint(
                condition=Q(tax_rounding__in=["half_up", "half_even"]), name="settings_tax_rounding"
            ),
            models.CheckConstraint(
                condition=Q(half_pricing__in=["average", "higher_half"]), name="settings_half_pricing"
            ),
            models.CheckConstraint(
                condition=Q(transfer_number="") | Q(transfer_number__regex=E164_PATTERN),
                name="settings_transfer_number_e164",
            ),
            models.CheckConstraint(condition=Q(phone="") | Q(phone__regex=E164_PATTERN), name="settings_phone_e164"),
            models.CheckConstraint(condition=Q(throttle_minutes__gt=0), name="settings_throttle_window"),
            models.CheckConstraint(
                condition=Q(prep_minutes_override=None) | Q(prep_minutes_until__isnull=False),
                name="settings_prep_override_ends",
            ),
            models.CheckConstraint(
                condition=Q(guest_changes_until__in=["new", "accepted"]), name="settings_guest_changes"
            ),
            models.CheckConstraint(condition=Q(pay_minutes__gt=0), name="settings_pay_minutes"),
            models.CheckConstraint(
                condition=(Q(model_dollars_a_day=None) | Q(model_dollars_a_day__gte=0))
                & (Q(model_dollars_a_month=None) | Q(model_dollars_a_month__gte=0)),
                name="settings_model_dollars",
            ),
        ]

    def __str__(self) -> str:
        return "settings"


class StaffContact(models.Model):
    """A person who may be rung: for hand-overs, for orders nobody acknowledged, for leads."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=120)
    number = models.CharField(max_length=16, validators=[_may_be_rung])
    reasons = models.JSONField(default=list, blank=True)
    """Which hand-overs ring this contact (empty: all)."""
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        db_table = "staff_contacts"
        ordering = ("position", "name")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(number__regex=E164_PATTERN), name="staff_contacts_e164"),
        ]

    def __str__(self) -> str:
        return self.name


class TransferRule(models.Model):
    """Whom a call rings, by reason and hours; rules of one reason are tried in their order."""

    class Hours(models.TextChoices):
        ANY = "any"
        OPEN = "open"
        CLOSED = "closed"

    class Fallback(models.TextChoices):
        MESSAGE = "message"
        TICKET = "ticket"
        HANG_UP = "hang_up"

    id = models.BigAutoField(primary_key=True)
    reason = models.CharField(max_length=40, blank=True)
    """Empty: any reason that has no rule of its own."""
    hours = models.CharField(max_length=6, choices=Hours.choices, default=Hours.ANY)
    contact = models.ForeignKey(StaffContact, on_delete=models.CASCADE, null=True, blank=True, related_name="rules")
    """Nobody: straight to the fallback."""
    ring_seconds = models.PositiveIntegerField(null=True, blank=True)
    fallback = models.CharField(max_length=8, choices=Fallback.choices, default=Fallback.MESSAGE)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        db_table = "transfer_rules"
        ordering = ("position", "id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hours__in=["any", "open", "closed"]), name="transfer_rules_hours"),
            models.CheckConstraint(
                condition=Q(fallback__in=["message", "ticket", "hang_up"]), name="transfer_rules_fallback"
            ),
            models.CheckConstraint(
                condition=Q(ring_seconds__isnull=True) | Q(ring_seconds__gte=5, ring_seconds__lte=120),
                name="transfer_rules_ring_seconds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason or 'any reason'}, {self.hours}"


class OpeningHours(models.Model):
    """One span of the week. A closing at or before the opening is on the next day (00:00 to 00:00: all day)."""

    id = models.BigAutoField(primary_key=True)
    weekday = models.PositiveSmallIntegerField()
    """Monday is 0."""
    opens = models.TimeField()
    closes = models.TimeField()

    class Meta:
        db_table = "opening_hours"
        ordering = ("weekday", "opens")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="opening_hours_weekday"),
            models.UniqueConstraint(fields=["weekday", "opens"], name="opening_hours_once"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens}-{self.closes}"


class SpecialDay(models.Model):
    """A date that does not follow the week: other hours (one row per span) or, without hours, closed."""

    id = models.BigAutoField(primary_key=True)
    date = models.DateField()
    opens = models.TimeField(null=True, blank=True)
    closes = models.TimeField(null=True, blank=True)
    note = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "special_days"
        ordering = ("date", "opens")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                name="special_days_both_or_none",
            ),
            models.UniqueConstraint(fields=["date", "opens"], name="special_days_once"),
            models.UniqueConstraint(fields=["date"], condition=Q(opens__isnull=True), name="special_days_closed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.date}"
