"""Hours: the week with every fault at its span, special days that can be taken back, last orders by service."""

from __future__ import annotations

import json
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.accounts.models import AuditEntry
from apps.dashboard.settings import week
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Span
from apps.restaurant.models import SpecialDay
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.test_settings import filled, save

HOURS = "/r/bella-napoli/settings/hours/"
WEEK, SPECIAL = f"{HOURS}week", f"{HOURS}special-days"
HTMX = {"HX-Request": "true"}
SOON = timezone.now().date() + timedelta(days=20)
LUNCH, DINNER = Span(time(11), time(14, 30)), Span(time(17), time(22))


def weekly(bella: Place) -> dict[int, Any]:
    with scope.enter(bella):
        return dict(restaurant.read_week(timezone=bella.timezone).weekly)


def written(*days: tuple[int, list[tuple[str, str]]]) -> dict[str, Any]:
    """What the form of the week sends of these days; the others are switched off."""
    sent: dict[str, Any] = {"open": [str(day) for day, _ in days]}
    for day, spans in days:
        sent[f"opens-{day}"] = [opens for opens, _ in spans]
        sent[f"closes-{day}"] = [closes for _, closes in spans]
    return sent


def send_week(client: Client, sent: dict[str, Any], **more: Any) -> Any:
    seen = filled(client, HOURS, form_id="week")["seen"]
    return client.post(WEEK, {"seen": seen, **sent, **more}, headers=HTMX)


def specials(bella: Place) -> list[tuple[Any, ...]]:
    with scope.enter(bella):
        return list(SpecialDay.objects.values_list("date", "opens", "closes", "note"))


def keep(client: Client, **sent: Any) -> Any:
    return client.post(SPECIAL, {"deed": "keep", "was": "", "seen": seen_of_new(client), **sent}, headers=HTMX)


def seen_of_new(client: Client) -> str:
    """The hidden field of the form for a new day."""
    html = client.get(HOURS).content.decode()
    form = html[html.index('id="day-new"') :]
    return form[form.index('name="seen" value="') :].split('"')[3]


def seen_of(client: Client, day: date) -> str:
    html = client.get(HOURS).content.decode()
    form = html[html.index(f'id="day-{day}"') :]
    return form[form.index('name="seen" value="') :].split('"')[3]


def undo_of(answer: Any) -> dict[str, Any]:
    return dict(json.loads(answer["HX-Trigger-After-Settle"])["said"]["undo"])


# ---- the week -------------------------------------------------------------------------------------------


def test_a_week_of_several_spans_and_a_late_night_is_taken_and_is_on_record(ana: Client, bella: Place) -> None:
    answer = send_week(ana, written((1, [("11:00", "14:30"), ("17:00", "22:00")]), (5, [("18:00", "00:30"), ("", "")])))
    assert "Hours saved" in answer["HX-Trigger-After-Settle"]
    assert weekly(bella) == {1: [LUNCH, DINNER], 5: [Span(time(18), time(0, 30))]}
    with scope.enter(bella):
        entry = AuditEntry.objects.get(action="hours.change")
    assert (entry.actor, entry.subject, len(entry.before["weekly"])) == ("ana@bella.test", "hours/1", 7)
    assert entry.after["weekly"][0] == {"day": "Tuesday", "opens": "11:00", "closes": "14:30"}
    page = answer.content.decode()
    assert "next day" in page
    assert 'id="hears"' in page, "what callers hear comes anew with it"
    assert "Closing at 12:30 am" in page, "and the services whose last order can be set"
    assert f'action="{HOURS}"' in page, "which are sent to their own address"


def test_the_week_as_it_stands_changes_nothing(ana: Client, bella: Place) -> None:
    before = weekly(bella)
    sent = filled(ana, HOURS, form_id="week")
    assert "saved" in ana.post(WEEK, sent, headers=HTMX)["HX-Trigger-After-Settle"]
    assert weekly(bella) == before
    with scope.enter(bella):
        assert not AuditEntry.objects.filter(action="hours.change").exists()


@pytest.mark.parametrize(
    ("spans", "sentence"),
    [
        ([("12:00", "21:00"), ("20:30", "22:00")], "This starts before 9:00 pm, when the one before ends."),
        ([("", "")], "Say from when until when, or switch the day off."),
        ([("12:00", "")], "Say when it closes."),
        ([("", "12:00")], "Say when it opens."),
        ([("noon", "14:00")], "“noon” is no time. Write it like 14:30."),
    ],
)
def test_a_fault_is_said_at_its_span_and_nothing_is_saved(
    ana: Client, bella: Place, spans: list[tuple[str, str]], sentence: str
) -> None:
    before = weekly(bella)
    page = send_week(ana, written((6, spans))).content.decode()
    assert sentence in page
    assert "Sunday needs a look before this can be saved." in page
    assert page.count('aria-invalid="true"') == 2, "both fields of that span"
    assert weekly(bella) == before


