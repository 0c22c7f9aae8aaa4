"""What may still be spent on models: a limit for the day and for the month, and what went out so far. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.llm.messages import Attempt


@dataclass(slots=True)
class Purse:
    """US dollars. A limit of None is none. Requests without a known price weigh nothing."""

    day_limit: Decimal | None = None
    month_limit: Decimal | None = None
    spent_today: Decimal = Decimal(0)
    spent_this_month: Decimal = Decimal(0)

    @property
    def is_empty(self) -> bool:
        """Nothing that costs may be asked any more."""
        over_day = self.day_limit is not None and self.spent_today >= self.day_limit
        return over_day or (self.month_limit is not None and self.spent_this_month >= self.month_limit)

    def pay(self, attempt: Attempt) -> None:
        if attempt.cost is not None:
            self.spent_today += attempt.cost
            self.spent_this_month += attempt.cost
