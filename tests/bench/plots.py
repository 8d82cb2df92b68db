# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as drawings: CPU over the size of the calendar, and over the people in a meeting."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from tests.bench.rounds import OURS, THEIRS, Costs
from tests.bench.table import TITLES
from tests.bench.targets import TARGETS
from tests.bench.workloads import WORKLOADS

_COLOURS = {OURS: "#0b7a75", THEIRS: "#c8553d"}
_NAMES = {OURS: "Distrib", THEIRS: "Radicale 3.9"}
_MEETINGS = ("h-invite", "h-answer", "h-mail")
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "distrib",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.grid": True,
    "grid.alpha": 0.3,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw(costs: Costs, folder: Path) -> list[str]:
    """Write the drawings into *folder* and give their names."""
    with mpl.rc_context(_STYLE):
        drawn = {"calendars.svg": _calendars(costs), "meetings.svg": _meetings(costs)}
    for name, drawing in drawn.items():
        if drawing is not None:
            drawing.savefig(folder / name, format="svg", metadata={"Date": None})
    return [name for name, drawing in drawn.items() if drawing is not None]


def _calendars(costs: Costs) -> Drawing | None:
    keys = sorted({point.workload for point, _ in costs if point.workload in WORKLOADS})
    if not keys:
        return None
    drawing, panels = _panels(2, 4)
    for panel, key in zip(panels, keys, strict=False):
        for server in (THEIRS, OURS):
            _curve(panel, costs, key, server)
        _label(panel, f"{key}  {TITLES[key]}")
    for panel in panels[len(keys) :]:
        panel.axis("off")
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center", frameon=False)
    drawing.supxlabel("events in the calendar")
    drawing.supylabel("CPU of the server, ms per request")
    return drawing


def _meetings(costs: Costs) -> Drawing | None:
    keys = [key for key in _MEETINGS if any(point.workload == key for point, _ in costs)]
    if not keys:
        return None
    drawing, panels = _panels(1, len(keys))
    for panel, key in zip(panels, keys, strict=True):
        _curve(panel, costs, key, OURS)
        wanted = sorted((point.number, goal.cpu_ms) for point, goal in TARGETS.items() if point.workload == key)
        panel.plot(*zip(*wanted, strict=True), "_", color="#555555", markersize=14, label="aimed at, at most")
        _label(panel, TITLES[key])
        panel.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    panels[0].set_ylim(bottom=1)
    panels[0].legend(loc="lower right", frameon=False)
    drawing.supxlabel("people in the meeting")
    drawing.supylabel("CPU, ms per request")
    return drawing


def _panels(rows: int, columns: int) -> tuple[Drawing, Sequence[Axes]]:
    drawing = Drawing(figsize=(10, 0.6 + 2.4 * rows), layout="constrained")
    panels = drawing.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    return drawing, list(panels.flat)


def _label(panel: Axes, title: str) -> None:
    panel.set_title(title, fontsize=9, loc="left")
    for axis in (panel.xaxis, panel.yaxis):
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
        axis.set_minor_locator(NullLocator())
        axis.set_tick_params(labelleft=True, labelbottom=True)


def _curve(panel: Axes, costs: Costs, key: str, server: str) -> None:
    wanted = ((point.number, cost) for (point, name), cost in costs.items() if (point.workload, name) == (key, server))
    found = sorted((number, cost.cpu_ms) for number, cost in wanted)
    if found:
        panel.loglog(*zip(*found, strict=True), "o-", color=_COLOURS[server], label=_NAMES[server], markersize=4)