def test_a_night_that_reaches_into_the_next_day_is_named(ana: Client) -> None:
    page = send_week(ana, written((6, [("18:00", "02:00")]), (0, [("01:00", "05:00")]))).content.decode()
    assert "This starts before 2:00 am, when Sunday’s hours end. Start it at 2:00 am or later." in page


def test_a_span_is_added_and_a_day_copied_before_anything_is_saved(ana: Client, bella: Place) -> None:
    before = weekly(bella)
    more = send_week(ana, written((0, [("11:00", "14:30")])), add_span="0").content.decode()
    assert more.count('name="opens-0"') == 2
    assert "autofocus" in more
    less = send_week(ana, written((0, [("11:00", "14:30"), ("17:00", "22:00")])), drop_span="0:0").content.decode()
    assert (less.count('name="opens-0"'), 'value="17:00"' in less) == (1, True)
    copied = send_week(ana, written((0, [("11:00", "14:30")])), copy_day="0:workdays").content.decode()
    assert "Monday’s hours are copied. Save them to keep them." in copied
    assert (copied.count('value="11:00"'), copied.count(" checked")) == (5, 5)
    assert weekly(bella) == before


def test_who_changes_the_hours_second_is_told(ana: Client, bella: Place) -> None:
    seen = filled(ana, HOURS, form_id="week")["seen"]
    send_week(ana, written((0, [("11:00", "14:30")])))
    page = ana.post(WEEK, {"seen": seen, **written((1, [("11:00", "14:30")]))}, headers=HTMX).content.decode()
    assert "Somebody else has just changed the hours." in page
    assert weekly(bella) == {0: [LUNCH]}


def test_without_scripts_the_week_is_saved_and_its_faults_are_shown_on_the_whole_page(
    ana: Client, bella: Place
) -> None:
    seen = filled(ana, HOURS, form_id="week")["seen"]
    page = ana.post(WEEK, {"seen": seen, **written((0, [("12:00", "")]))}).content.decode()
    assert "Say when it closes." in page
    assert "<html" in page
    answer = ana.post(WEEK, {"seen": seen, **written((0, [("11:00", "14:30")]))})
    assert (answer.status_code, answer["Location"]) == (302, HOURS)
    assert weekly(bella) == {0: [LUNCH]}


def test_the_picture_keeps_a_late_closing_on_its_own_evening() -> None:
    drawn = week.picture({4: [Span(time(12), time(0))], 5: [Span(time(18), time(2))]})
    assert drawn["days"][5]["bars"] == [{"x": "42.86%", "width": "57.14%"}]
    assert drawn["days"][0]["said"] == "closed"
    assert drawn["days"][4]["said"] == "12:00 pm to 12:00 am"
    assert [tick["said"] for tick in drawn["ticks"]] == ["12 pm", "4 pm", "8 pm", "12 am"]


# ---- special days ---------------------------------------------------------------------------------------


def test_a_closed_day_and_one_of_two_spans_are_kept_and_on_record(ana: Client, bella: Place) -> None:
    answer = keep(ana, date=str(SOON), note="Thanksgiving", closed="on", opens=["", ""], closes=["", ""])
    assert "is saved. The next call follows it" in answer["HX-Trigger-After-Settle"]
    other = SOON + timedelta(days=1)
    keep(ana, date=str(other), opens=["17:00", "11:00"], closes=["22:00", "14:30"])
    assert specials(bella) == [
        (SOON, None, None, "Thanksgiving"),
        (other, time(11), time(14, 30), ""),
        (other, time(17), time(22), ""),
    ]
    with scope.enter(bella):
        entries = AuditEntry.objects.filter(action="special_days.create").order_by("position")
        assert [entry.subject for entry in entries] == [f"special_days/{SOON}", f"special_days/{other}"]
    page = ana.get(HOURS).content.decode()
    assert "Thanksgiving" in page
    assert "11:00 am to 2:30 pm, 5:00 pm to 10:00 pm" in page


