"""How long somebody waits after wrong passwords: a pure rule."""

from __future__ import annotations

import pytest

from apps.accounts import waits


def test_the_first_failures_are_free_and_then_the_wait_doubles_up_to_a_quarter_of_an_hour() -> None:
    found = [waits.wait_seconds(failures, free=5) for failures in range(16)]
    assert found[:5] == [0.0] * 5
    assert found[5:14] == [2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0]
    assert found[14:] == [900.0, 900.0]
    assert waits.wait_seconds(10_000, free=5) == 900.0


def test_an_account_under_attack_leaves_one_try_to_addresses_it_was_never_at() -> None:
    def tries(failures: int, *, known: bool) -> int:
        return waits.free_tries(failures_from_everywhere=failures, address_is_known=known)

    assert tries(49, known=False) == tries(1_000_000, known=True) == 5
    assert tries(50, known=False) == tries(1_000_000, known=False) == 1


@pytest.mark.parametrize(
    ("address", "whose"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("nonsense", "unknown"),
        ("", "unknown"),
    ],
)
def test_a_household_counts_as_one_address(address: str, whose: str) -> None:
    assert waits.network(address) == whose
