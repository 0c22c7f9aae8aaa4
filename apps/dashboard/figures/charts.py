"""Drawings of figures as an SVG has them: across in per cent, down in pixels, so that text keeps its size. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

STEPS = (1, 2, 5)
"""What the lines of an axis go by, times a power of ten."""
LEFT, TOP, BASE = 5.0, 30.0, 222.0
"""Where columns begin: per cent for the axis' figures, pixels for the figure over the highest; and where they stand."""
GAP_PX = 1.0
MOST_LABELS, MOST_FIGURES = 12, 16
"""So many names fit under columns, and so many figures over them."""
ROW_PX, BAR_WIDEST = 48, 86.0


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the axis."""

    y: str
    text_y: str
    words: str


@dataclass(frozen=True, slots=True)
class Block:
    series: int
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Column:
    x: str
    width: str
    middle: str
    blocks: tuple[Block, ...]
    label: str
    """Empty where there is no room for it."""
    is_spare: bool
    """Left out first when it gets narrow."""
    figure: str
    figure_y: str


@dataclass(frozen=True, slots=True)
class Columns:
    marks: tuple[Mark, ...]
    columns: tuple[Column, ...]
    left: str = f"{LEFT}%"
    base: str = f"{BASE:.0f}"


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    figure: str
    width: str
    after: str
    name_y: str
    bar_y: str
    figure_y: str


@dataclass(frozen=True, slots=True)
class Point:
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Line:
    path: str
    """Within a box 1000 wide and as high as the drawing."""
    points: tuple[Point, ...]
    last_y: str


def columns(bars: Sequence[tuple[str, Sequence[int]]]) -> Columns:
    """Columns of stacked series, each with its name."""
    highest = max((sum(values) for _, values in bars), default=0)
    per_unit = (BASE - TOP) / max(highest, 1)
    slot = (100 - LEFT) / max(len(bars), 1)
    every = ceil(len(bars) / MOST_LABELS)
    drawn = []
    for at, (label, values) in enumerate(bars):
        x, width = LEFT + at * slot + slot * 0.14, slot * 0.72
        blocks = tuple(_stacked(values, per_unit))
        total = sum(values)
        is_labelled = at % every == 0
        drawn.append(
            Column(
                x=_percent(x),
                width=_percent(width),
                middle=_percent(x + width / 2),
                blocks=blocks,
                label=label if is_labelled else "",
                is_spare=at // every % 2 == 1,
                figure=str(total) if total and len(bars) <= MOST_FIGURES else "",
                figure_y=f"{BASE - total * per_unit - 6:.1f}",
            )
        )
    return Columns(tuple(_marks(highest, per_unit)), tuple(drawn))


def _stacked(values: Sequence[int], per_unit: float) -> Iterator[Block]:
    y = BASE
    for series, value in enumerate(values, start=1):
        if value:
            height = value * per_unit
            y -= height
            yield Block(series, f"{y:.1f}", f"{max(height - (GAP_PX if y + height < BASE else 0), 0.5):.1f}")


def _marks(highest: int, per_unit: float) -> Iterator[Mark]:
    step = step_for(highest)
    for value in range(step, highest + 1, step):
        y = BASE - value * per_unit
        yield Mark(f"{y:.1f}", f"{y + 4:.1f}", str(value))


def step_for(highest: int) -> int:
    """The least of 1, 2, 5, 10, 20 … by which at most four lines are drawn."""
    ten = 1
    while True:
        for step in STEPS:
            if step * ten * 4 >= highest:
                return step * ten
        ten *= 10


def rows(bars: Sequence[tuple[str, int]]) -> list[Row]:
    """Bars that lie under their names, as long as their numbers."""
    longest = max((value for _, value in bars), default=0) or 1
    found = []
    for at, (name, value) in enumerate(bars):
        y, width = at * ROW_PX, BAR_WIDEST * value / longest
        found.append(
            Row(name, str(value), _percent(width), _percent(width + 1.2), str(y + 14), str(y + 21), str(y + 33))
        )
    return found


def line(values: Sequence[float | None], *, highest: float, left: float, right: float) -> Line:
    """One series over equal steps; where nothing is known it is interrupted."""
    step = (right - left) / max(len(values), 1)
    moves, points, is_drawing = [], [], False
    for at, value in enumerate(values):
        if value is None:
            is_drawing = False
            continue
        x, y = left + (at + 0.5) * step, height_of(value, highest=highest)
        moves.append(f"{'L' if is_drawing else 'M'}{x * 10:.1f} {y:.1f}")
        points.append(Point(_percent(x), f"{y:.1f}"))
        is_drawing = True
    return Line(" ".join(moves), tuple(points), points[-1].y if points else f"{BASE}")


def apart(heights: Sequence[float], *, least: float = 16) -> list[float]:
    """Where words go that stand at these heights, in pixels: each at its own, or just below the one above it."""
    found = dict.fromkeys(range(len(heights)), 0.0)
    free = float("-inf")
    for at in sorted(found, key=lambda each: heights[each]):
        found[at] = max(heights[at], free)
        free = found[at] + least
    return list(found.values())


def height_of(value: float, *, highest: float) -> float:
    """Where a value lies, in pixels from above."""
    return BASE - (BASE - TOP) * value / highest


def _percent(value: float) -> str:
    return f"{value:.2f}%"
