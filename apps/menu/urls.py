"""Addresses of the menu over REST."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.menu import api_bulk as bulk
from apps.menu import api_categories as categories
from apps.menu import api_editions as editions
from apps.menu import api_eighty_six as eighty_six
from apps.menu import api_imports as imports
from apps.menu import api_items as items
from apps.menu import api_modifiers as modifiers
from apps.menu import api_overrides as overrides

MENU = "api/v1/menu"
urlpatterns: list[URLPattern] = [
    path(f"{MENU}/categories", categories.CategoriesView.as_view(), name="menu-categories"),
    path(f"{MENU}/categories/order", bulk.categories_order, name="menu-categories-order"),
    path(f"{MENU}/categories/<uuid:category_id>", categories.CategoryView.as_view(), name="menu-category"),
    path(f"{MENU}/items", bulk.ItemsView.as_view(), name="menu-items"),
    path(f"{MENU}/items/order", bulk.items_order, name="menu-items-order"),
    path(f"{MENU}/items/prices", bulk.PricesView.as_view(), name="menu-items-prices"),
    path(f"{MENU}/items/<uuid:item_id>", items.ItemView.as_view(), name="menu-item"),
    path(f"{MENU}/items/<uuid:item_id>/eighty-six", eighty_six.ItemEightySixView.as_view(), name="menu-item-86"),
    path(f"{MENU}/groups", modifiers.GroupsView.as_view(), name="menu-groups"),
    path(f"{MENU}/groups/order", bulk.groups_order, name="menu-groups-order"),
    path(f"{MENU}/groups/<uuid:group_id>", modifiers.GroupView.as_view(), name="menu-group"),
    path(f"{MENU}/modifiers", modifiers.ModifiersView.as_view(), name="menu-modifiers"),
    path(f"{MENU}/modifiers/order", bulk.modifiers_order, name="menu-modifiers-order"),
    path(f"{MENU}/modifiers/<uuid:modifier_id>", modifiers.ModifierView.as_view(), name="menu-modifier"),
    path(
        f"{MENU}/modifiers/<uuid:modifier_id>/eighty-six",
        eighty_six.ModifierEightySixView.as_view(),
        name="menu-modifier-86",
    ),
    path(f"{MENU}/dayparts", categories.DaypartsView.as_view(), name="menu-dayparts"),
    path(f"{MENU}/dayparts/<uuid:daypart_id>", categories.DaypartView.as_view(), name="menu-daypart"),
    path(f"{MENU}/upsells", categories.UpsellsView.as_view(), name="menu-upsells"),
    path(f"{MENU}/upsells/order", bulk.upsells_order, name="menu-upsells-order"),
    path(f"{MENU}/upsells/<uuid:upsell_id>", categories.UpsellView.as_view(), name="menu-upsell"),
    path(f"{MENU}/overrides", overrides.OverridesView.as_view(), name="menu-overrides"),
    path(f"{MENU}/overrides/<uuid:row_id>", overrides.OverrideView.as_view(), name="menu-override"),
    path(f"{MENU}/editions", editions.EditionsView.as_view(), name="menu-editions"),
    path(f"{MENU}/editions/<int:number>", editions.EditionView.as_view(), name="menu-edition"),
    path(f"{MENU}/editions/<int:number>/rollback", editions.RollbackView.as_view(), name="menu-rollback"),
    path(f"{MENU}/draft", editions.DraftView.as_view(), name="menu-draft"),
    path(f"{MENU}/draft/differences", editions.DifferencesView.as_view(), name="menu-draft-differences"),
    path(f"{MENU}/draft/publish", editions.PublishView.as_view(), name="menu-draft-publish"),
    path(f"{MENU}/imports", imports.ImportsView.as_view(), name="menu-imports"),
    path(f"{MENU}/export.csv", imports.ExportView.as_view(), name="menu-export"),
]
