"""Messages that are nearly right: a valid one, broken as peers and attackers do. By a seed, so repeatable."""

from __future__ import annotations

import random
from typing import Any

TEXTS = (
    "", " ", "\x00", "\ud800", "\ufeff", "\u202e", "é" * 40, "A" * 5000, "-1", "0", "1e999", "NaN", "null", "None",
    "9" * 400, "٣", "+15125550101", "+1", "../..", "%00", "%", "{{7*7}}", "'; DROP TABLE calls; --", "=1+1", "\r\n",
    "true", ",,,", ";", "[", "{", '"', "&", "data:", "24:00-25:99", "Mo-Su", "31 Feb",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, 2**64, -(2**70), 1e308, float("inf"), 0.1, [], {}, [[]], [None],
    {"": None}, *TEXTS,
)  # fmt: skip


def text(seed: str, chance: random.Random, others: tuple[str, ...] = ()) -> str:
    """A few cuts, doublings, insertions and splices."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randint(0, len(seed)), chance.randint(0, len(seed))))
        match chance.randint(0, 6):
            case 0:
                seed = seed[:at] + seed[to:]
            case 1:
                seed = seed[:to] + seed[at:to] * chance.randint(1, 3) + seed[to:]
            case 2:
                seed = seed[:at] + chance.choice(TEXTS) + seed[at:]
            case 3:
                seed = seed[:at] + chr(chance.randint(0, 0x2FF)) + seed[at + 1 :]
            case 4 if others:
                other = chance.choice(others)
                seed = seed[:at] + other[chance.randint(0, len(other)) :]
            case 5:
                seed = seed[:at]
            case _:
                seed = seed[at:to][::-1] + seed[to:]
        seed = seed[:20_000]
    return seed


def raw(seed: bytes, chance: random.Random) -> bytes:
    """The same among bytes, which then need not be text at all."""
    return text(seed.decode("latin-1"), chance).encode("utf-8", "surrogatepass" if chance.random() < 0.2 else "replace")


def tree(document: Any, chance: random.Random) -> Any:
    """A JSON document with some places changed, dropped, doubled or grown deep."""
    copied = _copy(document)
    for _ in range(chance.randint(1, 3)):
        copied = _changed(copied, chance)
    return copied


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value


def _changed(node: Any, chance: random.Random) -> Any:
    if isinstance(node, dict) and node and chance.random() < 0.85:
        key = chance.choice(list(node))
        kind = chance.random()
        if kind < 0.1:
            del node[key]
        elif kind < 0.2:
            node[chance.choice(TEXTS)] = node[key]
        else:
            node[key] = _changed(node[key], chance)
        return node
    if isinstance(node, list) and node and chance.random() < 0.85:
        at = chance.randrange(len(node))
        if chance.random() < 0.15:
            node.append(_copy(node[at]))
        else:
            node[at] = _changed(node[at], chance)
        return node
    if isinstance(node, str) and chance.random() < 0.6:
        return text(node, chance)
    if chance.random() < 0.02:
        for _ in range(chance.randint(10, 60)):
            node = [node]
        return node
    return _copy(chance.choice(VALUES))


def form(fields: dict[str, str], chance: random.Random) -> dict[str, str]:
    """A form with some fields changed, missing or new."""
    made = dict(fields)
    for _ in range(chance.randint(1, 3)):
        name = chance.choice(list(made)) if made else "CallSid"
        kind = chance.random()
        if kind < 0.15:
            made.pop(name, None)
        elif kind < 0.5:
            made[name] = chance.choice(TEXTS)
        else:
            made[name] = text(made.get(name, ""), chance)
    return {name: value.encode("utf-8", "replace").decode() for name, value in made.items()}
