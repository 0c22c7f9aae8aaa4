"""The bases of REST's resources: a list with filters, search, order and pages; a record that is read and changed.

A list answers `{"count", "next", "previous", "results"}`. Both carry an entity tag: `If-None-Match` spares the body,
and `If-Match` on a change is refused with 412 when somebody else was quicker.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import msgspec
import psycopg.errors
from django.db import IntegrityError, models, transaction
from django.http import HttpResponse, HttpResponseBase
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, filters, generics, mixins, serializers
from rest_framework.request import Request

from apps.accounts import audit
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
        shown = serializer(row, context={"view": self, "request": self.request, "whole": whole}).data
        plain: JSON = msgspec.to_builtins(shown)  # keys of rows are UUIDs, and the audit keeps JSON
        return plain

    def tag(self, row: Row) -> str:
        return etags.tag_of(msgspec.json.encode(self.shown(row, whole=True)))

    def record(self, action: str, row: Row, **more: Any) -> None:
        self.record_about(action, subject=self.subject(row), **more)

    def subject(self, row: Row) -> str:
        """As the audit record names the row."""
        return f"{self.noun}/{row.pk}"

    def record_about(self, action: str, *, subject: str, **more: Any) -> None:
        address = audit.address_of(self.request._request)
        audit.record(action, actor=self.grant.by, place=self.place, subject=subject, address=address, **more)


class ListView(mixins.ListModelMixin, ResourceView[Row]):
    """`GET` a resource's rows. Parameters nobody knows are refused: a filter with a slip of the pen would otherwise
    show everything."""

    pagination_class = Pages
    filter_backends: tuple[Any, ...] = (DjangoFilterBackend, filters.SearchFilter, Ordering)
    ordering_fields: ClassVar[tuple[str, ...]] = ()
    ordering: ClassVar[tuple[str, ...]] = ()
    """The usual order. The last field tells rows apart, so that no page shows one twice."""
    written: str | None = None
    """A row as JSON by PostgreSQL itself (`rest.written`), for lists that are asked for all evening."""

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.query_params:
            self._refuse_unknown(request)
        return answer(request, self._body(request))

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


class CollectionView(ListView[Row]):
    """A list to which `POST` adds: 201 with the new record, where it is, and its entity tag."""

    takes: type[serializers.BaseSerializer[Any]]
    """What a new record is made of."""

    def create(self, request: Request) -> HttpResponseBase:
        wanted: Any = self.takes(data=request.data, context={"view": self})
        wanted.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                row = self.perform_creation(wanted)
                self.record(f"{self.noun}.create", row, after=self.shown(row, whole=False))
        except self.refusals as refusal:
            raise Conflict(str(refusal)) from None
        except IntegrityError as error:
            raise _taken(error) from error
        location = request.build_absolute_uri(f"{request.path}/{self.address(row)}")
        body = msgspec.json.encode(self.announced(row))
        return answer(request, body, tag=self.tag(row), status=201, location=location)

    def perform_creation(self, wanted: Any) -> Row:
        made: Row = wanted.save()
        return made

    def address(self, row: Row) -> str:
        """What names the record in its address."""
        return str(row.pk)

    def announced(self, row: Row) -> JSON:
        """What the maker is answered: the record, and what is shown this once."""
        return self.shown(row, whole=False)


def _taken(error: IntegrityError) -> Exception:
    """Two who take one name at once pass the same checks; the database then stops the second."""
    if isinstance(error.__cause__, psycopg.errors.UniqueViolation):
        return Conflict("Somebody else has just taken that name, number or place.")
    return error


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
        """`DELETE`: gone, when it is still what the client saw; the audit keeps what it was."""
        try:
            with transaction.atomic():
                row = self.locked()
                self.refuse_outdated(request, row)
                subject, before = self.subject(row), self.shown(row, whole=False)
                self.perform_removal(row)
                self.record_about(f"{self.noun}.delete", subject=subject, before=before)
        except self.refusals as refusal:
            raise Conflict(str(refusal)) from None
        except models.ProtectedError:
            raise Conflict("Something else still uses it.") from None
        return HttpResponse(status=204)

    def perform_removal(self, row: Row) -> None:
        row.delete()

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
        except IntegrityError as error:
            raise _taken(error) from error
        return answer(request, msgspec.json.encode(after), tag=self.tag(row))

    def locked(self) -> Row:
        """The record, locked until the transaction ends, so that what is compared stays what it is."""
        key = self.get_object().pk
        row: Row = self.get_queryset().model._default_manager.select_for_update().get(pk=key)
        return row

    def refuse_outdated(self, request: Request, row: Row) -> None:
        if etags.saw_another(request.META.get("HTTP_IF_MATCH"), self.tag(row)):
            raise Outdated

    def _sees_whole(self) -> bool:
        return self.may("numbers.view_whole")


class CommandView(RecordView[Row], ABC):
    """`POST` does one deed to a record and answers with the record as it is then."""

    http_method_names: tuple[str, ...] = ("post", "options")
    asks: ClassVar[type[serializers.BaseSerializer[Any]]]
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


class Nothing(serializers.Serializer[Any]):
    """For deeds that need to know nothing."""


def answer(request: Request, body: bytes, *, tag: str = "", status: int = 200, location: str = "") -> HttpResponse:
    """What there is with its tag, or 304 when the client has it already."""
    tag = tag or etags.tag_of(body)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization"}
    if request.method in ("GET", "HEAD") and etags.has_it(request.META.get("HTTP_IF_NONE_MATCH"), tag):
        return HttpResponse(status=304, headers=headers)
    headers |= {"Location": location} if location else {}
    return HttpResponse(body, status=status, content_type="application/json", headers=headers)
