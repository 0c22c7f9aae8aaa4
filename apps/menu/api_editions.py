"""`/api/v1/menu/editions` and `/api/v1/menu/draft`: menus that were published, going back to one, and the next one."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import exceptions, serializers
from rest_framework.request import Request

from apps.accounts.rest import etags
from apps.accounts.rest.schema import Problem, conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import CollectionView, Conflict, Outdated, RecordView, answer
from apps.menu import api_document, document, editions
from apps.menu.api_bulk import ItemRow, change_rows, read_rows, told
from apps.menu.api_fields import MenuView, named
from apps.menu.api_items import ROWS
from apps.menu.models import MenuDraft, MenuEdition

EDITIONS, DRAFT = ["menu: editions"], ["menu: draft"]
WRITES: Any = {"GET": "menu.view", "POST": "menu.change", "PUT": "menu.change", "PATCH": "menu.change",
               "DELETE": "menu.change"}  # fmt: skip
DIFFERS = {"added": ["Calzone"], "removed": [], "repriced": ["Margherita"], "changed": []}
EDITION: dict[str, Any] = {
    "number": 12, "at": "2026-11-23T18:00:00Z", "by": "ana@bella.test", "note": "autumn", "differs": DIFFERS,
    "from_edition": None,
}  # fmt: skip
DOCUMENT = {"menu_categories": [{"id": "5d0c7f2e-6a52-4be0-b4f3-2d8a6b1f9c11", "name": "Pizza", "position": 0}]}
NUMBER = OpenApiParameter("number", {"type": "integer", "minimum": 0}, "path")
NONE = OpenApiResponse(Problem, description="There is no draft.")
STALE = conflict("Stale", editions.STALE)


class Differences(serializers.Serializer[Any]):
    """Names of items."""

    added = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(child=serializers.CharField())
    repriced = serializers.ListField(child=serializers.CharField(), help_text="Options too.")
    changed = serializers.ListField(child=serializers.CharField())


class EditionListed(serializers.ModelSerializer[MenuEdition]):
    differs = Differences(read_only=True, help_text="From the edition before.")

    class Meta:
        model = MenuEdition
        fields: tuple[str, ...] = ("number", "at", "by", "note", "differs", "from_edition")


class EditionShown(EditionListed):
    document = serializers.DictField(read_only=True, help_text="Every row of the menu, by table.")

    class Meta(EditionListed.Meta):
        fields = (*EditionListed.Meta.fields, "document")


class Noted(Taken):
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


@extend_schema_view(
    get=extend_schema(tags=EDITIONS, summary="Editions of the menu, newest first"),
    post=extend_schema(
        tags=EDITIONS,
        summary="Keep the menu as it stands as an edition; the newest one when nothing differs",
        request=Noted,
        examples=[
            OpenApiExample("Autumn", value={"note": "autumn"}, request_only=True),
            OpenApiExample("An edition", value=EDITION, response_only=True, status_codes=["201"]),
        ],
        responses={201: EditionListed},
    ),
)
class EditionsView(MenuView, CollectionView[MenuEdition]):
    permission: ClassVar = WRITES
    queryset = MenuEdition.objects.defer("document")
    serializer_class = EditionListed
    takes = Noted
    noun = "menu/editions"
    filterset_fields = ("by",)
    search_fields = ("note",)
    ordering_fields = ("number",)
    ordering = ("-number",)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.create(request)

    def perform_creation(self, wanted: Any) -> MenuEdition:
        asked = wanted.validated_data
        return editions.keep(by=self.grant.by, note=asked["note"], now=self.now)


class _Edition(MenuView, RecordView[MenuEdition]):
    queryset = MenuEdition.objects.all()
    serializer_class = EditionShown
    lookup_url_kwarg = "number"
    noun = "menu/editions"


@extend_schema_view(
    get=extend_schema(
        tags=EDITIONS,
        parameters=[NUMBER],
        summary="One edition, with the whole menu",
        examples=[OpenApiExample("An edition", value={**EDITION, "document": DOCUMENT}, response_only=True)],
    )
)
class EditionView(_Edition):
    permission = "menu.view"


@extend_schema_view(
    post=extend_schema(
        tags=EDITIONS,
        parameters=[NUMBER],
        summary="Serve this edition again, as a new one; what stands now is kept before",
        request=None,
        examples=[OpenApiExample("The new one", value=EDITION, response_only=True, status_codes=["201"])],
        responses={201: EditionListed},
    )
)
class RollbackView(_Edition):
    permission = "menu.change"
    http_method_names = ("post", "options")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = self.get_object()
        with transaction.atomic():
            made = editions.roll_back(to=wanted.number, by=self.grant.by, now=self.now)
            self.record("menu/editions.roll_back", made, after={"back_to": wanted.number})
        return _edition(request, made)


def _edition(request: Request, made: MenuEdition) -> HttpResponse:
    location = request.build_absolute_uri(f"/api/v1/menu/editions/{made.number}")
    return answer(request, msgspec.json.encode(EditionListed(made).data), status=201, location=location)


# ---- the draft -----------------------------------------------------------------------------------------


class DraftShown(serializers.ModelSerializer[MenuDraft]):
    differs = serializers.SerializerMethodField(help_text="What publishing it would change.")
    stale = serializers.SerializerMethodField(help_text="Whether the menu has changed since it was begun.")
    document = serializers.DictField(read_only=True)

    class Meta:
        model = MenuDraft
        fields = ("based_on", "by", "updated_at", "stale", "differs", "document")

    @extend_schema_field(Differences)
    def get_differs(self, row: MenuDraft) -> dict[str, list[str]]:
        return document.differences(self.context["view"].served, row.document)

    def get_stale(self, row: MenuDraft) -> bool:
        return editions.is_stale(row)


class Sent(Taken):
    document = serializers.DictField()


class DraftBase(MenuView, RecordView[MenuDraft]):
    """There is at most one draft: it has no id."""

    permission: ClassVar = WRITES
    queryset = MenuDraft.objects.all()
    serializer_class = DraftShown
    noun = "menu/draft"

    @property
    def served(self) -> Any:
        return document.read()

    def get_object(self) -> MenuDraft:
        draft = MenuDraft.objects.filter(pk=1).first()
        if draft is None:
            raise exceptions.NotFound("There is no draft.")
        return draft

    def tag(self, row: MenuDraft) -> str:
        return etags.tag_of(msgspec.json.encode(row.document) + row.updated_at.isoformat().encode())

    def refuse_outdated(self, request: Request, row: MenuDraft | None) -> None:
        """`If-Match` names the draft's tag, or the number of the edition it was begun from."""
        header = request.headers.get("If-Match")
        tags = [self.tag(row), f'"{row.based_on}"'] if row else []
        if header is not None and all(etags.saw_another(header, tag) for tag in tags):
            raise Outdated

    def drafted(self, request: Request, *, action: str, edit: Any) -> HttpResponse:
        """Edit within the draft, on record; the menu that is served stays as it is."""
        try:
            with transaction.atomic():
                editions.lock()
                self.refuse_outdated(request, MenuDraft.objects.filter(pk=1).first())
                with editions.drafting(by=self.grant.by, now=self.now):
                    what = edit()
                row = self.get_object()
                self.record(action, row, after=what)
                shown = self.shown(row, whole=False)
        except editions.Refusal as refusal:
            raise Conflict(str(refusal)) from None
        return answer(request, msgspec.json.encode(shown), tag=self.tag(row))


