"""Django's admin: every model is there, reads quickly, hides numbers and secrets, and changes little, on record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from apps.accounts import audit, keys
from apps.accounts.models import AuditEntry, User
from apps.calls.models import Call, TranscriptLine
from apps.restaurant.models import StaffContact
from apps.tenants import scope
from apps.tenants.models import Owner, Restaurant
from loman import administration
from loman.administration import INSIDE, PUBLIC
from tests.walk import bella as furnished

NOT_THERE = {
    "admin.LogEntry": "the audit record stands for it, which nobody can rewrite",
    "accounts.User_groups": "nobody has groups: the permission table is code",
    "accounts.User_user_permissions": "the same",
    "auth.Group": "the same",
    "auth.Group_permissions": "the same",
    "auth.Permission": "the same",
    "contenttypes.ContentType": "Django's own numbering of models",
    "sessions.Session": "each is a key to somebody's account",
    "django_celery_beat.SolarSchedule": "nothing here goes by the sun",
    "django_celery_beat.ClockedSchedule": "nothing here is done once at a moment",
    "django_celery_beat.PeriodicTasks": "the moment of the last change, for the worker alone",
    "menu.Daypart_categories": "pairs, without anything of their own",
    "menu.Daypart_items": "the same",
    "reservations.TableCombination_tables": "the same",
}
DEMANDED: dict[str, dict[str, Any]] = {
    "calls.Consent": {"given": "staff"},
    "orders.OrderChange": {"revision": 2},
    "orders.OrderSuggestion": {"accepted": False},
    "pos.Connection": {"id": 1, "vendor": "square"},
}
"""What a table's own rules ask for besides."""
NONE: Any = models.NOT_PROVIDED
HERE = "/r/bella-napoli/admin/"
NUMBER = furnished.NUMBER


@pytest.fixture
def boss(bella: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="super@loman.test"))
    return client


@pytest.fixture
def rows(bella: Any, boss: Client) -> None:
    """One of everything that the walk knows, and of what it does not."""
    furnished.furnish(bella)
    audit.record("walk", actor="walk")
    with scope.enter(bella):
        for model in INSIDE._registry:
            if not model._default_manager.exists():
                _one_of(model)
    for model in PUBLIC._registry:
        if not model._default_manager.exists():
            _one_of(model)


def _one_of(model: type[models.Model]) -> Any:
    """With the least that its table demands."""
    values = dict(DEMANDED.get(model._meta.label, {}))
    if model is PeriodicTask:
        values["interval"] = _one_of(IntervalSchedule)
    for field in model._meta.concrete_fields:
        is_given = (
            field.name in values or field.has_default() or field.null or field.blank or field.db_default is not NONE
        )
        if not is_given:
            values[field.name] = _least(field)
    return model._default_manager.create(**values)


def _least(field: Any) -> Any:
    now = timezone.now()
    if field.is_relation:
        return field.related_model._default_manager.first() or _one_of(field.related_model)
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.CharField | models.TextField):
        return NUMBER if field.name.endswith("number") else "x"
    kinds: tuple[tuple[Any, Any], ...] = (
        (models.DateTimeField, now), (models.DateField, now.date()), (models.JSONField, {}),
        (models.UUIDField, "7c7a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10"), (models.Field, 1),
    )  # fmt: skip
    return next(value for kind, value in kinds if isinstance(field, kind))


def pages(site: Any) -> Iterator[tuple[type[models.Model], str]]:
    """Every model of a site with the address of its list."""
    base = "/admin/" if site is PUBLIC else HERE
    for model in site._registry:
        yield model, f"{base}{model._meta.app_label}/{model._meta.model_name}/"


def test_every_model_is_there_or_it_is_said_why_not() -> None:
    there = {model._meta.label for site in (PUBLIC, INSIDE) for model in site._registry}
    known = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    known = {label for label in known if not label.startswith("tests.")}
    assert known - there - set(NOT_THERE) == set(), "register them in their app's admin.py"
    assert set(NOT_THERE) & there == set()
    assert set(NOT_THERE) <= known


def test_models_of_a_restaurant_are_inside_and_the_others_outside(settings: Any) -> None:
    for site, labels in ((INSIDE, settings.TENANT_APPS), (PUBLIC, settings.SHARED_APPS)):
        for model in site._registry:
            assert apps.get_app_config(model._meta.app_label).name in labels, model


