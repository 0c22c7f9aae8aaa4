"""A call as drawings: the waterfall of a reply, and the waves of a recording. Pure: numbers in, coordinates out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazily

JSON = dict[str, Any]

GOAL_MS, AXIS_MS = 1500, 1600
"""Where a reply should be, and what the drawing has room for."""
STAGES = (
    ("hear", "end_of_turn_ms", lazily("End of turn")),
    ("model", "model_ms", lazily("model")),
    ("tool", "tool_ms", lazily("tool")),
    ("voice", "voice_ms", lazily("voice")),
)
GRID_MS = (0, 500, 1000)
GRID = tuple(f"{at / AXIS_MS:.2%}" for at in GRID_MS)
GOAL = f"{GOAL_MS / AXIS_MS:.2%}"
WIDTH, MIDDLE, HIGHEST, GAP = 1000, 52.0, 33.0, 1.5
"""Of the waves, in their own units: guest above the middle, Loman below."""
LEAST = 2
"""What is quieter is no bar."""


def fall(stages: JSON) -> JSON:
    """The bars of a reply, in per cent of the axis; what does not fit is cut off, its total is said beside it."""
    bars, at = [], 0.0
    for name, field, _word in STAGES:
        width = min(float(stages[field]), max(0.0, AXIS_MS - at))
        if width:
            bars.append({"kind": name, "x": f"{at / AXIS_MS:.2%}", "width": f"{max(width - 3, 1) / AXIS_MS:.2%}"})
        at += width
    seconds = f"{stages['total_ms'] / 1000:.2f}"
    parts = "; ".join(_("%(stage)s %(ms)s ms") % {"stage": word, "ms": stages[field]} for _name, field, word in STAGES)
    slow = stages["total_ms"] > GOAL_MS
    said = (
        _("Reply after %(seconds)s seconds, slower than the goal. %(parts)s.")
        if slow
        else _("Reply after %(seconds)s seconds. %(parts)s.")
    )
    return {
        "bars": bars,
        "total": _("%(seconds)s s") % {"seconds": seconds},
        "is_slow": slow,
        "label": said % {"seconds": seconds, "parts": parts},
    }


def waves(guest: Sequence[int], loman: Sequence[int]) -> JSON:
    """A path for each side: one stroke per bar."""
    return {
        "guest": _path(guest, start=MIDDLE - GAP, sign="-"),
        "loman": _path(loman, start=MIDDLE + GAP, sign=""),
    }


def _path(bars: Sequence[int], *, start: float, sign: str) -> str:
    step = WIDTH / max(1, len(bars))
    return "".join(
        f"M{(place + 0.5) * step:.1f} {start}v{sign}{height / 100 * HIGHEST:.1f}"
        for place, height in enumerate(bars)
        if height >= LEAST
    )


def share(milliseconds: float, of_ms: float) -> str:
    """Where on the recording's width a moment lies."""
    return f"{min(1.0, max(0.0, milliseconds / of_ms)) if of_ms else 0:.2%}"
