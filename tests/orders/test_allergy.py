"""Which words of a guest put the banner on the ticket, and which are only taste."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.orders.allergy import mentions

HARM = """
my son has a peanut allergy
I'm allergic to shellfish
ALLERGIES: sesame
she is alergic to eggs
allergen: milk
severe nut alergy
lactose intolerant
gluten intolerance
anaphylactic
we carry an EpiPen
epi pen in the bag
gluten free because I'm celiac
coeliac
cœliac disease please
gluten-free please
make it dairy free
nut free
free of nuts
free from gluten
I can't have nuts
I can’t have nuts
I cant eat dairy
my wife cannot eat shrimp
he must not have any garlic
we're not allowed to eat pork
unable to digest onions
she's not supposed to have salt
I can't do gluten
he can't be near peanuts
no nuts please
no peanuts
without any nuts
hold the cashews
avoid sesame
no gluten
without wheat
no shellfish
peanuts could kill her
peanuts make me sick
eggs make my daughter swell
I break out in hives
my throat closes
he had a bad reaction
I react badly to soy
sensitive to garlic
garlic sensitivity
please no cross contamination
not even a trace of milk
no traces of egg
soy alérgico
tengo alergia a los mariscos
celíaca
sin gluten
sin mariscos
no puedo comer nueces
""".strip().splitlines()

TASTE = """
well done
extra napkins
no onions
no cheese
no ice
light mayo, no pickles
without olives
hold the mayo
don't forget the donuts
coconut on top
nutella instead
nutmeg on top
cut in eight
it's a birthday
ring the bell
I can't wait
can't have it too hot
large, on the left half
can you react quickly
free refills
sugar free coke
no rush
sin cebolla
the spicier the better
butternut squash
call me Wally
allegro please
""".strip().splitlines()


@pytest.mark.parametrize("said", HARM)
def test_what_could_harm_a_guest_is_a_banner(said: str) -> None:
    assert mentions([said])


@pytest.mark.parametrize("said", TASTE)
def test_what_is_merely_liked_or_not_is_none(said: str) -> None:
    assert not mentions([said])


@given(
    st.sampled_from(HARM),
    st.text(max_size=30),
    st.text(max_size=30),
    st.lists(st.sampled_from(TASTE), max_size=3),
    st.sampled_from([str, str.upper, str.title]),
)
def test_it_is_heard_whatever_stands_around_it_and_however_it_is_written(
    said: str, before: str, after: str, others: list[str], written: object
) -> None:
    assert callable(written)
    spread = written(said).replace(" ", "  ")
    assert mentions([*others, f"{before} {spread} {after}"])


@given(st.lists(st.sampled_from(TASTE), max_size=5))
def test_taste_beside_taste_stays_taste(said: list[str]) -> None:
    assert not mentions(said)


@given(st.text(max_size=200))
def test_no_text_is_too_odd_to_be_read(said: str) -> None:
    assert mentions([said]) in (True, False)


def test_nothing_said_is_nothing() -> None:
    assert not mentions([])
    assert not mentions(["", "   "])
