"""Text messages: whether any go out, what they say, when nobody is woken, and who asked for silence."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from apps.accounts import audit
from apps.calls import messages, services, texting
from apps.calls.api_suppressions import SuppressionTaken
from apps.calls.models import Suppression
from apps.dashboard.settings import lists
from apps.dashboard.settings.forms import Field, Form, Group, Text, Unfit, taken
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.settings.saving import Outdated
from apps.dashboard.shell import Here, Undo
from apps.language import phones
from apps.outbox import live
from apps.restaurant import services as restaurant
from apps.restaurant.models import RestaurantSettings
from apps.tenants.models import PhoneNumber

SILENT_SHOWN = 200
FORM = Form(
    (
        Group(
            __("When"),
            (
                Field("sms_quiet_from", __("Quiet from"), "time"),
                Field(
                    "sms_quiet_until",
                    __("Quiet until"),
                    "time",
                    empty=__("Empty: never quiet. What a guest waits for goes out at any hour."),
                ),
                Field(
                    "text_missed_calls",
                    __("Text callers whom nobody answered"),
                    "switch",
                    hint=__("Once a day to each number, never in the quiet hours."),
                ),
            ),
        ),
    )
)
WORDING = (Field("wording", __("What it says"), "area"),)
SILENCE = (Field("number", __("Telephone number"), "tel"),)
TITLES: dict[str, tuple[Text, Text]] = {
    "order": (__("Order placed"), __("After a guest has ordered by phone.")),
    "changed": (__("Order changed"), __("After a guest or your staff changed it.")),
    "delay": (__("Order is late"), __("When you say that it takes longer.")),
    "cancelled": (__("Order cancelled"), __("When an order is taken back.")),
    "pay_link": (__("Link to pay"), __("Above the total you have set.")),
    "paid": (__("Paid"), __("When the money has come.")),
    "reservation": (__("Table booked"), __("After a guest has booked by phone.")),
    "table_free": (__("Table has become free"), __("To whoever waits for one.")),
    "missed": (__("Missed call"), __("To callers whom nobody answered, where that is switched on.")),
    "address": (__("Address"), __("When a caller asks for it.")),
    "hours": (__("Hours"), __("When a caller asks for them.")),
    "unacknowledged": (__("Order nobody took on"), __("To your staff.")),
    "ticket": (__("Ticket nobody took on"), __("To your staff.")),
}
BLANKS: dict[str, tuple[Text, Text]] = {
    "name": (__("the restaurant's name"), ""),
    "address": (__("its address"), ""),
    "phone": (__("its telephone number"), ""),
    "number": (__("the order's number"), "43"),
    "ready": (__("when it is ready"), __("6:45 pm")),
    "total": (__("what it comes to"), "$38.20"),
    "link": (__("where it is paid"), "https://pay.example/c/9fK2"),
    "when": (__("day and time of the booking"), __("Friday at 7:30 pm")),
    "party": (__("how many guests"), "4"),
    "reference": (__("the booking's reference"), "QT4K9P"),
    "summary": (__("what the ticket is about"), __("A guest asks for a call back about catering.")),
}
"""What stands for each placeholder, and what the preview puts there."""


def _chosen(request: HttpRequest) -> str:
    template = request.POST.get("template", "")
    if template not in texting.WORDING:
        raise Http404("There is no such text message.")
    return template


def _as_seen(request: HttpRequest, template: str) -> str:
    """The wording as it stands, when it is what the page showed."""
    before = _wording(restaurant.locked_settings(), template)
    if request.POST.get("seen") != _short(before):
        raise Outdated
    return before


def _save(request: HttpRequest, here: Here) -> Done:
    template = _chosen(request)
    before, wording = _as_seen(request, template), _written(request)
    try:
        messages.set_template(template, wording, by=here.by)
    except services.Refusal as refusal:
        raise Unfit({"wording": str(refusal)}) from None
    _record(here, template, before, wording)
    return Done(_("“%(title)s” saved. The next one says this") % {"title": TITLES[template][0]})


def _back(request: HttpRequest, here: Here) -> Done:
    template = _chosen(request)
    before = _as_seen(request, template)
    messages.reset_template(template, by=here.by)
    _record(here, template, before, texting.WORDING[template])
    undo = Undo(request.path, lists.TARGET, {
        "deed": "wording", "template": template, "wording": before, "key": template,
        "seen": _short(texting.WORDING[template]),
    })  # fmt: skip
    return Done(_("“%(title)s” is back to our words") % {"title": TITLES[template][0]}, undo)


def _preview(request: HttpRequest, here: Here) -> HttpResponse:
    template = _chosen(request)
    fault = texting.fault(template, _written(request))
    sent = Sent(template, request.POST, {"wording": fault} if fault else {})
    return LISTING.answer_with(request, here, _shown(request, here, sent))


def _written(request: HttpRequest) -> str:
    """Browsers send line ends of their own."""
    return request.POST.get("wording", "").replace("\r\n", "\n").strip()[:1000]


def _record(here: Here, template: str, before: str, after: str) -> None:
    if before != after:
        subject = f"sms-templates/{template}"
        was, now = {"wording": before}, {"wording": after}
        audit.record("sms-templates.change", actor=here.by, place=here.place, subject=subject, before=was, after=now)
        live.touched("settings")


# ---- who asked for silence -----------------------------------------------------------------------------


def _silence(request: HttpRequest, here: Here) -> Done:
    number = taken(SuppressionTaken(data=lists.sent_as(SILENCE, request))).validated_data["number"]
    messages.silence(number, now=timezone.now())
    _tell(here, "create", messages.suppression_of(number))
    return Done(_("%(masked)s gets no more texts") % {"masked": phones.mask(number)})


def _lift(request: HttpRequest, here: Here) -> Done:
    row = next((one for one in Suppression.objects.all() if messages.name_of(one) == request.POST.get("id")), None)
    if row is None:
        raise Http404("There is no such number.")
    kept = lists.sealed(here, {"number": row.number, "since": row.since})
    _tell(here, "delete", row)
    messages.lift(row.number)
    undo = Undo(request.path, lists.TARGET, {"deed": "silent", "sealed": kept})
    return Done(_("%(masked)s gets texts again") % {"masked": _masked(row)}, undo)


def _silent_again(request: HttpRequest, here: Here) -> Done:
    was = lists.unsealed(here, request)
    since = parse_datetime(was["since"]) or timezone.now()
    row, made = Suppression.objects.get_or_create(number=was["number"], defaults={"since": since})
    if made:
        _tell(here, "create", row)
    return Done(_("%(masked)s gets no more texts") % {"masked": _masked(row)})


def _tell(here: Here, done: str, row: Suppression) -> None:
    subject = f"sms-suppressions/{messages.name_of(row)}"
    number = messages.number_of(row)
    audit.record(f"sms-suppressions.{done}", actor=here.by, place=here.place, subject=subject, number=number)
    live.touched("settings")


def _masked(row: Suppression) -> str:
    return phones.mask(messages.number_of(row)) or _("An erased guest")


# ---- what is shown -------------------------------------------------------------------------------------


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    row = restaurant.settings()
    silent = Suppression.objects.order_by("-since", "-number")
    return {
        "lines": [
            {"number": line.number, "since": line.sms_registered_at}
            for line in PhoneNumber.objects.filter(restaurant_id=here.place.id, active=True)
        ],
        "is_on": messages.may_text(here.place),
        "form": lists.settings_form(FORM, row, sent=sent),
        "templates": [_template(name, row, here, sent) for name in TITLES],
        "silent": [
            {"id": messages.name_of(one), "masked": _masked(one), "since": one.since} for one in silent[:SILENT_SHOWN]
        ],
        "silent_count": silent.count(),
        "silencing": lists.form(SILENCE, key="silence", values={}, sent=sent),
        "may_change": here.may("settings.change"),
        "may_silence": here.may("suppressions.change"),
    }


def _template(name: str, row: RestaurantSettings, here: Here, sent: Sent | None) -> dict[str, Any]:
    wording = _wording(row, name)
    form = lists.form(WORDING, key=name, values={"wording": wording}, sent=sent)
    written = str(form["fields"][0]["value"])
    text = texting.filled(written, _facts(row, here))
    parts = texting.segments(text)
    return {
        "name": name,
        "title": TITLES[name][0],
        "when": TITLES[name][1],
        "is_own": name in row.sms_templates,
        "keeps_quiet": name in texting.NOTICES,
        "blanks": [("{" + each + "}", BLANKS[each][0]) for each in sorted(texting.BLANKS[name])],
        "form": {**form, "seen": _short(wording)},
        "is_tried": form["is_open"] and written != wording,
        "preview": text,
        "parts": ngettext("%(count)d part", "%(count)d parts", parts) % {"count": parts},
    }


def _facts(row: RestaurantSettings, here: Here) -> dict[str, str]:
    house = {"name": here.place.name, "address": row.address, "phone": row.phone}
    return {name: str(sample) for name, (_said, sample) in BLANKS.items()} | house


def _wording(row: RestaurantSettings, template: str) -> str:
    return str(row.sms_templates.get(template, texting.WORDING[template]))


def _short(wording: str) -> str:
    return hashlib.sha256(wording.encode()).hexdigest()[:16]


LISTING = Listing(
    "texts",
    "dashboard/settings/texts.html",
    _shown,
    {
        "settings": ("settings.change", lists.setting(FORM, __("Saved. The next text message follows it"))),
        "wording": ("settings.change", _save),
        "ours": ("settings.change", _back),
        "preview": ("settings.view", _preview),
        "silence": ("suppressions.change", _silence),
        "silent": ("suppressions.change", _silent_again),
        "lift": ("suppressions.change", _lift),
    },
    refusals=(services.Refusal,),
)

show = LISTING.view("settings.view")
