"""Cash register: which one is connected, whether its menu was read, and orders that did not get there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from apps.accounts import audit
from apps.dashboard.settings import lists
from apps.dashboard.settings.forms import Field, Text, Unfit
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.shell import Here
from apps.outbox import live
from apps.pos import services as pos
from apps.pos.models import Connection, ExternalId, PushedOrder
from apps.pos.till import Unavailable
from apps.restaurant import services as restaurant

ORDERS_SHOWN = 20
NOTES_SHOWN = 12
VENDORS: dict[str, Text] = {"square": "Square"}
CONNECT = (
    Field("vendor", __("Cash register"), "choice", choices=tuple(VENDORS.items())),
    Field("location", __("Location"), hint=__("As the vendor calls this shop: L8GX4C2Q9ABCD.")),
    Field("token", __("Access token"), "password", hint=__("Kept encrypted and never shown again.")),
)
STATES: dict[str, Text] = {
    "waiting": __("On its way"),
    "pushed": __("There"),
    "cancelled": __("Taken back there"),
    "refused": __("Refused"),
}


def _connect(request: HttpRequest, here: Here) -> Done:
    given = {name: str(value) for name, value in lists.sent_as(CONNECT, request).items()}
    try:
        row = pos.connect(vendor=given["vendor"], location=given["location"][:64], token=given["token"])
    except pos.Refusal as refusal:
        raise Unfit({"token": str(refusal)}) from None
    after = {"vendor": row.vendor, "location": row.location}
    audit.record("pos.connect", actor=here.by, place=here.place, subject="pos_connection/1", after=after)
    live.touched("settings")
    return Done(_("%(vendor)s connected. Try it before the next order") % {"vendor": VENDORS[row.vendor]})


def _switch(request: HttpRequest, here: Here) -> Done:
    """Orders go there or not; the key and what is linked stay."""
    row = lists.locked(Connection.objects.all(), request)
    row.active = not row.active
    row.save(update_fields=["active"])
    after = {"active": row.active}
    audit.record("pos.change", actor=here.by, place=here.place, subject="pos_connection/1", after=after)
    live.touched("settings")
    return Done(_("The next order goes there") if row.active else _("The next order stays here"))


def _try(request: HttpRequest, here: Here) -> Done:
    """What reading the menu would change; nothing is changed."""
    return Done(_("It answers. Nothing was changed"), shown={"pulled": _pull(dry_run=True), "is_dry": True})


def _read(request: HttpRequest, here: Here) -> Done:
    pulled = _pull(dry_run=False)
    audit.record(
        "pos.pull", actor=here.by, place=here.place, subject="pos_connection/1", after={"linked": pulled["linked"]}
    )
    live.touched("menu")
    return Done(_("Menu read from the cash register"), shown={"pulled": pulled, "is_dry": False})


def _pull(*, dry_run: bool) -> dict[str, Any]:
    done = pos.pull(dry_run=dry_run, now=timezone.now())
    return {
        "added": len(done.changes.added),
        "changed": len(done.changes.changed),
        "missing": len(done.changes.missing),
        "linked": done.linked,
        "notes": done.warnings[:NOTES_SHOWN],
    }


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    row = Connection.objects.first()
    late = PushedOrder.objects.exclude(state="pushed", differs=False).select_related("order").order_by("-created_at")
    linked = ExternalId.objects.count()
    has_key = bool(row and restaurant.settings().provider_keys.get(row.vendor))
    return {
        "till": row,
        "seen": lists.seen(row) if row else "",
        "row": {"id": row.pk, "seen": lists.seen(row)} if row else None,
        "vendor": VENDORS.get(row.vendor, row.vendor) if row else "",
        "has_key": has_key,
        "linked": ngettext("%(count)d row of the menu", "%(count)d rows of the menu", linked) % {"count": linked},
        "late": [
            {
                "number": one.order.number,
                "state": _("Another total there") if one.differs else STATES[one.state],
                "theirs": one.their_total if one.differs else None,
                "ours": one.order.total,
                "why": one.last_error,
            }
            for one in late[:ORDERS_SHOWN]
        ],
        "connecting": lists.form(
            CONNECT, key="connect", values={"vendor": "square", "location": row.location if row else ""}, sent=sent
        ),
        "may_change": here.may("settings.change"),
    }


LISTING = Listing(
    "till",
    "dashboard/settings/till.html",
    _shown,
    {
        "connect": ("settings.change", _connect),
        "switch": ("settings.change", _switch),
        "try": ("settings.change", _try),
        "read": ("settings.change", _read),
    },
    refusals=(pos.Refusal, Unavailable),
)

show = LISTING.view("settings.view")
