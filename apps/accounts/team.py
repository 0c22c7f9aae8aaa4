"""Who belongs to a restaurant: inviting, accepting, changing a role, leaving. The last administrator stays."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core import signing
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import audit, passwords, post, tokens
from apps.accounts.models import Invitation, Membership, User
from apps.accounts.permissions import Role, at_most
from apps.accounts.tokens import Grant, Refused
from apps.tenants import scope
from apps.tenants.models import Restaurant

INVITATION_HOLDS = timedelta(days=7)
MAILS_PER_INVITATION = 5
MOST_OPEN = 100
SALT = "accounts.invitation"
NOT_VALID = gettext_noop("This invitation is not valid any more. Ask for a new one.")
LAST = gettext_noop("A restaurant needs at least one administrator.")


@transaction.atomic
def invite(
    grant: Grant, place: scope.Place, *, email: str, name: str, role: Role, request: HttpRequest, now: datetime
) -> Invitation:
    """Ask somebody by e-mail. Asking again sends a new link, and the old one is dead. Whether the address has an
    account already is not said."""
    inviter = _person(grant)
    _no_more_than(grant, role)
    _alone_at(place)
    email = email.strip().lower()
    members = Membership.objects.filter(restaurant_id=place.id)
    if members.filter(user__email__iexact=email).exists():
        raise Refused(_("They belong to the team already."))
    open_ones = Invitation.objects.filter(restaurant_id=place.id)
    open_ones.filter(expires_at__lt=now).delete()
    row = open_ones.filter(email=email).first()
    if row is None:
        if open_ones.count() >= MOST_OPEN:
            raise Refused(_("Too many invitations are open. Take some back first."))
        row = Invitation(restaurant_id=place.id, email=email)
    elif row.sent >= MAILS_PER_INVITATION:
        raise Refused(_("They were asked several times already."))
    else:
        row.sent += 1
    row.name, row.role, row.invited_by = name, role.value, inviter
    row.sent_at, row.expires_at = now, now + INVITATION_HOLDS
    row.save()
    path = reverse("invitation", args=[token_for(row)])
    text = post.INVITED.format(inviter=inviter.email, restaurant=place.name, link=post.link(request, path))
    post.send(to=email, subject=f"Join {place.name} at Loman", text=text)
    _record(grant, "team.invited", place, f"invitations/{row.pk}", request, after={"email": email, "role": role.value})
    return row


@transaction.atomic
def take_back(grant: Grant, place: scope.Place, invitation_id: UUID, *, request: HttpRequest) -> bool:
    """False when this restaurant has no such invitation open."""
    row = Invitation.objects.select_for_update().filter(pk=invitation_id, restaurant_id=place.id).first()
    if row is None:
        return False
    before = {"email": row.email, "role": row.role}
    row.delete()
    _record(grant, "team.invitation_taken_back", place, f"invitations/{invitation_id}", request, before=before)
    return True


def token_for(row: Invitation) -> str:
    return signing.dumps([str(row.pk), row.sent], salt=SALT)


def invitation_of(token: str, *, now: datetime) -> Invitation:
    try:
        key, sent = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        raise Refused(_(NOT_VALID)) from None
    row = Invitation.objects.select_related("restaurant").filter(pk=key, sent=sent, expires_at__gt=now).first()
    if row is None or row.restaurant.state == Restaurant.State.LEFT:
        raise Refused(_(NOT_VALID))
    return row


def needs_password(row: Invitation) -> bool:
    """Whether who accepts has no way to sign in yet."""
    user = User.objects.filter(email__iexact=row.email).first()
    return user is None or not user.has_usable_password()


@transaction.atomic
def accept(token: str, *, password: str, request: HttpRequest, now: datetime) -> User:
    """Join: with a new account and this password, or with the account the address has, which keeps its own.
    `passwords.Unfit` when the password will not do."""
    row = invitation_of(token, now=now)
    _alone_at(scope.of(row.restaurant))
    row = invitation_of(token, now=now)  # of two at once the second finds it gone
    user = User.objects.filter(email__iexact=row.email).first()
    if user is not None and not user.is_active:
        raise Refused(_(NOT_VALID))
    if user is None or not user.has_usable_password():
        user = user or User(email=row.email, name=row.name)
        passwords.check(password, user)
        user.set_password(password)
        user.save()
    Membership.objects.get_or_create(user=user, restaurant=row.restaurant, defaults={"role": row.role})
    after = {"email": user.email, "role": row.role, "invited_by": row.invited_by.email}
    row.delete()
    audit.record(
        "team.joined",
        actor=user.email,
        place=scope.of(row.restaurant),
        subject=f"users/{user.pk}",
        address=audit.address_of(request),
        after=after,
    )
    return user


@transaction.atomic
def change_role(
    grant: Grant, place: scope.Place, member_id: UUID, *, role: Role, request: HttpRequest, now: datetime
) -> Membership | None:
    """The member with the new role; their tokens and sessions end. None when there is no such member."""
    _person(grant)
    _no_more_than(grant, role)
    row = _member(place, member_id)
    if row is None or row.role == role.value:
        return row
    before = {"role": row.role}
    _not_the_last(row, place)
    row.role = role.value
    row.save(update_fields=["role"])
    tokens.end_all(row.user, now=now, reason="role")
    _record(grant, "team.role_changed", place, _subject(row), request, before=before, after={"role": role.value})
    return row


@transaction.atomic
def remove(grant: Grant, place: scope.Place, member_id: UUID, *, request: HttpRequest, now: datetime) -> bool:
    """The member leaves; their tokens, sessions and open invitations end. False when there is no such member."""
    _person(grant)
    row = _member(place, member_id)
    if row is None:
        return False
    _not_the_last(row, place)
    before = {"email": row.user.email, "role": row.role}
    Invitation.objects.filter(restaurant_id=place.id, invited_by=row.user).delete()
    subject = _subject(row)
    row.delete()
    tokens.end_all(row.user, now=now, reason="left the team")
    _record(grant, "team.removed", place, subject, request, before=before)
    return True


def _person(grant: Grant) -> User:
    if grant.user_id is None:
        raise Refused(_("A key changes no team: sign in as a person."))
    return User.objects.get(pk=grant.user_id)


def _no_more_than(grant: Grant, role: Role) -> None:
    if not at_most(role, grant.role) or role is Role.SUPER_ADMIN:
        raise Refused(_("Nobody gives a role above their own."))


def _alone_at(place: scope.Place) -> None:
    """One change of a team at a time: two administrators must not remove each other at once."""
    Restaurant.objects.select_for_update(no_key=True).get(pk=place.id)


def _member(place: scope.Place, member_id: UUID) -> Membership | None:
    _alone_at(place)
    found = Membership.objects.select_related("user").filter(pk=member_id, restaurant_id=place.id)
    return found.first()


def _not_the_last(row: Membership, place: scope.Place) -> None:
    admins = Membership.objects.filter(restaurant_id=place.id, role=Role.RESTAURANT_ADMIN.value, user__is_active=True)
    if row.role == Role.RESTAURANT_ADMIN.value and not admins.exclude(pk=row.pk).exists():
        raise Refused(_(LAST))


def _subject(row: Membership) -> str:
    return f"memberships/{row.pk}"


def _record(
    grant: Grant,
    action: str,
    place: scope.Place,
    subject: str,
    request: HttpRequest,
    *,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> None:
    audit.record(
        action,
        actor=grant.by,
        place=place,
        subject=subject,
        address=audit.address_of(request),
        before=before,
        after=after,
    )
