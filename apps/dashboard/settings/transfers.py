"""Transfers: which telephone rings, for how long, by which rules, and what would happen this minute."""

from __future__ import annotations

from copy import copy
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.calls import services as calls
from apps.calls.handover import Plan
from apps.calls.models import Ticket
from apps.dashboard.settings import lists, reasons
from apps.dashboard.settings.forms import Field, Form, Group, taken
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.shell import Here, Undo
from apps.language import phones
from apps.restaurant import dialling
from apps.restaurant import services as restaurant
from apps.restaurant.api_staff import RuleTaken
from apps.restaurant.models import RestaurantSettings, StaffContact, TransferRule
from apps.tenants.models import PhoneNumber

NOUN = "transfer_rules"
NOW_SHOWN = 5
"""Reasons of which it is said what would happen now."""
HOURS = {"any": __("at any hour"), "open": __("while open"), "closed": __("while closed")}
FALLBACKS = {
    "message": __("take a message"),
    "ticket": __("promise a call back and open a ticket"),
    "hang_up": __("say goodbye"),
}


def _read_number(sent: QueryDict) -> str:
    """The number is never sent to the page: left empty it stays, unless it is to go."""
    given = sent.get("transfer_number", "").strip()
    if given:
        return given
    return "" if "no_number" in sent else restaurant.settings().transfer_number


def _show_number(value: Any) -> str:
    return "" if value == restaurant.settings().transfer_number else str(value)


FORM = Form(
    (
        Group(
            __("The telephone that rings"),
            (
                Field(
                    "transfer_number",
                    __("Number of the house"),
                    "tel",
                    hint=__("Rings after the staff contacts, when all lines are busy and when Loman cannot answer."),
                    read=_read_number,
                    show=_show_number,
                ),
                Field(
                    "ring_seconds",
                    __("Let it ring for"),
                    "number",
                    unit=__("seconds"),
                    hint=__("Then the next one rings. A rule may say otherwise."),
                ),
            ),
        ),
    )
)
RULE = (
    Field("reason", __("When a call is about"), "choice"),
    Field("hours", __("And it is"), "choice", choices=tuple(HOURS.items())),
    Field("contact", __("Ring"), "choice", read=lambda sent: sent.get("contact") or None),
    Field(
        "ring_seconds",
        __("For"),
        "number",
        unit=__("seconds"),
        empty=__("Empty: as long as the house's number."),
    ),
    Field("fallback", __("If nobody answers"), "choice", choices=tuple(FALLBACKS.items())),
)


def _add(request: HttpRequest, here: Here) -> Done:
    given = lists.sent_as(RULE, request)
    given["position"] = TransferRule.objects.count()
    lists.kept(here, taken(RuleTaken(data=given)), noun=NOUN, row=None)
    return Done(_("Rule added. The next call follows it"))


