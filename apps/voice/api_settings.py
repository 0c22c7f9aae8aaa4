"""`/api/v1/settings`: everything a person sets about a restaurant. It knows who can hear, speak and think."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar, get_args
from zoneinfo import available_timezones

from django.http import HttpResponseBase
from django.utils.functional import cached_property
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request

from apps.accounts import keys
from apps.accounts.rest.fields import MaskedNumber, Number
from apps.accounts.rest.taken import TakenRow
from apps.accounts.rest.views import RecordView
from apps.llm.vendors import ROUTES
from apps.restaurant import dialling
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants import scope
from apps.tenants.models import Restaurant
from apps.tools import shapes
from apps.voice import house_rules, phrasebook, providers, roster

NOT_SAID = frozenset({"typed", "elevenlabs-http"})
"""Of the roster, what no restaurant chooses: it is for tests, or comes with another."""
HEARS = frozenset(roster.TRANSCRIBERS) - NOT_SAID
SPEAKS = frozenset(roster.SYNTHESIZERS) - NOT_SAID
THINKS = frozenset(ROUTES) | {"embedded"}
PAYS = ("stripe",)
OWN_KEYS = (*ROUTES, *providers.VENDORS, "stripe", "stripe_webhook", "square")
KINDS = frozenset(get_args(shapes.Kind))
PERCENT_EXAMPLE = {"standard": "8.25"}
LONGEST_TEXT = 4000
PLAIN = (
    "address", "currency", "assistant_name", "notice", "greeting", "voice", "stt_provider", "stt_model", "tts_provider",
    "tts_model", "llm_provider", "llm_model", "llm_temperature", "prompt_additions", "model_dollars_a_day",
    "model_dollars_a_month", "tax_mode", "tax_rounding", "prices_include_tax", "half_pricing", "half_surcharge",
    "most_of_one_item", "most_items", "most_total", "prep_minutes", "busy_orders", "busy_extra_minutes",
    "last_order_minutes", "throttle_orders", "throttle_minutes", "alcohol_sold", "shadow_mode", "guest_changes_until",
    "pay_link_above", "pay_provider", "pay_first", "pay_minutes", "max_party", "pacing_covers", "booking_days_ahead",
    "last_seating_minutes", "no_show_minutes", "no_shows_allowed", "booking_notice_minutes", "ring_seconds",
    "recording_days", "transcript_days", "carrier_recording", "sms_quiet_from", "sms_quiet_until", "text_missed_calls",
    "longest_call_minutes", "refuse_withheld", "block_abusers_after", "most_calls", "minutes_a_day",
    "service_dollars_a_day",
)  # fmt: skip
LISTS = ("languages", "services", "keyterms", "stt_fallbacks", "tts_fallbacks", "llm_fallbacks", "dial_countries")
TABLES = (
    "policies", "tax_rates", "turn_minutes", "ticket_minutes", "last_order_by_service", "outcomes", "sms_templates",
)  # fmt: skip
BOUNDS: Mapping[str, tuple[int, int]] = {
    "most_of_one_item": (1, 1000), "most_items": (1, 10_000), "prep_minutes": (0, 600), "busy_orders": (1, 10_000),
    "busy_extra_minutes": (0, 600), "last_order_minutes": (0, 720), "throttle_orders": (1, 10_000),
    "throttle_minutes": (1, 720), "pay_minutes": (1, 1440), "max_party": (1, 200), "pacing_covers": (1, 10_000),
    "booking_days_ahead": (0, 730), "last_seating_minutes": (0, 720), "no_show_minutes": (5, 720),
    "no_shows_allowed": (1, 100), "booking_notice_minutes": (0, 20_160), "ring_seconds": (5, 120),
    "recording_days": (1, 3650), "transcript_days": (1, 3650), "longest_call_minutes": (1, 120),
    "block_abusers_after": (1, 100), "most_calls": (1, 1000), "minutes_a_day": (1, 100_000),
}  # fmt: skip
"""Least and most of the whole numbers."""
CHOICES: Mapping[str, Collection[str]] = {
    "tax_mode": ("order", "line"), "tax_rounding": ("half_up", "half_even"), "half_pricing": ("average", "higher_half"),
    "guest_changes_until": ("new", "accepted"), "stt_provider": sorted(HEARS), "tts_provider": sorted(SPEAKS),
    "llm_provider": sorted(THINKS), "pay_provider": PAYS,
}  # fmt: skip
LIMITS = frozenset({"dial_countries", "most_calls", "minutes_a_day", "service_dollars_a_day"})
"""What a stolen password of the restaurant must not be able to lift: the installation pays for it."""
MAY_BE_EMPTY = frozenset({"stt_provider", "tts_provider", "llm_provider", "pay_provider"})
RULES: Mapping[str, Callable[[Any], str]] = {
    "policies": house_rules.policies,
    "tax_rates": house_rules.tax_rates,
    "turn_minutes": house_rules.turn_minutes,
    "ticket_minutes": lambda given: house_rules.ticket_minutes(given, kinds=KINDS),
    "last_order_by_service": house_rules.last_orders,
    "outcomes": house_rules.own_outcomes,
    "sms_templates": house_rules.sms_templates,
    "languages": lambda given: house_rules.languages(given, known=phrasebook.BOOKS),
    "services": house_rules.services,
    "keyterms": house_rules.keyterms,
    "stt_fallbacks": lambda given: house_rules.fallbacks(given, known=HEARS),
    "tts_fallbacks": lambda given: house_rules.fallbacks(given, known=SPEAKS),
    "llm_fallbacks": lambda given: house_rules.fallbacks(given, known=THINKS),
    "dial_countries": house_rules.countries,
}


@extend_schema_field({"type": "object", "additionalProperties": {}})
class Table(serializers.JSONField):
    """An object whose content one rule looks at, as a whole."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise serializers.ValidationError("Give an object.")
        return data


