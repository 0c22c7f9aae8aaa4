"""Django's admin as we have it: for SuperAdmins, reading everything, changing little, each change on record.

Two sites. PUBLIC, at `/admin/`, has what the public schema has. INSIDE has a restaurant's own tables; it is mounted
below that restaurant's pages (`/r/<slug>/admin/`) as an application is mounted below a path, so that whose rows it
shows is in the address, and is entered at the one door as for every other page. Each app's `admin.py` registers there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.admin import AdminSite, ModelAdmin, ShowFacets, display
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import get_script_prefix, get_urlconf, resolve, reverse, set_script_prefix, set_urlconf
from django.utils.html import format_html
from django.utils.text import capfirst

from apps.language import phones
from loman import observability

MOST_COUNTED = 10_000
"""Rows a list counts and pages through; further ones are found by searching."""
PAGE_SIZE = 50
LONGEST_CELL = 80
HISTORY_SHOWN = 100
INSIDE_URLCONF = "loman.administration_inside"


@dataclass(frozen=True, slots=True)
class Past:
    """What the record says of a row."""

    at: datetime
    by: str
    action: str
    what: str


@dataclass(slots=True)
class Means:
    """What the rooms above hand in: the lowest of them, whose tables are here too, may not know of an audit record."""

    changed: Callable[..., None]
    past: Callable[[models.Model], Sequence[Past]]
    is_secret: Callable[[str], bool]


_means: list[Means] = []


def supply(means: Means) -> None:
    _means[:] = [means]


class Site(AdminSite):
    """Only SuperAdmins; they sign in and out at the front door, and change their password in their account."""

    site_header = site_title = "Loman"
    index_title = "Everything that is kept"

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        context = super().each_context(request)
        ours = {name: outer_url(name) for name in ("account", "sign-out", "restaurants-page")}
        inside = request.path.split("/")[2] if self is INSIDE else ""
        return {
            **context,
            "account_url": ours["account"],
            "sign_out_url": ours["sign-out"],
            "site_url": outer_url("today", inside) if inside else ours["restaurants-page"],
            "inside": inside,
        }

    def get_urls(self) -> list[Any]:
        """But for the way through content types, which a restaurant cannot read."""
        return [each for each in super().get_urls() if getattr(each, "name", "") != "view_on_site"]

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect(outer_url("account"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect(outer_url("account"))

    password_change_done = password_change


PUBLIC, INSIDE = Site(name="admin"), Site(name="inside")


class Capped(Paginator):
    """Counts no further than the last page that is shown: counting a whole table reads all of it."""

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows.order_by()[:MOST_COUNTED].count())


class Kept(ModelAdmin):
    """A table that is read, and of which only `changes` are changed. Nothing is deleted; numbers and secrets never
    appear whole. What is shown is read in one query, by indexes."""

    columns: ClassVar[tuple[str, ...]] = ()
    """Fields of the list; the first leads to the row."""
    changes: ClassVar[tuple[str, ...]] = ()
    """Fields whose change breaks no rule of a service; all others are for the dashboard."""
    may_add: ClassVar[bool] = False
    actions = None
    list_per_page = PAGE_SIZE
    list_max_show_all = 0
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    paginator = Capped
    view_on_site: Any = False

    def __init_subclass__(cls) -> None:
        cls.search_help_text = ", ".join(map(_said_of_search, cls.search_fields))

    def __init__(self, model: Any, admin_site: Any) -> None:
        super().__init__(model, admin_site)
        self._cells: dict[tuple[str, bool], Callable[[Any], Any]] = {}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may_add

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.changes)

    # ---- what is shown -------------------------------------------------------------------------------

    def get_list_display(self, request: HttpRequest) -> Any:
        return [self._cell(name) for name in self.columns or (self.model._meta.pk.name,)]

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return [each.name for each in self._fields if each.is_relation and each.name in self.columns] or False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        match = request.resolver_match
        if match is None or not (match.url_name or "").endswith("_changelist"):
            return rows
        heavy = [each.name for each in self._fields if isinstance(each, models.JSONField | models.TextField)]
        return rows.defer(*(name for name in heavy if name not in self.columns))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        named = [*self.changes, *(each.name for each in self._fields if each.name not in self.changes)]
        if obj is None:
            return list(self.changes)
        return [name if name in self.changes else self._cell(name, in_list=False) for name in named]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return [each for each in self.get_fields(request, obj) if callable(each)]

    @property
    def _fields(self) -> tuple[Any, ...]:
        return tuple(self.model._meta.concrete_fields)

    def _cell(self, name: str, *, in_list: bool = True) -> Callable[[Any], Any]:
        """What shows a field; Django tells fields and what is only read apart by identity."""
        if (name, in_list) not in self._cells:
            self._cells[name, in_list] = self._new_cell(name, in_list=in_list)
        return self._cells[name, in_list]

    def _new_cell(self, name: str, *, in_list: bool) -> Callable[[Any], Any]:
        model: Any = self.model
        field = model._meta.get_field(name)

        def cell(row: Any) -> Any:
            return self._shown(row, field, in_list=in_list)

        cell.__name__ = name
        ordering = name if name in _ordered_by_index(model) else None
        shown: Callable[[Any], Any] = display(description=capfirst(field.verbose_name), ordering=ordering)(cell)
        return shown

    def _shown(self, row: Any, field: Any, *, in_list: bool) -> Any:
        if _means[0].is_secret(field.name):
            return "set" if getattr(row, field.attname) else "not set"
        value = getattr(row, field.name)
        if isinstance(value, models.Model):
            return self._linked(value)
        if field.choices and value is not None:
            return value
        return _plain(value, longest=LONGEST_CELL if in_list else None)

    def _linked(self, row: models.Model) -> Any:
        if type(row) not in self.admin_site._registry:
            return _plain(str(row), longest=None)
        meta = row._meta
        page = f"{self.admin_site.name}:{meta.app_label}_{meta.model_name}_change"
        return format_html('<a href="{}">{}</a>', reverse(page, args=[row.pk]), _plain(str(row), longest=LONGEST_CELL))

    # ---- searching -----------------------------------------------------------------------------------

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The whole term as one value, by those fields it can be a value of: `name` and `name__startswith` use their
        index; `__icontains` stands only where tables are small."""
        term, wanted = search_term.strip(), Q()
        if not term:
            return queryset, False
        for path in self.search_fields:
            try:
                queryset.filter(**{path: term})
            except (ValidationError, ValueError):
                continue  # no id, no day, no number
            wanted |= Q(**{path: term})
        return (queryset.filter(wanted) if wanted else queryset.none()), False

    # ---- writing -------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Only what was changed, so that nothing of somebody else's is written back."""
        before = self.model._default_manager.filter(pk=obj.pk).first() if change else None
        if change:
            obj.save(update_fields=form.changed_data)
        else:
            obj.save()
        deed = "change" if change else "create"
        _means[0].changed(f"{obj._meta.db_table}.{deed}", before=before, after=obj, by=request.user.get_username())

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Not in Django's log, which anybody could rewrite: `save_model` has it in the audit record."""

    log_change = log_addition

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Of the audit record."""
        row = self.get_object(request, object_id)
        if row is None:
            django: Any = super()  # has it, and its types do not say so
            gone: HttpResponse = django._get_obj_does_not_exist_redirect(request, self.opts, object_id)
            return gone
        return TemplateResponse(
            request,
            "admin/past.html",
            {
                **self.admin_site.each_context(request),
                "title": f"History: {_plain(str(row), longest=LONGEST_CELL)}",
                "past": _means[0].past(row)[:HISTORY_SHOWN],
                "opts": self.opts,
                "row": row,
            },
        )


_BY = {"startswith": "the beginning of a {}", "icontains": "a part of a {}"}


def _said_of_search(path: str) -> str:
    parts = path.split("__")
    how = _BY.get(parts[-1], "")
    named = " ".join(parts[:-1] if how else parts).replace("_", " ")
    return how.format(named) or f"a whole {named}"


def _plain(value: Any, *, longest: int | None) -> Any:
    """Without whole numbers, also within texts."""
    if isinstance(value, dict | list):
        text = json.dumps(observability.masked(_without_secrets(value)), cls=DjangoJSONEncoder, ensure_ascii=False)
        value = text if longest else json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    elif isinstance(value, str):
        value = phones.mask(value) if phones.normalise(value) == value else str(observability.masked(value))
    if isinstance(value, str) and longest and len(value) > longest:
        return value[: longest - 1] + "…"
    return value


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        hidden = _means[0].is_secret
        return {
            name: "set" if hidden(str(name)) and inner else _without_secrets(inner) for name, inner in value.items()
        }
    return [_without_secrets(inner) for inner in value] if isinstance(value, list) else value


@cache
def _ordered_by_index(model: type[models.Model]) -> frozenset[str]:
    """Fields a list of many rows can be sorted by."""
    fields: Any = model._meta.concrete_fields
    found = {each.name for each in fields if each.primary_key or each.unique or each.db_index}
    found |= {index.fields[0].lstrip("-") for index in model._meta.indexes if index.fields}
    return frozenset(found)


# ---- the mount ---------------------------------------------------------------------------------------


def outer_url(name: str, *arguments: Any) -> str:
    """The address of a page outside of the admin, also from within a mounted one."""
    with _prefixed("/"):
        return reverse(name, urlconf=settings.ROOT_URLCONF, args=arguments)


def within(request: HttpRequest, *, prefix: str, path: str, types: Sequence[ContentType]) -> HttpResponse:
    """INSIDE's answer, mounted at `prefix`, for the restaurant that was entered."""
    info, match, urlconf = request.path_info, request.resolver_match, get_urlconf()
    set_urlconf(INSIDE_URLCONF)
    _remember(types)
    try:
        with _prefixed(prefix):
            request.path_info = f"/admin/{path}"
            request.resolver_match = found = resolve(request.path_info, INSIDE_URLCONF)
            answer: HttpResponse = found.func(request, *found.args, **found.kwargs)
            if isinstance(answer, TemplateResponse):
                answer.render()
            return answer
    finally:
        set_urlconf(urlconf)
        request.path_info, request.resolver_match = info, match


@cache
def content_types() -> tuple[ContentType, ...]:
    """The numbers of INSIDE's models among all models, read once, outside of any restaurant."""
    found = ContentType.objects.get_for_models(*INSIDE._registry, for_concrete_models=False)
    return tuple(found.values())


def _remember(types: Sequence[ContentType]) -> None:
    """A form asks for its model's number, which a restaurant's role cannot read, and which Django, that keeps it,
    forgets whenever a restaurant is entered (django-tenants)."""
    known: Any = ContentType.objects
    for each in types:
        known._add_to_cache(known.db, each)


@contextmanager
def _prefixed(prefix: str) -> Iterator[None]:
    before = get_script_prefix()
    set_script_prefix(prefix)
    try:
        yield
    finally:
        set_script_prefix(before)
