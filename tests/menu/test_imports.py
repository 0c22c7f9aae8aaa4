"""Reading menus from files: the right dishes, or the right rows to mend."""

from __future__ import annotations

import dataclasses
import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.menu.card import Card, Group, Item, Option, Variant, every_group
from apps.menu.imports import files, reading, sheet

MENUS = Path(__file__).resolve().parents[3] / "shared" / "menus"

texts = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]) | st.sampled_from(" '=+-@|\\,;\"\n"),
    min_size=1,
    max_size=12,
)
names = texts.map(str.strip).filter(bool)
prices = st.decimals(0, 999, places=2)
synonyms = st.lists(names, max_size=2).map(tuple)


def _unique(names_of: list[str]) -> bool:
    return len(set(names_of)) == len(names_of)


@st.composite
def options(draw: st.DrawFn, depth: int) -> Option:
    below = draw(st.lists(groups(depth - 1), max_size=1)) if depth else []
    return Option(
        id="",
        name=draw(names),
        price=draw(prices),
        default=draw(st.booleans()),
        synonyms=draw(synonyms),
        pronunciation=draw(st.just("") | names),
        groups=tuple(below),
    )


def groups(depth: int) -> st.SearchStrategy[Group]:
    @st.composite
    def make(draw: st.DrawFn) -> Group:
        chosen = draw(st.lists(options(depth), min_size=1, max_size=3, unique_by=lambda option: option.name))
        least = draw(st.integers(0, len(chosen)))
        most = draw(st.none() | st.integers(max(1, least), 9))
        return Group("", draw(names), least, most, tuple(chosen), draw(st.integers(0, 3)))

    return make()


@st.composite
def items(draw: st.DrawFn) -> Item:
    sizes = draw(st.lists(names, max_size=3, unique=True))
    amounts = [draw(prices) for _ in sizes]
    favourite = draw(st.integers(-1, len(sizes) - 1)) if sizes else -1
    return Item(
        id="",
        name=draw(names),
        category=draw(names),
        price=draw(prices),
        description=draw(st.just("") | names),
        variants=tuple(
            Variant("", name, amount, draw(synonyms), default=place == favourite)
            for place, (name, amount) in enumerate(zip(sizes, amounts, strict=True))
        ),
        groups=tuple(draw(st.lists(groups(1), max_size=2))),
        synonyms=draw(synonyms),
        pronunciation=draw(st.just("") | names),
        allergens=tuple(
            sorted(
                draw(
                    st.dictionaries(names, st.sampled_from(["contains", "may_contain", "unknown"]), max_size=2)
                ).items()
            )
        ),
        dietary=draw(synonyms),
        tax_class=draw(names),
        alcohol=draw(st.booleans()),
    )


def numbered(card: Card) -> Card:
    """With an id for everything, so that groups can be told apart."""
    count = iter(range(10_000))

    def group(each: Group) -> Group:
        inside = tuple(dataclasses.replace(o, groups=tuple(map(group, o.groups))) for o in each.options)
        return dataclasses.replace(each, id=str(next(count)), options=inside)

    return Card(tuple(dataclasses.replace(item, groups=tuple(map(group, item.groups))) for item in card.items))


def nameless(things: tuple[Item, ...]) -> object:
    """Without ids: what a menu says, not what it calls it."""
    return [_without_ids(dataclasses.asdict(item)) for item in things]


def _without_ids(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_ids(inner) for name, inner in value.items() if name != "id"}
    if isinstance(value, list | tuple):
        return [_without_ids(inner) for inner in value]
    return value


@given(st.lists(items(), max_size=3, unique_by=lambda item: (item.category, item.name)))
def test_what_is_exported_comes_back_as_it_was(menu: list[Item]) -> None:
    card = numbered(Card(tuple(menu)))
    back = sheet.read(sheet.write(card))
    assert back.problems == ()
    assert nameless(back.items) == nameless(card.items)


