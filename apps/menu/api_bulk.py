"""Many items at once over REST: a list of edits, prices by per cent, and the order of rows. All of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import msgspec
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.rest import etags
from apps.accounts.rest.schema import Problem
from apps.accounts.rest.taken import Taken
from apps.accounts.rest.views import Outdated, ResourceView, answer
from apps.menu import editing, editions, items
from apps.menu.api_fields import MenuView, Moved, named
from apps.menu.api_items import EXAMPLE, TAGS, ItemChanges, ItemFilters, ItemShown, ItemsListed
from apps.menu.models import Category, MenuItem, MenuModifier, MenuModifierGroup, UpsellPair

MOST_ROWS = 500


class ItemRow(ItemChanges):
    """An item's id with what shall be otherwise, and optionally what the client saw."""

    id = serializers.UUIDField()
    etag = serializers.CharField(max_length=60, required=False, help_text="The `ETag` of the record you saw.")
    updated_at = serializers.DateTimeField(required=False, help_text="As the list you saw has it; or `etag`.")


class ItemsChanged(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = ItemShown(many=True)


def read_rows(data: Any) -> list[dict[str, Any]]:
    """The rows of a bulk edit, or every bad one named by position and id."""
    if not isinstance(data, list):
        raise exceptions.ValidationError({"detail": ["Send a list of rows."]})
    if not 0 < len(data) <= MOST_ROWS:
        raise exceptions.ValidationError({"detail": [f"Send 1 to {MOST_ROWS} rows."]})
    rows: list[dict[str, Any]] = []
    faults: dict[int, Any] = {}
    taker = ItemRow()
    for place, each in enumerate(data):
        try:
            rows.append(taker.run_validation(each))
        except exceptions.ValidationError as error:
            faults[place] = error.detail
    counted = Counter(row["id"] for row in rows)
    if not faults:
        twice = {"id": ["This item is in the list twice."]}
        faults = {place: twice for place, row in enumerate(rows) if counted[row["id"]] > 1}
    if faults:
        raise by_row(data, faults)
    return rows


def by_row(data: Sequence[Any], faults: dict[int, Any]) -> exceptions.ValidationError:
    rows = [(place, data[place].get("id") if isinstance(data[place], dict) else None) for place in sorted(faults)]
    return named([_row(place, key, faults[place]) for place, key in rows])


def _row(place: int, key: Any, errors: Any) -> Any:
    return {"position": place, "id": None if key is None else str(key)[:40], "errors": errors}


def change_rows(view: Any, rows: list[dict[str, Any]]) -> list[MenuItem]:
    """Within the lock: check that every item is there and as it was seen, then write all."""
    ids = [row["id"] for row in rows]
    standing = {row.pk: row for row in view.get_queryset().filter(pk__in=ids).select_for_update(of=("self",))}
    missing = {place: {"id": ["There is no such item."]} for place, key in enumerate(ids) if key not in standing}
    if missing:
        raise by_row(rows, missing)
    _refuse_outdated(view, rows, standing)
    known = {"id", "etag", "updated_at"}
    changes = [
        items.Change(standing[row["id"]], {name: each for name, each in row.items() if name not in known})
        for row in rows
    ]
    try:
        items.change(changes, now=view.now)
    except editing.Wrong as wrong:
        raise by_row(rows, wrong.errors) from None
    found = {row.pk: row for row in view.get_queryset().filter(pk__in=ids)}
    return [found[key] for key in ids]


def _refuse_outdated(view: Any, rows: list[dict[str, Any]], standing: dict[Any, MenuItem]) -> None:
    old = []
    for place, row in enumerate(rows):
        item = standing[row["id"]]
        otherwise = "updated_at" in row and row["updated_at"] != item.updated_at
        if otherwise or ("etag" in row and etags.saw_another(row["etag"], view.tag(item))):
            old.append(f"{item.name} (row {place})")
    if old:
        raise Outdated(f"Changed since you looked: {', '.join(old[:10])}. Read them again, then decide.")


OUTDATED = OpenApiResponse(Problem, description="A row was changed since the version that it names.")


@extend_schema_view(
    patch=extend_schema(
        tags=TAGS,
        operation_id="api_v1_menu_items_bulk_partial_update",
        summary="Change up to 500 items, all or none",
        description="Errors name each bad row by its position and id. An `etag` or `updated_at` in a row is what you "
        "saw: when it is not so any more, nothing is changed.",
        request=ItemRow(many=True),
        examples=[
            OpenApiExample(
                "Two prices",
                value=[{"id": EXAMPLE["id"], "price": "12.50"}, {"id": EXAMPLE["category"], "active": False}],
                request_only=True,
            )
        ],
        responses={200: ItemsChanged, 412: OUTDATED},
    ),
)
class ItemsView(ItemsListed):
    def patch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = read_rows(request.data)
        with transaction.atomic():
            editions.lock()
            changed = change_rows(self, rows)
            self.record_about("menu/items.change_many", subject=self.noun, after=told(rows))
            shown = self.get_serializer(changed, many=True).data
        return answer(request, msgspec.json.encode({"count": len(shown), "results": shown}))


def told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """What the audit record says of a bulk edit."""
    fields = sorted({name for row in rows for name in row} - {"id", "etag", "updated_at"})
    return {"count": len(rows), "fields": fields, "ids": [str(row["id"]) for row in rows]}


# ---- prices by per cent --------------------------------------------------------------------------------


class Which(Taken):
    """Which items; nothing given: all."""

    category = serializers.UUIDField(required=False)
    alcohol = serializers.BooleanField(required=False)
    active = serializers.BooleanField(required=False)
    dietary = serializers.CharField(max_length=80, required=False)
    allergen = serializers.CharField(max_length=40, required=False)


class Repricing(Taken):
    filter = Which()
    percent = serializers.DecimalField(
        max_digits=6, decimal_places=2, min_value=Decimal(-100), max_value=Decimal(1000), help_text="-10 is cheaper."
    )
    round_to = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100), default=Decimal("0.01")
    )
    dry_run = serializers.BooleanField(default=False, help_text="Say what would change, and change nothing.")


