"""Orders and taxes: how long the kitchen takes, how much it takes on, what is asked before, and the tax on it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.views.decorators.http import require_http_methods

from apps.dashboard.settings.forms import Field, Form, Group
from apps.dashboard.settings.saving import serve
from apps.dashboard.shell import Here, page

SPARE_ROWS = 2
"""Empty lines below the tax classes there are."""


def _read_rates(sent: QueryDict) -> dict[str, str]:
    """A line without a name is none; two of one name are told apart by nobody, so the later stands."""
    lines = zip(sent.getlist("tax_class"), sent.getlist("tax_percent"), strict=False)
    return {name.strip(): percent.strip() for name, percent in lines if name.strip()}


def _show_rates(rates: Any) -> list[tuple[str, str]]:
    return [*(rates or {}).items(), *[("", "")] * SPARE_ROWS]


FORM = Form(
    (
        Group(
            __("How long it takes"),
            (
                Field("prep_minutes", __("Usual time"), "number", unit=__("minutes")),
                Field(
                    "busy_orders",
                    __("Busy from"),
                    "number",
                    unit=__("orders in the kitchen"),
                    empty=__("Empty: it always takes the usual time."),
                ),
                Field("busy_extra_minutes", __("Then it takes longer by"), "number", unit=__("minutes")),
                Field(
                    "last_order_minutes",
                    __("Ready before closing by"),
                    "number",
                    unit=__("minutes"),
                    hint=__("Later wishes are offered the next day."),
                ),
            ),
        ),
        Group(
            __("How much the kitchen takes on"),
            (
                Field(
                    "throttle_orders",
                    __("At most"),
                    "number",
                    unit=__("orders"),
                    empty=__("Empty: as many as come."),
                ),
                Field(
                    "throttle_minutes",
                    __("due within"),
                    "number",
                    unit=__("minutes"),
                    hint=__("Any stretch of that length counts. Who comes later is offered the next free time."),
                ),
            ),
        ),
        Group(
            __("What one call may order"),
            (
                Field("most_of_one_item", __("Of one item at most"), "number", unit=__("pieces")),
                Field("most_items", __("Items in all at most"), "number", unit=__("items")),
                Field("most_total", __("Total at most"), "money"),
            ),
            hint=__("Above it nothing is placed, and you get a ticket."),
        ),
        Group(
            __("Before it reaches the kitchen"),
            (
                Field(
                    "shadow_mode",
                    __("Approve every order first"),
                    "switch",
                    hint=__("The guest is told that the restaurant confirms it."),
                ),
                Field(
                    "alcohol_sold",
                    __("Sell alcohol over the phone"),
                    "switch",
                    hint=__("The ticket then says CHECK ID. The hours of sale are those of the items."),
                ),
                Field(
                    "guest_changes_until",
                    __("Guests may change an order by phone"),
                    "choice",
                    choices=(
                        ("new", __("until you acknowledge it")),
                        ("accepted", __("until it is being made")),
                    ),
                ),
            ),
        ),
        Group(
            __("Taxes"),
            (
                Field(
                    "tax_rates",
                    __("Rates by tax class"),
                    "tax_rates",
                    hint=__("Items without a class of their own are “standard”. Empty a name to take its line away."),
                    read=_read_rates,
                    show=_show_rates,
                ),
                Field(
                    "tax_mode",
                    __("Tax is worked out"),
                    "choice",
                    choices=(("order", __("once for the order")), ("line", __("line by line"))),
                ),
                Field(
                    "tax_rounding",
                    __("Half a cent"),
                    "choice",
                    choices=(("half_up", __("goes up")), ("half_even", __("goes to the even cent"))),
                ),
                Field("prices_include_tax", __("Prices on the menu include tax"), "switch"),
            ),
        ),
        Group(
            __("Half and half"),
            (
                Field(
                    "half_pricing",
                    __("Two halves cost"),
                    "choice",
                    choices=(
                        ("higher_half", __("as the dearer one")),
                        ("average", __("the average of both")),
                    ),
                ),
                Field("half_surcharge", __("and besides"), "money"),
            ),
        ),
        Group(
            __("Paying by link"),
            (
                Field(
                    "pay_link_above",
                    __("Text a link to pay above"),
                    "money",
                    empty=__("Empty: never. It needs text messages and a Stripe key."),
                ),
                Field(
                    "pay_provider",
                    __("By"),
                    "choice",
                    choices=(("", __("nobody")), ("stripe", "Stripe")),
                ),
                Field("pay_first", __("The kitchen waits for the money"), "switch"),
                Field(
                    "pay_minutes",
                    __("Wait at most"),
                    "number",
                    unit=__("minutes"),
                    hint=__("Then you get a ticket."),
                ),
            ),
        ),
    )
)


@require_http_methods(["GET", "POST"])
@page("settings.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    part = "dashboard/settings/kitchen.html"
    said = _("Orders and taxes saved. The next call follows them")
    return serve(request, here, FORM, section="kitchen", template=part, said=said)
