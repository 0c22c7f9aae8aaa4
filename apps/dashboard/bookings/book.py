"""The book as its pages show it: a day by who comes and by table, a week in outline, who waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.dashboard import written
from apps.dashboard.bookings import room
from apps.dashboard.shell import Here
from apps.language import phones
from apps.orders import allergy
from apps.reservations import sheet, waitlist
from apps.reservations.models import BlackoutDate, Reservation, WaitlistEntry
from apps.restaurant import services as restaurant
from apps.restaurant.models import SpecialDay

TO_COME, GONE = ("booked", "confirmed"), ("finished", "no_show", "cancelled")
SOON = timedelta(hours=6)
"""From so long before their time on guests are seated with one touch."""
GRACE, LONG_AGO = timedelta(minutes=5), timedelta(hours=3)
"""When guests are late, and when they no longer are but were forgotten."""


def bookings() -> QuerySet[Reservation]:
    return Reservation.objects.prefetch_related("seats_at__table")


# ---- one booking ---------------------------------------------------------------------------------------


def booking(row: Reservation, here: Here, now: datetime) -> dict[str, Any]:
    """As a line of the book has it."""
    return {
        "id": str(row.pk),
        "when": written.clock(row.starts_at, here.zone),
        "name": row.name,
        "party": party(row.party_size),
        "masked": phones.mask(row.number),
        "notes": row.notes,
        "is_allergy": bool(row.notes and allergy.mentions((row.notes,))),
        "tables": tables_of(row),
        "status": row.status,
        "state": state(row, here, now),
        "revision": row.revision,
        "steps": _one_touch(row, here, now),
    }


def party(guests: int) -> str:
    return _("party of %(guests)s") % {"guests": guests}


def tables_of(row: Reservation) -> str:
    return ", ".join(sorted(seat.table.name for seat in row.seats_at.all()))


def state(row: Reservation, here: Here, now: datetime) -> dict[str, str]:
    """Shape, words and colour of how things stand with it; calm while nothing is to be said."""
    until = written.clock(row.ends_at, here.zone)
    if row.status in TO_COME and row.starts_at + GRACE < now:
        if now > row.starts_at + LONG_AGO:
            return {"is": "need", "icon": "alert", "words": _("did they come?")}
        minutes = (now - row.starts_at) // timedelta(minutes=1)
        return {"is": "need", "icon": "clock", "words": _("%(minutes)s min late") % {"minutes": minutes}}
    if row.status == "seated" and row.ends_at < now:
        return {"is": "need", "icon": "half", "words": _("seated, was until %(time)s") % {"time": until}}
    return {
        "booked": {},
        "confirmed": {"is": "off", "icon": "check", "words": _("confirmed")},
        "seated": {"is": "prep", "icon": "half", "words": _("seated")},
        "finished": {"is": "off", "icon": "done", "words": _("left")},
        "no_show": {"is": "off", "icon": "x", "words": _("no-show")},
        "cancelled": {"is": "off", "icon": "ban", "words": _("cancelled")},
    }[row.status]


def _one_touch(row: Reservation, here: Here, now: datetime) -> list[dict[str, str]]:
    """What is likely now; everything else is where the booking is opened."""
    if not here.may("reservations.seat"):
        return []
    if row.status == "seated":
        return [{"deed": "finish", "label": _("Left")}]
    if row.status not in TO_COME:
        return []
    found = [{"deed": "seat", "label": _("Seat")}] if row.starts_at - now < SOON else []
    if row.starts_at <= now:
        found.append({"deed": "no-show", "label": _("No-show")})
    elif row.status == "booked":
        found.append({"deed": "confirm", "label": _("Confirm")})
    return found


# ---- a day ---------------------------------------------------------------------------------------------


def day(here: Here, day: date, now: datetime) -> dict[str, Any]:
    found = sheet.of(here.place, day=day)
    start, end = sheet.bounds(day, timezone=here.place.timezone)
    seated = {row.pk: row for each in found.tables for row in each.bookings}
    expected = [*seated.values(), *found.off_tables]
    rows = [*expected, *bookings().filter(starts_at__gte=start, starts_at__lt=end, status="cancelled")]
    rows.sort(key=lambda row: (row.starts_at, row.name, str(row.pk)))
    coming = [row for row in expected if row.status != "no_show"]
    today, is_open = now.astimezone(here.zone).date(), is_open_on(here, day)
    return {
        "is_day": True,
        "is_open": is_open,
        "query": f"day={day}",
        "title": dated(day),
        "relation": _relation(day, today),
        "day": day,
        "today": today,
        "back": f"day={day - timedelta(days=1)}",
        "on": f"day={day + timedelta(days=1)}",
        "other": f"week={day}",
        "counts": _counts(len(coming), sum(row.party_size for row in coming)),
        "notes": list(_notes(day, found.blackouts, is_open=is_open)),
        "has_tables": bool(found.tables),
        "groups": list(_groups(rows, here, now)),
        "picture": picture(here, found, now=now),
        "waiting": waiting(here, day, now),
        "now": now,
    }


def is_open_on(here: Here, day: date) -> bool:
    return bool(restaurant.read_week(timezone=here.place.timezone).spans_on(day))


def dated(day: date) -> str:
    return f"{date_format(day, 'l')}, {date_format(day, 'MONTH_DAY_FORMAT')}"


def _relation(day: date, today: date) -> str:
    return {0: _("today"), 1: _("tomorrow"), -1: _("yesterday")}.get((day - today).days, "")


def _counts(count: int, guests: int) -> str:
    told = ngettext("%(count)s booking", "%(count)s bookings", count) % {"count": count}
    return told + ", " + ngettext("%(guests)s guest", "%(guests)s guests", guests) % {"guests": guests}


def _notes(day: date, blackouts: Iterable[BlackoutDate], *, is_open: bool) -> Iterable[str]:
    """Why no table can be had, all day or for hours of it."""
    if not is_open:
        why = ", ".join(SpecialDay.objects.filter(date=day).exclude(note="").values_list("note", flat=True))
        closed = _("Closed on %(day)s") % {"day": dated(day)}
        yield f"{closed}: {why}" if why else closed
    for one in blackouts:
        yield blackout_in_words(one)


def blackout_in_words(one: BlackoutDate) -> str:
    if one.opens is None or one.closes is None:
        told = _("No table is booked all day")
    else:
        hours = {"first": _clock(one.opens), "last": _clock(one.closes)}
        told = _("No table is booked from %(first)s to %(last)s") % hours
    return f"{told}: {one.reason}" if one.reason else told


def _clock(at: time) -> str:
    return at.strftime("%-I:%M %p").lower()


def _groups(rows: Iterable[Reservation], here: Here, now: datetime) -> Iterable[dict[str, Any]]:
    kept = list(rows)
    for key, title, statuses in (
        ("coming", _("To come"), TO_COME),
        ("seated", _("At their tables"), ("seated",)),
        ("gone", _("Over"), GONE),
    ):
        found = [booking(row, here, now) for row in kept if row.status in statuses]
        if found:
            yield {"key": key, "title": title, "bookings": found}


def picture(here: Here, found: sheet.Sheet, *, now: datetime) -> dict[str, Any] | None:
    """Tables by time; None where there are no tables, or no hour to show."""
    start, end = sheet.bounds(found.date, timezone=here.place.timezone)
    stretches = room.openings(restaurant.read_week(timezone=here.place.timezone), start=start, end=end)
    shown = room.span(stretches, [row for each in found.tables for row in each.bookings], start=start, end=end)
    if shown is None or not found.tables:
        return None
    most = found.pacing_covers
    return {
        "height": room.TOP + room.ROW * len(found.tables),
        "deep": room.TOP + room.ROW * len(found.tables) - room.HEAD,
        "axis": room.axis(shown, zone=here.zone),
        "shut": room.shut(shown, stretches),
        "quarters": [
            {**bar, "when": written.clock(each.starts_at, here.zone)}
            for bar, each in zip(room.quarters(shown, found.covers, most=most), found.covers, strict=True)
        ],
        "limit": room.limit(found.covers, most=most),
        "most": most,
        "now": f"{shown.at(now):.3%}" if shown.starts_at <= now <= shown.ends_at else "",
        "tables": [
            _table(each, shown, here, now, y=room.TOP + room.ROW * number) for number, each in enumerate(found.tables)
        ],
        "off": [booking(row, here, now) for row in found.off_tables if row.status in (*TO_COME, "seated")],
    }


def _table(each: sheet.TableDay, shown: room.Span, here: Here, now: datetime, *, y: int) -> dict[str, Any]:
    return {
        "name": each.table.name,
        "seats": each.table.seats,
        "y": y,
        "bar_y": y + (room.ROW - room.BAR) // 2,
        "bookings": [
            {
                **booking(row, here, now),
                **shown.across(row.starts_at, row.ends_at),
                "guests": row.party_size,
                "until": written.clock(row.ends_at, here.zone),
                "is_late": row.status in TO_COME and row.starts_at + GRACE < now,
            }
            for row in sorted(each.bookings, key=lambda row: row.starts_at)
        ],
    }


# ---- a week --------------------------------------------------------------------------------------------


def week(here: Here, day: date, now: datetime) -> dict[str, Any]:
    first = day - timedelta(days=day.weekday())
    found = sheet.week(here.place, first=first)
    today = now.astimezone(here.zone).date()
    most = max(each.guests for each in found)
    return {
        "is_day": False,
        "query": f"week={first}",
        "title": _("Week of %(day)s") % {"day": date_format(first, "MONTH_DAY_FORMAT")},
        "relation": _("this week") if first <= today < first + timedelta(days=7) else "",
        "day": first,
        "today": today,
        "back": f"week={first - timedelta(days=7)}",
        "on": f"week={first + timedelta(days=7)}",
        "other": f"day={today if first <= today < first + timedelta(days=7) else first}",
        "counts": _counts(sum(each.bookings for each in found), sum(each.guests for each in found)),
        "days": [_outlined(each, here, today=today, most=most) for each in found],
        "pacing": restaurant.settings().pacing_covers,
        "now": now,
    }


def _outlined(each: sheet.DayOfWeek, here: Here, *, today: date, most: int) -> dict[str, Any]:
    fullest = each.fullest
    return {
        "query": f"day={each.date}",
        "name": date_format(each.date, "l"),
        "dated": date_format(each.date, "MONTH_DAY_FORMAT"),
        "is_today": each.date == today,
        "bookings": each.bookings,
        "guests": each.guests,
        "share": f"{each.guests / most:.1%}" if most else "0%",
        "fullest": fullest.covers if fullest else 0,
        "fullest_at": written.clock(fullest.starts_at, here.zone) if fullest else "",
        "notes": [*([] if each.is_open else [_("Closed")]), *(blackout_in_words(one) for one in each.blackouts)],
    }


# ---- who waits -----------------------------------------------------------------------------------------


def waiting(here: Here, day: date, now: datetime) -> list[dict[str, Any]]:
    """First come first, for a time of that day."""
    start, end = sheet.bounds(day, timezone=here.place.timezone)
    rows = WaitlistEntry.objects.filter(wanted_at__gte=start, wanted_at__lt=end, status__in=waitlist.WAITS)
    return [_waits(row, here, now) for row in rows.order_by("created_at", "id")]


def _waits(row: WaitlistEntry, here: Here, now: datetime) -> dict[str, Any]:
    until = row.offered_at + waitlist.OFFERED if row.offered_at else None
    return {
        "id": str(row.pk),
        "name": row.name,
        "party": party(row.party_size),
        "wanted": written.clock(row.wanted_at, here.zone),
        "masked": phones.mask(row.number),
        "since": _since(row.created_at, here, now),
        "is_offered": row.status == "offered",
        "until": written.clock(until, here.zone) if until else "",
    }


def _since(moment: datetime, here: Here, now: datetime) -> str:
    """A time today, else the day with it."""
    local, said = moment.astimezone(here.zone), written.clock(moment, here.zone)
    if local.date() == now.astimezone(here.zone).date():
        return said
    return f"{date_format(local, 'D')} {date_format(local, 'MONTH_DAY_FORMAT')}, {said}"