@given(st.lists(items(), max_size=2, unique_by=lambda item: (item.category, item.name)))
def test_no_exported_cell_is_a_formula(menu: list[Item]) -> None:
    import csv
    import io

    table = sheet.write(numbered(Card(tuple(menu))))
    for row in csv.reader(io.StringIO(table, newline="")):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_plain_table_with_a_row_for_each_size_is_read() -> None:
    table = (
        "category,item,description,size,price_cents,modifier_groups\n"
        'Cones,vanilla,"sweet, with\nbeans",half,300,dip | topping\n'
        "Cones,vanilla,,whole,400,dip | topping\n"
        "Pints,mint,,,1000,\n"
    )
    found = sheet.read(table)
    vanilla, mint = found.items
    assert found.problems == ()
    assert [(size.name, size.price) for size in vanilla.variants] == [
        ("half", Decimal("3.00")),
        ("whole", Decimal("4.00")),
    ]
    assert vanilla.description == "sweet, with\nbeans"
    assert [group.name for group in vanilla.groups] == ["dip", "topping"]
    assert (mint.price, mint.variants) == (Decimal("10.00"), ())


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("A,soup,,,", "row 3: “soup” has no price"),
        ("A,soup,,,cheap", "row 3: “cheap” is not a price"),
        ("A,soup,,,-4.00", "row 3: “-4.00” is not a price"),
        ("A,tea,,,2.00", "row 3: “tea” is in A twice (first: row 2)"),
        ("A,,,,2.00", "row 3: the item has no name"),
        (f"A,{'x' * 121},,,2.00", "longer than 120"),
        ("A,soup,,,2.00,,,,,,,", "row 3: the row has 12 cells, the header 5"),
        ('A,"soup', "row 3: the table cannot be read here"),
    ],
)
def test_a_bad_row_is_named(row: str, said: str) -> None:
    extra = "x" if row.endswith(",,,,") else ""
    problems = sheet.read(f"category,item,description,size,price\nA,tea,,,1.00\n{row}{extra}\n").problems
    assert any(said in str(problem) for problem in problems), problems


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("option,,no group,,1.00,,,Dip", "the group “Dip”, which is not in the file"),
        ("group,,,,,,,Dip,,5", "needs 5 choices and has 0"),
        ("group,,,,,,,Dip,,2,1", "needs at least 2 choices and allows 1"),
        ("group,,,,,,,Dip\noption,,a,,1,,Dip,Dip", "its own group would open again"),
        ("group,,,,,,,Dip\noption,,a,,1,,,Dip\noption,,a,,1,,,Dip", "has “a” twice"),
        ("size,A,tea,big", "row 3: the size “big” has no price"),
        ("size,A,coffee,big,3.00", "belongs to “coffee”, which is not in A"),
        ("dish,A,coffee,,3.00", "“dish” is none of"),
        ("group,,,,,,,Dip,,few", "“few” is not a whole number"),
        ("item,A,wine,,3.00,,,,,,,,,,,,maybe", "“maybe” is neither yes nor no"),
        ("item,A,pie,,3.00,,,,,,,,,,,,,nuts:perhaps", "“perhaps” is none of"),
    ],
)
def test_what_cannot_be_in_a_menu_is_refused(rows: str, said: str) -> None:
    head = ",".join(sheet.COLUMNS)
    problems = sheet.read(f"{head}\nitem,A,tea,,1.00,,Dip\n{rows}\n").problems
    assert any(said in str(problem) for problem in problems), problems


@pytest.mark.parametrize(
    ("written", "amount"),
    [("4", "4.00"), ("$4.50", "4.50"), ("4,50 €", "4.50"), ("1,200.00", "1200.00"), ("4.5", "4.50"), (" 0 ", "0.00")],
)
def test_prices_are_read_as_people_write_them(written: str, amount: str) -> None:
    assert reading.price(written) == Decimal(amount)


@pytest.mark.parametrize("written", ["", "free", "-1", "1.234", "4.5.6", "999999999999", "1 2", "4-5"])
def test_what_is_no_price_is_none(written: str) -> None:
    assert reading.price(written) is None


SQUARE = {
    "objects": [
        {"id": "C1", "type": "CATEGORY", "category_data": {"name": "Pizza"}},
        {"id": "L1", "type": "MODIFIER_LIST", "modifier_list_data": {
            "name": "Crust", "selection_type": "SINGLE", "modifiers": [
                {"id": "M1", "modifier_data": {"name": "thin"}},
                {"id": "M2", "modifier_data": {"name": "deep", "price_money": {"amount": 200}}},
                {"id": "M3", "is_deleted": True, "modifier_data": {"name": "gone"}},
            ]}},
        {"id": "I1", "type": "ITEM", "item_data": {
            "name": "Margherita", "category_id": "C1", "modifier_list_info": [{"modifier_list_id": "L1"}],
            "variations": [
                {"id": "V1", "item_variation_data": {"name": "small", "price_money": {"amount": 1200}}},
                {"id": "V2", "item_variation_data": {"name": "large", "price_money": {"amount": 1600}}},
                {"id": "V3", "item_variation_data": {"name": "huge", "pricing_type": "VARIABLE_PRICING"}},
            ]}},
        {"id": "I2", "type": "ITEM", "item_data": {
            "name": "Gift card", "variations": [{"id": "V4", "item_variation_data": {"name": "Regular"}}]}},
        {"id": "I3", "type": "ITEM", "item_data": {
            "name": "Water", "variations": [
                {"id": "V5", "item_variation_data": {"name": "Regular", "price_money": {"amount": 150}}}]}},
        {"id": "I4", "type": "ITEM", "is_deleted": True, "item_data": {"name": "Old"}},
    ]
}  # fmt: skip


