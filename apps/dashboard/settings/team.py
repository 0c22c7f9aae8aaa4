"""Team: who belongs to the restaurant and as what, who was asked to join, and the keys its machines come in with."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __

from apps.accounts import audit, machine_keys, team, tokens
from apps.accounts.models import MEMBER_ROLES, ApiKey, Invitation, Membership, User
from apps.accounts.permissions import Role, at_most
from apps.accounts.team_api import InvitationAsked, KeyAsked, RoleAsked
from apps.accounts.tokens import Grant
from apps.dashboard.settings import lists
from apps.dashboard.settings.forms import Field, Text, taken
from apps.dashboard.settings.lists import Done, Listing, Sent
from apps.dashboard.shell import Here
from apps.outbox import live
from apps.tenants import scope

ROLES: dict[str, Text] = {
    Role.RESTAURANT_ADMIN.value: __("Manager: everything of this restaurant"),
    Role.STAFF_VIEWER.value: __("Staff: sees the shift and does its work"),
}
NAMES: dict[str, Text] = {Role.RESTAURANT_ADMIN.value: __("Manager"), Role.STAFF_VIEWER.value: __("Staff")}
"""The same in a row."""
LASTS: dict[str, Text] = {
    "": __("until it is ended"),
    "30": __("for 30 days"),
    "90": __("for 90 days"),
    "365": __("for a year"),
}
KEYS_SHOWN = 60
INVITE = (
    Field("email", __("E-mail address"), "email"),
    Field("name", __("Name")),
    Field("role", __("As"), "choice"),
)
KEY = (
    Field("label", __("What is it for?"), hint=__("The till, the website, the accountant's program.")),
    Field("role", __("It may do what is done as"), "choice"),
    Field("lasts", __("It works"), "choice", choices=tuple(LASTS.items())),
)


def _grant(request: HttpRequest, here: Here) -> Grant:
    assert isinstance(request.user, User)  # `page` admits nobody else
    return tokens.grant_for(request.user, restaurant=here.place.slug)


def _invite(request: HttpRequest, here: Here) -> Done:
    asked = taken(InvitationAsked(data=lists.sent_as(INVITE, request))).validated_data
    row = _send(request, here, email=asked["email"], name=asked["name"], role=Role(asked["role"]))
    return Done(_("Invitation sent to %(email)s") % {"email": row.email})


def _again(request: HttpRequest, here: Here) -> Done:
    with scope.public():
        row = lists.locked(Invitation.objects.filter(restaurant_id=here.place.id), request)
    row = _send(request, here, email=row.email, name=row.name, role=Role(row.role))
    return Done(_("Sent again to %(email)s. The old link is dead") % {"email": row.email})


def _send(request: HttpRequest, here: Here, *, email: str, name: str, role: Role) -> Invitation:
    with scope.public():
        return team.invite(
            _grant(request, here), here.place, email=email, name=name, role=role, request=request, now=timezone.now()
        )


def _withdraw(request: HttpRequest, here: Here) -> Done:
    with scope.public():
        row = lists.locked(Invitation.objects.filter(restaurant_id=here.place.id), request, as_seen=False)
        team.take_back(_grant(request, here), here.place, row.pk, request=request)
    return Done(_("Invitation of %(email)s withdrawn. Its link is dead") % {"email": row.email})


def _role(request: HttpRequest, here: Here) -> Done:
    role = Role(taken(RoleAsked(data={"role": request.POST.get("role", "")})).validated_data["role"])
    with scope.public():
        row = lists.locked(_members(here), request)
        team.change_role(_grant(request, here), here.place, row.pk, role=role, request=request, now=timezone.now())
    return Done(_("%(email)s has a new role and signs in anew") % {"email": row.user.email})


def _remove(request: HttpRequest, here: Here) -> Done:
    with scope.public():
        row = lists.locked(_members(here), request)
        team.remove(_grant(request, here), here.place, row.pk, request=request, now=timezone.now())
    return Done(_("%(email)s is removed and signed out") % {"email": row.user.email})


def _make_key(request: HttpRequest, here: Here) -> Done:
    given = lists.sent_as(KEY, request)
    lasts = str(given.pop("lasts"))
    expires_at = timezone.now() + timedelta(days=int(lasts)) if lasts in LASTS and lasts else None
    asked = taken(KeyAsked(data=given)).validated_data
    with scope.public():
        row, text = machine_keys.make(
            _grant(request, here), here.place, label=asked["label"], role=Role(asked["role"]), expires_at=expires_at,
            address=audit.address_of(request), now=timezone.now(),
        )  # fmt: skip
    return Done(_("Key made. Copy it now"), shown={"new_key": text, "new_label": row.label})


def _end_key(request: HttpRequest, here: Here) -> Done:
    with scope.public():
        row = lists.locked(ApiKey.objects.filter(restaurant_id=here.place.id), request, as_seen=False)
        machine_keys.revoke(
            _grant(request, here), here.place, row.pk, address=audit.address_of(request), now=timezone.now()
        )
    return Done(_("Key “%(label)s” ended. Who uses it is refused") % {"label": row.label})


def _told(deed: lists.Deed) -> lists.Deed:
    def do(request: HttpRequest, here: Here) -> Done | HttpResponse:
        done = deed(request, here)
        live.touched("settings")
        return done

    return do


# ---- what is shown -------------------------------------------------------------------------------------


def _members(here: Here) -> Any:
    return Membership.objects.filter(restaurant_id=here.place.id).select_related("user").order_by("user__email")


def _roles(here: Here) -> list[tuple[str, Text]]:
    """Those that somebody may give: none above their own."""
    return [(role, ROLES[role]) for role in MEMBER_ROLES if at_most(Role(role), here.role)]


def _shown(request: HttpRequest, here: Here, sent: Sent | None) -> dict[str, Any]:
    roles = {"role": _roles(here)}
    usual = {"role": Role.STAFF_VIEWER.value}
    may_key = here.may("api_keys.change")
    with scope.public():
        members, invitations = list(_members(here)), _invitations(here)
        keys = _keys(here) if may_key else []
    return {
        "members": [_member(row, here) for row in members],
        "roles": [(role, NAMES[role]) for role, _said in roles["role"]],
        "invitations": invitations,
        "inviting": lists.form(INVITE, key="invite", values=usual, sent=sent, choices=roles),
        "keys": keys,
        "making": lists.form(KEY, key="key", values=usual, sent=sent, choices=roles),
        "may_change": here.may("team.change"),
        "may_key": may_key,
    }


def _member(row: Membership, here: Here) -> dict[str, Any]:
    return {
        "id": row.pk,
        "seen": lists.seen(row),
        "email": row.user.email,
        "name": row.user.name,
        "role": row.role,
        "is_me": row.user.email == here.by,
        "last": row.user.last_login,
    }


def _invitations(here: Here) -> list[dict[str, Any]]:
    rows = Invitation.objects.filter(restaurant_id=here.place.id).select_related("invited_by")
    return [
        {
            "id": row.pk,
            "seen": lists.seen(row),
            "email": row.email,
            "role": NAMES[row.role],
            "by": row.invited_by.email,
            "is_over": row.expires_at <= timezone.now(),
            "until": row.expires_at,
        }
        for row in rows
    ]


def _keys(here: Here) -> list[dict[str, Any]]:
    rows = ApiKey.objects.filter(restaurant_id=here.place.id, revoked_at=None).order_by("-created_at", "id")
    return [
        {
            "id": row.pk,
            "label": row.label,
            "prefix": row.prefix,
            "role": NAMES[row.role],
            "used": row.last_used_at,
            "until": row.expires_at,
            "is_over": bool(row.expires_at and row.expires_at <= timezone.now()),
        }
        for row in rows[:KEYS_SHOWN]
    ]


LISTING = Listing(
    "team",
    "dashboard/settings/team.html",
    _shown,
    {
        "invite": ("team.change", _told(_invite)),
        "again": ("team.change", _told(_again)),
        "withdraw": ("team.change", _told(_withdraw)),
        "role": ("team.change", _told(_role)),
        "leave": ("team.change", _told(_remove)),
        "key": ("api_keys.change", _told(_make_key)),
        "end": ("api_keys.change", _told(_end_key)),
    },
    refusals=(tokens.Refused,),
)

show = LISTING.view("team.view")
