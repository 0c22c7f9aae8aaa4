"""The people and the machines of a restaurant: who lets them in, as what, and that the last administrator stays."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from apps.accounts import team, tokens
from apps.accounts.models import ApiKey, AuditEntry, Invitation, Membership, User
from apps.accounts.permissions import Role
from apps.accounts.tokens import Refused
from apps.tenants.scope import Place
from tests.accounts.signing import ANA, SAM, access_of, ask, post, sign_in
from tests.waiting import comes_true

LEE = "lee@bella.test"


@pytest.fixture
def ana(client: Client, bella: Place) -> str:
    return access_of(client)


@pytest.fixture
def invited(client: Client, ana: str, django_capture_on_commit_callbacks: Any) -> Any:
    """Invite; the token of the mailed link."""

    def invite(email: str = LEE, role: str = "StaffViewer", access: str = ana) -> str:
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            answer = post(client, "team/invitations", {"email": email, "role": role}, access=access)
        assert answer.status_code == 201, answer.content
        assert comes_true(lambda: len(mail.outbox) > before, seconds=5)
        found = re.search(r"/invitation/(\S+)", str(mail.outbox[-1].body))
        assert found
        return found.group(1)

    return invite


def member(email: str) -> Membership:
    return Membership.objects.get(user__email=email)


def accept(client: Client, token: str, password: str = "a good long one") -> Any:
    return post(client, "auth/invitation", {"token": token, "password": password})


def entries(action: str) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(action=action))


def test_me_says_who_asks_as_what_and_what_that_may_do(client: Client, ana: str, bella: Place) -> None:
    answer = ask(client, "get", "me", access=ana).json()
    assert (answer["by"], answer["role"], answer["second_factor"]) == (ANA, "RestaurantAdmin", False)
    assert answer["restaurant"] == {
        "id": str(bella.id),
        "slug": "bella-napoli",
        "name": "Bella Napoli",
        "timezone": "America/Chicago",
    }
    assert "team.change" in answer["permissions"]
    assert "team.change" not in ask(client, "get", "me", access=access_of(client, SAM)).json()["permissions"]
    spanning = ask(client, "get", "me", access=access_of(client, "super@loman.test")).json()
    assert (spanning["role"], spanning["restaurant"]) == ("SuperAdmin", None)


def test_somebody_new_is_invited_and_joins_with_a_password_of_their_own(client: Client, invited: Any) -> None:
    token = invited()
    assert not User.objects.filter(email=LEE).exists()
    assert accept(client, token, "short").status_code == 400
    assert accept(client, token).status_code == 204
    assert tokens.verify(access_of(client, LEE, password="a good long one")).role is Role.STAFF_VIEWER
    assert accept(client, token).status_code == 401
    assert [entry.after for entry in entries("team.joined")] == [
        {"email": LEE, "role": "StaffViewer", "invited_by": ANA}
    ]


def test_somebody_of_another_restaurant_is_theirs_only_once_they_accept(
    client: Client, invited: Any, sakura: Place
) -> None:
    token = invited("yuki@sakura.test")
    assert sign_in(client, "yuki@sakura.test").status_code == 200  # one restaurant still
    shown = Invitation.objects.get()
    assert shown.email == "yuki@sakura.test"
    assert accept(client, token, "").status_code == 204
    assert sign_in(client, "yuki@sakura.test").status_code == 401  # has to say which
    grant = tokens.verify(access_of(client, "yuki@sakura.test", restaurant="bella-napoli"))
    assert grant.role is Role.STAFF_VIEWER


def test_only_the_last_mailed_link_counts_and_not_for_ever(client: Client, invited: Any) -> None:
    old, new = invited(), invited()
    assert accept(client, old).status_code == 401
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(client, new).status_code == 401


def test_an_invitation_is_taken_back(client: Client, ana: str, invited: Any) -> None:
    token = invited()
    (row,) = ask(client, "get", "team/invitations", access=ana).json()["results"]
    assert ask(client, "delete", f"team/invitations/{row['id']}", access=ana).status_code == 204
    assert accept(client, token).status_code == 401
    assert ask(client, "delete", f"team/invitations/{row['id']}", access=ana).status_code == 404


def test_a_mailbox_is_asked_five_times_at_most(client: Client, ana: str, invited: Any) -> None:
    for _ in range(5):
        invited()
    again = post(client, "team/invitations", {"email": LEE, "role": "StaffViewer"}, access=ana)
    assert again.status_code == 409


def test_a_role_is_changed_and_the_old_tokens_end(client: Client, ana: str) -> None:
    sam = access_of(client, SAM)
    answer = ask(client, "patch", f"team/{member(SAM).pk}", {"role": "RestaurantAdmin"}, access=ana)
    assert (answer.status_code, answer.json()["role"]) == (200, "RestaurantAdmin")
    assert ask(client, "get", "me", access=sam).status_code == 401
    (entry,) = entries("team.role_changed")
    assert (entry.actor, entry.before, entry.after) == (ANA, {"role": "StaffViewer"}, {"role": "RestaurantAdmin"})


def test_a_member_is_removed_with_their_tokens_sessions_and_open_invitations(
    client: Client, ana: str, invited: Any
) -> None:
    page = Client()
    page.post("/", {"email": SAM, "password": "loman-demo"})
    assert page.get("/r/bella-napoli/").status_code == 200
    ask(client, "patch", f"team/{member(SAM).pk}", {"role": "RestaurantAdmin"}, access=ana)
    sam = access_of(client, SAM)
    token = invited(access=sam)
    assert ask(client, "delete", f"team/{member(SAM).pk}", access=ana).status_code == 204
    assert ask(client, "get", "me", access=sam).status_code == 401
    assert page.get("/r/bella-napoli/").status_code == 403
    assert accept(client, token).status_code == 401
    (entry,) = entries("team.removed")
    assert entry.before == {"email": SAM, "role": "RestaurantAdmin"}


def test_the_last_administrator_stays(client: Client, ana: str) -> None:
    me = f"team/{member(ANA).pk}"
    assert ask(client, "delete", me, access=ana).status_code == 409
    assert ask(client, "patch", me, {"role": "StaffViewer"}, access=ana).status_code == 409
    assert member(ANA).role == "RestaurantAdmin"


def test_two_administrators_who_demote_each_other_at_once_leave_one(open_restaurant: Callable[..., Place]) -> None:
    place = open_restaurant()
    users = [User.objects.create_user(f"admin{number}@race.test") for number in (1, 2)]
    rows = [Membership.objects.create(user=user, restaurant_id=place.id, role="RestaurantAdmin") for user in users]
    start, outcomes = threading.Barrier(2), list[str]()

    def demote(by: User, whom: Membership) -> None:
        grant = tokens.Grant(by=by.email, role=Role.RESTAURANT_ADMIN, place=place, user_id=by.pk)
        request, now = RequestFactory().get("/"), timezone.now()
        start.wait(timeout=10)
        try:
            team.change_role(grant, place, whom.pk, role=Role.STAFF_VIEWER, request=request, now=now)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=demote, args=args) for args in ((users[0], rows[1]), (users[1], rows[0]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "refused"]
    assert Membership.objects.filter(restaurant_id=place.id, role="RestaurantAdmin").count() == 1


def test_nobody_reaches_another_restaurants_team_or_keys(client: Client, ana: str, sakura: Place) -> None:
    yuki = access_of(client, "yuki@sakura.test")
    key = post(client, "api-keys", {"label": "till", "role": "StaffViewer"}, access=ana).json()
    row = post(client, "team/invitations", {"email": LEE, "role": "StaffViewer"}, access=ana).json()
    for method, path, body in (
        ("get", f"team/{member(SAM).pk}", None),
        ("patch", f"team/{member(SAM).pk}", {"role": "StaffViewer"}),
        ("delete", f"team/{member(SAM).pk}", None),
        ("delete", f"team/invitations/{row['id']}", None),
        ("delete", f"api-keys/{key['id']}", None),
    ):
        assert ask(client, method, path, body, access=yuki).status_code == 404, path
    seen = [
        ask(client, "get", path, access=yuki).json()["results"] for path in ("team", "team/invitations", "api-keys")
    ]
    assert [[each.get("email") for each in rows] for rows in seen] == [["yuki@sakura.test"], [], []]


def test_a_viewer_changes_nothing_here(client: Client, bella: Place) -> None:
    sam = access_of(client, SAM)
    for method, path in (("get", "team"), ("post", "team/invitations"), ("get", "api-keys"), ("post", "api-keys")):
        assert ask(client, method, path, {}, access=sam).status_code == 403


# ---- machines ----------------------------------------------------------------------------------------


def test_a_key_is_made_shown_once_used_and_revoked(client: Client, ana: str, bella: Place) -> None:
    made = post(client, "api-keys", {"label": "Till", "role": "StaffViewer"}, access=ana)
    assert made.status_code == 201
    key = made.json()["key"]
    me = ask(client, "get", "me", access=key).json()
    assert (me["by"], me["role"]) == (f"key:{key[:10]}", "StaffViewer")
    (row,) = ask(client, "get", "api-keys", access=ana).json()["results"]
    assert key not in str(row)
    assert (row["label"], row["made_by"], row["last_used_at"] is None) == ("Till", ANA, False)
    assert ask(client, "delete", f"api-keys/{row['id']}", access=ana).status_code == 204
    assert ask(client, "get", "me", access=key).status_code == 401
    assert ask(client, "delete", f"api-keys/{row['id']}", access=ana).status_code == 204
    assert [len(entries(action)) for action in ("api_keys.made", "api_keys.revoked")] == [1, 1]


@pytest.mark.parametrize(
    "body",
    [
        {"label": "x", "role": "SuperAdmin"},
        {"label": "", "role": "StaffViewer"},
        {"role": "StaffViewer"},
        {"label": "x", "role": "StaffViewer", "expires_at": "tomorrow"},
    ],
)
def test_what_is_no_key_is_refused(client: Client, ana: str, body: dict[str, str]) -> None:
    assert post(client, "api-keys", body, access=ana).status_code == 400
    assert not ApiKey.objects.exists()


def test_a_key_may_end_by_itself_but_not_in_the_past(client: Client, ana: str) -> None:
    past = {"label": "x", "role": "StaffViewer", "expires_at": (timezone.now() - timedelta(1)).isoformat()}
    assert post(client, "api-keys", past, access=ana).status_code == 409
    later = past | {"expires_at": (timezone.now() + timedelta(1)).isoformat()}
    assert post(client, "api-keys", later, access=ana).json()["expires_at"] is not None


def test_a_machine_lets_nobody_in(client: Client, ana: str) -> None:
    key = post(client, "api-keys", {"label": "robot", "role": "RestaurantAdmin"}, access=ana).json()["key"]
    assert post(client, "api-keys", {"label": "child", "role": "StaffViewer"}, access=key).status_code == 409
    assert post(client, "team/invitations", {"email": LEE, "role": "StaffViewer"}, access=key).status_code == 409
    assert ask(client, "delete", f"team/{member(SAM).pk}", access=key).status_code == 409
    for method, path in (("post", "me/password"), ("post", "me/second-factor"), ("delete", "me/second-factor")):
        assert ask(client, method, path, {}, access=key).status_code == 403


def test_nobody_hands_out_more_than_they_have(bella: Place) -> None:
    sam = tokens.grant_for(User.objects.get(email=SAM), restaurant=bella.slug)
    request, now = RequestFactory().get("/"), timezone.now()
    with pytest.raises(Refused, match="above"):
        team.invite(sam, bella, email=LEE, name="", role=Role.RESTAURANT_ADMIN, request=request, now=now)
    with pytest.raises(Refused, match="above"):
        team.change_role(sam, bella, member(SAM).pk, role=Role.RESTAURANT_ADMIN, request=request, now=now)
