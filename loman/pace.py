"""How far a long piece of work has come: how many are done, how fast it goes, how long the rest will take. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pace:
    done: int
    of: int
    seconds: float
    """Since it began."""

    @property
    def per_second(self) -> float:
        return self.done / self.seconds if self.seconds > 0 else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the pace so far; None before anything is done."""
        return (self.of - self.done) * self.seconds / self.done if self.done else None

    def __str__(self) -> str:
        text = f"{self.done:,} of {self.of:,}, {self.per_second:,.1f} a second"
        left = self.seconds_left
        return text if not left else f"{text}, {in_words(left)} left"


def in_words(seconds: float) -> str:
    """`8 s`, `2 min 5 s`, `1 h 3 min`, rounded up, so that it never says none while something is left."""
    whole = -int(-seconds // 1)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"
