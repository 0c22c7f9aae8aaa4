"""Answers remembered for seconds, and read anew together: pure, the clock comes with the question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Generic, TypeVar

V = TypeVar("V")

KEPT_SECONDS = 60.0
"""How long after it was last asked for an answer is read anew with others."""
MOST_AT_ONCE = 500


@dataclass(slots=True)
class _Answer(Generic[V]):
    value: V | None
    until: float
    asked_at: float
    is_being_read: bool = False


class Memory(Generic[V]):
    """Answers by key, each for so many `seconds`, at most so many; those that were read first go first.

    Whoever finds an answer too old reads with it, by one question, those that soon will be and were asked for lately:
    a thousand who ask now and then cost the database as little as one who asks always. Times are monotonic seconds.
    """

    def __init__(self, read: Callable[[Collection[str]], Mapping[str, V]], *, seconds: float, most: int) -> None:
        self._read, self._seconds, self._most = read, seconds, most
        self._answers: dict[str, _Answer[V]] = {}
        """In the order in which they were read."""
        self._forgotten = 0
        self._lock = threading.Lock()

    def get(self, key: str, *, now: float) -> V | None:
        """The remembered answer, or the one just read; None where there is none, which is remembered too."""
        answer = self._answers.get(key)
        if answer is not None and answer.until > now:
            answer.asked_at = now
            return answer.value
        forgotten = self._forgotten
        asked = {**self._soon_too_old(now), key: now}
        values = self._read(asked.keys())
        with self._lock:
            if forgotten == self._forgotten:  # what was read before somebody changed it is not kept
                self._keep(values, asked, until=now + self._seconds)
        return values.get(key)

    def forget(self) -> None:
        with self._lock:
            self._forgotten += 1
            self._answers.clear()

    def __len__(self) -> int:
        return len(self._answers)

    def _soon_too_old(self, now: float) -> dict[str, float]:
        """What is to be read too, and when it was last asked for. What nobody asked for lately goes; so does what has
        no answer, else whoever makes keys up would have them all read again and again."""
        found: dict[str, float] = {}
        with self._lock:
            for key, answer in list(islice(self._answers.items(), MOST_AT_ONCE)):
                if answer.until - now > self._seconds / 4:
                    break  # those behind it were read later
                if answer.value is not None and now - answer.asked_at < KEPT_SECONDS:
                    if not answer.is_being_read:
                        answer.is_being_read = True
                        found[key] = answer.asked_at
                elif answer.until <= now:
                    del self._answers[key]
        return found

    def _keep(self, values: Mapping[str, V], asked: Mapping[str, float], *, until: float) -> None:
        for key, asked_at in asked.items():
            self._answers.pop(key, None)  # the new one comes last
            self._answers[key] = _Answer(values.get(key), until, asked_at)
        while len(self._answers) > self._most:
            del self._answers[next(iter(self._answers))]
