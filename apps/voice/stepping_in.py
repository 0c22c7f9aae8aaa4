"""Staff step into a running call: at once where it runs in this process, else by a question to all the others.

Nothing of it is on a call's own loop but the moment in which it is told. Questions between processes go over Channels
on the loop of `live`, where a Redis that hangs holds nobody up; who asks waits for two seconds and then says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from typing import Any
from uuid import UUID, uuid4

from channels.layers import get_channel_layer
from django.utils.translation import gettext_noop

from apps.accounts import audit
from apps.calls import services as calls
from apps.calls.models import Call
from apps.outbox import live
from apps.tenants.scope import Place
from apps.voice.wishes import ENDED, NOT_YET, Refused, Wish, spoken

log = logging.getLogger(__name__)

ANSWER_SECONDS = 2.0
REST_SECONDS = 2.0
GROUP = "calls.running"
NO_ANSWER = gettext_noop("The call does not answer. It may have ended just now, or its server was restarted.")
NOBODY = gettext_noop("Nobody can be rung. Add a staff contact, or the restaurant's own telephone, in the settings.")
NOT_THERE = gettext_noop("That person cannot be rung any more. Choose somebody else.")
PERMISSIONS = {
    "say": "calls.say",
    "transfer": "calls.transfer",
    "take-over": "calls.transfer",
    "hang-up": "calls.hang_up",
}

StepIn = Callable[[Wish], str]


def step_in(call: Call, wish: Wish, *, place: Place) -> None:
    """Have a running call do it. `Refused` says why it does not. Who wanted it is on record."""
    if call.state == Call.State.ENDED:
        raise Refused(ENDED)
    if call.state == Call.State.RINGING:
        raise Refused(NOT_YET)
    label = ""
    if wish.deed == "say":
        wish = replace(wish, text=spoken(wish.text))
    elif wish.deed != "hang-up":
        label = _rung(wish)
    if refusal := ask(call.pk, restaurant_id=place.id, wish=wish):
        raise Refused(refusal)
    after = {"to": label} if label else None
    action = f"calls.{wish.deed.replace('-', '_')}"
    audit.record(action, actor=wish.by, place=place, subject=f"calls/{call.pk}", after=after)


def _rung(wish: Wish) -> str:
    """Who rings first, as their label; never a number that somebody typed."""
    choices = calls.choices()
    if not choices:
        raise Refused(NOBODY)
    if not wish.to:
        return "whoever is there"
    if wish.to not in choices:
        raise Refused(NOT_THERE)
    return choices[wish.to].label


# ---- the calls of this process -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Running:
    restaurant_id: UUID
    loop: asyncio.AbstractEventLoop
    step_in: StepIn

    def tell(self, wish: Wish) -> Future[str]:
        """On the call's own loop, without waiting for it here."""
        told: Future[str] = Future()

        def on_its_loop() -> None:
            if not told.set_running_or_notify_cancel():
                return  # nobody waits for it any more
            try:
                told.set_result(self.step_in(wish))
            except Exception as error:  # who asked hears of it; the call goes on
                told.set_exception(error)

        self.loop.call_soon_threadsafe(on_its_loop)
        return told


@contextmanager
def reachable(call_id: UUID, *, restaurant_id: UUID, step_in: StepIn) -> Iterator[None]:
    """While this lasts, staff can step into the call, from any process."""
    post = _post()
    post.running[call_id] = _Running(restaurant_id, asyncio.get_running_loop(), step_in)
    post.attend()
    try:
        yield
    finally:
        del post.running[call_id]


def ask(call_id: UUID, *, restaurant_id: UUID, wish: Wish) -> str:
    """What stands against it, as the call says; nothing when it does it. Never waits for longer than a moment."""
    post = _post()
    here = post.running.get(call_id)
    try:
        if here is not None and here.restaurant_id == restaurant_id:
            told = here.tell(wish)
            try:
                return told.result(ANSWER_SECONDS)
            finally:
                told.cancel()
        return post.ask(call_id, restaurant_id=restaurant_id, wish=wish).result(2 * ANSWER_SECONDS)
    except (TimeoutError, RuntimeError):  # nobody has it, or its loop is gone
        return NO_ANSWER


# ---- between processes -------------------------------------------------------------------------------


@dataclass
class _Post:
    """The calls of this process, and its channel in the group of all that may have some. What waits here does so on the
    loop of `live`."""

    running: dict[UUID, _Running] = field(default_factory=dict)
    channel: str = ""
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: dict[str, asyncio.Future[str]] = field(default_factory=dict)
    attending: asyncio.Task[None] | None = None

    def attend(self) -> None:
        """From now on questions reach this process."""
        live.loop().call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        if self.attending is None:
            self.attending = asyncio.get_running_loop().create_task(self._attend())

    def ask(self, call_id: UUID, *, restaurant_id: UUID, wish: Wish) -> Future[str]:
        self.attend()
        question = {"call": str(call_id), "restaurant": str(restaurant_id), "wish": asdict(wish)}
        return asyncio.run_coroutine_threadsafe(self._ask(question), live.loop())

    async def _ask(self, question: dict[str, Any]) -> str:
        name = uuid4().hex
        answered: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.waiting[name] = answered
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                await self.ready.wait()
                message = {"type": "calls.asked", "name": name, "back": self.channel, **question}
                await get_channel_layer().group_send(GROUP, message)
                return await answered
        except TimeoutError:
            raise
        except Exception as error:  # the layer's own kinds
            log.warning("running calls not asked", extra={"event": "calls.unasked", "reason": type(error).__name__})
            raise TimeoutError from None
        finally:
            del self.waiting[name]

    async def _attend(self) -> None:
        layer: Any = get_channel_layer()
        while True:
            try:
                self.channel = await layer.new_channel()
                await layer.group_add(GROUP, self.channel)
                self.ready.set()
                while True:
                    self._take(await layer.receive(self.channel))
            except Exception as error:  # a Redis that is away: calls here are reached again once it is back
                self.ready.clear()
                log.warning("running calls not attended", extra={"event": "calls.deaf", "reason": type(error).__name__})
                await asyncio.sleep(REST_SECONDS)

    def _take(self, message: dict[str, Any]) -> None:
        if message["type"] == "calls.answered":
            answered = self.waiting.get(message["name"])
            if answered is not None and not answered.done():
                answered.set_result(message["refusal"])
            return
        here = self.running.get(UUID(message["call"]))
        if here is None or str(here.restaurant_id) != message["restaurant"]:
            return  # somebody else has it
        told = here.tell(Wish(**message["wish"]))
        told.add_done_callback(lambda done: self._answer(message, done))

    def _answer(self, message: dict[str, Any], told: Future[str]) -> None:
        """From the call's loop."""
        refusal = NO_ANSWER if told.exception() else told.result()
        answer = {"type": "calls.answered", "name": message["name"], "refusal": refusal}
        asyncio.run_coroutine_threadsafe(get_channel_layer().send(message["back"], answer), live.loop())


@cache
def _post() -> _Post:
    return _Post()
