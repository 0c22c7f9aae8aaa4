"""The front door: signing in with a password and a code, a forgotten password, an invitation, one's own account.

A restaurant's own host name serves these pages too; who somebody is, is asked outside of it.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from apps.accounts import audit, passwords, permissions, second_factor, sessions, signing_in, team, tokens, tries
from apps.accounts.models import Membership, User
from apps.dashboard.tongue import spoken
from apps.tenants import scope
from apps.voice import demo_restaurants


@never_cache
@sensitive_post_parameters("password")
@spoken
@scope.public()
def home(request: HttpRequest) -> HttpResponse:
    """Sign in, and go on to a restaurant one belongs to."""
    if request.method != "POST":
        return _onward(request) if request.user.is_authenticated else _door(request)
    email, now = request.POST.get("email", "").strip(), timezone.now()
    password = request.POST.get("password", "")
    try:
        user, code_is_needed = signing_in.prove_password(request, email=email, password=password, now=now)
    except tries.Throttled as wait:
        return _door(request, status=429, wrong=_wait(wait), email=email)
    except tokens.Refused as refusal:
        return _door(request, wrong=str(refusal), email=email)
    if code_is_needed:
        sessions.begin_half(request, user, now=now)
        return redirect(_with_next(request, "sign-in-code"))
    sessions.begin(request, user, now=now)
    return _onward(request)


@never_cache
@sensitive_post_parameters("code")
@spoken
@scope.public()
def code(request: HttpRequest) -> HttpResponse:
    """The second half, for those who have set up an authenticator app."""
    now = timezone.now()
    user = sessions.half(request, now=now)
    if user is None:
        return redirect("home")
    if request.method != "POST":
        return _page(request, "code")
    try:
        signing_in.prove_code(request, user=user, code=request.POST.get("code", ""), now=now)
    except tries.Throttled as wait:
        return _page(request, "code", status=429, wrong=_wait(wait))
    except tokens.Refused as refusal:
        return _page(request, "code", wrong=str(refusal))
    sessions.begin(request, user, now=now)
    return _onward(request)


@require_POST
@scope.public()
def sign_out(request: HttpRequest) -> HttpResponse:
    sessions.end(request)
    return redirect("home")


@require_GET
@scope.public()
def from_admin(request: HttpRequest) -> HttpResponse:
    """The admin's own form would know neither throttle nor code."""
    return redirect(_with_next(request, "home"))


@spoken
@scope.public()
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password."""
    if request.method != "POST":
        return _page(request, "forgotten")
    try:
        passwords.ask_for_reset(request, email=request.POST.get("email", ""), now=timezone.now())
    except tries.Throttled as wait:
        return _page(request, "forgotten", status=429, wrong=_wait(wait))
    return _page(request, "said", said=_("If there is such an account, a link is on its way to it. It holds an hour."))


@never_cache
@sensitive_post_parameters("password")
@spoken
@scope.public()
def new_password(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind the link."""
    now = timezone.now()
    try:
        user = passwords.user_of(token, now=now)
        if request.method == "POST":
            address = audit.address_of(request)
            passwords.reset(token, password=request.POST.get("password", ""), address=address, now=now)
            return _page(request, "said", said=_("The new password holds. Every device was signed out."))
    except passwords.Unfit as reasons:
        return _page(request, "password", email=user.email, wrong=str(reasons))
    except tokens.Refused as refusal:
        return _page(request, "said", status=404, said=str(refusal))
    return _page(request, "password", email=user.email)


@never_cache
@sensitive_post_parameters("password")
@spoken
@scope.public()
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Join a restaurant's team by a link."""
    now = timezone.now()
    try:
        row = team.invitation_of(token, now=now)
        about: dict[str, Any] = {"email": row.email, "place": row.restaurant.name, "role": row.role}
        about["new"] = team.needs_password(row)
        if request.method == "POST":
            team.accept(token, password=request.POST.get("password", ""), request=request, now=now)
            said = _("You belong to %(place)s now. Sign in to go on.") % {"place": row.restaurant.name}
            return _page(request, "said", said=said)
    except passwords.Unfit as reasons:
        return _page(request, "invitation", wrong=str(reasons), **about)
    except tokens.Refused as refusal:
        return _page(request, "said", status=404, said=str(refusal))
    return _page(request, "invitation", **about)


