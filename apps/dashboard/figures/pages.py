"""Figures: how the telephone did over some days. Each with what it is counted of, and beside the days before them.

What is compared is always a share or a mean, never a sum: so a day that is not over yet compares fairly.
"""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from apps.dashboard.figures import charts, period
from apps.dashboard.shell import Here, page, render_page
from apps.restaurant import services as restaurant
from apps.voice import figures

JSON = dict[str, Any]
GOAL_MS = 1500
MOST_DAYS_SHOWN = 62
"""Columns of days; longer spans are drawn by the week."""
AXIS_LEFT, AXIS_RIGHT = 8.0, 80.0
OUTCOMES = {
    "order": lazily("Order"),
    "reservation": lazily("Booking"),
    "ticket": lazily("Ticket for staff"),
    "transfer": lazily("Handed to a person"),
    "none": lazily("No order, booking or ticket"),
    "silence": lazily("Nobody spoke"),
    "blocked": lazily("Blocked caller"),
    "turned away": lazily("Turned away, no line free"),
    "": lazily("Not known yet"),
}
SERIES = (lazily("Answered, no person rung"), lazily("A person was rung"), lazily("Not answered"))


@require_GET
@page("figures.view")
def show(request: HttpRequest, here: Here) -> HttpResponse:
    """Of a `period` (today, 7, 28), a `month` (2026-11), or `from` a day `to` another."""
    today, refusal = timezone.now().astimezone(here.zone).date(), ""
    try:
        chosen = period.of(request.GET.dict(), today=today, timezone=here.place.timezone)
    except figures.Refusal as why:
        chosen, refusal = period.usual(period.USUAL, today=today, timezone=here.place.timezone), str(why)
    return render_page(
        request,
        here,
        "dashboard/figures/page.html",
        section="figures",
        period=chosen,
        refusal=refusal,
        asked={name: request.GET.get(name, "") for name in ("from", "to")} if refusal else _days(chosen),
        today=today.isoformat(),
        usual=[(name, _("Today") if name == "today" else _("%(n)s days") % {"n": name}) for name in period.LENGTHS],
        months=period.months(today),
        **_shown(chosen),
    )


def _days(chosen: period.Period) -> dict[str, str]:
    return {"from": chosen.days.first.isoformat(), "to": chosen.days.last.isoformat()}


def _shown(chosen: period.Period) -> dict[str, Any]:
    currency = restaurant.settings().currency
    found = figures.over(chosen.days, currency=currency)
    whole = found["figures"]
    if not _is_anything(whole):
        return {"is_empty": True}
    before = figures.over(chosen.before, currency=currency)["figures"]
    return {
        "explained": chosen.compared() if _is_anything(before) else chosen.without_comparison(),
        "stats": _stats(whole, before, currency),
        "others": _others(whole, currency),
        "calls": whole["calls"]["value"],
        "hours": _hours(found["hours"]),
        "days": _by_day(found["days"]),
        "replies": _replies(found["days"], whole["reply_p50_ms"]["of"]),
        "outcomes": _outcomes(figures.outcomes(chosen.days)),
        "series": SERIES,
    }


def _is_anything(whole: JSON) -> bool:
    return any(whole[name]["of"] for name in ("calls", "orders", "reservations"))


# ---- the six, and the others -------------------------------------------------------------------------


def _stats(now: JSON, before: JSON, currency: str) -> list[dict[str, Any]]:
    replies, each = now["reply_p50_ms"]["of"], _each_order(now, currency)
    half, most = (_seconds(now[name]["value"]) for name in ("reply_p50_ms", "reply_p95_ms"))
    return [
        {
            "name": _("Answered"),
            "figure": now["answered"]["value"],
            "of": ngettext("of %(n)s call", "of %(n)s calls", now["answered"]["of"]) % {"n": now["answered"]["of"]},
            "more": _compared(_part(now["answered"]), _part(before["answered"])),
            "definition": _("calls that were answered"),
        },
        {
            "name": _("Handled alone"),
            "figure": now["handled_alone"]["value"],
            "of": _("of %(n)s that ended") % {"n": now["handled_alone"]["of"]},
            "more": _compared(_part(now["handled_alone"]), _part(before["handled_alone"])),
            "definition": _("answered calls in which no person was rung"),
        },
        {
            "name": _("Orders"),
            "figure": now["orders"]["value"],
            "of": _("of %(n)s placed") % {"n": now["orders"]["of"]},
            "more": _compared(_part(now["orders"]), _part(before["orders"])),
            "definition": _("not cancelled since"),
        },
        {
            "name": _("Conversion"),
            "figure": _percent(now["conversion"]["value"]) or "–",
            "of": _("of %(n)s answered") % {"n": now["conversion"]["of"]},
            "more": _was(_percent(before["conversion"]["value"])),
            "definition": _("answered calls that left an order"),
        },
        {
            "name": _("Revenue"),
            "figure": _money(Decimal(now["revenue"]["value"]), currency),
            "of": ngettext("from %(n)s order", "from %(n)s orders", now["revenue"]["of"]) % {"n": now["revenue"]["of"]},
            "more": _compared(each and _("%(sum)s each") % {"sum": each}, _each_order(before, currency)),
            "definition": _("orders not cancelled, tax included"),
        },
        {
            "name": _("Reply time"),
            "figure": half or "–",
            "of": ngettext("half of %(n)s reply", "half of %(n)s replies", replies) % {"n": replies},
            "more": _compared(
                most and _("95 in 100 within %(seconds)s") % {"seconds": most},
                " / ".join(
                    filter(None, (_seconds(before[name]["value"]) for name in ("reply_p50_ms", "reply_p95_ms")))
                ),
            ),
            "definition": _("from the guest's last sound to Loman's first"),
        },
    ]