@extend_schema_field({"type": "array", "items": {"type": "string"}})
class Names(serializers.JSONField):
    """A list of names, likewise."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
            raise serializers.ValidationError("Give a list of texts.")
        return data


KEY_SET = {"type": "object", "properties": {"set": {"type": "boolean"}}, "required": ["set"]}


class SettingsShown(serializers.ModelSerializer[RestaurantSettings]):
    name = serializers.SerializerMethodField(help_text="Of the restaurant.")
    timezone = serializers.SerializerMethodField()
    phone = MaskedNumber()
    transfer_number = MaskedNumber()
    provider_keys = serializers.SerializerMethodField(help_text="Whether there is an own key, by provider.")

    class Meta:
        model = RestaurantSettings
        fields = (
            "name", "timezone", "phone", "transfer_number", *PLAIN, *LISTS, *TABLES, "provider_keys",
            "ordering_paused_until", "prep_minutes_override", "prep_minutes_until",
        )  # fmt: skip
        read_only_fields = fields
        extra_kwargs: ClassVar[Any] = {}

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        kind, options = super().build_standard_field(field_name, model_field)
        if field_name in LISTS:
            kind = Names
        elif field_name in TABLES:
            kind = Table
        return kind, {name: value for name, value in options.items() if name not in ("decoder", "encoder")}

    def get_name(self, row: RestaurantSettings) -> str:
        return self._house.name

    def get_timezone(self, row: RestaurantSettings) -> str:
        return str(self._house.timezone)

    @extend_schema_field({"type": "object", "additionalProperties": KEY_SET})
    def get_provider_keys(self, row: RestaurantSettings) -> dict[str, dict[str, bool]]:
        return {name: {"set": bool(row.provider_keys.get(name))} for name in OWN_KEYS}

    @cached_property
    def _house(self) -> Restaurant:
        """Its row as it is now: the view's place is as it was when the request came in."""
        found: Restaurant = Restaurant.objects.get(pk=self.context["view"].place.id)
        return found


