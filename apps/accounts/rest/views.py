"""The bases of REST's resources: a list with filters, search, order and pages; a record that is read and changed.

A list answers `{"count", "next", "previous", "results"}`. Both carry an entity tag: `If-None-Match` spares the body,
and `If-Match` on a change is refused with 412 when somebody else was quicker.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import msgspec
from django.db import models, transaction
from django.http import HttpResponse, HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, filters, generics, mixins, serializers
from rest_framework.request import Request

from apps.accounts import audit, permissions
from apps.accounts.api_access import RestaurantAPIView
from apps.accounts.rest import etags, written
from apps.accounts.rest.filters import Ordering
from apps.accounts.rest.paging import Pages

Row = TypeVar("Row", bound=models.Model)
JSON = dict[str, Any]


class Outdated(exceptions.APIException):
    status_code = 412
    default_detail = "Somebody else has changed this since you looked at it. Read it again, then decide."


class Conflict(exceptions.APIException):
    """What is asked does not fit how things stand; the detail is a sentence for people."""

    status_code = 409
    default_detail = "That cannot be done as things stand."


class ResourceView(RestaurantAPIView, generics.GenericAPIView[Row]):
    """What lists and records of one kind have in common: how a row is shown, tagged and put on record."""

    noun = ""
    """As the audit record names it: `orders`."""
    refusals: ClassVar[tuple[type[Exception], ...]] = ()
    """What the services say no with: their sentence becomes a 409."""

    def shown(self, row: Row, *, whole: bool) -> JSON:
        serializer: Any = self.get_serializer_class()
        shown: JSON = serializer(row, context={"view": self, "request": self.request, "whole": whole}).data
        return shown

    def tag(self, row: Row) -> str:
        return etags.tag_of(msgspec.json.encode(self.shown(row, whole=True)))

    def record(self, action: str, row: Row, **more: Any) -> None:
        self.record_of(f"{self.noun}/{row.pk}", action, **more)

    def record_of(self, subject: str, action: str, **more: Any) -> None:
        address = audit.address_of(self.request._request)
        audit.record(action, actor=self.grant.by, place=self.place, subject=subject, address=address, **more)


class ListView(mixins.ListModelMixin, ResourceView[Row]):
    """`GET` a resource's rows, and `POST` one more where the subclass has `creates_serializer_class`. Parameters nobody
    knows are refused: a filter with a slip of the pen would otherwise show everything."""

    pagination_class = Pages
    filter_backends: tuple[Any, ...] = (DjangoFilterBackend, filters.SearchFilter, Ordering)
    ordering_fields: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ()
    """The usual order. The last field tells rows apart, so that no page shows one twice."""
    written: str | None = None
    """A row as JSON by PostgreSQL itself (`rest.written`), for lists that are asked for all evening."""
    creates_serializer_class: type[serializers.BaseSerializer[Any]] | None = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.query_params:
            self._refuse_unknown(request)
        return answer(request, self._body(request))

    def create(self, request: Request) -> HttpResponseBase:
        """`POST`: one more, on record; 201 with where it is."""
        asks = self.creates_serializer_class
        assert asks is not None
        wanted: Any = asks(data=request.data, context={"view": self})
        wanted.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                row = self.perform_create(wanted.validated_data)
                after = self.shown(row, whole=False)
                self.record(f"{self.noun}.create", row, after=after)
        except self.refusals as refusal:
            raise Conflict(str(refusal)) from None
        location = request.build_absolute_uri(f"{request.path}/{row.pk}")
        return answer(request, msgspec.json.encode(after), tag=self.tag(row), status=201, location=location)

    def perform_create(self, asked: JSON) -> Row:
        raise NotImplementedError

    def _body(self, request: Request) -> bytes:
        if self.written is not None:
            return written.page(self, shown=self.written)
        assert self.paginator is not None
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        found = self.get_serializer(page, many=True).data
        return msgspec.json.encode(self.paginator.get_paginated_response(found).data)

    def _refuse_unknown(self, request: Request) -> None:
        known = {"page", Pages.page_size_query_param}
        known |= {"ordering"} if self.ordering_fields else set()
        known |= {"search"} if getattr(self, "search_fields", ()) else set()
        chosen = getattr(self, "filterset_class", None)
        known |= set(chosen.base_filters) if chosen else set(getattr(self, "filterset_fields", ()))
        unknown = sorted(set(request.query_params) - known)
        if unknown:
            raise exceptions.ValidationError({name: ["There is no such parameter."] for name in unknown})


class RecordView(ResourceView[Row]):
    """One record: `GET`, and `PATCH` where the subclass has `changes_serializer_class`, `DELETE` where it says so.

    Whoever may see whole numbers sees them here, and that is on record.
    """

    changes_serializer_class: type[serializers.BaseSerializer[Any]] | None = None
    number_field = ""
    """Which field holds a phone number that lists show masked."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        row = self.get_object()
        whole = self._sees_whole()
        body = self.shown(row, whole=whole)
        if whole and self.number_field and (number := getattr(row, self.number_field)):
            self.record("numbers.view", row, number=number)
        return answer(request, msgspec.json.encode(body), tag=self.tag(row))

    def change(self, request: Request) -> HttpResponseBase:
        """`PATCH`: what was sent, where it differs."""
        changes = self.changes_serializer_class
        assert changes is not None

        def perform(row: Row) -> Row:
            wanted = changes(row, data=request.data, partial=True, context={"view": self})
            wanted.is_valid(raise_exception=True)
            return self.perform_change(row, wanted)

        return self._done(request, perform, action=f"{self.noun}.change")

    def perform_change(self, row: Row, wanted: Any) -> Row:
        changed: Row = wanted.save()
        return changed

    def remove(self, request: Request) -> HttpResponse:
        """`DELETE`: gone, with what it was on record."""
        try:
            with transaction.atomic():
                row = self.locked()
                self.refuse_outdated(request, row)
                subject, before = f"{self.noun}/{row.pk}", self.shown(row, whole=False)
                self.perform_remove(row)
                self.record_of(subject, f"{self.noun}.delete", before=before)
        except self.refusals as refusal:
            raise Conflict(str(refusal)) from None
        return HttpResponse(status=204)

    def perform_remove(self, row: Row) -> None:
        raise NotImplementedError

    def _done(self, request: Request, perform: Callable[[Row], Row], *, action: str) -> HttpResponseBase:
        """A deed under a lock, when the record is still what the client saw; on record with what it was before."""
        try:
            with transaction.atomic():
                row = self.locked()
                self.refuse_outdated(request, row)
                before = self.shown(row, whole=False)
                row = perform(row)
                after = self.shown(row, whole=False)
                differs = sorted(name for name in after if after[name] != before.get(name))
                if differs and action:
                    was, now = ({name: each.get(name) for name in differs} for each in (before, after))
                    self.record(action, row, before=was, after=now)
        except self.refusals as refusal:
            raise Conflict(str(refusal)) from None
        return answer(request, msgspec.json.encode(after), tag=self.tag(row))

    def locked(self) -> Row:
        """The record, locked until the transaction ends, so that what is compared stays what it is."""
        key = self.get_object().pk
        row: Row = self.get_queryset().model._default_manager.select_for_update().get(pk=key)
        return row

    def refuse_outdated(self, request: Request, row: Row) -> None:
        if etags.saw_another(request.headers.get("If-Match"), self.tag(row)):
            raise Outdated

    def _sees_whole(self) -> bool:
        return permissions.allowed(self.grant.role, "numbers.view_whole")


class CommandView(RecordView[Row], ABC):
    """`POST` does one deed to a record and answers with the record as it is then."""

    http_method_names: tuple[str, ...] = ("post", "options")
    asks: type[serializers.BaseSerializer[Any]]
    """What the deed needs to know."""
    action = ""
    """As the audit record names it; empty where the service puts it on record itself."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted: Any = self.asks(data=request.data)
        wanted.is_valid(raise_exception=True)
        return self._done(request, lambda row: self.perform(row, wanted.validated_data), action=self.action)

    @abstractmethod
    def perform(self, row: Row, asked: JSON) -> Row:
        """Do it; the record as it is then."""


def answer(request: Request, body: bytes, *, tag: str = "", status: int = 200, location: str = "") -> HttpResponse:
    """What there is with its tag, or 304 when the client has it already."""
    tag = tag or etags.tag_of(body)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if request.method in ("GET", "HEAD") and etags.has_it(request.headers.get("If-None-Match"), tag):
        return HttpResponse(status=304, headers=headers)
    headers |= {"Location": location} if location else {}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