def _others(now: JSON, currency: str) -> list[dict[str, Any]]:
    length = now["average_duration_seconds"]["value"]
    return [
        {
            "name": _("Handed over"),
            "figure": now["handed_over"]["value"],
            "of": _("of %(n)s answered calls") % {"n": now["handed_over"]["of"]},
            "definition": _("a person was rung"),
        },
        {
            "name": _("Tables booked"),
            "figure": now["reservations"]["value"],
            "of": _("of %(n)s booked") % {"n": now["reservations"]["of"]},
            "definition": _("not cancelled since, by when they were booked"),
        },
        {
            "name": _("Length of a call"),
            "figure": "–" if length is None else f"{length // 60}:{length % 60:02}",
            "of": _("of %(n)s calls") % {"n": now["average_duration_seconds"]["of"]},
            "definition": _("the mean, in minutes and seconds, of calls that are over"),
        },
        {
            "name": _("Cost of models for a call"),
            "figure": _dollars(now["model_cost_per_call"]["value"]),
            "of": _("of %(n)s answered calls") % {"n": now["model_cost_per_call"]["of"]},
            "definition": _("US dollars, as far as prices are known; calls and their summaries"),
        },
        {
            "name": _("Cost of models for an order"),
            "figure": _dollars(now["model_cost_per_order"]["value"]),
            "of": _("of %(n)s orders") % {"n": now["model_cost_per_order"]["of"]},
            "definition": _("the same, for each order that was not cancelled"),
        },
    ]


def _compared(now: str, before: str) -> str:
    return ", ".join(filter(None, (now, _was(before) if now else "")))


def _was(before: str) -> str:
    return _("was %(figure)s") % {"figure": before} if before else ""


def _part(figure: JSON) -> str:
    """A count as a share of what it is counted of; of nothing there is none."""
    return _percent(figure["value"] / figure["of"]) if figure["of"] else ""


def _percent(share: float | None) -> str:
    """Rounded first: `number_format` cuts off."""
    return "" if share is None else _("%(number)s %%") % {"number": number_format(round(share * 100, 1), 1)}


def _seconds(milliseconds: int | None) -> str:
    return "" if milliseconds is None else _("%(n)s s") % {"n": number_format(round(milliseconds / 1000, 2), 2)}


def _each_order(found: JSON, currency: str) -> str:
    revenue = found["revenue"]
    return _money(Decimal(revenue["value"]) / revenue["of"], currency) if revenue["of"] else ""


def _money(amount: Decimal, currency: str) -> str:
    """Of sums, whose thousands are told apart."""
    figure = number_format(round(amount, 2), 2, force_grouping=True)
    return f"${figure}" if currency == "USD" else f"{figure} {currency}"


def _dollars(value: str | None) -> str:
    return "–" if value is None else f"${Decimal(value):.4f}"


# ---- the drawings ------------------------------------------------------------------------------------


def _split(each: JSON) -> tuple[int, int, int]:
    """Calls as SERIES has them; together they are all calls."""
    calls, answered, given_on = (int(each[name]["value"]) for name in ("calls", "answered", "handed_over"))
    return answered - given_on, given_on, calls - answered


def _hours(found: list[JSON]) -> dict[str, Any] | None:
    """From the first hour somebody rang in to the last."""
    rang = [each["hour"] for each in found if each["calls"]["value"]]
    if not rang:
        return None
    table = [(_hour(each["hour"]), _split(each)) for each in found[rang[0] : rang[-1] + 1]]
    name, most = _busiest(table)
    said = _("Busiest: the hour from %(hour)s, with %(n)s calls.") % {"hour": name, "n": most}
    return {"drawing": charts.columns(table), "table": _table(table), "said": said}