@never_cache
@login_required
@sensitive_post_parameters("old", "new", "code")
@spoken
@scope.public()
def account(request: HttpRequest) -> HttpResponse:
    """One's own password and second factor."""
    assert isinstance(request.user, User)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do not in _DEEDS:
        return _account(request)
    try:
        shown = _DEEDS[do](request, request.user)
    except tries.Throttled as wait:
        return _account(request, status=429, wrong=_wait(wait))
    except (tokens.Refused, passwords.Unfit) as refusal:
        return _account(request, wrong=str(refusal))
    if do == "language":  # the page itself is still in the old one
        return redirect("account")
    return _account(request, **shown)


def _change_password(request: HttpRequest, user: User) -> dict[str, Any]:
    old, new = request.POST.get("old", ""), request.POST.get("new", "")
    now = timezone.now()
    passwords.change(user, old=old, new=new, request=request, now=now)
    sessions.begin(request, user, now=now)  # this one goes on, all others have ended
    return {"said": _("The new password holds. Every other device was signed out.")}


def _begin_factor(request: HttpRequest, user: User) -> dict[str, Any]:
    _admin_of_anything(user)
    return {"enrolment": second_factor.begin(user)}


def _confirm_factor(request: HttpRequest, user: User) -> dict[str, Any]:
    with signing_in.counted_code(request, user, "second_factor.set_up", now=timezone.now()) as now:
        return {"codes": second_factor.confirm(user, code=request.POST.get("code", ""), now=now)}


def _end_factor(request: HttpRequest, user: User) -> dict[str, Any]:
    with signing_in.counted_code(request, user, "second_factor.ended", now=timezone.now()) as now:
        second_factor.end(user, code=request.POST.get("code", ""), now=now)
    return {"said": _("Signing in needs no code any more.")}


def _choose_language(request: HttpRequest, user: User) -> dict[str, Any]:
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        raise tokens.Refused(_("Choose one of the languages."))
    User.objects.filter(pk=user.pk).update(language=chosen)
    return {}


_DEEDS = {
    "language": _choose_language,
    "password": _change_password,
    "begin": _begin_factor,
    "confirm": _confirm_factor,
    "end": _end_factor,
}


def _admin_of_anything(user: User) -> None:
    roles = [permissions.Role.SUPER_ADMIN] if user.is_superuser else []
    roles += [permissions.Role(row.role) for row in Membership.objects.filter(user=user)]
    if not any(permissions.allowed(role, "account.second_factor") for role in roles):
        raise tokens.Refused(_("A second factor is for administrators."))


def _account(request: HttpRequest, **more: Any) -> HttpResponse:
    assert isinstance(request.user, User)
    factor, waits = second_factor.is_on(request.user), second_factor.is_waiting(request.user)
    return _page(request, "account", factor=factor, waits=waits, languages=settings.LANGUAGES, **more)


def _onward(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)
    wanted = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    closed = wanted.startswith(reverse("admin:index")) and not request.user.is_staff  # it would send them back here
    if ours and not closed:
        return redirect(wanted)
    if request.user.is_superuser:
        return redirect("restaurants-page")
    membership = Membership.objects.filter(user=request.user).select_related("restaurant").first()
    if membership is not None:
        return redirect("today", slug=membership.restaurant.slug)
    return _door(request, wrong=_("You belong to no restaurant yet."))


def _with_next(request: HttpRequest, name: str) -> str:
    wanted = request.GET.get("next", "")
    return reverse(name) + (f"?{urlencode({'next': wanted})}" if wanted else "")


def _door(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    demos = [email for email, _, _ in demo_restaurants.LOGINS] if settings.DEBUG else []
    context = {"demos": demos, "demo_password": demo_restaurants.PASSWORD, **more}
    return render(request, "dashboard/home.html", context, status=status)


def _page(request: HttpRequest, name: str, *, status: int = 200, **more: Any) -> HttpResponse:
    return render(request, f"dashboard/door/{name}.html", more, status=status)


def _wait(wait: tries.Throttled) -> str:
    return _("Too many tries. Wait %(seconds)s seconds and try again.") % {"seconds": int(wait.seconds) + 1}
