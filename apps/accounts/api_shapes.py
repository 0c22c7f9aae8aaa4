"""The JSON that several of this room's views give, for the schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.accounts.models import MEMBER_ROLES, ApiKey, Invitation, Membership


class Pair(serializers.Serializer[Any]):
    access = serializers.CharField()
    refresh = serializers.CharField()


class Nothing(serializers.Serializer[Any]):
    """An empty object."""


class Place(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    slug = serializers.CharField()
    name = serializers.CharField()
    timezone = serializers.CharField()


class Me(serializers.Serializer[Any]):
    by = serializers.CharField(help_text="The e-mail address, or `key:<prefix>`.")
    name = serializers.CharField(allow_blank=True)
    role = serializers.CharField()
    restaurant = Place(allow_null=True)
    restaurants = Place(many=True, help_text="All those this user belongs to.")
    permissions = serializers.ListField(child=serializers.CharField())
    second_factor = serializers.BooleanField()


class Member(serializers.ModelSerializer[Membership]):
    email = serializers.EmailField(source="user.email", read_only=True)
    name = serializers.CharField(source="user.name", read_only=True)
    last_sign_in = serializers.DateTimeField(source="user.last_login", read_only=True, allow_null=True)

    class Meta:
        model = Membership
        fields = ("id", "email", "name", "role", "created_at", "last_sign_in")


class Invited(serializers.ModelSerializer[Invitation]):
    invited_by = serializers.EmailField(source="invited_by.email", read_only=True)

    class Meta:
        model = Invitation
        fields = ("id", "email", "name", "role", "invited_by", "sent_at", "expires_at")


class Key(serializers.ModelSerializer[ApiKey]):
    made_by = serializers.EmailField(source="created_by.email", read_only=True, allow_null=True, default=None)

    class Meta:
        model = ApiKey
        fields: tuple[str, ...] = (
            "id", "label", "prefix", "role", "made_by", "created_at", "last_used_at", "expires_at", "revoked_at"
        )  # fmt: skip


class NewKey(Key):
    key = serializers.CharField(read_only=True, help_text="The whole key. It is never shown again.")

    class Meta(Key.Meta):
        fields = (*Key.Meta.fields, "key")


class RoleField(serializers.ChoiceField):
    """A role a member or a key can have."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=MEMBER_ROLES, **more)