class SettingsTaken(TakenRow[RestaurantSettings]):
    """`context["view"]` says whose they are and who asks: it has `place` and `may(permission)`."""

    name = serializers.CharField(max_length=120, required=False)
    timezone = serializers.CharField(max_length=60, required=False, help_text="As the IANA names it: America/Chicago.")
    phone = Number(max_length=40, required=False, allow_blank=True)
    transfer_number = Number(max_length=40, required=False, allow_blank=True, validators=[dialling.validate])
    currency = serializers.RegexField(r"^[A-Z]{3}$", required=False)
    notice = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    greeting = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    prompt_additions = serializers.CharField(max_length=LONGEST_TEXT, required=False, allow_blank=True)
    llm_temperature = serializers.DecimalField(max_digits=3, decimal_places=2, min_value=0, max_value=2, required=False)
    provider_keys = Table(required=False, help_text='A key sets it, null takes it away: {"openai": "sk-…"}')

    class Meta:
        model = RestaurantSettings
        fields = ("name", "timezone", "phone", "transfer_number", *PLAIN, *LISTS, *TABLES, "provider_keys")
        extra_kwargs: ClassVar[Any] = {
            name: {"min_value": 0}
            for name in (
                "half_surcharge",
                "most_total",
                "pay_link_above",
                "model_dollars_a_day",
                "model_dollars_a_month",
                "service_dollars_a_day",
            )
        }

    def build_standard_field(self, field_name: str, model_field: Any) -> Any:
        kind, options = super().build_standard_field(field_name, model_field)
        if field_name in BOUNDS:
            least, most = BOUNDS[field_name]
            options |= {"min_value": least, "max_value": most}
            options.pop("validators", None)
        if field_name in CHOICES:
            return serializers.ChoiceField, {
                "choices": list(CHOICES[field_name]),
                "allow_blank": field_name in MAY_BE_EMPTY,
                "required": False,
            }
        if field_name in LISTS:
            return Names, {"required": False}
        if field_name in TABLES:
            return Table, {"required": False}
        return kind, options

    def validate_timezone(self, name: str) -> str:
        if name not in available_timezones():
            raise serializers.ValidationError("There is no such time zone; for example America/Chicago.")
        return name

    def validate_provider_keys(self, given: dict[str, Any]) -> dict[str, Any]:
        for name, key in given.items():
            if name not in OWN_KEYS:
                raise serializers.ValidationError(f"No key is kept for that. There are {', '.join(sorted(OWN_KEYS))}.")
            if key is not None and not (isinstance(key, str) and key.isascii() and key.isprintable() and key.strip()):
                raise serializers.ValidationError(f"That is no key for {name}: give its text, or null to take it away.")
            if key is not None and len(key) > 500:
                raise serializers.ValidationError(f"The key for {name} is too long.")
        return given

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if (limits := LIMITS & set(attrs)) and not self.context["view"].may("restaurants.manage"):
            raise serializers.ValidationError({name: ["Whoever runs the installation sets this."] for name in limits})
        faults = {name: rule(attrs[name]) for name, rule in RULES.items() if name in attrs}
        for name in ("stt", "tts"):
            if (choice := {"stt": "stt_model", "tts": "voice"}[name]) in attrs and not faults.get(choice):
                provider = attrs.get(f"{name}_provider", getattr(self.instance, f"{name}_provider", ""))
                if provider in providers.ON_DISK:
                    faults[choice] = house_rules.no_path(attrs[choice])
        if found := {name: [fault] for name, fault in faults.items() if fault}:
            raise serializers.ValidationError(found)
        return attrs

    def update(self, instance: RestaurantSettings, validated_data: dict[str, Any]) -> RestaurantSettings:
        house = {name: validated_data.pop(name) for name in ("name", "timezone") if name in validated_data}
        if house:
            with scope.public():  # a restaurant's role changes nothing about which restaurants there are
                Restaurant.objects.filter(pk=self.context["view"].place.id).update(**house)
        if (given := validated_data.pop("provider_keys", None)) is not None:
            kept = {name: sealed for name, sealed in instance.provider_keys.items() if name not in given}
            sealed = {name: keys.encrypt(key.strip()) for name, key in given.items() if key is not None}
            validated_data["provider_keys"] = kept | sealed
        return super().update(instance, validated_data)


EXAMPLE: dict[str, Any] = {"prep_minutes": 25, "tax_rates": PERCENT_EXAMPLE, "provider_keys": {"openai": "sk-…"}}


@extend_schema_view(
    get=extend_schema(tags=["settings"], summary="Everything a person sets; keys are only said to be there"),
    patch=extend_schema(
        tags=["settings"],
        summary="Change settings; lists and tables are replaced as a whole, keys one by one",
        request=SettingsTaken,
        examples=[OpenApiExample("Some of them", value=EXAMPLE, request_only=True)],
        responses={200: SettingsShown},
    ),
)
class SettingsView(RecordView[RestaurantSettings]):
    permission: ClassVar = {"GET": "settings.view", "PATCH": "settings.change"}
    queryset = RestaurantSettings.objects.all()
    serializer_class = SettingsShown
    changes_serializer_class = SettingsTaken
    noun = "settings"
    number_field = "transfer_number"

    def get_object(self) -> RestaurantSettings:
        return restaurant.settings()

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.change(request)

    def perform_change(self, row: RestaurantSettings, wanted: Any) -> RestaurantSettings:
        """A key that takes the place of another looks the same: that it was written is on record by itself."""
        if written := wanted.validated_data.get("provider_keys"):
            done = {name: "removed" if key is None else "set" for name, key in written.items()}
            self.record("settings.provider_keys", row, after=done)
        return super().perform_change(row, wanted)