A_DRAFT = OpenApiExample(
    "A draft",
    value={"based_on": 12, "by": "ana@bella.test", "updated_at": "2026-11-23T18:00:00Z", "stale": False,
           "differs": DIFFERS, "document": DOCUMENT},
    response_only=True,
)  # fmt: skip


@extend_schema_view(
    get=extend_schema(
        tags=DRAFT,
        summary="The draft, and what publishing it would change",
        examples=[A_DRAFT],
        responses={200: DraftShown, 404: NONE},
    ),
    put=extend_schema(
        tags=DRAFT,
        summary="Make this whole menu the draft; one is begun when there is none",
        request=Sent,
        examples=[OpenApiExample("A menu", value={"document": {**DOCUMENT, "menu_items": []}}, request_only=True)],
        responses={200: DraftShown, 409: STALE},
    ),
    patch=extend_schema(
        tags=DRAFT,
        summary="Change up to 500 items within the draft; one is begun when there is none",
        request=ItemRow(many=True),
        examples=[
            OpenApiExample(
                "A price", value=[{"id": "0b6a5c3e-3d0a-4f4e-9a3e-2f8f5c1f7a10", "price": "12.50"}], request_only=True
            )
        ],
        responses={200: DraftShown, 409: STALE},
    ),
    delete=extend_schema(tags=DRAFT, summary="Discard the draft", responses={204: None, 404: NONE}),
)
class DraftView(DraftBase):
    def put(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sent = Sent(data=request.data)
        sent.is_valid(raise_exception=True)
        wanted = sent.validated_data["document"]
        wanted, faults = api_document.read(wanted)
        if faults:
            raise named(faults)

        def edit() -> dict[str, Any]:
            document.write(wanted)
            return {"rows": sum(map(len, wanted.values()))}

        return self.drafted(request, action="menu/draft.replace", edit=edit)

    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = read_rows(request.data)
        if any("etag" in row or "updated_at" in row for row in rows):
            raise exceptions.ValidationError({"detail": ["What you saw of a draft is named by If-Match."]})

        def edit() -> dict[str, Any]:
            change_rows(_Items(self), rows)
            return told(rows)

        return self.drafted(request, action="menu/draft.change_many", edit=edit)

    def delete(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with transaction.atomic():
            editions.lock()
            row = self.get_object()
            self.refuse_outdated(request, row)
            self.record("menu/draft.discard", row, before={"based_on": row.based_on, "by": row.by})
            editions.discard_draft()
        return HttpResponse(status=204)


class _Items:
    """What a bulk edit asks of the view it is made in."""

    def __init__(self, view: DraftBase) -> None:
        self.now = view.now

    def get_queryset(self) -> Any:
        return ROWS.all()


@extend_schema_view(
    get=extend_schema(
        tags=DRAFT,
        summary="What publishing the draft would change",
        examples=[OpenApiExample("Differences", value=DIFFERS, response_only=True)],
        responses={200: Differences, 404: NONE},
    )
)
class DifferencesView(DraftBase):
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        differs = document.differences(document.read(), self.get_object().document)
        return answer(request, msgspec.json.encode(differs))


@extend_schema_view(
    post=extend_schema(
        tags=DRAFT,
        summary="Serve the draft; `If-Match` may name its tag or the edition it was begun from",
        request=Noted,
        examples=[
            OpenApiExample("Autumn", value={"note": "autumn"}, request_only=True),
            OpenApiExample("The new edition", value=EDITION, response_only=True, status_codes=["201"]),
        ],
        responses={
            201: EditionListed,
            404: NONE,
            409: STALE,
            412: OpenApiResponse(Problem, description="What `If-Match` names is not the draft there is."),
        },
    )
)
class PublishView(DraftBase):
    http_method_names = ("post", "options")

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = Noted(data=request.data)
        wanted.is_valid(raise_exception=True)
        try:
            with transaction.atomic():
                editions.lock()
                draft = self.get_object()
                self.refuse_outdated(request, draft)
                made = editions.publish_draft(by=self.grant.by, note=wanted.validated_data["note"], now=self.now)
                self.record_about(
                    "menu/draft.publish", subject=f"menu/editions/{made.number}", after={"differs": made.differs}
                )
        except editions.Refusal as refusal:
            raise Conflict(str(refusal)) from None
        return _edition(request, made)
