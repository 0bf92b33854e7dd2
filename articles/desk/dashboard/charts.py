"""Charts as the rectangles and texts of an SVG: widths in percent of the page's column, heights in pixels.

Colours, and how large a text is, are the style sheet's; the numbers themselves stand in a table beside the chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, log10

PLOT = 150  # height of the columns
HEAD, FOOT = 16, 24  # above and below the columns: the number at the highest line, the names
ROW, BAR = 42, 12  # heights of a row of shares, and of the bar in it
LONGEST_NAME = 34
GAP = 0.24  # of a column
AXIS = 8  # percent of the width, for the numbers beside the lines


@dataclass
class Rect:
    x: str
    y: str
    width: str
    height: str
    kind: str


@dataclass
class Text:
    x: str
    y: str
    text: str
    anchor: str = "start"
    kind: str = "axis"


@dataclass
class Chart:
    height: int
    rects: list[Rect] = field(default_factory=list)
    texts: list[Text] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    axis: str = f"{AXIS}%"


def columns(stacks: Sequence[Sequence[tuple[str, int]]], names: Sequence[str]) -> Chart:
    """One column per stack of (kind, number), with the names below; an empty name is not written."""
    top = nice(max((sum(number for _, number in stack) for stack in stacks), default=0))
    chart = Chart(HEAD + PLOT + FOOT)
    for value in (top, top / 2, 0):
        y = _pixels(HEAD + PLOT - PLOT * value / top)
        chart.lines.append(y)
        if value:
            chart.texts.append(Text(_percent(AXIS - 1), _pixels(float(y) + 4), f"{value:,g}", "end"))
    step = (100 - AXIS) / max(len(stacks), 1)
    for place, (stack, name) in enumerate(zip(stacks, names, strict=True)):
        bottom = float(HEAD + PLOT)
        for kind, number in stack:
            height = PLOT * number / top
            bottom -= height
            if number:
                x, width = AXIS + step * (place + GAP / 2), step * (1 - GAP)
                chart.rects.append(Rect(_percent(x), _pixels(bottom), _percent(width), _pixels(height), kind))
        if name:
            name_x, anchor = _name_at(place, len(stacks))
            chart.texts.append(Text(name_x, _pixels(HEAD + PLOT + 18), name, anchor))
    return chart


def shares(rows: Sequence[tuple[str, str, Sequence[tuple[str, int]]]]) -> Chart:
    """One bar per row of (name, caption at its end, parts): all are equally long, and split by their parts."""
    chart = Chart(ROW * len(rows))
    for place, (name, caption, parts) in enumerate(rows):
        text_y, bar_y = _pixels(ROW * place + 14), _pixels(ROW * place + 20)
        short = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
        chart.texts.append(Text("0%", text_y, short, kind="name"))
        chart.texts.append(Text("100%", text_y, caption, "end", "said"))
        total, x = sum(number for _, number in parts) or 1, 0.0
        for kind, number in parts:
            width = 100 * number / total
            if number:
                chart.rects.append(Rect(_percent(x), bar_y, _percent(width), _pixels(BAR), kind))
            x += width
    return chart


def nice(number: int) -> int:
    """Returns a round number that is not below `number`, and whose half is whole too."""
    power = 10 ** int(log10(max(number, 2)))
    rounds = [int(step * power) for step in (1, 1.2, 1.6, 2, 3, 4, 6, 8, 10)]
    return next(whole for whole in rounds if whole >= max(number, 2) and whole % 2 == 0)


def share(part: int, whole: int) -> str:
    """Returns the share in percent; 100 and 0 only where it is all or nothing."""
    if not whole:
        return "—"
    percent = 100 * part / whole
    return f"{min(99, max(1, round(percent)))}%" if 0 < part < whole else f"{ceil(percent)}%"


def _name_at(place: int, number: int) -> tuple[str, str]:
    if number > 12:
        # Few names below many columns: the outermost may not leave the chart.
        anchor = "start" if place == 0 else "end" if place == number - 1 else "middle"
        return _along(place + {"start": 0, "middle": 0.5, "end": 1}[anchor], number), anchor
    return _along(place + 0.5, number), "middle"


def _along(place: float, number: int) -> str:
    return _percent(AXIS + (100 - AXIS) * place / number)


def _percent(number: float) -> str:
    return f"{number:.3f}%"


def _pixels(number: float) -> str:
    return f"{number:.1f}"


@dataclass
class Figure:
    """A chart with its words, and its numbers as a table: head and rows, the first cell of a row being its name."""

    name: str
    title: str
    says: str
    chart: Chart
    legend: Sequence[tuple[str, str]]
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
