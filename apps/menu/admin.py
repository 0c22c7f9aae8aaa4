"""A restaurant's menu, in its admin. Read only: it changes by draft, publishing and 86."""

from __future__ import annotations

from django.contrib.admin import register

from apps.menu.models import (
    Category,
    Daypart,
    ItemGroup,
    ItemVariant,
    MenuDraft,
    MenuEdition,
    MenuItem,
    MenuModifier,
    MenuModifierGroup,
    MenuOverride,
    MenuVersion,
    UpsellPair,
)
from loman.administration import INSIDE, Kept


@register(Category, site=INSIDE)
class CategoryAdmin(Kept):
    columns = ("name", "position")
    search_fields = ("name__icontains",)


@register(MenuItem, site=INSIDE)
class MenuItemAdmin(Kept):
    columns = ("name", "category", "price", "active", "sold_out", "updated_at")
    search_fields = ("id", "name__icontains")
    list_filter = ("active", "sold_out", "alcohol")


@register(ItemVariant, site=INSIDE)
class ItemVariantAdmin(Kept):
    columns = ("name", "item", "price", "default")
    search_fields = ("id", "name__icontains", "item__name__icontains")


@register(MenuModifierGroup, site=INSIDE)
class MenuModifierGroupAdmin(Kept):
    columns = ("name", "minimum", "maximum", "free")
    search_fields = ("id", "name__icontains")


@register(ItemGroup, site=INSIDE)
class ItemGroupAdmin(Kept):
    columns = ("id", "item", "group", "position")
    search_fields = ("item__name__icontains",)


@register(MenuModifier, site=INSIDE)
class MenuModifierAdmin(Kept):
    columns = ("name", "group", "price", "default", "sold_out")
    search_fields = ("id", "name__icontains")
    list_filter = ("sold_out",)


@register(MenuVersion, site=INSIDE)
class MenuVersionAdmin(Kept):
    columns = ("id", "number", "changed_at")


@register(Daypart, site=INSIDE)
class DaypartAdmin(Kept):
    columns = ("name", "opens", "closes", "first_day", "last_day", "for_alcohol")
    search_fields = ("name__icontains",)


@register(UpsellPair, site=INSIDE)
class UpsellPairAdmin(Kept):
    columns = ("id", "item", "category", "offer", "position")
    search_fields = ("id", "item__name__icontains")


@register(MenuEdition, site=INSIDE)
class MenuEditionAdmin(Kept):
    columns = ("number", "by", "note", "at")
    search_fields = ("number",)
    ordering = ("-number",)


@register(MenuDraft, site=INSIDE)
class MenuDraftAdmin(Kept):
    columns = ("id", "by", "updated_at")


@register(MenuOverride, site=INSIDE)
class MenuOverrideAdmin(Kept):
    columns = ("row_id", "price", "active")
    search_fields = ("row_id",)
