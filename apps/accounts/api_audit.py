"""`/api/v1/audit`: who did what at the restaurant, newest first; append-only, so it is only read."""

from __future__ import annotations

import django_filters
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from apps.accounts import keys
from apps.accounts.models import AuditEntry
from apps.accounts.rest.filters import MomentFilter
from apps.accounts.rest.views import ListView
from apps.language import phones


class AuditEntryShown(serializers.ModelSerializer[AuditEntry]):
    number = serializers.SerializerMethodField(help_text="The last four digits of the number it is about.")
    before = serializers.JSONField(read_only=True, allow_null=True)
    after = serializers.JSONField(read_only=True, allow_null=True)

    class Meta:
        model = AuditEntry
        fields = ("id", "at", "actor", "action", "subject", "address", "before", "after", "number")
        read_only_fields = fields

    def get_number(self, row: AuditEntry) -> str:
        return phones.mask(row.number_last4)


class AuditFilters(django_filters.FilterSet):
    at_after = MomentFilter(field_name="at", lookup_expr="gte")
    at_before = MomentFilter(field_name="at", lookup_expr="lt")
    number = django_filters.CharFilter(
        method="about_number", help_text="A whole phone number: entries hold its keyed digest, and that is compared."
    )

    class Meta:
        model = AuditEntry
        fields = ("action", "actor", "subject")

    def about_number(self, rows: QuerySet[AuditEntry], name: str, value: str) -> QuerySet[AuditEntry]:
        number = phones.normalise(value)
        if number is None:
            raise serializers.ValidationError({name: ["This is not a whole phone number."]})
        return rows.filter(number_digest=keys.number_digest(number))


@extend_schema_view(get=extend_schema(tags=["audit"], summary="Who did what, newest first"))
class AuditView(ListView[AuditEntry]):
    permission = "audit.view"
    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntryShown
    filterset_class = AuditFilters
    ordering_fields = ("at",)
    ordering = ("-id",)

    def get_queryset(self) -> QuerySet[AuditEntry]:
        return AuditEntry.objects.filter(restaurant_id=self.place.id)