def _by_day(found: list[JSON]) -> dict[str, Any] | None:
    """Every day, or every week where they are many."""
    is_weekly = len(found) > MOST_DAYS_SHOWN
    table: list[tuple[str, tuple[int, int, int]]] = []
    step = 7 if is_weekly else 1
    for at in range(0, len(found), step):
        parts = [_split(each) for each in found[at : at + step]]
        alone, given_on, missed = (sum(part) for part in zip(*parts, strict=True))
        table.append(
            (_day(date.fromisoformat(found[at]["day"]), many=len(found) > step * 7), (alone, given_on, missed))
        )
    if len(table) < 2 or not any(sum(values) for _name, values in table):
        return None
    name, most = _busiest(table)
    said = _("Most calls: %(day)s, with %(n)s.") % {"day": name, "n": most}
    if is_weekly:
        said = _("Most calls: the seven days from %(day)s, with %(n)s.") % {"day": name, "n": most}
    return {"drawing": charts.columns(table), "table": _table(table), "said": said, "is_weekly": is_weekly}


def _busiest(table: list[tuple[str, tuple[int, int, int]]]) -> tuple[str, int]:
    name, values = max(table, key=lambda row: sum(row[1]))
    return name, sum(values)


def _table(table: list[tuple[str, tuple[int, int, int]]]) -> list[dict[str, Any]]:
    return [{"name": name, "values": values, "all": sum(values)} for name, values in table]


def _replies(found: list[JSON], count: int) -> dict[str, Any] | None:
    """Half of the replies, and 95 in 100, day by day. Percentiles do not add up: there are no weeks of them."""
    half, most = ([each[name]["value"] for each in found] for name in ("reply_p50_ms", "reply_p95_ms"))
    known = [value for value in most if value is not None]
    if not known or len(found) < 2:
        return None
    highest = max(GOAL_MS * 1.15, *known)
    marks = [
        value for value in range(0, int(highest) + 1, 500 * charts.step_for(int(highest) // 500)) if value != GOAL_MS
    ]
    lines = [charts.line(values, highest=highest, left=AXIS_LEFT, right=AXIS_RIGHT) for values in (half, most)]
    goal_y = charts.height_of(GOAL_MS, highest=highest)
    words_y = charts.apart([goal_y, *(float(one.last_y) for one in reversed(lines))])
    return {
        "count": count,
        "half": lines[0],
        "most": lines[1],
        "words_y": dict(zip(("goal", "most", "half"), (f"{y:.1f}" for y in words_y), strict=True)),
        "has_marks": len(found) <= MOST_DAYS_SHOWN,
        "last_half": _last(half),
        "last_most": _last(most),
        "goal_y": f"{goal_y:.1f}",
        "marks": [(f"{charts.height_of(value, highest=highest):.1f}", _seconds_short(value)) for value in marks],
        "names": _names(found),
        "left": f"{AXIS_LEFT}%",
        "right": f"{AXIS_RIGHT}%",
        "table": [
            {"name": _day(date.fromisoformat(each["day"]), many=True), "half": _seconds(a), "most": _seconds(b),
             "of": each["reply_p50_ms"]["of"]}
            for each, a, b in zip(found, half, most, strict=True)
        ],
    }  # fmt: skip


def _names(found: list[JSON]) -> list[dict[str, Any]]:
    """The days under the lines, as many as there is room for."""
    drawing = charts.columns([(_day(date.fromisoformat(each["day"]), many=len(found) > 7), ()) for each in found])
    step = (AXIS_RIGHT - AXIS_LEFT) / len(found)
    return [
        {"x": f"{AXIS_LEFT + (at + 0.5) * step:.2f}%", "words": column.label, "is_spare": column.is_spare}
        for at, column in enumerate(drawing.columns)
        if column.label
    ]


def _last(values: list[int | None]) -> str:
    return next((_seconds(value) for value in reversed(values) if value is not None), "")


def _seconds_short(milliseconds: int) -> str:
    return _("%(n)s s") % {"n": number_format(milliseconds / 1000, 1 if milliseconds % 1000 else 0)}


def _outcomes(found: list[tuple[str, int]]) -> dict[str, Any] | None:
    if not found:
        return None
    table = [(str(OUTCOMES.get(name, name.replace("_", " ").capitalize())), calls) for name, calls in found]
    count = sum(calls for _name, calls in table)
    return {
        "rows": charts.rows(table),
        "height": len(table) * charts.ROW_PX,
        "table": [{"name": name, "calls": calls, "share": _percent(calls / count)} for name, calls in table],
        "count": count,
        "said": _("Most often: %(outcome)s, %(n)s of %(of)s calls.")
        % {"outcome": table[0][0].lower(), "n": table[0][1], "of": count},
    }


def _hour(hour: int) -> str:
    return time(hour).strftime("%-I %p").lower()


def _day(day: date, *, many: bool) -> str:
    return date_format(day, "j M" if many else "D j")
