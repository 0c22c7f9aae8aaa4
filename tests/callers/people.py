"""Callers drawn from a seed: what they want and change, how patient they are, and how badly the line carries them."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from typing import Literal

from apps.menu.card import Card
from apps.voice.carrier import caller, goals
from apps.voice.carrier.caller import HangUp, Memory, Said, Say, Step
from apps.voice.carrier.goals import Goal
from tests.callers import wording

Aim = Literal["order", "walk away", "only ask"]
AIMS: tuple[Aim, ...] = ("order",) * 8 + ("walk away", "only ask")
NAMES = ("Georgina", "Bartholomew", "Priya", "Ottilie", "Desmond", "Marguerite", "Casper", "Winifred")
_SOUNDS_LIKE = {"two": "to", "four": "for", "one": "won", "the": "a", "with": "whit", "and": "an", "please": "peas"}
MOST_QUESTIONS = 3
MOST = 6
"""Of one dish."""


@dataclass(frozen=True)
class Person:
    seed: int
    aim: Aim
    goal: Goal
    patience: int
    mishearing: float
    """How many of the caller's sentences arrive with something wrong in them."""
    chatter: float
    """How often something is said that is not about the order."""
    fickle: int
    """So often they change their mind once more when the order is read back."""


@dataclass
class Mind:
    """What one caller does next, with what they remember."""

    person: Person

    def __post_init__(self) -> None:
        self.luck = random.Random(f"mind {self.person.seed}")
        self.memory: Memory = replace(caller.begin(self.person.goal), patience=self.person.patience)
        self.goal = self.person.goal
        self.asked, self.changes = 0, 0

    @property
    def agreed(self) -> bool:
        """The caller has said yes to an order that was read back."""
        return self.memory.confirmed

    def next(self, said: str) -> str | None:
        """The caller's words after the agent's; None when they hang up."""
        person = self.person
        if person.aim == "only ask":
            self.asked += 1
            return self._question() if self.asked <= MOST_QUESTIONS else None
        if not self.agreed and self.luck.random() < person.chatter:
            return self.luck.choice([self._question(), self.luck.choice(wording.ASIDES)])
        act, after = caller.answer(self.goal, Said(said), self.memory)
        if after.confirmed and not self.agreed and self.changes < person.fickle:
            self._change_again()
            act, after = caller.answer(self.goal, Said(said), self.memory)
        self.memory = after
        if isinstance(act, HangUp) or not isinstance(act, Say):
            return None
        if person.aim == "walk away" and self.agreed:
            return self._leave()
        return act.text

    def _leave(self) -> str | None:
        """Instead of the yes: the line goes dead, or the whole order is taken back first."""
        self.asked += 1
        return self.luck.choice([None, *wording.LEAVING]) if self.asked == 1 else None

    def _change_again(self) -> None:
        """Just before the yes, another thing should be different."""
        self.changes += 1
        wants = self.goal.expected
        place = self.luck.randrange(len(wants))
        wish, after = wants[place], None
        if len(wants) == 1 or self.luck.random() < 0.6:
            after = replace(wish, quantity=self.luck.choice([n for n in range(1, MOST) if n != wish.quantity]))
        kind: goals.Change = "quantity" if after else "drop"
        self.goal = replace(self.goal, wishes=wants, correction=goals.Correction(kind, place, after))
        self.memory = replace(self.memory, steps=(Step("change", place),), wants=wants, told=len(wants))

    def _question(self) -> str:
        item = self.luck.choice(self.person.goal.card.items).name.lower()
        return self.luck.choice(wording.sentences(wording.QUESTIONS)).format(item=item)

    def as_heard(self, text: str) -> str:
        """What arrives of these words."""
        while self.luck.random() < self.person.mishearing:
            text = self._misheard(text)
        return text

    def _misheard(self, text: str) -> str:
        words = text.split()
        place = self.luck.randrange(len(words))
        word = words[place]
        match self.luck.randrange(4):
            case 0:
                words[place] = _SOUNDS_LIKE.get(word, word)
            case 1 if len(word) > 3:
                at = self.luck.randrange(1, len(word))
                words[place] = word[:at] + self.luck.choice("aeioulmnrst") + word[at + 1 :]
            case 2 if len(word) > 5:
                at = self.luck.randrange(2, len(word) - 2)
                words[place : place + 1] = [word[:at], word[at:]]
            case _ if len(words) > 1:
                del words[place]
        return " ".join(words)


def draw(card: Card, *, seed: int) -> Person:
    luck = random.Random(f"person {seed}")
    goal = replace(goals.draw(card, seed=seed, script=wording.script(luck)), name=luck.choice(NAMES))
    if luck.random() < 0.4:
        goal = _with_more(goal, luck)
    return Person(
        seed=seed,
        aim=luck.choice(AIMS),
        goal=goal,
        patience=luck.choice((18, 30, 45)),
        mishearing=luck.choice((0.0, 0.1, 0.25, 0.4)),
        chatter=luck.choice((0.0, 0.1, 0.2)),
        fickle=luck.choice((0, 0, 1, 2)),
    )


def _with_more(goal: Goal, luck: random.Random) -> Goal:
    """One or two plain things besides."""
    after = goal.correction.after
    taken = {wish.item.name for wish in goal.wishes} | ({after.item.name} if after else set())
    plain = [item for item in goal.card.items if item.name not in taken and not item.groups and not item.variants]
    chosen = luck.sample(plain, min(len(plain), luck.randint(1, 2)))
    return replace(goal, wishes=(*goal.wishes, *(goals.Wish(item, luck.randint(1, 4)) for item in chosen)))
