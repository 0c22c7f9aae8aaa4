"""The caller: says yes only to the right order, and gets there with any script, seed and number of mishearings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from apps.orders import pricing, wording
from apps.voice.carrier import caller, goals, scripts
from apps.voice.carrier.caller import HangUp, Interrupt, Memory, Said, Say
from apps.voice.carrier.goals import Goal, Wish
from tests.voice.carrier.cards import CARD

seeds = some.integers(0, 5000)
any_script = some.sampled_from(scripts.SCRIPTS)
CHICKEN = next(o for g in CARD.by_id["caes"].groups for o in g.options if o.id == "chick")


def read_back(wishes: tuple[Wish, ...], *, name: str) -> str:
    """As the order book says it."""
    wanted = [
        pricing.Wanted(
            item_id=wish.item.id,
            quantity=wish.quantity,
            variant_id=wish.variant.id if wish.variant else None,
            choices=(
                *(pricing.Choice(o.id) for o in wish.options),
                *(pricing.Choice(o.id, amount="none") for o in wish.refused),
            ),
        )
        for wish in wishes
    ]
    quote = pricing.price(CARD, wanted, rules=pricing.Rules())
    now = datetime(2026, 11, 23, 16, 45, tzinfo=UTC)
    return wording.read_back(quote, currency="USD", name=name, ready_at=now.replace(hour=17), now=now)


def through_the_plan(goal: Goal) -> Memory:
    """Everything told, everything changed, the name given."""
    memory = caller.begin(goal)
    for _ in range(12):
        act, memory = caller.answer(goal, Said("Anything else?"), memory)
        assert isinstance(act, Say)
        if memory.closed:
            break
    if memory.steps:
        _, memory = caller.answer(goal, Said(read_back(memory.wants, name=goal.name)), memory)
    assert not memory.steps
    return memory


@given(seeds, any_script)
def test_a_goal_is_the_same_for_the_same_seed_and_changes_its_mind(seed: int, script: scripts.Script) -> None:
    goal = goals.draw(CARD, seed=seed, script=script)
    assert goal == goals.draw(CARD, seed=seed, script=script)
    assert goal.expected != goal.wishes
    assert not any(wish.item.alcohol for wish in (*goal.wishes, *goal.expected))
    assert any(wish.options or wish.refused for wish in goal.wishes)


@given(seeds, any_script)
def test_the_right_order_gets_a_plain_yes(seed: int, script: scripts.Script) -> None:
    from apps.language.assent import Assent, assent

    goal = goals.draw(CARD, seed=seed, script=script)
    memory = through_the_plan(goal)
    act, after = caller.answer(goal, Said(read_back(goal.expected, name=goal.name)), memory)
    assert isinstance(act, Say)
    assert after.confirmed
    assert assent(act.text) is Assent.YES


def _more(wish: Wish) -> Wish:
    return replace(wish, quantity=wish.quantity + 1)


def _plain(wish: Wish) -> Wish:
    asked = {option.id for group in wish.item.groups if group.minimum for option in group.options}
    return replace(wish, options=tuple(o for o in wish.options if o.id in asked), refused=())


def _other_size(wish: Wish) -> Wish:
    others = [size for size in wish.item.variants if size != wish.variant]
    return replace(wish, variant=others[0]) if others else wish


def _more_on_it(wish: Wish) -> Wish:
    unwanted = [
        o for g in wish.item.groups if not g.minimum for o in g.options if o not in wish.options and not o.default
    ]
    return replace(wish, options=(*wish.options, unwanted[0])) if unwanted else wish


@given(seeds, any_script, some.sampled_from([_more, _plain, _other_size, _more_on_it]), some.integers(0, 1))
def test_a_wrong_order_never_gets_a_yes(
    seed: int, script: scripts.Script, spoil: Callable[[Wish], Wish], which: int
) -> None:
    goal = goals.draw(CARD, seed=seed, script=script)
    memory = through_the_plan(goal)
    place = which % len(goal.expected)
    wrong = tuple(spoil(wish) if at == place else wish for at, wish in enumerate(goal.expected))
    if wrong == goal.expected:
        return
    act, after = caller.answer(goal, Said(read_back(wrong, name=goal.name)), memory)
    assert isinstance(act, Say)
    assert not after.confirmed


@given(seeds, any_script)
def test_a_dish_too_many_and_a_dish_too_few_are_noticed(seed: int, script: scripts.Script) -> None:
    goal = goals.draw(CARD, seed=seed, script=script)
    memory = through_the_plan(goal)
    ordered = {wish.item.id for wish in goal.expected}
    stray = next(item for item in CARD.items if item.id not in ordered and not item.groups and not item.variants)
    if stray.alcohol:
        return
    for wrong in ((*goal.expected, Wish(stray)), goal.expected[1:]):
        if not wrong:
            continue
        _, after = caller.answer(goal, Said(read_back(wrong, name=goal.name)), memory)
        assert not after.confirmed


@given(seeds, any_script)
def test_a_dish_that_is_asked_about_gets_its_own_size_and_choice(seed: int, script: scripts.Script) -> None:
    goal = goals.draw(CARD, seed=seed, script=script)
    memory = caller.begin(goal)
    for wish in goal.wishes:
        memory = replace(memory, told=len(goal.wishes))
        if wish.variant is not None:
            question = f"What size {wish.item.name}: {' or '.join(v.name for v in wish.item.variants)}?"
            act, _ = caller.answer(goal, Said(question), memory)
            assert isinstance(act, Say)
            assert wish.variant.name in act.text
        for group in wish.item.groups:
            if group.minimum:
                question = f"Which {group.name} for the {wish.item.name}: {' or '.join(o.name for o in group.options)}?"
                act, _ = caller.answer(goal, Said(question), memory)
                assert isinstance(act, Say)
                assert any(o.name in act.text for o in wish.options)


@given(seeds, any_script)
def test_every_call_has_six_turns_of_the_caller_and_one_interruption(seed: int, script: scripts.Script) -> None:
    goal = goals.draw(CARD, seed=seed, script=script)
    memory = caller.begin(goal)
    interruptions = 0
    said = "What can I get for you?"
    for _ in range(30):
        act, memory = caller.answer(goal, Said("", speaking_ms=caller.SPEAKS_FOR_MS), memory)
        interruptions += isinstance(act, Interrupt)
        act, memory = caller.answer(goal, Said(said), memory)
        if isinstance(act, HangUp):
            break
        if memory.confirmed:
            said = "Your order is placed."
        elif memory.last == "name":
            said = read_back(memory.wants, name=goal.name)
        elif memory.closed and "name" not in dict(memory.attempts):
            said = "What name is it for?"
        elif memory.closed:
            said = read_back(memory.wants, name=goal.name)
        else:
            said = "Anything else?"
    assert act == HangUp(satisfied=True)
    assert interruptions == 1
    assert memory.turns >= 6


def test_the_same_is_said_in_other_words_when_it_was_not_understood() -> None:
    goal = goals.draw(CARD, seed=3, script=scripts.named("plain"))
    first, memory = caller.answer(goal, Said("What can I get for you?"), caller.begin(goal))
    again, _ = caller.answer(goal, Said("Sorry, I didn't get that. Could you say it again?"), memory)
    assert isinstance(first, Say)
    assert isinstance(again, Say)
    assert first.text != again.text


def test_a_name_that_is_asked_for_again_is_spelled() -> None:
    goal = goals.draw(CARD, seed=3)
    _, memory = caller.answer(goal, Said("What name is it for?"), caller.begin(goal))
    act, _ = caller.answer(goal, Said("Could you spell that?"), memory)
    assert isinstance(act, Say)
    assert " ".join(goal.name.upper()) in act.text


def test_patience_ends() -> None:
    goal = goals.draw(CARD, seed=3)
    memory = replace(caller.begin(goal), patience=2, turns=2)
    assert caller.answer(goal, Said("Anything else?"), memory)[0] == HangUp(satisfied=False)


@pytest.mark.parametrize("wait_ms", [0, caller.SPEAKS_FOR_MS - 1])
def test_nobody_is_interrupted_before_they_have_begun(wait_ms: int) -> None:
    goal = goals.draw(CARD, seed=3, script=scripts.named("plain"))
    act, _ = caller.answer(goal, Said("", speaking_ms=max(1, wait_ms)), replace(caller.begin(goal), turns=2))
    assert isinstance(act, caller.Wait)