def test_a_day_that_is_taken_away_can_be_put_back_as_it_was(ana: Client, bella: Place) -> None:
    keep(ana, date=str(SOON), note="Eve", opens=["11:00", "17:00"], closes=["14:30", "22:00"])
    before = specials(bella)
    gone = ana.post(SPECIAL, {"deed": "remove", "was": str(SOON), "seen": seen_of(ana, SOON)}, headers=HTMX)
    assert specials(bella) == []
    assert "is an ordinary day again" in gone["HX-Trigger-After-Settle"]
    undo = undo_of(gone)
    back = ana.post(undo["to"], undo["fields"], headers=HTMX)
    assert "is saved" in back["HX-Trigger-After-Settle"], back.content.decode()
    assert specials(bella) == before


def test_a_day_moves_with_all_its_hours(ana: Client, bella: Place) -> None:
    keep(ana, date=str(SOON), note="Eve", closed="on")
    later = SOON + timedelta(days=2)
    sent = {"deed": "keep", "was": str(SOON), "seen": seen_of(ana, SOON), "date": str(later), "note": "Moved"}
    ana.post(SPECIAL, {**sent, "opens": ["11:00"], "closes": ["15:00"]}, headers=HTMX)
    assert specials(bella) == [(later, time(11), time(15), "Moved")]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"date": "", "closed": "on"}, "wrong format"),
        ({"date": "2199-01-01", "closed": "on"}, "too far away"),
        ({"date": str(SOON)}, "Say from when until when, or that it is closed."),
        ({"date": str(SOON), "opens": "11:00", "closes": ""}, "Say when it closes."),
        ({"date": str(SOON), "opens": ["11:00", "12:00"], "closes": ["14:00", "15:00"]}, "overlap"),
        ({"date": str(SOON), "closed": "on", "note": "x" * 121}, "no more than 120"),
    ],
)
def test_a_day_that_cannot_be_is_refused_in_its_form(
    ana: Client, bella: Place, sent: dict[str, Any], sentence: str
) -> None:
    page = keep(ana, **sent).content.decode()
    assert sentence in page
    assert specials(bella) == []


def test_one_date_is_in_the_list_once_and_who_comes_second_is_told(ana: Client, bella: Place) -> None:
    keep(ana, date=str(SOON), closed="on")
    assert "That day is in the list already." in keep(ana, date=str(SOON), closed="on").content.decode()
    seen = seen_of(ana, SOON)
    ana.post(SPECIAL, {"deed": "keep", "was": str(SOON), "seen": seen, "date": str(SOON), "note": "A", "closed": "on"})
    late = {"deed": "keep", "was": str(SOON), "seen": seen, "date": str(SOON), "note": "B", "closed": "on"}
    assert "Somebody else has just changed that day." in ana.post(SPECIAL, late, headers=HTMX).content.decode()
    assert specials(bella) == [(SOON, None, None, "A")]


def test_days_that_are_over_are_out_of_the_way(ana: Client, bella: Place) -> None:
    with scope.enter(bella):
        SpecialDay.objects.create(date=date(2025, 12, 25), note="Christmas")
    page = ana.get(HOURS).content.decode()
    assert "1 day is over" in page
    assert 'id="day-2025-12-25"' not in page


def test_a_day_nobody_knows_is_not_found(ana: Client) -> None:
    for was in ("2031-01-01", "yesterday"):
        assert ana.post(SPECIAL, {"deed": "remove", "was": was, "seen": ""}).status_code == 404
    assert ana.post(SPECIAL, {"deed": "forget"}).status_code == 404


# ---- last orders ----------------------------------------------------------------------------------------


def test_the_last_order_of_each_service_is_kept(ana: Client, bella: Place) -> None:
    send_week(ana, written((1, [("11:00", "14:30"), ("17:00", "22:00")])))
    answer = save(ana, HOURS, **{"before-14:30": "15", "before-22:00": ""})
    assert "Last orders saved" in answer["HX-Trigger-After-Settle"]
    with scope.enter(bella):
        assert restaurant.settings().last_order_by_service == {"14:30": 15}
    assert "whole number of minutes" in save(ana, HOURS, **{"before-14:30": "soon"}).content.decode()


# ---- who ------------------------------------------------------------------------------------------------


def test_staff_and_other_houses_have_no_way_in(sam: Client, ana: Client) -> None:
    assert sam.get(HOURS).status_code == 403
    for address in (WEEK, SPECIAL):
        assert sam.post(address, {}).status_code == 403
        assert ana.post(address.replace("bella-napoli", "sakura"), {}).status_code == 403


def test_a_page_of_many_days_asks_little(ana: Client, bella: Place, django_assert_max_num_queries: Any) -> None:
    with scope.enter(bella):
        SpecialDay.objects.bulk_create(SpecialDay(date=SOON + timedelta(days=n)) for n in range(60))
    with django_assert_max_num_queries(40):
        ana.get(HOURS)
