"""Webhooks added, tested, rotated and replayed by hand; and what cannot be."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.outbox import services, webhooks
from apps.outbox.models import Delivery, Endpoint, Work
from tests.outbox.receiver import Receiver, receiving


@pytest.fixture
def hook() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


def sweep() -> None:
    while services.sweep():
        pass


def time_passes() -> None:
    """Until whatever is waiting is due."""
    Work.objects.filter(state="waiting").update(due_at=timezone.now())
    Endpoint.objects.filter(failures__gt=0).update(rests_until=None)


@pytest.mark.parametrize(
    ("url", "types", "why"),
    [("nonsense", (), "host"), ("https://a.example/", ("order.eaten",), "no event order.eaten")],
)
def test_what_cannot_be_told_is_refused(in_bella: Any, url: str, types: tuple[str, ...], why: str) -> None:
    with pytest.raises(webhooks.Refusal, match=why):
        webhooks.add(in_bella, url=url, types=types)


def test_a_url_is_told_once_and_ten_are_enough(in_bella: Any) -> None:
    for number in range(webhooks.MOST_ENDPOINTS):
        webhooks.add(in_bella, url=f"https://a.example/{number}")
    with pytest.raises(webhooks.Refusal, match="told already"):
        webhooks.add(in_bella, url="https://a.example/3")
    with pytest.raises(webhooks.Refusal, match="at most 10"):
        webhooks.add(in_bella, url="https://a.example/more")


def command(*words: str) -> str:
    out = StringIO()
    call_command("webhooks", "--restaurant", "bella-napoli", *words, stdout=out)
    return out.getvalue()


def test_the_command_adds_tests_lists_rotates_and_replays(in_bella: Any, hook: Receiver) -> None:
    secret = command("add", hook.url, "--types", "order.placed").split()[-1]
    assert command("test", hook.url) == "delivered: 204\n"
    assert hook.got[0].fits(secret)
    sweep()
    assert len(hook.got) == 1, "what the command sent is not sent again"
    rotated = command("rotate", hook.url)
    assert "whsec_" in rotated
    at = timezone.now().isoformat()
    hook.status, hook.said = 404, b"no such page\nreally"
    webhooks.owe(list(Endpoint.objects.all()), event_id="msg_1", type="order.placed", at=at, data={"id": "1"})
    sweep()
    Delivery.objects.filter(state="waiting").update(state="dead", next_try_at=None)
    listed = command("list")
    assert "order.placed  1 failures in a row" in listed
    assert "404 no such page\n" in listed
    assert secret not in listed
    hook.status = 200
    assert command("replay", "--since", "2026-01-01").startswith("1 are")
    time_passes()
    sweep()
    assert len(hook.got) == 3
    dead = Delivery.objects.get(type="order.placed")
    assert command("replay", "--delivery", str(dead.pk)).startswith("1 is")


def test_the_command_refuses_in_a_sentence(in_bella: Any) -> None:
    with pytest.raises(CommandError, match="no webhook"):
        command("test", "https://nobody.example/")
    with pytest.raises(CommandError, match="no such delivery"):
        command("replay", "--delivery", str(UUID(int=1)))
    with pytest.raises(CommandError, match="no restaurant"):
        call_command("webhooks", "--restaurant", "nobody", "list")
