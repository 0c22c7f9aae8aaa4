"""Users and how they prove who they are, their memberships, machine keys, the audit record. Public schema."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Now
from django.utils.crypto import salted_hmac

from apps.accounts.permissions import Role
from apps.tenants.models import Restaurant

MEMBER_ROLES = [Role.RESTAURANT_ADMIN.value, Role.STAFF_VIEWER.value]


class People(BaseUserManager["User"]):
    """Makes users by e-mail address; Django's commands call these two names."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address. A superuser is the role SuperAdmin."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120, blank=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    """May open the Django admin."""
    is_demo = models.BooleanField(default=False)
    """Made by `create_demo`; refused while DEBUG is off."""
    language = models.CharField(max_length=5, blank=True, choices=[("en", "English"), ("es", "Español")])
    """Of the pages; empty: what the browser asks for."""
    access_version = models.PositiveIntegerField(default=0)
    """Raised to end every access token that is still out (membership or password changed)."""
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "users"
        ordering = ("email",)
        constraints: ClassVar = [models.UniqueConstraint(Lower("email"), name="users_email_once_in_any_case")]

    def __str__(self) -> str:
        return self.email

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Also of the access version, so that whatever ends the tokens ends the sessions (Django checks it)."""
        salted = salted_hmac("accounts.session", f"{self.password}:{self.access_version}", secret, algorithm="sha256")
        return salted.hexdigest()


class TokenFamily(models.Model):
    """The refresh tokens that came from one sign-in. The newest generation is alive, one that comes back is a copy."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, null=True, related_name="+")
    """None: a SuperAdmin's, for all of them."""
    generation = models.PositiveIntegerField(default=1)
    began_at = models.DateTimeField()
    rotated_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    """With the newest refresh token. A row that is past it is deleted at somebody's next sign-in."""
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)

    class Meta:
        db_table = "token_families"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end_reason="") | Q(Q(ended_at__isnull=False), ~Q(end_reason="")),
                name="token_families_ended_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M}"


class SecondFactor(models.Model):
    """A user's authenticator app (TOTP, RFC 6238). It counts once a code of it was given."""

    sealed: ClassVar = ("secret",)
    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="second_factor")
    secret = models.TextField()
    """Base32, encrypted (apps.accounts.keys)."""
    last_step = models.BigIntegerField(default=0)
    """The half-minute of the last code that was taken: no code is taken twice."""
    confirmed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "second_factors"

    def __str__(self) -> str:
        return f"of {self.user_id}"


class RecoveryCode(models.Model):
    """One use in place of a code of the app. Only a hash is kept; the row goes when it is used."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    """SHA-256 of 80 random bits, which need no salt."""

    class Meta:
        db_table = "recovery_codes"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_codes_once")]

    def __str__(self) -> str:
        return f"of {self.user_id}"


class Invitation(models.Model):
    """Somebody was asked by e-mail to join a restaurant. Nothing is theirs before they accept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="invitations")
    email = models.EmailField()
    """In small letters."""
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, choices=[(role, role) for role in MEMBER_ROLES])
    invited_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    """Who loses the right to invite takes the open ones along."""
    sent = models.PositiveIntegerField(default=1)
    """How often; only the link of the last mail counts."""
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "invitations"
        ordering = ("-sent_at",)
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["restaurant", "email"], name="invitations_one_per_address"),
            models.CheckConstraint(condition=Q(role__in=MEMBER_ROLES), name="invitations_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.role}"


class Membership(models.Model):
    """What a user is at one restaurant."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role, role) for role in MEMBER_ROLES])
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        db_table = "memberships"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "restaurant"], name="memberships_one_per_restaurant"),
            models.CheckConstraint(condition=Q(role__in=MEMBER_ROLES), name="memberships_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"


class ApiKey(models.Model):
    """A machine's way in, for one restaurant. Only a hash of the key is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    restaurant = models.ForeignKey(Restaurant, on_delete=models.CASCADE, related_name="api_keys")
    label = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12)
    """The first letters, so that people can tell keys apart."""
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the whole key, which is random and therefore needs no salt."""
    role = models.CharField(max_length=20, choices=[(role, role) for role in MEMBER_ROLES])
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    last_used_at = models.DateTimeField(null=True, blank=True)
    """To the minute."""
    expires_at = models.DateTimeField(null=True, blank=True)
    """None: until it is revoked."""
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "api_keys"
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(role__in=MEMBER_ROLES), name="api_keys_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.label} ({self.prefix}…)"


class AuditEntry(models.Model):
    """Who did what, from where. A trigger refuses every change and deletion, whoever asks."""

    id = models.BigAutoField(primary_key=True)
    restaurant = models.ForeignKey(
        Restaurant, on_delete=models.DO_NOTHING, null=True, related_name="audit_entries", db_constraint=False
    )
    """Entries of one restaurant are one chain, those of none another (apps.accounts.chain)."""
    position = models.PositiveBigIntegerField()
    """In its chain, from 1."""
    previous = models.CharField(max_length=64)
    """The digest before it."""
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(editable=False)
    actor = models.CharField(max_length=254)
    """E-mail address, `key:<prefix>`, `call:<id>` or `system`."""
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=120, blank=True)
    """What it was done to, as `orders/<id>`."""
    address = models.GenericIPAddressField(null=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    number_digest = models.CharField(max_length=64, blank=True)
    """Keyed hash of a phone number, so that erasing the number leaves the record whole."""
    number_last4 = models.CharField(max_length=4, blank=True)

    class Meta:
        db_table = "audit_entries"
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["restaurant", "-at"], name="audit_by_restaurant"),
            models.Index(fields=["number_digest"], name="audit_by_number"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["restaurant", "position"], name="audit_position_once"),
            models.UniqueConstraint(
                fields=["position"], condition=Q(restaurant__isnull=True), name="audit_position_once_without_restaurant"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor} {self.action}"


class AuditHead(models.Model):
    """Where each chain of audit entries ends. Its row is the lock under which the next one is written."""

    chain = models.UUIDField(primary_key=True)
    """The restaurant's id; zeros for what belongs to none."""
    position = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    seal = models.CharField(max_length=64, blank=True)

    class Meta:
        db_table = "audit_heads"

    def __str__(self) -> str:
        return f"{self.chain} {self.position}"
