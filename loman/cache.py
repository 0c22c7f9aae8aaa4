"""The cache that processes share: Redis while it answers, this process's own memory while it does not.

What is kept here (counts of tries) may be forgotten, but must never turn a request into an error.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
REST_SECONDS = 2.0
"""How long Redis is not asked again after it failed: a request must not wait for it twice."""
_away_until: dict[str, float] = {}
"""By address of the server, for all threads of this process."""


class SharedCache(BaseCache):
    """`LOCATION` is a Redis URL; the options are Django's RedisCache's."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._server = server
        self._redis = RedisCache(server, params)
        self._own = LocMemCache(f"while-{server}-is-away", params)

    def _do(self, name: str, *args: Any, **more: Any) -> Any:
        if time.monotonic() >= _away_until.get(self._server, 0.0):
            try:
                return getattr(self._redis, name)(*args, **more)
            except (RedisError, OSError) as error:
                _away_until[self._server] = time.monotonic() + REST_SECONDS
                log.warning("Redis away; counting here", extra={"event": "cache.away", "error": type(error).__name__})
        return getattr(self._own, name)(*args, **more)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._do("add", key, value, timeout=timeout, version=version))

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        return self._do("get", key, default=default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        self._do("set", key, value, timeout=timeout, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(self._do("touch", key, timeout=timeout, version=version))

    def delete(self, key: Any, version: Any = None) -> bool:
        return bool(self._do("delete", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: Any = None) -> int:
        return int(self._do("incr", key, delta=delta, version=version))

    def has_key(self, key: Any, version: Any = None) -> bool:
        return bool(self._do("has_key", key, version=version))

    def get_many(self, keys: Any, version: Any = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._do("get_many", list(keys), version=version)
        return found

    def set_many(self, data: dict[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> list[Any]:
        return list(self._do("set_many", data, timeout=timeout, version=version) or [])

    def delete_many(self, keys: Any, version: Any = None) -> None:
        self._do("delete_many", list(keys), version=version)

    def clear(self) -> None:
        """Only what is the cache's: the same Redis carries the work bell and the live pages."""
        self._own.clear()
        try:
            server = self._redis._cache.get_client(write=True)
            if mine := list(server.scan_iter(match=self.make_key("*"), count=500)):
                server.delete(*mine)
        except (RedisError, OSError):
            _away_until[self._server] = time.monotonic() + REST_SECONDS