class PriceChanged(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    before = serializers.ListField(
        child=serializers.DecimalField(max_digits=10, decimal_places=2), help_text="The item's own, then its sizes'."
    )
    after = serializers.ListField(child=serializers.DecimalField(max_digits=10, decimal_places=2))


class PricesChanged(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    dry_run = serializers.BooleanField()
    results = PriceChanged(many=True)


@extend_schema_view(
    post=extend_schema(
        tags=TAGS,
        summary="Raise or lower prices of many items and their sizes by per cent",
        request=Repricing,
        examples=[
            OpenApiExample(
                "Wine 5 % dearer",
                value={"filter": {"alcohol": True}, "percent": "5", "round_to": "0.05"},
                request_only=True,
            )
        ],
        responses={200: PricesChanged},
    )
)
class PricesView(MenuView, ResourceView[MenuItem]):
    permission = "menu.change"
    queryset = MenuItem.objects.all()
    serializer_class = PricesChanged
    noun = "menu/items"

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = Repricing(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = wanted.validated_data
        with transaction.atomic():
            editions.lock()
            rows = list(_chosen(self.get_queryset(), asked["filter"]).select_for_update(of=("self",)))
            done = items.reprice(rows, percent=asked["percent"], round_to=asked["round_to"], now=self.now)
            if asked["dry_run"]:
                transaction.set_rollback(True)
            else:
                self._tell(done, asked)
        results = [{"id": one.item.pk, "name": one.item.name, "before": one.before, "after": one.after} for one in done]
        told = {"count": len(results), "dry_run": asked["dry_run"], "results": results}
        return Response(PricesChanged(told).data)

    def _tell(self, done: list[items.Repriced], asked: dict[str, Any]) -> None:
        after = {"count": len(done), "ids": [str(one.item.pk) for one in done]}
        after |= {"percent": str(asked["percent"]), "round_to": str(asked["round_to"])}
        self.record_about("menu/items.reprice", subject=self.noun, after=after)


def _chosen(rows: QuerySet[MenuItem], which: dict[str, Any]) -> QuerySet[MenuItem]:
    plain = {name: which[name] for name in ("category", "alcohol", "active") if name in which}
    rows = rows.filter(**plain)
    words = ItemFilters(data={name: which[name] for name in ("dietary", "allergen") if name in which}, queryset=rows)
    found: QuerySet[MenuItem] = words.qs
    return found


# ---- order ---------------------------------------------------------------------------------------------


class _OrderView(MenuView, ResourceView[Any]):
    permission = "menu.change"
    serializer_class = Moved
    table: type[models.Model]
    within = ""
    """The rows that have an order among themselves share this field."""

    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        wanted = Moved(data=request.data)
        wanted.is_valid(raise_exception=True)
        ids = wanted.validated_data["ids"]
        with transaction.atomic():
            editions.lock()
            order = editing.put_in_order(self._rows(ids[0]), ids)
            self.record_about(
                f"{self.noun}.reorder", subject=self.noun, after={"count": len(ids), "ids": [str(i) for i in ids]}
            )
        return Response({"ids": order})

    def _rows(self, first: Any) -> QuerySet[Any]:
        rows = self.table._default_manager.all()
        if not self.within:
            return rows
        return rows.filter(**{f"{self.within}__in": rows.filter(pk=first).order_by().values(self.within)})


def _order_view(table: type[models.Model], noun: str, *, within: str = "", what: str) -> Any:
    view: Any = type(
        f"{table.__name__}OrderView",
        (_OrderView,),
        {"table": table, "noun": f"menu/{noun}", "within": within, "queryset": table._default_manager.all()},
    )
    described = extend_schema(
        tags=[f"menu: {noun}"],
        summary=f"Put {what} in order: these first, the others after them",
        request=Moved,
        examples=[OpenApiExample("An order", value={"ids": [EXAMPLE["id"], EXAMPLE["category"]]})],
        responses={200: Moved},
    )
    return extend_schema_view(post=described)(view).as_view()


categories_order = _order_view(Category, "categories", what="categories")
items_order = _order_view(MenuItem, "items", within="category", what="a category's items")
groups_order = _order_view(MenuModifierGroup, "groups", what="groups")
modifiers_order = _order_view(MenuModifier, "modifiers", within="group", what="a group's options")
upsells_order = _order_view(UpsellPair, "upsells", what="upsells")
