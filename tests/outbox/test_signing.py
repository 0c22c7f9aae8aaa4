"""Signatures as every library of the specification checks them."""

from __future__ import annotations

import hmac
from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.outbox import signing

# The vector of the specification's own libraries.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID = "msg_p5jXN8AQM9LWM0D4loKWxJek"
AT = 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="

raw_secrets = st.binary(min_size=24, max_size=64)
ids = st.from_regex(r"msg_[a-z0-9]{1,30}", fullmatch=True)
moments = st.integers(0, 4_000_000_000)


def signed(*secrets: bytes, id: str, at: int, body: bytes) -> dict[str, str]:
    return signing.headers(secrets=[signing.written(each) for each in secrets], id=id, timestamp=at, body=body)


def fits(secret: bytes, headers: dict[str, str], body: bytes, *, now: float) -> bool:
    return signing.fits(
        secret=signing.written(secret),
        id=headers["webhook-id"],
        timestamp=headers["webhook-timestamp"],
        signature=headers["webhook-signature"],
        body=body,
        now=now,
    )


def test_the_published_vector() -> None:
    assert signing.headers(secrets=[SECRET], id=ID, timestamp=AT, body=BODY) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }
    assert signing.fits(secret=SECRET, id=ID, timestamp=str(AT), signature=SIGNATURE, body=BODY, now=AT)


@given(raw_secrets, ids, moments, st.binary(max_size=200))
def test_what_is_signed_is_the_id_the_time_and_the_body_in_bytes(secret: bytes, id: str, at: int, body: bytes) -> None:
    digest = hmac.new(secret, b".".join([id.encode(), str(at).encode(), body]), "sha256").digest()
    assert signed(secret, id=id, at=at, body=body)["webhook-signature"] == f"v1,{b64encode(digest).decode()}"


@given(raw_secrets, raw_secrets, ids, moments, st.binary(max_size=50))
def test_while_a_secret_is_rotated_either_fits_and_a_third_does_not(
    new: bytes, old: bytes, id: str, at: int, body: bytes
) -> None:
    headers = signed(new, old, id=id, at=at, body=body)
    assert fits(new, headers, body, now=at)
    assert fits(old, headers, body, now=at)
    assert headers["webhook-signature"].split(" ")[0] == signed(new, id=id, at=at, body=body)["webhook-signature"]
    assert not fits(bytes(24), headers, body, now=at) or bytes(24) in (new, old)


@given(raw_secrets, ids, moments, st.binary(max_size=50), st.binary(min_size=1, max_size=5))
def test_anything_changed_fits_no_more(secret: bytes, id: str, at: int, body: bytes, more: bytes) -> None:
    headers = signed(secret, id=id, at=at, body=body)
    assert not fits(secret, headers, body + more, now=at)
    assert not fits(secret, headers | {"webhook-id": id + "x"}, body, now=at)
    assert not fits(secret, headers | {"webhook-timestamp": str(at + 1)}, body, now=at)
    assert not fits(secret, headers | {"webhook-signature": headers["webhook-signature"][3:]}, body, now=at)


@pytest.mark.parametrize(("late", "taken"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_an_old_one_is_a_replay(late: int, taken: bool) -> None:
    assert signing.fits(secret=SECRET, id=ID, timestamp=str(AT), signature=SIGNATURE, body=BODY, now=AT + late) is taken


@pytest.mark.parametrize("timestamp", ["", "soon", "-1614265330", "1614265330.0"])
def test_a_time_that_is_none_fits_nothing(timestamp: str) -> None:
    assert not signing.fits(secret=SECRET, id=ID, timestamp=timestamp, signature=SIGNATURE, body=BODY, now=AT)


@given(raw_secrets)
def test_a_secret_is_written_and_read_the_same(secret: bytes) -> None:
    assert signing.opened(signing.written(secret)) == secret


@pytest.mark.parametrize("length", [0, 23, 65])
def test_a_secret_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="24 to 64"):
        signing.written(bytes(length))
    with pytest.raises(ValueError, match="24 to 64"):
        signing.opened("whsec_" + b64encode(bytes(length)).decode())


@pytest.mark.parametrize(
    "secret",
    [
        "",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS",
        "whsec_MfKQ!9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ],
)
def test_what_is_no_secret_is_refused(secret: str) -> None:
    with pytest.raises(ValueError):
        signing.opened(secret)


@pytest.mark.parametrize("id", ["", "msg.1", "msg 1", "msg\n1", "é", "m" * 101])
def test_an_id_that_could_shift_what_is_signed_is_refused(id: str) -> None:
    with pytest.raises(ValueError, match="no webhook id"):
        signing.headers(secrets=[SECRET], id=id, timestamp=AT, body=BODY)


def test_nothing_is_sent_unsigned() -> None:
    with pytest.raises(ValueError, match="unsigned"):
        signing.headers(secrets=[], id=ID, timestamp=AT, body=BODY)
