"""When an order can be ready: opening hours, last orders, the kitchen's load and its windows, read and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.orders import pacing, wording
from apps.orders.models import Order
from apps.orders.pacing import Pace, Prep
from apps.orders.refusals import Refusal
from apps.restaurant import hours
from apps.restaurant import services as restaurant
from apps.restaurant.hours import Week
from apps.restaurant.models import RestaurantSettings
from apps.tenants.scope import Place

EARLY = timedelta(minutes=5)
"""An order that need not be begun for longer than this waits, and fires itself."""
IN_KITCHEN = ("new", "accepted", "preparing")


@dataclass(frozen=True, slots=True)
class Due:
    """When an order is ready, and when the kitchen hears of it if that is not at once."""

    ready_at: datetime
    fires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Everything about tonight that says when one more order can be ready."""

    week: Week
    settings: RestaurantSettings
    prep: Prep
    pace: Pace | None
    in_kitchen: int
    due: Sequence[datetime]
    """When the others are."""
    own: datetime | None
    """The place that the order which is being changed has already."""
    now: datetime

    def soonest(self, wanted: datetime) -> datetime:
        lead = pacing.prep_time(self.prep, in_kitchen=self.in_kitchen, due=wanted, now=self.now)
        return pacing.up_to_the_minute(self.now + lead)

    def has_room(self, moment: datetime) -> bool:
        return self.pace is None or moment == self.own or pacing.has_room(self.due, moment, pace=self.pace)

    def serves(self, moment: datetime, *, begun: bool) -> bool:
        """Whether it can be picked up then: open, and before the last order of that service. With `begun`, the
        service must have started: nobody cooks as soon as possible before opening."""
        just_before = moment - timedelta(microseconds=1)  # what is ready as the door closes was made in time
        opening = hours.opening_at(self.week, moment) or hours.opening_at(self.week, just_before)
        if opening is None or (begun and opening.starts_at > self.now):
            return False
        closes = f"{opening.ends_at.astimezone(ZoneInfo(self.week.timezone)):%H:%M}"
        before = self.settings.last_order_by_service.get(closes, self.settings.last_order_minutes)
        return moment + timedelta(minutes=int(before)) <= opening.ends_at

    def due_at(self, ready_at: datetime) -> Due:
        lead = pacing.prep_time(self.prep, in_kitchen=self.in_kitchen, due=ready_at, now=self.now)
        fires_at = ready_at - lead
        return Due(ready_at, fires_at if fires_at > self.now + EARLY else None)


def hold_kitchen() -> RestaurantSettings:
    """The settings, locked until the transaction ends: two commits cannot both see the last free place, nor one of
    them a pause that has just begun."""
    restaurant.settings()
    return RestaurantSettings.objects.select_for_update().get(pk=1)


def look(place: Place, settings: RestaurantSettings, *, besides: Order | None = None, now: datetime) -> Kitchen:
    """The kitchen as it is now, beside the order that is being changed."""
    pace = None
    due: list[datetime] = []
    others = Order.objects.exclude(pk=besides.pk) if besides else Order.objects.all()
    if settings.throttle_orders is not None:
        pace = Pace(settings.throttle_orders, timedelta(minutes=settings.throttle_minutes))
        standing = others.exclude(status="cancelled").filter(ready_at__gt=now - pace.within)
        due = list(standing.values_list("ready_at", flat=True))
    counted = settings.busy_orders is not None
    return Kitchen(
        week=restaurant.read_week(timezone=place.timezone),
        settings=settings,
        prep=prep_of(settings),
        pace=pace,
        in_kitchen=others.filter(status__in=IN_KITCHEN).count() if counted else 0,
        due=due,
        own=besides.ready_at if besides else None,
        now=now,
    )


def prep_of(settings: RestaurantSettings) -> Prep:
    """The restaurant's settings as pacing knows them."""
    return Prep(
        minutes=settings.prep_minutes,
        override=settings.prep_minutes_override,
        until=settings.prep_minutes_until,
        busy_from=settings.busy_orders,
        busy_extra=settings.busy_extra_minutes,
    )


