"""`/api/v1/menu/imports` and `/api/v1/menu/export.csv`: a menu comes in as a file, with a dry run, and goes out."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_view,
)
from rest_framework import exceptions, parsers, renderers, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.rest.schema import conflict
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import Conflict, ResourceView
from apps.menu import editions, importing, shelf
from apps.menu.api_editions import DIFFERS, Differences
from apps.menu.api_fields import MenuView
from apps.menu.imports import files, sheet
from apps.menu.models import MenuItem
from apps.restaurant import services as restaurant

TAGS: Any = ["menu: import and export"]
MOST_PROBLEMS = 200
AUTO = "auto"


@extend_schema_field(
    {
        "oneOf": [{"type": "string"}, {"type": "object"}, {"type": "array", "items": {"type": "object"}}],
        "description": "The file's text; JSON formats may be sent as they are.",
    }
)
class Content(serializers.Field[Any, Any, Any, Any]):
    """A file within JSON."""

    def to_internal_value(self, data: Any) -> bytes:
        if isinstance(data, dict | list):
            data = json.dumps(data)
        if not isinstance(data, str):
            raise serializers.ValidationError("Send the file's text.")
        try:
            return data.encode()
        except UnicodeEncodeError:
            raise serializers.ValidationError("The text holds half a character.") from None

    def to_representation(self, value: Any) -> Any:
        return value


class Importing(Taken):
    format = serializers.ChoiceField(
        choices=[AUTO, "csv", "square", "schema_org"], default=AUTO, help_text="Without it the file tells."
    )
    content = Content(required=False)
    file = serializers.FileField(required=False, max_length=200, help_text="In a multipart request.")
    dry_run = serializers.BooleanField(default=False, help_text="Say what would change, and change nothing.")
    target = serializers.ChoiceField(choices=["menu", "draft"], default="menu")
    replace = serializers.BooleanField(default=False, help_text="Take off the menu what the file does not have.")

    def validate(self, asked: dict[str, Any]) -> dict[str, Any]:
        if ("content" in asked) == ("file" in asked):
            raise serializers.ValidationError({"content": ["Send either content or a file."]})
        return asked


class Warned(serializers.Serializer[Any]):
    where = serializers.CharField()
    text = serializers.CharField()


class ImportTold(serializers.Serializer[Any]):
    """By the names of items."""

    dry_run = serializers.BooleanField()
    target = serializers.ChoiceField(choices=["menu", "draft"])
    added = serializers.ListField(child=serializers.CharField())
    changed = serializers.ListField(child=serializers.CharField())
    unchanged = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField(), help_text="On the menu and not in the file.")
    differs = Differences(help_text="The menu, or the draft, before and after.")
    warnings = Warned(many=True)


EXAMPLE = {
    "dry_run": True, "target": "draft", "added": ["Calzone"], "changed": ["Margherita"], "unchanged": 21,
    "missing": ["Tiramisu"], "differs": DIFFERS, "warnings": [],
}  # fmt: skip


@extend_schema_view(
    post=extend_schema(
        tags=TAGS,
        summary="Bring in a menu: CSV, a Square catalog export or a schema.org Menu; all of it or nothing",
        description="A file with anything wrong in it is a 400 whose `errors` name every bad row.",
        request={"application/json": Importing, "multipart/form-data": Importing},
        examples=[
            OpenApiExample(
                "A table", request_only=True,
                value={"format": "csv", "content": "category,item,price\nPizza,Calzone,12.00\n", "dry_run": True,
                       "target": "draft"},
            ),
            OpenApiExample("What it would do", value=EXAMPLE, response_only=True),
        ],
        responses={200: ImportTold, 409: conflict("Stale draft", editions.STALE)},
    )
)  # fmt: skip
class ImportsView(MenuView, ResourceView[MenuItem]):
    permission = "menu.change"
    queryset = MenuItem.objects.all()
    serializer_class = ImportTold
    parser_classes = (parsers.JSONParser, parsers.MultiPartParser)
    noun = "menu/imports"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = Importing(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        raw = asked["content"] if "content" in asked else asked["file"].read(files.LARGEST_BYTES + 1)
        reading = files.read(raw) if asked["format"] == AUTO else files.read_as(raw, asked["format"])
        if reading.errors:
            told = [{"where": each.where, "text": each.text} for each in reading.errors[:MOST_PROBLEMS]]
            raise exceptions.ValidationError({"content": told})
        try:
            imported = self._bring(reading.items, asked)
        except editions.Refusal as refusal:
            raise Conflict(str(refusal)) from None
        warnings = [{"where": each.where, "text": each.text} for each in reading.warnings]
        warnings += [{"where": "", "text": text} for text in imported.changes.warnings]
        return Response(ImportTold(_told(imported, asked) | {"warnings": warnings[:MOST_PROBLEMS]}).data)

    def _bring(self, items: Any, asked: dict[str, Any]) -> importing.Imported:
        where: dict[str, Any] = {
            "target": asked["target"], "replace": asked["replace"], "by": self.grant.by, "now": self.now,
        }  # fmt: skip
        if asked["dry_run"]:
            return importing.rehearse(items, **where)
        record = self._record(asked)
        return importing.bring(items, note="import over REST", then=record, **where)

    def _record(self, asked: dict[str, Any]) -> Any:
        def record(imported: importing.Imported) -> None:
            counts = {name: len(names) for name, names in imported.differs.items()}
            after = {"target": asked["target"], "replace": asked["replace"], **counts}
            self.record_about("menu.import", subject="menu", after=after)

        return record


def _told(imported: importing.Imported, asked: dict[str, Any]) -> dict[str, Any]:
    changes = imported.changes
    return {
        "dry_run": asked["dry_run"], "target": asked["target"], "added": changes.added, "changed": changes.changed,
        "unchanged": len(changes.unchanged), "missing": changes.missing, "differs": imported.differs,
    }  # fmt: skip


class Table(renderers.BaseRenderer):
    """Lets clients ask for `text/csv`; what is rendered by it is a problem, and stays JSON."""

    media_type = "text/csv"
    format = "csv"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return renderers.JSONRenderer().render(data)


@extend_schema_view(
    get=extend_schema(
        tags=TAGS,
        summary="The menu as a table that an import reads back as it is",
        responses={(200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, description="UTF-8 with a header row.")},
        examples=[OpenApiExample("A table", value="kind,category,name,…\r\nitem,Pizza,Calzone,…\r\n")],
    )
)
class ExportView(MenuView, ResourceView[MenuItem]):
    permission = "exports.make"
    queryset = MenuItem.objects.all()
    renderer_classes = (Table, renderers.JSONRenderer)
    noun = "menu/export"

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        settings = restaurant.settings()
        card = shelf.current(
            self.place.id, now=self.now, currency=settings.currency, alcohol_sold=settings.alcohol_sold
        ).card
        self.record_about("menu.export", subject="menu", after={"items": len(card.items)})
        headers = {"Content-Disposition": f'attachment; filename="menu-{self.place.slug}.csv"'}
        return HttpResponse(sheet.write(card), content_type="text/csv; charset=utf-8", headers=headers)
