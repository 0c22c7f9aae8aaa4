"""Webhooks and keys: who is told of events, what did not arrive, and the restaurant's own keys at vendors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.accounts import audit
from apps.dashboard.settings import lists
from apps.dashboard.settings.forms import Field, Text, Unfit, taken
from apps.dashboard.settings.lists import Done, Listing, Refused, Sent
from apps.dashboard.settings.saving import save
from apps.dashboard.shell import Here
from apps.outbox import live, webhooks
from apps.outbox.api import BY_HAND, WebhookChanged, WebhookTaken
from apps.outbox.models import Delivery, Endpoint
from apps.restaurant import services as restaurant
from apps.tenants import scope

DELIVERIES_SHOWN = 10
TYPES: dict[str, Text] = {
    "order.placed": __("Order placed"),
    "order.changed": __("Order changed"),
    "order.cancelled": __("Order cancelled"),
    "reservation.booked": __("Table booked"),
    "reservation.changed": __("Booking changed"),
    "reservation.cancelled": __("Booking cancelled"),
    "call.ended": __("Call ended"),
    "call.summarised": __("Call summarised"),
    "ticket.opened": __("Ticket opened"),
}
_types = Field("types", __("Of what it is told"), "checks", choices=tuple(TYPES.items()), read=lists.many("types"),
               empty=__("None ticked: of everything."))  # fmt: skip
ADD = (Field("url", __("Address"), "url", hint=__("Begins with https and answers within seconds.")), _types)
CHANGE = (
    _types,
    Field(
        "whole_numbers",
        __("Tell it whole phone numbers"),
        "switch",
        hint=__("Else the last four digits. You answer for what becomes of them."),
    ),
)
VENDORS: dict[str, Text] = {
    "stripe": __("Stripe, for links to pay"),
    "stripe_webhook": __("Stripe, the secret its webhooks are signed with"),
    "square": __("Square, the cash register"),
}
KEY = (
    Field("vendor", __("Of"), "choice", choices=tuple(VENDORS.items())),
    Field("secret_key", __("Key"), "password", hint=__("Kept encrypted and never shown again.")),
)


def _mine(here: Here) -> Any:
    return Endpoint.objects.filter(restaurant_id=here.place.id)


@scope.public()
def _endpoint(request: HttpRequest, here: Here) -> Endpoint:
    row: Endpoint = lists.locked(_mine(here), request, as_seen=False)
    return row


def _add(request: HttpRequest, here: Here) -> Done:
    asked = taken(WebhookTaken(data=lists.sent_as(ADD, request))).validated_data
    row, secret = webhooks.add(here.place, url=asked["url"], types=asked["types"], by=here.by)
    live.touched("settings")
    return Done(_("Webhook added. Copy its secret now"), shown={"new_secret": secret, "new_for": row.url})


def _change(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(_mine(here), request)
    asked = taken(WebhookChanged(data=lists.sent_as(CHANGE, request))).validated_data
    if asked["types"] != row.types:
        webhooks.tell_of(row, types=asked["types"], by=here.by)
    if asked["whole_numbers"] != row.whole_numbers:
        (webhooks.grant_whole_numbers if asked["whole_numbers"] else webhooks.mask_numbers)(row, by=here.by)
    live.touched("settings")
    return Done(_("Saved. The next event follows it"))


def _pause(request: HttpRequest, here: Here) -> Done:
    row = _endpoint(request, here)
    if row.disabled_at is None:
        webhooks.disable(row, reason=BY_HAND, now=timezone.now(), by=here.by)
        return Done(_("Paused. What happens meanwhile is not kept for it"))
    webhooks.enable(row, by=here.by)
    return Done(_("Told again from now on"))


def _rotate(request: HttpRequest, here: Here) -> Done:
    row = _endpoint(request, here)
    secret = webhooks.rotate(row, now=timezone.now(), by=here.by)
    return Done(_("New secret. For a day the old one signs too"), shown={"new_secret": secret, "new_for": row.url})


def _test(request: HttpRequest, here: Here) -> Done:
    row = _endpoint(request, here)
    if row.disabled_at is not None:
        raise Refused(_("It is paused: have it told again first."))
    webhooks.test(row)
    return Done(_("A test is on its way. Look at it below in a moment"))


def _remove(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(_mine(here), request)
    webhooks.remove(row, by=here.by)
    live.touched("settings")
    return Done(_("Removed. It is told nothing more"))


def _replay(request: HttpRequest, here: Here) -> Done:
    rows = Delivery.objects.filter(endpoint__restaurant_id=here.place.id)
    row = webhooks.replay(here.place, lists.locked(rows, request, as_seen=False).pk)
    subject = f"webhook_deliveries/{row.pk}"
    audit.record("webhook_deliveries.replay", actor=here.by, place=here.place, subject=subject)
    return Done(_("Sent again under its old id"))


def _key(request: HttpRequest, here: Here) -> Done:
    """Written and never shown: that it was written is on record by itself, as over REST."""
    vendor, text = request.POST.get("vendor", ""), request.POST.get("secret_key", "")
    try:
        save(here, {"provider_keys": {vendor: text}})
    except Unfit as unfit:
        raise Unfit({"secret_key": " ".join(unfit.faults.values())}) from None
    _record_key(here, vendor, "set")
    return Done(_("Key kept. The next one that is asked uses it"))


def _forget_key(request: HttpRequest, here: Here) -> Done:
    vendor = request.POST.get("id", "")
    save(here, {"provider_keys": {vendor: None}})
    _record_key(here, vendor, "removed")
    return Done(_("Key taken away"))


def _record_key(here: Here, vendor: str, done: str) -> None:
    subject = "settings/1"
    audit.record("settings.provider_keys", actor=here.by, place=here.place, subject=subject, after={vendor: done})


# ---- what is shown -------------------------------------------------------------------------------------


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    kept = restaurant.settings().provider_keys
    return {
        "rows": [_row(row, sent) for row in _mine(here)],
        "adding": lists.form(ADD, key="add", values={"types": []}, sent=sent),
        "keys": [{"id": name, "seen": "-", "label": VENDORS[name], "is_set": bool(kept.get(name))} for name in VENDORS],
        "keeping": lists.form(KEY, key="key", values={"vendor": "stripe"}, sent=sent),
        "may_change": here.may("webhooks.change"),
        "may_key": here.may("settings.change"),
    }


def _row(row: Endpoint, sent: Sent | None) -> dict[str, Any]:
    values = {"types": row.types, "whole_numbers": row.whole_numbers}
    return {
        "id": row.pk,
        "seen": lists.seen(row),
        "url": row.url,
        "types": [TYPES.get(each, each) for each in row.types],
        "whole_numbers": row.whole_numbers,
        "paused": row.disabled_at is not None,
        "reason": row.disabled_reason,
        "failures": row.failures,
        "form": lists.form(CHANGE, key=f"row-{row.pk}", values=values, sent=sent),
        "deliveries": [
            {
                "id": one.pk,
                "seen": "-",
                "type": TYPES.get(one.type, _("Test")),
                "at": one.created_at,
                "state": one.state,
                "status": one.last_status,
                "tries": one.tries,
            }
            for one in row.deliveries.all()[:DELIVERIES_SHOWN]
        ],
    }


LISTING = Listing(
    "hooks",
    "dashboard/settings/hooks.html",
    _shown,
    {
        "add": ("webhooks.change", _add),
        "change": ("webhooks.change", _change),
        "pause": ("webhooks.change", _pause),
        "rotate": ("webhooks.change", _rotate),
        "test": ("webhooks.change", _test),
        "remove": ("webhooks.change", _remove),
        "replay": ("webhooks.change", _replay),
        "key": ("settings.change", _key),
        "forget": ("settings.change", _forget_key),
    },
    refusals=(webhooks.Refusal,),
)

show = LISTING.view("webhooks.view")
