"""The menu in a real browser: by keyboard alone, in place with Undo, a file with its differences, two pages at once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.dashboard.open_page import connected, told

pytestmark = pytest.mark.filterwarnings("ignore:StreamingHttpResponse must consume")  # WhiteNoise's files


def item(place: Any, name: str) -> Any:
    from apps.menu.models import MenuItem
    from apps.tenants import scope

    with scope.enter(place):
        return MenuItem.objects.prefetch_related("variants").get(name=name)


def prices(place: Any, name: str) -> dict[str, Decimal]:
    return {size.name: size.price for size in item(place, name).variants.all()}


def the_menu(opened: Any, place: Any, cook: str) -> Any:
    """Its page, connected, and still."""
    page = opened(f"/r/{place.slug}/menu/", cook)
    connected(page)
    page.wait_for_load_state("networkidle")
    return page


def test_86_and_back_by_keyboard_alone(house: Any, opened: Any) -> None:
    place, cook = house()
    page = the_menu(opened, place, cook)
    page.get_by_role("button", name="86 Diavola").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="86 Diavola")
    dialog.wait_for()
    page.keyboard.type("No salami")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Until tomorrow"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    told(page, "Diavola is 86 until changed")
    gone = item(place, "Diavola")
    assert (gone.sold_out, gone.sold_out_until, gone.sold_out_reason) == (True, None, "No salami")
    page.get_by_text("1 thing is 86").wait_for()
    assert page.evaluate("document.activeElement.innerText").startswith("Back on"), "where the hands already are"
    page.keyboard.press("Enter")
    told(page, "Diavola is back on")
    assert not item(place, "Diavola").sold_out
    page.get_by_role("button", name="86 Diavola").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    dialog.wait_for(state="hidden")
    assert not item(place, "Diavola").sold_out


def test_a_price_is_saved_as_one_leaves_it_and_taken_back(house: Any, opened: Any) -> None:
    place, cook = house()
    page = the_menu(opened, place, cook)
    price = page.get_by_label("Diavola, small, price")
    price.fill("14.5")
    page.keyboard.press("Tab")
    told(page, "Diavola: 14.00 is now 14.50")
    assert prices(place, "Diavola")["small"] == Decimal("14.50")
    assert page.evaluate("document.activeElement.ariaLabel") == "Diavola, medium, price"
    page.get_by_role("button", name="Undo").click()
    told(page, "Diavola: 14.50 is now 14.00")
    assert prices(place, "Diavola")["small"] == Decimal("14.00")
    price.fill("cheap")
    page.keyboard.press("Enter")
    page.get_by_text("Give a price like 12.50", exact=True).first.wait_for()
    assert price.input_value() == "cheap"
    assert price.get_attribute("aria-invalid") == "true"
    price.fill("15")
    page.keyboard.press("Enter")
    told(page, "Diavola: 14.00 is now 15.00")
    assert price.get_attribute("aria-invalid") is None


def test_what_is_being_written_outlives_the_arrival_of_its_row(house: Any, opened: Any) -> None:
    from apps.menu import services as menu
    from apps.tenants import scope

    place, cook = house()
    page = the_menu(opened, place, cook)
    price = page.get_by_label("Diavola, large, price")
    price.fill("21.7")
    with scope.enter(place):
        menu.eighty_six(item(place, "Diavola"))
    page.locator("tr", has_text="86 until changed").wait_for()
    assert price.input_value() == "21.7"
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    told(page, "is now 21.75")
    assert prices(place, "Diavola")["large"] == Decimal("21.75")


def test_what_one_page_takes_off_the_other_sees_and_two_prices_at_once_are_told(house: Any, opened: Any) -> None:
    place, cook = house()
    one, other = (the_menu(opened, place, cook) for _each in range(2))
    one.get_by_role("button", name="86 Hawaiian").click()
    one.get_by_role("button", name="Until tomorrow").click()
    told(one, "Hawaiian is 86 until")
    other.get_by_role("button", name="Back on Hawaiian").first.wait_for()
    held: list[Any] = []
    other.route("**/row?*", lambda route: held.append(route))
    one.get_by_label("Diavola, small, price").fill("16")
    one.keyboard.press("Enter")
    told(one, "is now 16.00")
    other.get_by_label("Diavola, small, price").fill("17")
    other.keyboard.press("Enter")
    told(other, "Somebody else made it 16.00 meanwhile")
    assert prices(place, "Diavola")["small"] == Decimal("16.00")
    for route in held:
        route.continue_()


def test_a_file_is_looked_at_then_taken_over(house: Any, opened: Any) -> None:
    place, cook = house()
    page = opened(f"/r/{place.slug}/menu/import/", cook)
    table = b"category,item,price\nPasta,Gnocchi,15.75\nSoups,Minestra,6.50\n"
    page.get_by_label("Menu file").set_input_files({"name": "menu.csv", "mimeType": "text/csv", "buffer": table})
    page.get_by_role("button", name="Look at the differences").click()
    page.get_by_role("heading", name="What would differ").wait_for()
    assert page.locator("ins", has_text="15.75").count() == 1
    assert item(place, "Gnocchi").price == Decimal("14.50")
    page.get_by_role("button", name="Take it over, live at once").click()
    told(page, "The file is taken over")
    assert item(place, "Gnocchi").price == Decimal("15.75")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/menu/versions/")
    assert item(place, "Gnocchi").price == Decimal("14.50")


def test_an_item_is_found_as_one_writes_and_put_in_order_by_keyboard(house: Any, opened: Any) -> None:
    place, cook = house()
    page = the_menu(opened, place, cook)
    page.get_by_label("Find an item").fill("gnoc")
    page.get_by_label("Name of Gnocchi").wait_for()
    assert page.locator("#list tbody tr").count() == 1
    page.get_by_label("Find an item").fill("")
    page.get_by_label("Name of Margherita").wait_for()
    page.get_by_label("More for Pizza").click()
    page.get_by_role("link", name="Change the order of items").click()
    down = page.get_by_role("button", name="Move Margherita down")
    down.focus()
    page.keyboard.press("Enter")
    told(page, "Margherita moved down")
    assert page.evaluate("document.activeElement.ariaLabel") == "Move Margherita down"
    page.keyboard.press("Enter")
    page.locator(f"#list tbody tr:nth-child(3)#item-{item(place, 'Margherita').pk}").wait_for()


def test_an_options_tick_counts_at_once(house: Any, opened: Any) -> None:
    from apps.menu.models import MenuModifier
    from apps.tenants import scope

    place, cook = house()
    with scope.enter(place):
        olives = MenuModifier.objects.get(name="olives", group__name="Toppings")
    page = opened(f"/r/{place.slug}/menu/choices/{olives.group_id}/", cook)
    connected(page)
    page.wait_for_load_state("networkidle")
    page.get_by_label("olives comes with it").click()
    told(page, "olives saved")
    with scope.enter(place):
        assert MenuModifier.objects.get(pk=olives.pk).default


def test_five_hundred_items_are_a_light_page(house: Any, opened: Any) -> None:
    from apps.tenants import scope
    from tests.dashboard.test_menu import many

    place, cook = house()
    with scope.enter(place):
        many(500)
    page = opened("/account", cook)
    sizes: list[int] = []
    page.on("requestfinished", lambda asked: sizes.append(asked.sizes()["responseBodySize"]))
    page.goto(f"/r/{place.slug}/menu/", wait_until="networkidle")
    assert 0 < sum(sizes) <= 200_000, sizes