def offer(kitchen: Kitchen, *, pickup_at: datetime | None) -> Due:
    """When it can be ready. As soon as possible slides to the next free time; a wanted time that is full or closed is
    refused with the nearest that is not."""
    asked = pickup_at or kitchen.now
    soonest = kitchen.soonest(asked)
    ready_at = max(asked, soonest)
    ahead = kitchen.settings.booking_days_ahead
    if ready_at > kitchen.now + timedelta(days=ahead):
        raise Refusal(f"I can take orders up to {ahead} days ahead.")
    if not kitchen.serves(ready_at, begun=pickup_at is None):
        raise Refusal(_closed(kitchen, pickup_at=pickup_at, ready_at=ready_at))
    if kitchen.has_room(ready_at):
        return kitchen.due_at(ready_at)
    if asked > soonest:
        raise Refusal(_full(kitchen, ready_at, soonest=soonest))
    slot = pacing.earliest(kitchen.due, ready_at, pace=kitchen.pace) if kitchen.pace else ready_at
    if slot is None or not kitchen.serves(slot, begun=False):
        raise Refusal(_closed(kitchen, pickup_at=pickup_at, ready_at=ready_at, why="the kitchen is full"))
    return kitchen.due_at(slot)


def keep(kitchen: Kitchen, *, pickup_at: datetime | None, promised: datetime) -> Due:
    """The time that was read back, if it still stands; else a refusal with the one that does."""
    soonest = kitchen.soonest(promised)
    if not pacing.still_holds(promised, soonest=soonest):
        late = offer(kitchen, pickup_at=pickup_at).ready_at
        raise Refusal(f"By now it would be ready {_when(kitchen, late)}. Let me read it back to you again.")
    if not kitchen.serves(promised, begun=False):
        raise Refusal(_closed(kitchen, pickup_at=pickup_at, ready_at=promised))
    if not kitchen.has_room(promised):
        raise Refusal(_full(kitchen, promised, soonest=soonest))
    return kitchen.due_at(promised)


def _full(kitchen: Kitchen, wanted: datetime, *, soonest: datetime) -> str:
    """The nearest free times on both sides."""
    assert kitchen.pace is not None
    before = pacing.latest(kitchen.due, wanted, not_before=soonest, pace=kitchen.pace)
    after = pacing.earliest(kitchen.due, wanted, pace=kitchen.pace)
    free = [_when(kitchen, one) for one in (before, after) if one is not None and kitchen.serves(one, begun=False)]
    full = f"I'm sorry, the kitchen is full {_when(kitchen, wanted)}."
    if not free:
        return f"{full} Which other day or time would you like?"
    return f"{full} I could have it ready {' or '.join(free)}. Would that work?"


def _closed(kitchen: Kitchen, *, pickup_at: datetime | None, ready_at: datetime, why: str = "") -> str:
    following = hours.next_opening(kitchen.week, ready_at if pickup_at else kitchen.now)
    if following is None:
        return f"I'm sorry, {why or 'we are closed for now'}, so I can't take an order."
    shut = hours.opening_at(kitchen.week, pickup_at or kitchen.now) is None
    why = why or ("we are closed then" if shut else "it's too late for that")
    opens = following.starts_at.astimezone(ZoneInfo(kitchen.week.timezone))
    day = wording.say_day(opens, now=kitchen.now.astimezone(opens.tzinfo))
    return f"I'm sorry, {why}. We open again {day} at {wording.say_clock(opens)}. Would you like it then?"


def _when(kitchen: Kitchen, moment: datetime) -> str:
    """ "at seven p m", with the day when it is not today."""
    zone = ZoneInfo(kitchen.week.timezone)
    local, now = moment.astimezone(zone), kitchen.now.astimezone(zone)
    day = "" if local.date() == now.date() else f"{wording.say_day(local, now=now)} "
    return f"{day}at {wording.say_clock(local)}"
