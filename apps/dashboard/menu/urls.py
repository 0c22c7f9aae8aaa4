"""Addresses of the menu's pages, below a restaurant's own."""

from __future__ import annotations

from django.urls import URLPattern, path

from apps.dashboard.menu import (
    categories,
    draft,
    groups,
    imports,
    item,
    item_parts,
    items,
    options,
    pairs,
    removed,
    shared,
    versions,
    windows,
)

MENU = "r/<slug:slug>/menu"
urlpatterns: list[URLPattern] = [
    path(f"{MENU}/", items.show, name="menu-page"),
    path(f"{MENU}/list", items.part, name="menu-part"),
    path(f"{MENU}/off", items.off, name="menu-off"),
    path(f"{MENU}/put-back", removed.put_back, name="menu-put-back"),
    path(f"{MENU}/items/new", item.new, name="menu-item-new"),
    path(f"{MENU}/items/<uuid:item_id>/", item.show, name="menu-item-page"),
    path(f"{MENU}/items/<uuid:item_id>/save", item.save, name="menu-item-save"),
    path(f"{MENU}/items/<uuid:item_id>/parts", item_parts.do, name="menu-item-parts"),
    path(f"{MENU}/items/<uuid:item_id>/row", items.row, name="menu-item-row"),
    path(f"{MENU}/items/<uuid:item_id>/do", items.do, name="menu-item-do"),
    path(f"{MENU}/categories/new", categories.new, name="menu-category-new"),
    path(f"{MENU}/categories/<uuid:category_id>/do", categories.do, name="menu-category-do"),
    path(f"{MENU}/choices/", groups.show, name="menu-groups"),
    path(f"{MENU}/choices/cards", groups.part, name="menu-groups-part"),
    path(f"{MENU}/choices/new", groups.new, name="menu-group-new"),
    path(f"{MENU}/choices/<uuid:group_id>/", groups.one, name="menu-group-page"),
    path(f"{MENU}/choices/<uuid:group_id>/do", groups.do, name="menu-group-do"),
    path(f"{MENU}/choices/<uuid:group_id>/options", options.new, name="menu-option-new"),
    path(f"{MENU}/options/<uuid:modifier_id>/row", options.row, name="menu-option-row"),
    path(f"{MENU}/options/<uuid:modifier_id>/do", options.do, name="menu-option-do"),
    path(f"{MENU}/hours/", windows.show, name="menu-windows"),
    path(f"{MENU}/hours/new", windows.new, name="menu-window-new"),
    path(f"{MENU}/hours/<uuid:daypart_id>/do", windows.do, name="menu-window-do"),
    path(f"{MENU}/offers/", pairs.show, name="menu-pairs"),
    path(f"{MENU}/offers/new", pairs.new, name="menu-pair-new"),
    path(f"{MENU}/offers/<uuid:upsell_id>/do", pairs.do, name="menu-pair-do"),
    path(f"{MENU}/versions/", versions.show, name="menu-versions"),
    path(f"{MENU}/versions/keep", versions.keep, name="menu-version-keep"),
    path(f"{MENU}/versions/<int:number>/", versions.one, name="menu-version"),
    path(f"{MENU}/versions/<int:number>/back", versions.back, name="menu-version-back"),
    path(f"{MENU}/draft/", draft.show, name="menu-draft"),
    path(f"{MENU}/draft/do", draft.do, name="menu-draft-do"),
    path(f"{MENU}/import/", imports.show, name="menu-import"),
    path(f"{MENU}/shared/", shared.show, name="menu-shared"),
    path(f"{MENU}/shared/<uuid:row_id>/do", shared.do, name="menu-shared-do"),
]