@pytest.mark.parametrize("site", [PUBLIC, INSIDE], ids=["public", "inside"])
def test_every_list_and_a_row_of_every_model_opens_and_hides_numbers_and_secrets(
    boss: Client, rows: None, bella: Any, site: Any
) -> None:
    sealed = keys.encrypt("s")[:6]  # how every sealed secret begins
    assert boss.get("/admin/" if site is PUBLIC else HERE).status_code == 200
    for model, path in pages(site):
        if site is INSIDE:
            with scope.enter(bella):
                key = model._default_manager.values_list("pk", flat=True).last()
        else:
            key = model._default_manager.values_list("pk", flat=True).last()
        assert key is not None, f"{model}: make one in the fixture"
        for address in (path, f"{path}{key}/change/", f"{path}{key}/history/", f"{path}?q=x", f"{path}?q={key}"):
            answer = boss.get(address)
            assert answer.status_code == 200, (address, answer.status_code)
            text = re.sub(r"href=\"[^\"]*\"", "", answer.content.decode())
            assert NUMBER[2:] not in text, address
            assert sealed not in text, address
            assert not re.search(r"\+1512555\d{4}", text), address


def test_history_is_neither_changed_nor_added_to_nor_deleted(boss: Client, rows: None, bella: Any) -> None:
    with scope.enter(bella):
        call = Call.objects.get(carrier_sid="CAwalk")
    entry = AuditEntry.objects.latest("id")
    for path in (f"/admin/accounts/auditentry/{entry.pk}", f"{HERE}calls/call/{call.pk}"):
        assert boss.post(f"{path}/change/", {"action": "x", "summary": "x"}).status_code == 403
        assert boss.post(f"{path}/delete/", {"post": "yes"}).status_code == 403
    for site in (PUBLIC, INSIDE):
        for model, path in pages(site):
            if model is not Owner:
                assert boss.get(f"{path}add/").status_code == 403, path
            assert b'name="_save"' not in boss.get(path).content
            assert b"deletelink" not in boss.get(path).content


def test_a_change_is_on_the_restaurants_record_and_leaves_the_rest_alone(boss: Client, bella: Any) -> None:
    with scope.enter(bella):
        contact = StaffContact.objects.get()
    path = f"{HERE}restaurant/staffcontact/{contact.pk}/change/"
    sent = {"name": "Giulia", "position": contact.position, "active": "on", "number": "+15125550000"}
    assert boss.post(path, sent)["Location"] == f"{HERE}restaurant/staffcontact/"
    with scope.enter(bella):
        changed = StaffContact.objects.get()
    assert (changed.name, changed.number) == ("Giulia", contact.number)
    entry = AuditEntry.objects.get(restaurant_id=bella.id, action="staff_contacts.change")
    assert (entry.actor, entry.before, entry.after) == ("super@loman.test", {"name": "Ana"}, {"name": "Giulia"})
    assert "staff_contacts.change" in boss.get(f"{HERE}restaurant/staffcontact/{contact.pk}/history/").content.decode()


def test_an_owner_is_added_and_a_person_shut_out_on_record(boss: Client, ana_client: Client) -> None:
    boss.post("/admin/tenants/owner/add/", {"name": "Napoli Group"})
    assert Owner.objects.filter(name="Napoli Group").exists()
    ana = User.objects.get(email="ana@bella.test")
    assert ana_client.get("/r/bella-napoli/").status_code == 200
    boss.post(f"/admin/accounts/user/{ana.pk}/change/", {"name": ana.name, "language": ""})
    assert ana_client.get("/r/bella-napoli/").status_code in (302, 403)
    assert set(AuditEntry.objects.filter(actor="super@loman.test").values_list("action", flat=True)) >= {
        "owners.create",
        "users.change",
    }


@pytest.fixture
def ana_client(bella: Any) -> Client:
    client = Client()
    client.force_login(User.objects.get(email="ana@bella.test"))
    return client


def test_it_is_closed_to_everybody_else(ana_client: Client, bella: Any) -> None:
    for client in (ana_client, Client()):
        assert client.get(HERE).status_code == 403
        assert client.get(f"{HERE}calls/call/").status_code == 403
        assert client.get("/admin/accounts/user/").status_code == 302