def _change(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(TransferRule.objects.all(), request)
    wanted = taken(RuleTaken(row, data=lists.sent_as(RULE, request), partial=True))
    lists.kept(here, wanted, noun=NOUN, row=row)
    return Done(_("Rule saved. The next call follows it"))


def _remove(request: HttpRequest, here: Here) -> Done:
    row = lists.locked(TransferRule.objects.all(), request)
    before = copy(row)
    kept = {name: getattr(row, name) for name in ("reason", "hours", "ring_seconds", "fallback", "position")}
    kept["contact"] = row.contact_id
    row.delete()
    lists.record(here, f"{NOUN}.delete", before=before, after=None)
    undo = Undo(request.path, lists.TARGET, {"deed": "restore", "sealed": lists.sealed(here, kept)})
    return Done(_("Rule removed"), undo)


def _restore(request: HttpRequest, here: Here) -> Done:
    lists.kept(here, taken(RuleTaken(data=lists.unsealed(here, request))), noun=NOUN, row=None)
    return Done(_("The rule is back"))


def _move(request: HttpRequest, here: Here) -> Done:
    lists.move(here, TransferRule.objects.all(), request, noun=NOUN)
    return Done(_("Rule moved. The next call follows this order"))


def _reveal(request: HttpRequest, here: Here) -> HttpResponse:
    return lists.reveal(request, here, restaurant.settings().transfer_number, subject="settings/1")


# ---- what is shown -------------------------------------------------------------------------------------


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    row = restaurant.settings()
    rules = list(TransferRule.objects.select_related("contact"))
    choices = {
        "reason": [("", _("Anything that has no rule")), *reasons.choices(each.reason for each in rules)],
        "contact": [("", _("Nobody: straight to what follows")), *((str(pk), name) for pk, name in _contacts())],
    }
    form = lists.settings_form(FORM, row, sent=sent)
    return {
        "form": form,
        "masked": phones.mask(row.transfer_number),
        "house_fault": dialling.why_not(row.transfer_number) if row.transfer_number else "",
        "rows": [_row(one, at, rules, row, choices, sent) for at, one in enumerate(rules)],
        "adding": lists.form(
            RULE, key="add", values={"hours": "any", "fallback": "message"}, sent=sent, choices=choices
        ),
        "now": [{"subject": reasons.subject(each), "sentence": _now(each, here)} for each in _asked(rules)],
        "lines": [
            {"number": line.number, "star": line.number.removeprefix("+1")}
            for line in PhoneNumber.objects.filter(restaurant_id=here.place.id, active=True)
        ],
        "loop": Ticket.objects.filter(key__startswith="loop:", status="open").order_by("-created_at").first(),
        "may_change": here.may("staff_contacts.change"),
        "may_see": here.may("numbers.view_whole"),
    }


def _contacts() -> Any:
    return StaffContact.objects.values_list("pk", "name")


def _row(
    row: TransferRule,
    at: int,
    rules: list[TransferRule],
    settings: RestaurantSettings,
    choices: dict[str, Any],
    sent: Sent | None,
) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in ("reason", "hours", "ring_seconds", "fallback")}
    values["contact"] = str(row.contact_id or "")
    return {
        "id": row.pk,
        "seen": lists.seen(row),
        "sentence": sentence(row, rules[at + 1 :], ring_seconds=settings.ring_seconds),
        "is_idle": bool(row.contact and not row.contact.active),
        "contact": row.contact.name if row.contact else "",
        "is_first": at == 0,
        "is_last": at == len(rules) - 1,
        "form": lists.form(RULE, key=f"row-{row.pk}", values=values, sent=sent, choices=choices),
    }


def sentence(row: TransferRule, later: list[TransferRule], *, ring_seconds: int) -> str:
    """A rule as one would say it: "Complaints while open ring Marco for 25 seconds, then take a message"."""
    follows = any(one.reason == row.reason and {one.hours, row.hours} != {"open", "closed"} for one in later)
    facts: dict[str, Any] = {
        "what": reasons.subject(row.reason),
        "when": HOURS[row.hours],
        "then": _("try the next rule") if follows else FALLBACKS[row.fallback],
    }
    if row.contact is None:
        return _("%(what)s %(when)s: ring nobody, %(then)s") % facts
    facts |= {"who": row.contact.name, "seconds": row.ring_seconds or ring_seconds}
    return _("%(what)s %(when)s ring %(who)s for %(seconds)s seconds, then %(then)s") % facts


def _asked(rules: list[TransferRule]) -> list[str]:
    """First whoever asks for a person, then what there are rules for."""
    return list(dict.fromkeys(["person", *(each.reason for each in rules if each.reason)]))[:NOW_SHOWN]


def _now(reason: str, here: Here) -> str:
    return said_of(calls.plan_hand_over(reason=reason, caller="", place=here.place, now=timezone.now()))


def said_of(plan: Plan) -> str:
    """What a plan for a call comes to."""
    steps = [
        _("ring %(who)s for %(seconds)s seconds")
        % {"who": _("the house") if one.label == calls.HOUSE else one.label, "seconds": one.ring_seconds}
        for one in plan.targets
    ]
    return str(capfirst(_(", then ").join([*steps, str(FALLBACKS[plan.fallback])])))


LISTING = Listing(
    "transfers",
    "dashboard/settings/transfers.html",
    _shown,
    {
        "settings": ("settings.change", lists.setting(FORM, __("Telephone saved. The next call follows it"))),
        "add": ("staff_contacts.change", _add),
        "change": ("staff_contacts.change", _change),
        "remove": ("staff_contacts.change", _remove),
        "restore": ("staff_contacts.change", _restore),
        "move": ("staff_contacts.change", _move),
        "number": ("numbers.view_whole", _reveal),
    },
    refusals=(restaurant.Refusal,),
)

show = LISTING.view("staff_contacts.view")
