"""The optional second factor: an authenticator app's codes (TOTP, RFC 6238), and recovery codes for a lost app."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

import pyotp
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from apps.accounts import keys
from apps.accounts.models import RecoveryCode, SecondFactor, User
from apps.accounts.tokens import Refused

ISSUER = "Loman"
STEP_SECONDS = 30
DRIFT_STEPS = 1
"""Steps a phone's clock may be off, either way (RFC 6238, 5.2)."""
RECOVERY_CODES = 10
RECOVERY_BYTES = 10
NOT_RIGHT = gettext_noop("This code is not right, or was used before.")


class Needed(Refused):
    """The password was right; a code is still missing."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app is given, once."""

    secret: str
    uri: str


def is_on(user: User) -> bool:
    return SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).exists()


def is_waiting(user: User) -> bool:
    """Whether a secret was given out that no code of has confirmed yet."""
    return SecondFactor.objects.filter(user=user, confirmed_at=None).exists()


def begin(user: User) -> Enrolment:
    """A fresh secret for an app, in place of one that was never confirmed. One that counts has to be ended first."""
    secret = pyotp.random_base32()
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if is_on(user):
            raise Refused(_("A second factor is set up already. End that one first."))
        fresh = {"secret": keys.encrypt(secret), "last_step": 0}
        SecondFactor.objects.update_or_create(user=user, defaults=fresh)
    return Enrolment(secret=secret, uri=pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name=ISSUER))


@transaction.atomic
def confirm(user: User, *, code: str, now: datetime) -> list[str]:
    """From now on a code is needed to sign in. The recovery codes, which are shown once."""
    row = SecondFactor.objects.select_for_update().filter(user=user, confirmed_at=None).first()
    if row is None:
        raise Refused(_("There is no second factor waiting to be confirmed."))
    step = _step_of(row, code, now=now)
    if step is None:
        raise Refused(_(NOT_RIGHT))
    row.last_step, row.confirmed_at = step, now
    row.save(update_fields=["last_step", "confirmed_at"])
    codes = [_written(secrets.token_bytes(RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=_digest(each)) for each in codes)
    return codes


def prove(user: User, *, code: str, now: datetime) -> None:
    """Take one code, of the app or a recovery code, which is used up by it. `Needed` when none was given."""
    if not code.strip():
        raise Needed("A code of your authenticator app is needed too.")
    if not (_take_apps(user, code, now=now) or _take_recovery(user, code)):
        raise Refused(_(NOT_RIGHT))


@transaction.atomic
def end(user: User, *, code: str, now: datetime) -> None:
    """Signing in needs no code any more. Takes one to do."""
    if not is_on(user):
        raise Refused(_("There is no second factor to end."))
    prove(user, code=code, now=now)
    remove(user)


@transaction.atomic
def remove(user: User) -> None:
    """Without a code: for an operator, when somebody lost their app and their recovery codes."""
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()


def _take_apps(user: User, code: str, *, now: datetime) -> bool:
    row = SecondFactor.objects.filter(user=user, confirmed_at__isnull=False).first()
    step = _step_of(row, code, now=now) if row is not None else None
    if step is None:
        return False
    # Of two requests with the same code one finds the step taken.
    return bool(SecondFactor.objects.filter(user=user, last_step__lt=step).update(last_step=step))


def _take_recovery(user: User, code: str) -> bool:
    return bool(RecoveryCode.objects.filter(user=user, digest=_digest(code)).delete()[0])


def _step_of(row: SecondFactor, code: str, *, now: datetime) -> int | None:
    """The step this code belongs to, when it is near and later than the last one taken."""
    app = pyotp.TOTP(keys.decrypt(row.secret))
    here = int(now.timestamp()) // STEP_SECONDS
    given = "".join(code.split())
    if not (given.isascii() and given.isdigit()):
        return None
    for step in range(here - DRIFT_STEPS, here + DRIFT_STEPS + 1):
        if step > row.last_step and hmac.compare_digest(app.generate_otp(step), given):
            return step
    return None


def _written(code: bytes) -> str:
    """20 hexadecimal digits in fives, so that people can copy them."""
    text = code.hex()
    return "-".join(text[start : start + 5] for start in range(0, len(text), 5))


def _digest(code: str) -> str:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return hashlib.sha256(plain.encode()).hexdigest()