def test_a_square_catalog_is_read_with_what_it_cannot_sell_left_out_and_said() -> None:
    found = files.read(json.dumps(SQUARE).encode())
    pizza, water = found.items
    assert found.errors == ()
    assert (pizza.category, [(size.name, size.price) for size in pizza.variants]) == (
        "Pizza", [("small", Decimal("12.00")), ("large", Decimal("16.00"))],
    )  # fmt: skip
    (crust,) = pizza.groups
    assert (crust.name, crust.maximum, [option.name for option in crust.options]) == ("Crust", 1, ["thin", "deep"])
    assert (water.category, water.price, water.variants) == ("Other", Decimal("1.50"), ())
    assert {warning.where for warning in found.warnings} == {"item I2", "variation V3"}


def test_a_web_sites_menu_is_read() -> None:
    page = {
        "@context": "https://schema.org",
        "@type": "Restaurant",
        "hasMenu": {"@type": "Menu", "hasMenuSection": [{"@type": "MenuSection", "name": "Soups", "hasMenuItem": {
            "@type": "MenuItem", "name": "Minestrone", "description": "of the\n day",
            "suitableForDiet": "https://schema.org/GlutenFreeDiet",
            "offers": [{"name": "cup", "price": "3.50"}, {"name": "bowl", "price": 6}],
            "menuAddOn": {"@type": "MenuItem", "name": "bread", "offers": {"@type": "Offer", "price": 1}},
        }, "hasMenuSection": {"name": "Cold", "hasMenuItem": [{"@type": "MenuItem", "name": "Gazpacho"}]}}]},
    }  # fmt: skip
    found = files.read(json.dumps(page).encode())
    (soup,) = found.items
    assert (soup.category, soup.description, soup.dietary) == ("Soups", "of the day", ("gluten free",))
    assert [(size.name, size.price) for size in soup.variants] == [("cup", Decimal("3.50")), ("bowl", Decimal("6.00"))]
    assert [option.name for group in every_group(soup.groups) for option in group.options] == ["bread"]
    assert [warning.where for warning in found.warnings] == ["menu item “Gazpacho”"]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"category,item,price\nA,caf\xe9,1", "row 2: The file is not in UTF-8"),
        (b'{"objects": [', "cannot be read"),
        (b'{"hello": 1}', "neither a Square"),
        (b"a,b\n1,2", "at least the columns"),
        (b"x" * (files.LARGEST_BYTES + 1), "larger than 10 MB"),
        (b"[" * 100_000, "cannot be read"),
        (b"\x00\x01,\x02", "at least the columns"),
    ],
)
def test_a_file_that_is_no_menu_is_refused_in_words(raw: bytes, said: str) -> None:
    (problem,) = files.read(raw).errors
    assert said in str(problem)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_makes_the_reader_fall_over(raw: bytes) -> None:
    files.read(raw)
    files.read(b"category,item,price,size,groups\n" + raw)


def test_real_exports_are_read_to_the_row() -> None:
    if not MENUS.is_dir():
        pytest.skip("not on this machine: the published menus lie beside the project, not in it")
    square = files.read((MENUS / "square_catalog_filtered_n2.dev.json").read_bytes())
    assert (len(square.items), len(square.errors), len(square.warnings)) == (163, 0, 1)
    table = files.read((MENUS / "square_icecream_filtered.dev.csv").read_bytes())
    assert [str(error) for error in table.errors] == ["row 222: “the normal care pack” has no price."]
    assert len(table.items) == 163
    unpriced = files.read((MENUS / "toastapp_cafe.dev.csv").read_bytes())
    assert len(unpriced.errors) == 79


@pytest.mark.parametrize("wrong", [[], {}, 7, None, [[]], "x", [None, 3, "y"]])
@pytest.mark.parametrize("place", ["category_id", "name", "variations", "modifier_list_info", "categories"])
def test_a_square_export_with_other_kinds_of_values_is_read_or_refused_and_never_a_bug(
    place: str, wrong: object
) -> None:
    variation = {"id": "V", "item_variation_data": {"name": "Large", "price_money": {"amount": 900}}}
    data = {"name": "Soup", "variations": [variation], place: wrong}
    document = {"objects": [{"type": "ITEM", "id": wrong, "item_data": data}]}
    assert isinstance(files.read(json.dumps(document).encode()), files.Reading)


def test_json_that_is_nested_deeper_than_any_menu_is_refused() -> None:
    deep = "[" * 900 + '{"@type": "Menu"}' + "]" * 900
    assert len(files.read(deep.encode()).errors) <= 1
