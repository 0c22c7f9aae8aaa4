"""The team on its page: asked, given a role, removed; keys shown once; nobody above their own role."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import ApiKey, AuditEntry, Invitation, Membership, User
from apps.tenants.scope import Place
from tests.dashboard.forms import WITH_SCRIPTS, filled, said, send

PAGE = "/r/bella-napoli/settings/team/"
LEE = "lee@bella.test"


def member(email: str) -> Membership:
    return Membership.objects.get(user__email=email)


def signed_in_anew(email: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=email))
    return client


def test_somebody_is_invited_again_and_not_at_all(ana: Client, bella: Place) -> None:
    assert f"Invitation sent to {LEE}" in said(send(ana, PAGE, "invite", email=LEE, name="Lee"))
    row = Invitation.objects.get(email=LEE)
    assert (row.role, row.name, row.invited_by.email, row.sent) == ("StaffViewer", "Lee", "ana@bella.test", 1)
    assert LEE in ana.get(PAGE).content.decode()
    assert "Sent again" in said(send(ana, PAGE, "again", of={"id": str(row.pk)}))
    row.refresh_from_db()
    assert row.sent == 2
    send(ana, PAGE, "withdraw", of={"id": str(row.pk)})
    assert not Invitation.objects.filter(email=LEE).exists()
    actions = AuditEntry.objects.filter(action__startswith="team.").order_by("position")
    assert list(actions.values_list("action", flat=True)) == [
        "team.invited",
        "team.invited",
        "team.invitation_taken_back",
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "nobody"}, "Enter a valid email address."),
        ({"email": LEE, "role": "SuperAdmin"}, "is not a valid choice."),
        ({"email": "sam@bella.test"}, "They belong to the team already."),
    ],
)
def test_an_invitation_that_cannot_be_is_refused_in_words(
    ana: Client, bella: Place, changes: dict[str, str], sentence: str
) -> None:
    assert sentence in send(ana, PAGE, "invite", **changes).content.decode()
    assert not Invitation.objects.exists()


def test_a_new_role_is_what_they_may_do_from_then_on(ana: Client, bella: Place) -> None:
    row = member("sam@bella.test")
    assert signed_in_anew("sam@bella.test").get(PAGE).status_code == 403
    send(ana, PAGE, "role", of={"id": str(row.pk)}, role="RestaurantAdmin")
    assert signed_in_anew("sam@bella.test").get(PAGE).status_code == 200
    assert AuditEntry.objects.get(action="team.role_changed").after == {"role": "RestaurantAdmin"}


def test_who_is_removed_has_no_way_in(ana: Client, bella: Place) -> None:
    send(ana, PAGE, "leave", of={"id": str(member("sam@bella.test").pk)})
    assert signed_in_anew("sam@bella.test").get("/r/bella-napoli/").status_code == 403


@pytest.mark.parametrize(("deed", "changes"), [("leave", {}), ("role", {"role": "StaffViewer"})])
def test_the_last_manager_stays(ana: Client, bella: Place, deed: str, changes: dict[str, str]) -> None:
    answer = send(ana, PAGE, deed, of={"id": str(member("ana@bella.test").pk)}, **changes)
    assert "A restaurant needs at least one administrator." in answer.content.decode()
    assert member("ana@bella.test").role == "RestaurantAdmin"


def test_who_changes_a_role_second_is_told(ana: Client, bella: Place) -> None:
    row = member("sam@bella.test")
    old = filled(ana, PAGE, "leave", id=str(row.pk))
    send(ana, PAGE, "role", of={"id": str(row.pk)}, role="RestaurantAdmin")
    assert "Somebody else has just changed this" in ana.post(PAGE, old, headers=WITH_SCRIPTS).content.decode()
    assert Membership.objects.filter(pk=row.pk).exists()


def test_a_key_is_shown_once_works_and_works_no_more_once_ended(ana: Client, bella: Place, client: Client) -> None:
    answer = send(ana, PAGE, "key", label="Bakery", role="StaffViewer", lasts="30")
    found = re.search(r'id="new-key"[^>]*>(lmk_[^<]+)<', answer.content.decode())
    assert found
    assert answer["Cache-Control"] == "no-store"
    key = found.group(1)
    assert key not in ana.get(PAGE).content.decode()
    row = ApiKey.objects.get(label="Bakery")
    assert row.expires_at is not None
    assert row.role == "StaffViewer"
    asked = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/v1/orders", headers=asked).status_code == 200
    assert client.get("/api/v1/settings", headers=asked).status_code == 403
    send(ana, PAGE, "end", of={"id": str(row.pk)})
    assert client.get("/api/v1/orders", headers=asked).status_code == 401
    assert "Bakery" not in ana.get(PAGE).content.decode()
    actions = AuditEntry.objects.filter(action__startswith="api_keys").order_by("position")
    assert list(actions.values_list("action", flat=True)) == ["api_keys.made", "api_keys.revoked"]


def test_without_scripts_a_new_key_is_shown_too(ana: Client, bella: Place) -> None:
    page = ana.post(PAGE, filled(ana, PAGE, "key") | {"label": "Till"}).content.decode()
    assert 'id="new-key"' in page
    assert "<h1>Team</h1>" in page


def test_a_key_without_a_name_is_refused_at_its_field(ana: Client, bella: Place) -> None:
    assert "This field may not be blank." in send(ana, PAGE, "key", label="").content.decode()
    assert not ApiKey.objects.exists()


def test_rows_of_another_restaurant_are_not_found(ana: Client, bella: Place, sakura: Place) -> None:
    yuki = member("yuki@sakura.test")
    for deed in ("role", "leave"):
        asked = {"deed": deed, "id": str(yuki.pk), "role": "StaffViewer"}
        assert ana.post(PAGE, asked, headers=WITH_SCRIPTS).status_code == 404
    assert member("yuki@sakura.test").role == "RestaurantAdmin"


def test_staff_see_none_of_it(sam: Client) -> None:
    assert sam.get(PAGE).status_code == 403
    assert sam.post(PAGE, {"deed": "invite", "email": LEE}).status_code == 403


def test_many_people_cost_no_more_queries(ana: Client, bella: Place, django_assert_max_num_queries: Any) -> None:
    users = User.objects.bulk_create(User(email=f"n{n}@bella.test") for n in range(40))
    Membership.objects.bulk_create(Membership(user=user, restaurant_id=bella.id, role="StaffViewer") for user in users)
    with django_assert_max_num_queries(45):
        ana.get(PAGE)
