"""Blocked callers: who is not answered, what blocks by itself, and the limits that whoever runs Loman sets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.accounts import audit
from apps.calls import blocking
from apps.calls.api import Blocking
from apps.calls.models import BlockedNumber
from apps.dashboard.settings import lists
from apps.dashboard.settings.forms import Field, Form, Group, Text, Unfit, taken
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.shell import Here, Undo
from apps.language import phones
from apps.outbox import live
from apps.restaurant import dialling
from apps.restaurant import services as restaurant

SHOWN = 200
LASTS: dict[str, Text] = {"": __("for good"), "1": __("for a day"), "7": __("for a week"), "30": __("for a month")}
FORM = Form(
    (
        Group(
            __("Who is not answered"),
            (
                Field("refuse_withheld", __("Refuse callers who withhold their number"), "switch"),
                Field(
                    "block_abusers_after",
                    __("Block for a day after"),
                    "number",
                    unit=__("calls"),
                    empty=__("Calls of abuse, silence or robots within a day. Empty: only by hand."),
                ),
                Field(
                    "longest_call_minutes",
                    __("A call lasts at most"),
                    "number",
                    unit=__("minutes"),
                    hint=__("Then Loman says goodbye."),
                ),
            ),
        ),
    )
)


def _read_countries(sent: QueryDict) -> list[str]:
    return sent.get("dial_countries", "").upper().replace(",", " ").split()


LIMITS = Form(
    (
        Group(
            __("Limits"),
            (
                Field(
                    "most_calls", __("On the line at once"), "number", unit=__("calls"), empty=__("Empty: no limit.")
                ),
                Field("minutes_a_day", __("In a day"), "number", unit=__("minutes"), empty=__("Empty: no limit.")),
                Field(
                    "service_dollars_a_day",
                    __("Speech and telephone in a day"),
                    "money",
                    unit="USD",
                    empty=__("Estimated. Empty: no limit."),
                ),
                Field(
                    "dial_countries",
                    __("Countries that are rung and texted"),
                    empty=__("Two letters each: US CA. Empty: those of the installation."),
                    read=_read_countries,
                    show=lambda value: " ".join(value or []),
                ),
            ),
        ),
    )
)
ADD = (
    Field("number", __("Telephone number"), "tel"),
    Field("reason", __("Why?"), hint=__("Only your team reads it.")),
    Field("lasts", __("Not answered"), "choice", choices=tuple(LASTS.items())),
)


def _limits(request: HttpRequest, here: Here) -> Done | HttpResponse:
    if not here.may("restaurants.manage"):
        raise PermissionDenied
    return lists.setting(LIMITS, _("Limits saved. The next call follows them"))(request, here)


def _add(request: HttpRequest, here: Here) -> Done:
    given = lists.sent_as(ADD, request)
    lasts, number = str(given.pop("lasts")), phones.normalise(str(given["number"]))
    if lasts in LASTS and lasts:
        given["until"] = timezone.now() + timedelta(days=int(lasts))
    asked = taken(Blocking(data=given)).validated_data
    if number is None:
        raise Unfit({"number": _("This is no phone number.")})
    row = blocking.block(number, reason=asked["reason"], by=here.by, until=asked["until"])
    _tell(here, "caller.blocked", row, number=number)
    undo = Undo(request.path, lists.TARGET, {"deed": "lift", "id": str(row.pk)})
    return Done(_("%(masked)s is not answered any more") % {"masked": row}, undo)


def _lift(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(BlockedNumber.objects.all(), request, as_seen=False)
    kept = {name: getattr(row, name) for name in ("digest", "last4", "reason", "by")}
    kept["until"] = row.until.isoformat() if row.until else None  # to the microsecond, unlike JSON's encoder
    blocking.lift(row.pk)
    _tell(here, "caller.unblocked", row)
    undo = Undo(request.path, lists.TARGET, {"deed": "again", "sealed": lists.sealed(here, kept)})
    return Done(_("%(masked)s is answered again") % {"masked": f"••• {kept['last4']}"}, undo)


def _again(request: HttpRequest, here: Here) -> Done:
    was = lists.unsealed(here, request)
    if not {"digest", "last4", "reason", "by", "until"} <= was.keys():
        raise Http404("There is nothing to bring back.")
    until = parse_datetime(was["until"]) if was["until"] else None
    values = {"last4": was["last4"], "reason": was["reason"], "by": was["by"], "until": until}
    row, _made = BlockedNumber.objects.get_or_create(digest=was["digest"], defaults=values)
    _tell(here, "caller.blocked", row)
    return Done(_("%(masked)s is not answered any more") % {"masked": row})


def _tell(here: Here, action: str, row: BlockedNumber, *, number: str = "") -> None:
    """As REST does."""
    after = {"reason": row.reason, "until": row.until.isoformat() if row.until else None}
    shown = after if action == "caller.blocked" else None
    audit.record(action, actor=here.by, place=here.place, subject=str(row.pk), after=shown, number=number)
    live.touched("settings")


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    row = restaurant.settings()
    standing = blocking.standing(timezone.now())
    return {
        "form": lists.settings_form(FORM, row, sent=sent),
        "limits": lists.settings_form(LIMITS, row, sent=sent, key="limits"),
        "countries": " ".join(dialling.countries()),
        "settings": row,
        "rows": standing[:SHOWN],
        "count": standing.count(),
        "adding": lists.form(ADD, key="add", values={}, sent=sent),
        "may_change": here.may("settings.change"),
        "may_limit": here.may("restaurants.manage"),
    }


LISTING = Listing(
    "blocked",
    "dashboard/settings/blocked.html",
    _shown,
    {
        "settings": ("settings.change", lists.setting(FORM, __("Saved. The next call follows it"))),
        "limits": ("settings.change", _limits),
        "add": ("callers.block", _add),
        "lift": ("callers.block", _lift),
        "again": ("callers.block", _again),
    },
)

show = LISTING.view("callers.block")
