"""Secrets at rest: a new key encrypts them all, an interrupted rotation goes on, and it is said what is left."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models

from apps.accounts import keys, sealing
from apps.accounts.models import SecondFactor, User
from apps.outbox.models import Endpoint
from apps.restaurant import services as restaurant
from apps.tenants import scope
from apps.tenants.models import PhoneNumber
from apps.tenants.scope import Place
from apps.voice.management.commands import doctor

SECRETS = {
    "bella-napoli: restaurant_settings.provider_keys": 2,
    "sakura: restaurant_settings.provider_keys": 1,
    "phone_numbers.carrier_auth_tokens": 2,
    "webhook_endpoints.secret": 1,
    "webhook_endpoints.old_secret": 1,
    "second_factors.secret": 1,
}


@pytest.fixture
def own_keys(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR, settings.ENCRYPTION_KEYS = tmp_path, []
    return tmp_path / "keys" / keys.ENCRYPTION_FILE


@pytest.fixture
def secrets(own_keys: Path, bella: Place, sakura: Place) -> None:
    """One in every column that holds any."""
    for place, names in ((bella, ("openai", "stripe")), (sakura, ("deepgram",))):
        with scope.enter(place):
            row = restaurant.settings()
            row.provider_keys = {name: keys.encrypt(f"{name} of {place.slug}") for name in names} | {"gemini": ""}
            row.save()
    tokens = [keys.encrypt("new token"), keys.encrypt("old token")]
    PhoneNumber.objects.filter(restaurant_id=bella.id).update(carrier_auth_tokens=tokens)
    Endpoint.objects.create(
        restaurant_id=bella.id,
        url="https://example.com/hook",
        secret=keys.encrypt("whsec"),
        old_secret=keys.encrypt("whsec before"),
        old_secret_until="2030-01-01T00:00:00Z",
    )
    SecondFactor.objects.create(user=User.objects.get(email="ana@bella.test"), secret=keys.encrypt("JBSWY3DP"))


def counted(how: str) -> dict[str, int]:
    return {place: count for (place, state), count in sealing.standing().items() if state == how}


def opened(bella: Place) -> list[str]:
    with scope.enter(bella):
        found = [keys.decrypt(one) for one in restaurant.settings().provider_keys.values() if one]
    found += [keys.decrypt(one) for one in PhoneNumber.objects.get(restaurant_id=bella.id).carrier_auth_tokens]
    hook, factor = Endpoint.objects.get(), SecondFactor.objects.get()
    return [*found, *(keys.decrypt(one) for one in (hook.secret, hook.old_secret, factor.secret))]


def test_every_secret_is_put_under_the_new_key_and_reads_as_before(secrets: None, bella: Place) -> None:
    before = opened(bella)
    keys.add_encryption_key()
    assert counted("older") == SECRETS
    assert sealing.encrypt_anew() == sum(SECRETS.values())
    assert counted("newest") == SECRETS
    assert not counted("older")
    assert opened(bella) == before
    assert sealing.encrypt_anew() == 0


def test_a_rotation_that_was_cut_off_goes_on(secrets: None, bella: Place) -> None:
    keys.add_encryption_key()
    written: list[str] = []

    def die_at_the_third(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            written.append(sql)
            if len(written) == 3:
                raise KeyboardInterrupt
        return execute(sql, *rest)

    with connection.execute_wrapper(die_at_the_third), pytest.raises(KeyboardInterrupt):
        sealing.encrypt_anew()
    left = sum(counted("older").values())
    assert 0 < left < sum(SECRETS.values())
    assert len(opened(bella)) == 7
    assert sealing.encrypt_anew() == left
    assert not counted("older")


def test_old_keys_are_dropped_only_when_nothing_stands_under_them(
    secrets: None, bella: Place, own_keys: Path, capsys: Any
) -> None:
    keys.add_encryption_key()
    with pytest.raises(CommandError, match="still stand under old keys"):
        call_command("rotate_keys", "--drop-old")
    call_command("rotate_keys", "--finish")
    call_command("rotate_keys", "--drop-old")
    assert len(own_keys.read_text().split()) == 1
    assert own_keys.stat().st_mode & 0o777 == 0o600
    assert len(opened(bella)) == 7


def test_the_command_does_it_all_and_says_what_stands_where(secrets: None, bella: Place, capsys: Any) -> None:
    call_command("rotate_keys", "--encryption")
    said = capsys.readouterr().out
    assert f"{sum(SECRETS.values())} secrets were put under the newest key." in said
    assert "webhook_endpoints.secret: 1 under the newest key" in said
    assert "OLD" not in said


def test_what_no_key_opens_is_left_as_it_is_and_named(secrets: None, bella: Place, own_keys: Path, capsys: Any) -> None:
    lost = Fernet(Fernet.generate_key()).encrypt(b"lost").decode()
    SecondFactor.objects.update(secret=lost)
    call_command("rotate_keys", "--encryption")
    assert SecondFactor.objects.get().secret == lost
    assert "second_factors.secret: 1 that NO key opens" in capsys.readouterr().out
    found = [(finding.state, finding.text) for finding in doctor._sealed()]
    assert [state for state, text in found if "second_factors.secret" in text] == ["missing"]
    with pytest.raises(CommandError, match="second_factors"):
        call_command("rotate_keys", "--drop-old")


def test_the_doctor_names_what_stands_under_an_old_key(secrets: None, bella: Place) -> None:
    keys.add_encryption_key()
    notes = [finding.text for finding in doctor._sealed() if finding.state == "note"]
    assert len(notes) == 1
    assert "9" not in notes[0].split("(", 1)[1]
    for place in SECRETS:
        assert place in notes[0]


def test_keys_of_the_environment_rotate_by_the_environment(
    settings: Any, secrets: None, bella: Place, own_keys: Path
) -> None:
    old = own_keys.read_text().strip()
    settings.ENCRYPTION_KEYS = [Fernet.generate_key().decode(), old]
    call_command("rotate_keys", "--encryption")
    assert counted("newest") == SECRETS
    with pytest.raises(CommandError, match="ENCRYPTION_KEYS"):
        call_command("rotate_keys", "--drop-old")
    settings.ENCRYPTION_KEYS = settings.ENCRYPTION_KEYS[:1]
    assert len(opened(bella)) == 7


def test_another_process_takes_up_a_new_encryption_key(own_keys: Path) -> None:
    sealed = keys.encrypt("secret")
    other = Fernet.generate_key().decode()  # as a command elsewhere writes it
    keys.replace(own_keys, other + "\n" + own_keys.read_text())
    assert Fernet(other).decrypt(keys.encrypt("next").encode()) == b"next"
    assert keys.decrypt(sealed) == "secret"


def test_threads_that_come_first_together_make_one_key(own_keys: Path) -> None:
    start, sealed = threading.Barrier(8), list[str]()

    def begin() -> None:
        start.wait(timeout=10)
        sealed.append(keys.encrypt("secret"))

    threads = [threading.Thread(target=begin) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [keys.decrypt(one) for one in sealed] == ["secret"] * 8
    assert keys.how_many() == 1
    assert [path.name for path in own_keys.parent.iterdir()] == [keys.ENCRYPTION_FILE]


def test_every_column_that_sounds_like_a_secret_is_named() -> None:
    """`sealed`, or here with the reason why it is not."""
    for model in apps.get_models():
        if not model.__module__.startswith("apps."):
            continue
        for field in model._meta.get_fields():
            text = isinstance(field, models.TextField | models.JSONField | models.CharField)
            if text and re.search("secret|key|token|password", field.name) and field.name != "key":
                where = f"{model._meta.db_table}.{field.name}"
                assert field.name in getattr(model, "sealed", ()) or where in NOT_ENCRYPTED, where


NOT_ENCRYPTED = {
    "users.password",  # a hash
    "restaurant_settings.keyterms",  # words that a recogniser listens for
    "restaurant_settings.calendar_secret",  # part of a link that opens a calendar only to read
}
