"""Posting to an address that somebody else chose: public hosts only, one deadline for everything, no redirects.

The name is resolved once, what it resolves to is checked, and exactly that is connected to: a name that
answers differently the second time wins nothing (DNS rebinding).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

import httpcore
from django.conf import settings
from django.utils.translation import gettext as _

SECONDS = 15.0
MOST_READ = 2_000
"""Bytes of an answer; the rest is not waited for."""
PIECE = 16_384
"""Bytes written under one look at the clock."""
LONGEST_URL = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Refused(Exception):
    """Why nothing is posted there, as a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a status, or none and why not."""

    status: int | None
    text: str
    took_ms: int
    retry_after: str = ""


def check(url: str) -> None:
    """Whether something may be posted to this URL at all, as far as it can be seen without asking for its name."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Refused(_("That is no URL.")) from None
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        raise Refused(_("That URL is too long, or has characters that do not belong into one."))
    if not parts.hostname or port == 0:
        raise Refused(_("A URL names a host."))
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise Refused(_("A URL here carries no login and no fragment."))
    if parts.scheme != "https" and not (settings.DEBUG and parts.scheme == "http"):
        raise Refused(_("Only https is posted to."))


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet, also one that wraps another."""
    ip = _unwrapped(ipaddress.ip_address(address))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not ip.is_unspecified


def _unwrapped(ip: Address) -> Address:
    if isinstance(ip, ipaddress.IPv4Address):
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFF_FFFF)
    return ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or ip


def post(url: str, *, headers: Mapping[str, str], body: bytes, seconds: float = SECONDS) -> Answer:
    """Post it, and say what came of it. `Refused` when the address is not one to post to."""
    check(url)
    parts = urlsplit(url)
    began = time.monotonic()
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = _resolve(host, port, plain=parts.scheme == "http")
    except OSError as error:
        return Answer(None, f"The name {host} cannot be resolved: {error.strerror}."[:500], _ms(began))
    door = _Door(addresses, deadline=began + seconds)
    try:
        with (
            httpcore.ConnectionPool(ssl_context=_trust(), network_backend=door, retries=0) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body) as response,
        ):
            text = _beginning(response.iter_stream())
            wish = dict(response.headers).get(b"retry-after") or dict(response.headers).get(b"Retry-After") or b""
            return Answer(response.status, text, _ms(began), wish.decode("latin-1"))
    except (httpcore.TimeoutException, TimeoutError):
        return Answer(None, f"No answer within {seconds:g} seconds.", _ms(began))
    except (httpcore.NetworkError, httpcore.ProtocolError, ssl.SSLError, OSError) as error:
        return Answer(None, f"{type(error).__name__}: {error}"[:500], _ms(began))


def _resolve(host: str, port: int, *, plain: bool) -> list[str]:
    """Every address of a name, all of them public. While developing this machine itself will do, and only
    there is it posted to without TLS."""
    found = list(dict.fromkeys(str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    for address in found:
        here = settings.DEBUG and ipaddress.ip_address(address).is_loopback
        if not here and (plain or not is_public(address)):
            raise Refused(_("%(host)s is not in the open internet.") % {"host": host})
    return found


def _beginning(chunks: Iterable[bytes]) -> str:
    read = b""
    for chunk in chunks:
        read += chunk
        if len(read) >= MOST_READ:
            break
    return read[:MOST_READ].decode("utf-8", errors="replace").replace("\x00", "")


def _ms(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


@lru_cache(maxsize=1)
def _trust() -> ssl.SSLContext:
    return httpcore.default_ssl_context()


class _Door(httpcore.NetworkBackend):
    """Connects to the addresses that were checked, whatever the name says by now."""

    def __init__(self, addresses: Sequence[str], *, deadline: float) -> None:
        self._addresses, self._deadline = addresses, deadline
        self._real = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        refusal: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._addresses:
            try:
                stream = self._real.connect_tcp(address, port, timeout=_left(self._deadline))
            except httpcore.ConnectError as error:
                refusal = error
            else:
                return _Bounded(stream, deadline=self._deadline)
        raise refusal


class _Bounded(httpcore.NetworkStream):
    """A connection whose every step ends at the same deadline: a server that sends a byte now and then, too."""

    def __init__(self, stream: httpcore.NetworkStream, *, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, timeout=_left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), PIECE):
            self._stream.write(buffer[start : start + PIECE], timeout=_left(self._deadline))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        inner = self._stream.start_tls(ssl_context, server_hostname, timeout=_left(self._deadline))
        return _Bounded(inner, deadline=self._deadline)

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left