def test_one_restaurants_admin_shows_nothing_of_anothers(boss: Client, rows: None, bella: Any, sakura: Any) -> None:
    with scope.enter(bella):
        call = Call.objects.get(carrier_sid="CAwalk")
    theirs = "/r/sakura/admin/"
    for model, path in pages(INSIDE):
        page = boss.get(path.replace(HERE, theirs))
        assert furnished.CANARY not in page.content.decode(), model
    assert boss.get(f"{theirs}calls/call/{call.pk}/change/").status_code == 302
    assert AuditEntry.objects.filter(restaurant_id=sakura.id, action="impersonation").count() == 1


def test_its_addresses_stay_below_the_restaurant_and_lead_into_its_pages(boss: Client, rows: None, bella: Any) -> None:
    with scope.enter(bella):
        call = Call.objects.get(carrier_sid="CAwalk")
    page = boss.get(f"{HERE}calls/call/{call.pk}/change/").content.decode()
    assert f'href="/r/bella-napoli/calls/{call.pk}/"' in page
    assert f'href="{HERE}calls/call/"' in page
    assert 'action="/sign-out"' in page
    assert not re.search(r'href="/admin/', page)
    assert f'href="{HERE}"' in boss.get("/admin/tenants/restaurant/").content.decode()
    assert 'href="/r/bella-napoli/orders/"' in boss.get("/r/bella-napoli/").content.decode(), "the mount is taken down"


def test_a_page_of_many_rows_takes_as_many_queries_as_one_of_few(
    boss: Client, rows: None, bella: Any, django_assert_max_num_queries: Any
) -> None:
    with scope.enter(bella):
        first = Call.objects.get(carrier_sid="CAwalk")
        made = [Call(carrier_sid=f"CA{n}", to_number="+15125550101", from_number=NUMBER) for n in range(300)]
        Call.objects.bulk_create(made)
        TranscriptLine.objects.bulk_create(
            TranscriptLine(call=each, position=1, speaker="caller", text="x", started_ms=0, ended_ms=1)
            for each in (first, *made)
        )
    AuditEntry.objects.count()
    Restaurant.objects.bulk_create(
        Restaurant(name=f"Zeta {n}", slug=f"zeta-{n}", schema_name=f"r_zeta_{n}") for n in range(120)
    )
    for path in (f"{HERE}calls/call/", f"{HERE}calls/transcriptline/", "/admin/tenants/restaurant/"):
        boss.get(path)
        with django_assert_max_num_queries(16):
            page = boss.get(path)
        assert page.content.decode().count("<tr>") >= administration.PAGE_SIZE


@pytest.mark.parametrize("site", [PUBLIC, INSIDE], ids=["public", "inside"])
def test_no_list_asks_for_its_rows_one_by_one(boss: Client, rows: None, site: Any, bella: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for model, path in pages(site):
        boss.get(path)
        with CaptureQueriesContext(connection) as few:
            boss.get(path)
        assert len(few) <= 16, (model, [each["sql"][:120] for each in few])
        for row, _ in [(each, None) for each in site._registry[model].columns]:
            field: Any = model._meta.get_field(row)
            assert not field.is_relation or row in site._registry[model].get_list_select_related(None), (model, row)


def test_no_further_than_the_cap_is_counted(boss: Client, bella: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(administration, "MOST_COUNTED", 4)
    with scope.enter(bella):
        Call.objects.bulk_create(Call(carrier_sid=f"CA{n}", to_number="+15125550101") for n in range(9))
    assert boss.get(f"{HERE}calls/call/").context["cl"].result_count == 4


def test_found_by_what_an_index_knows(boss: Client, bella: Any) -> None:
    with scope.enter(bella):
        call = Call.objects.create(carrier_sid="CAfound", to_number="+15125550101", from_number=NUMBER)
        Call.objects.create(carrier_sid="CAother", to_number="+15125550101")
    for asked in ("CAfou", NUMBER.replace("+", "%2B"), str(call.pk)):
        shown = boss.get(f"{HERE}calls/call/?q={asked}").context["cl"].result_list
        assert [each.pk for each in shown] == [call.pk], asked
    for asked in ("found", "%27; --"):
        assert len(boss.get(f"{HERE}calls/call/?q={asked}").context["cl"].result_list) == 0


def test_whatever_a_large_table_is_searched_by_has_an_index() -> None:
    """A part of a text is looked for only where rows are few."""
    few = {"menu", "restaurant", "tenants", "reservations", "django_celery_beat"}
    for site in (PUBLIC, INSIDE):
        for model, shown in site._registry.items():
            if model._meta.app_label not in few:
                assert not [each for each in shown.search_fields if "contains" in each], model
