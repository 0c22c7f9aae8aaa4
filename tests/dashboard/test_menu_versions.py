"""Drafts, versions and imports: what is not live yet, what a file would change, and back again."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.menu import editions
from apps.menu.imports import files
from apps.menu.models import Category, MenuDraft, MenuEdition, MenuItem
from apps.tenants import scope
from apps.tenants.scope import Place
from tests.dashboard.menu import PAGE, option, path, post, row, told, undo, words

DRAFT, VERSIONS, IMPORT = f"{PAGE}draft/", f"{PAGE}versions/", f"{PAGE}import/"


def mark(answer: Any) -> str:
    """Which draft, or which differences, a page showed."""
    found = re.findall(r'name="seen" value="([^"]+)"', answer.content.decode())
    assert found, words(answer)
    return str(found[-1])


# ---- drafts --------------------------------------------------------------------------------------------


def test_a_draft_is_worked_on_in_peace_and_published_at_once(ana: Client, bella: Place) -> None:
    assert post(ana, f"{DRAFT}do", deed="begin")["HX-Redirect"] == f"{PAGE}?in=draft"
    lasagna = row(bella, "Lasagna")
    told(post(ana, path(lasagna), deed="fields", price="17", was="15.50", **{"in": "draft"}))
    told(post(ana, f"{PAGE}categories/new", name="Soups", **{"in": "draft"}))
    told(post(ana, path(option(bella, "olives")), deed="fields", price="9", was="1.50", **{"in": "draft"}))
    assert row(bella, "Lasagna").price == Decimal("15.50"), "callers hear the old one"
    page = ana.get(PAGE)
    assert "3 changes are not live yet." in words(page), "is what the page says first"
    pasta = row(bella, "Pasta", Category)
    assert 'data-was="15.50"' in ana.get(PAGE, {"category": str(pasta.pk)}).content.decode()
    assert 'data-was="17.00"' in ana.get(PAGE, {"category": str(pasta.pk), "in": "draft"}).content.decode()
    assert 'data-was="Lasagna"' in ana.get(PAGE, {"show": "draft"}).content.decode()
    shown = ana.get(DRAFT)
    assert "Changed Lasagna Item, Pasta Price before 15.50 now 17.00" in words(shown)
    assert "New Soups Category" in words(shown)
    said = told(post(ana, f"{DRAFT}do", deed="publish", note="autumn", seen=mark(shown)))
    assert row(bella, "Lasagna").price == Decimal("17.00")
    assert "autumn" in words(ana.get(VERSIONS))
    assert undo(ana, said)["HX-Redirect"] == VERSIONS
    assert row(bella, "Lasagna").price == Decimal("15.50")


def test_86_counts_at_once_whichever_menu_is_looked_at(ana: Client, bella: Place) -> None:
    post(ana, f"{DRAFT}do", deed="begin")
    told(post(ana, path(row(bella, "Lasagna")), deed="off", **{"in": "draft"}))
    assert row(bella, "Lasagna").sold_out
    assert "changes are not live yet" in words(ana.get(PAGE))
    assert "Nothing differs from the live menu yet" in words(ana.get(DRAFT))


def test_a_draft_is_brought_up_to_date_when_the_live_menu_changed_meanwhile(ana: Client, bella: Place) -> None:
    lasagna, gnocchi = row(bella, "Lasagna"), row(bella, "Gnocchi")
    post(ana, f"{DRAFT}do", deed="begin")
    told(post(ana, path(lasagna), deed="fields", price="17", was="15.50", **{"in": "draft"}))
    told(post(ana, path(gnocchi), deed="fields", price="15", was="14.50"))
    told(post(ana, path(lasagna), deed="fields", name="Lasagna al forno", was="Lasagna"))
    shown = ana.get(DRAFT)
    assert "The live menu has changed since this draft was begun" in words(shown)
    assert "Price before 14.50 now 15.00" in words(shown)
    refused = told(post(ana, f"{DRAFT}do", deed="publish", seen=mark(shown)))
    assert refused["failed"]
    told(post(ana, f"{DRAFT}do", deed="refresh", seen=mark(shown)))
    shown = ana.get(DRAFT)
    assert "1 change is not live yet" in words(shown)
    told(post(ana, f"{DRAFT}do", deed="publish", seen=mark(shown)))
    changed = row(bella, "Lasagna al forno")
    assert (changed.price, row(bella, "Gnocchi").price) == (Decimal("17.00"), Decimal("15.00"))


def test_who_decides_on_a_draft_that_is_another_by_then_is_told(ana: Client, bella: Place) -> None:
    post(ana, f"{DRAFT}do", deed="begin")
    told(post(ana, path(row(bella, "Lasagna")), deed="fields", price="17", was="15.50", **{"in": "draft"}))
    old = mark(ana.get(DRAFT))
    told(post(ana, path(row(bella, "Gnocchi")), deed="fields", price="17", was="14.50", **{"in": "draft"}))
    for deed in ("publish", "discard", "refresh"):
        assert told(post(ana, f"{DRAFT}do", deed=deed, seen=old))["failed"]
    told(post(ana, f"{DRAFT}do", deed="discard", seen=mark(ana.get(DRAFT))))
    with scope.enter(bella):
        assert not MenuDraft.objects.exists()
    assert told(post(ana, f"{DRAFT}do", deed="publish"))["text"] == "There is no draft any more."
    assert "There is no draft" in words(ana.get(DRAFT))


def test_something_new_of_one_name_in_both_is_said(ana: Client, bella: Place) -> None:
    post(ana, f"{DRAFT}do", deed="begin")
    told(post(ana, f"{PAGE}categories/new", name="Soups", **{"in": "draft"}))
    told(post(ana, f"{PAGE}categories/new", name="Soups"))
    refused = told(post(ana, f"{DRAFT}do", deed="refresh", seen=mark(ana.get(DRAFT))))
    assert "something new of the same name" in refused["text"]


# ---- versions ------------------------------------------------------------------------------------------


def test_a_version_is_kept_looked_at_and_served_again_with_undo(ana: Client, bella: Place) -> None:
    assert "No version is kept yet" in words(ana.get(VERSIONS))
    assert told(post(ana, f"{VERSIONS}keep", note="summer"))["text"] == "Kept as version 1"
    told(post(ana, path(row(bella, "Lasagna")), deed="fields", price="17", was="15.50"))
    assert "Changed since version 1 Changed Lasagna Item, Pasta Price before 15.50 now 17.00" in words(
        ana.get(VERSIONS)
    )
    page = words(ana.get(f"{VERSIONS}1/"))
    assert "It would change this, for callers at once: Changed Lasagna" in page
    assert "summer" in page
    said = told(post(ana, f"{VERSIONS}1/back"))
    assert said["text"] == "Version 1 is served again, as version 3"
    assert row(bella, "Lasagna").price == Decimal("15.50")
    assert "1 at another price" in words(ana.get(VERSIONS))
    undo(ana, said)
    assert row(bella, "Lasagna").price == Decimal("17.00")
    assert ana.post(f"{VERSIONS}1/back")["Location"] == VERSIONS, "without scripts"
    assert ana.get(f"{VERSIONS}99/").status_code == 404
    assert ana.get(f"{VERSIONS}99999999999/").status_code == 404


def test_staff_look_at_versions_and_go_back_to_none(sam: Client, bella: Place) -> None:
    with scope.enter(bella):
        editions.keep(by="ana@bella.test", note="", now=timezone.now())
    assert "Serve version 1 again" not in words(sam.get(f"{VERSIONS}1/"))
    for to in (f"{VERSIONS}1/back", f"{VERSIONS}keep", f"{DRAFT}do", IMPORT):
        assert post(sam, to, deed="begin").status_code == 403
    assert "Import" not in words(sam.get(PAGE))


# ---- imports -------------------------------------------------------------------------------------------


def send(client: Client, content: str | bytes, *, name: str = "menu.csv", **more: str) -> Any:
    raw = content.encode() if isinstance(content, str) else content
    return post(client, IMPORT, file=SimpleUploadedFile(name, raw), **{"deed": "look", "target": "menu", **more})


CSV = "category,item,price,description\nPasta,Lasagna,17.25,Layers of beef ragu and cheese.\nSoups,Minestra,6.50,\n"


def test_a_file_is_looked_at_in_words_and_taken_over_with_undo(ana: Client, bella: Place) -> None:
    looked = send(ana, CSV)
    page = words(looked)
    assert "Price before 15.50 now 17.25" in page
    assert "New Minestra Item, Soups" in page
    assert "items are not in the file Left as they are" in page
    assert row(bella, "Lasagna").price == Decimal("15.50"), "nothing is changed yet"
    with scope.enter(bella):
        assert not MenuItem.objects.filter(name="Minestra").exists()
    said = told(send(ana, CSV, deed="take", seen=mark(looked)))
    assert said["text"] == "The file is taken over. Callers hear it now"
    assert row(bella, "Lasagna").price == Decimal("17.25")
    assert undo(ana, said)["HX-Redirect"] == VERSIONS
    assert row(bella, "Lasagna").price == Decimal("15.50")


def test_what_is_taken_over_is_what_was_looked_at(ana: Client, bella: Place) -> None:
    looked = send(ana, CSV)
    told(post(ana, path(row(bella, "Lasagna")), deed="fields", price="16", was="15.50"))
    answer = send(ana, CSV, deed="take", seen=mark(looked))
    assert "another than the one you looked at" in words(answer)
    assert row(bella, "Lasagna").price == Decimal("16.00")
    assert "Price before 16.00 now 17.25" in words(answer), "the differences as they are now"
    other = CSV.replace("17.25", "99")
    assert "another than the one you looked at" in words(send(ana, other, deed="take", seen=mark(answer)))
    told(send(ana, CSV, deed="take", seen=mark(answer)))
    assert row(bella, "Lasagna").price == Decimal("17.25")


def test_a_file_goes_into_the_draft_or_takes_off_what_it_does_not_have(ana: Client, bella: Place) -> None:
    looked = send(ana, CSV, target="draft", replace="on")
    assert "Taken off the menu; orders keep theirs" in words(looked)
    told(send(ana, CSV, target="draft", replace="on", deed="take", seen=mark(looked)))
    assert row(bella, "Lasagna").price == Decimal("15.50")
    assert "Gnocchi Item, Pasta On the menu before yes now no" in words(ana.get(DRAFT))


def test_squares_catalog_is_read_too(ana: Client, bella: Place) -> None:
    catalog = {
        "objects": [
            {"type": "CATEGORY", "id": "C", "category_data": {"name": "Soups"}},
            {
                "type": "ITEM", "id": "I",
                "item_data": {"name": "Minestra", "category_id": "C", "variations": [
                    {"id": "V", "type": "ITEM_VARIATION", "item_variation_data": {
                        "name": "Regular", "pricing_type": "FIXED_PRICING", "price_money": {"amount": 650}}}]},
            },
        ]
    }  # fmt: skip
    assert "New Minestra Item, Soups" in words(send(ana, json.dumps(catalog), name="square.json"))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("category,item,price\nPasta,Lasagna,cheap\nPasta,,4\n", "Row 2 “cheap” is not a price."),
        ("category,item,price\nPasta,Lasagna,cheap\nPasta,,4\n", "Row 3 The item has no name."),
        ("", "The file is empty."),
        ("   ", "The file is empty."),
        (b"\xff\xfe\x00", "The file is not in UTF-8"),
        ('{"a": 1}', "neither a Square catalog export nor a schema.org Menu"),
        ("{", "The JSON cannot be read"),
        ("name\nLasagna\n", "at least the columns name (or item) and price"),
        (b"x" * (files.LARGEST_BYTES + 1), "menu.csv is larger than 10 MB; a menu is not."),
    ],
)
def test_what_cannot_be_read_is_said_with_its_row(ana: Client, bella: Place, content: str | bytes, said: str) -> None:
    answer = send(ana, content)
    assert said in words(answer)
    assert 'id="take"' not in answer.content.decode()
    assert told(answer)["failed"]


def test_no_file_is_no_menu(ana: Client, bella: Place) -> None:
    assert told(post(ana, IMPORT, deed="look"))["text"] == "Choose a file first: CSV, or JSON as Square exports it."


def test_without_scripts_the_page_comes_with_what_would_differ(ana: Client, bella: Place) -> None:
    page = ana.post(IMPORT, {"deed": "look", "file": SimpleUploadedFile("menu.csv", CSV.encode())})
    assert "What would differ" in words(page)
    answer = ana.post(
        IMPORT, {"deed": "take", "seen": mark(page), "file": SimpleUploadedFile("menu.csv", CSV.encode())}
    )
    assert answer["Location"] == PAGE
    assert row(bella, "Lasagna").price == Decimal("17.25")


def test_a_version_says_of_an_import_who_and_what(ana: Client, bella: Place) -> None:
    told(send(ana, CSV, deed="take", seen=mark(send(ana, CSV))))
    with scope.enter(bella):
        newest = MenuEdition.objects.order_by("-number")[0]
        assert (newest.by, newest.note) == ("ana@bella.test", "import of a file")
    page = words(ana.get(f"{VERSIONS}{newest.number}/"))
    assert "What it changed" in page
    assert "It is the menu that is live now." in page
