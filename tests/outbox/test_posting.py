"""Posting where somebody else said: into the open internet only, within one deadline, following nothing."""

from __future__ import annotations

import socket
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.outbox import posting
from tests.outbox.receiver import receiving


def post(url: str, *, seconds: float = 5) -> posting.Answer:
    return posting.post(url, headers={"content-type": "application/json"}, body=b"{}", seconds=seconds)


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
     "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1", "fe80::1",
     "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
     "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:c0a8:101::1"],
)  # fmt: skip
def test_what_is_not_the_open_internet(address: str) -> None:
    assert not posting.is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "172.15.0.1", "172.32.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]
)
def test_what_is(address: str) -> None:
    assert posting.is_public(address)


@given(st.ip_addresses(v=4, network="10.0.0.0/8") | st.ip_addresses(v=4, network="192.168.0.0/16"))
def test_a_private_address_stays_private_however_it_is_wrapped(address: Any) -> None:
    wrapped = f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{int(address) >> 16:x}:{int(address) & 0xFFFF:x}::1"
    assert not any(posting.is_public(each) for each in (str(address), *wrapped))


@pytest.mark.parametrize(
    "url",
    ["", "https://", "https:///hook", "http://example.com/", "ftp://example.com/", "file:///etc/passwd",
     "//example.com", "https://user:pass@example.com/", "https://user@example.com/", "https://example.com/#a", "https://example.com:0/",
     "https://example.com:99999/", "https://exa mple.com/", "https://example.com/\r\nX: y", "https://[::1/",
     "https://münchen.example/", "https://example.com/" + "a" * 500],
)  # fmt: skip
def test_a_url_that_is_none_or_not_safe_is_refused(url: str, settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(posting.Refused):
        posting.check(url)


def test_a_url_of_a_public_host_is_fine(settings: Any) -> None:
    settings.DEBUG = False
    posting.check("https://example.com:8443/hook?a=b")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "0x7f.1", "2130706433", "10.1.2.3", "169.254.169.254"]
)
def test_in_production_nothing_here_or_near_is_posted_to(host: str, settings: Any) -> None:
    settings.DEBUG = False
    with pytest.raises(posting.Refused, match="open internet"):
        post(f"https://{host}/hook")


def test_a_name_that_also_means_something_near_is_refused_whole(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = False
    answers(monkeypatch, "8.8.8.8", "10.0.0.1")
    with pytest.raises(posting.Refused, match="open internet"):
        post("https://two-faced.example/")


def test_even_while_developing_only_this_machine_goes_without_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "8.8.8.8")
    with pytest.raises(posting.Refused, match="open internet"):
        post("http://public.example/")


def test_a_name_is_asked_for_once_and_what_was_checked_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as hook:
        asked = answers(monkeypatch, "127.0.0.1")
        assert post(hook.url.replace("127.0.0.1", "rebinding.example")).status == 204
    assert asked == ["rebinding.example"]
    assert hook.got[0].headers["host"].startswith("rebinding.example:")


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """The resolver's first answer; whoever asks again is led into the cloud's metadata."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
        if not str(host).endswith(".example"):
            return real(host, port, *rest, **more)
        asked.append(host)
        found = addresses if len(asked) == 1 else ("169.254.169.254",)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_the_answer_is_read_to_its_beginning() -> None:
    with receiving(status=503, said=b"busy \x00" + b"a" * 100_000, headers={"Retry-After": "7"}) as hook:
        answer = post(hook.url)
    assert (answer.status, answer.retry_after, len(answer.text)) == (503, "7", posting.MOST_READ - 1)
    assert answer.text.startswith("busy a")


def test_a_redirect_is_not_followed() -> None:
    with receiving() as target, receiving(status=307, headers={"Location": target.url}) as hook:
        assert post(hook.url).status == 307
    assert not target.got


def test_a_server_that_hangs_costs_no_more_than_the_deadline() -> None:
    with receiving() as hook:
        hook.answering.clear()
        answer = post(hook.url, seconds=0.3)
    assert (answer.status, answer.text) == (None, "No answer within 0.3 seconds.")


def test_a_server_that_drips_costs_no_more_either() -> None:
    with receiving(drips=True) as hook:
        began = time.monotonic()
        answer = post(hook.url, seconds=0.4)
    assert answer.status is None
    assert time.monotonic() - began < 2


def test_nobody_there_is_an_answer_too() -> None:
    with receiving() as hook:
        url = hook.url
    answer = post(url)
    assert answer.status is None
    assert "ConnectError" in answer.text


def test_a_name_nobody_knows_is_an_answer_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert post("https://nowhere.example/").text.startswith("The name nowhere.example cannot be resolved")


def test_a_certificate_of_nobody_we_trust_is_not_spoken_to() -> None:
    """Plain HTTP answers to a TLS hello: what is no TLS is not posted to."""
    with receiving() as hook:
        answer = post(hook.url.replace("http://", "https://"))
    assert answer.status is None
    assert not hook.got
