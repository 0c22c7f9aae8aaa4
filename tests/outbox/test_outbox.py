"""Work is written with its cause, done at least once, never twice for the same cause, never lost."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from apps.outbox import services
from apps.outbox.models import Work
from apps.tenants import scope
from apps.tenants.scope import Place


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the work kind `test` did, and where."""
    seen: list[Any] = []

    def handler(payload: dict[str, Any]) -> None:
        if payload.get("fails"):
            raise RuntimeError("out of paper")
        here = scope.here()
        seen.append((payload.get("n"), here.slug if here else None, connection.schema_name))

    monkeypatch.setitem(services._handlers, "test", handler)
    return seen


def test_work_is_done_inside_its_restaurant(bella: Place, done: list[Any]) -> None:
    services.add("test", key="t1", payload={"n": 1}, place=bella)
    services.add("test", key="t2", payload={"n": 2})
    assert services.sweep() == 2
    assert sorted(done) == [(1, "bella-napoli", bella.schema), (2, None, "public")]
    assert services.sweep() == 0
    assert set(Work.objects.filter(kind="test").values_list("state", flat=True)) == {"done"}


def test_the_same_cause_makes_the_same_work_once(bella: Place, done: list[Any]) -> None:
    assert services.add("test", key="once", payload={"n": 1}, place=bella)
    assert not services.add("test", key="once", payload={"n": 2}, place=bella)
    services.sweep()
    assert [n for n, *_ in done] == [1]


def test_work_of_a_cause_that_was_rolled_back_does_not_exist(bella: Place, done: list[Any]) -> None:
    def cause() -> None:
        with transaction.atomic():
            services.add("test", key="gone", place=bella)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        cause()
    assert services.sweep() == 0


def test_work_that_fails_is_tried_again_later_and_given_up_in_the_end(bella: Place, done: list[Any]) -> None:
    services.add("test", key="f", payload={"fails": True}, place=bella)
    for attempt in range(1, services.MOST_ATTEMPTS + 1):
        assert services.sweep() == 1
        work = Work.objects.get(key="f")
        assert work.attempts == attempt
        assert "out of paper" in work.last_error
        assert services.sweep() == 0, "not again before its time"
        Work.objects.filter(key="f").update(due_at=timezone.now())
    assert Work.objects.get(key="f").state == "dead"
    assert services.sweep() == 0


def test_a_worker_killed_in_the_middle_leaves_the_work_to_the_next_after_the_lease(
    bella: Place, done: list[Any]
) -> None:
    services.add("test", key="k", payload={"n": 1}, place=bella)
    assert services._claim() is not None  # and then the process dies
    assert services.sweep() == 0
    Work.objects.filter(key="k").update(due_at=timezone.now() - timedelta(seconds=1))
    assert services.sweep() == 1
    assert len(done) == 1


def test_ten_workers_at_once_do_each_piece_once(open_restaurant: Callable[..., Place], done: list[Any]) -> None:
    place = open_restaurant()
    for n in range(40):
        services.add("test", key=f"race-{place.slug}-{n}", payload={"n": n}, place=place)

    def work() -> None:
        try:
            services.sweep()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(n for n, *_ in done) == list(range(40))
    assert {slug for _, slug, _ in done} == {place.slug}


def test_a_row_that_ends_every_process_that_tries_it_is_given_up_too(bella: Place, done: list[Any]) -> None:
    services.add("test", key="poison", payload={"n": 1}, place=bella)
    services.add("test", key="fine", payload={"n": 2}, place=bella)
    Work.objects.filter(key="poison").update(attempts=services.MOST_ATTEMPTS)  # twelve processes are gone
    services.sweep()
    work = Work.objects.get(key="poison")
    assert (work.state, work.last_error) == ("dead", "RuntimeError: No attempt came to an end.")
    assert [n for n, *_ in done] == [2]


def test_a_row_that_fails_does_not_hold_up_the_others(bella: Place, done: list[Any]) -> None:
    for n in range(3):
        services.add("test", key=f"w{n}", payload={"n": n, "fails": n == 0}, place=bella)
    services.add("nobody.handles.this", key="unknown", place=bella)
    assert services.sweep() == 4
    assert sorted(n for n, *_ in done) == [1, 2]


@pytest.mark.parametrize("fails", [False, True])
def test_an_attempt_that_outlived_its_lease_does_not_undo_what_the_next_one_did(
    bella: Place, done: list[Any], fails: bool
) -> None:
    services.add("test", key="slow", payload={"n": 1, "fails": fails}, place=bella)
    slow = services._claim()
    assert slow is not None
    Work.objects.filter(key="slow").update(due_at=timezone.now(), payload={"n": 2})
    assert services.sweep() == 1
    services._attempt(slow)
    work = Work.objects.get(key="slow")
    assert (work.state, work.attempts, work.last_error) == ("done", 2, "")


def test_an_attempt_that_outlived_its_lease_does_not_shorten_the_next_ones(bella: Place, done: list[Any]) -> None:
    services.add("test", key="slow", payload={"n": 1, "fails": True}, place=bella)
    slow = services._claim()
    assert slow is not None
    Work.objects.filter(key="slow").update(due_at=timezone.now())
    running = services._claim()
    assert running is not None
    services._attempt(slow)
    work = Work.objects.get(key="slow")
    assert (work.due_at, work.attempts, work.last_error) == (running.due_at, 2, "")


def test_who_says_later_is_asked_no_sooner(bella: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(payload: dict[str, Any]) -> None:
        raise services.Later("Too many requests.", seconds=payload["seconds"])

    monkeypatch.setitem(services._handlers, "test", busy)
    for seconds, soonest, latest in ((300, 299, 301), (0, 1, 3), (1e9, 86_399, 86_401)):
        services.add("test", key=str(seconds), payload={"seconds": seconds}, place=bella)
        services.sweep()
        wait = (Work.objects.get(key=str(seconds)).due_at - timezone.now()).total_seconds()
        assert soonest <= wait <= latest


def test_what_waits_for_others_is_swept_apart(bella: Place, done: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_outward", {"far"})
    monkeypatch.setitem(services._handlers, "far", services._handlers["test"])
    for kind, n in (("far", 1), ("test", 2), ("far", 3)):
        services.add(kind, key=f"{kind}{n}", payload={"n": n}, place=bella)
    assert services.sweep(lane="prompt") == 1
    assert [n for n, *_ in done] == [2]
    assert services.sweep(lane="outward") == 2
    assert [n for n, *_ in done] == [2, 1, 3]
