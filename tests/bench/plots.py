# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures as drawings: CPU over the size of the calendar, and over the people in a meeting."""

from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing

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
    drawing = Drawing(figsize=(10, 5.2), layout="constrained")
    panels: Sequence[Axes] = drawing.subplots(2, 4).flat
    for panel, key in zip(panels, keys, strict=False):
        for server in (THEIRS, OURS):
            _curve(panel, costs, key, server, _COLOURS[server], _NAMES[server])
        panel.set_title(f"{key}  {TITLES[key]}", fontsize=9, loc="left")
        panel.set_ylim(bottom=0.1)
    for panel in list(panels)[len(keys) :]:
        panel.axis("off")
    drawing.supxlabel("events in the calendar")
    drawing.supylabel("CPU of the server, ms per request")
    drawing.legend(*panels[0].get_legend_handles_labels(), loc="outside upper right", ncols=2, frameon=False)
    return drawing


def _meetings(costs: Costs) -> Drawing | None:
    keys = [key for key in _MEETINGS if any(point.workload == key for point, _ in costs)]
    if not keys:
        return None
    drawing = Drawing(figsize=(10, 2.9), layout="constrained")
    for panel, key in zip(drawing.subplots(1, len(keys), squeeze=False).flat, keys, strict=True):
        _curve(panel, costs, key, OURS, _COLOURS[OURS], _NAMES[OURS])
        wanted = sorted((point.number, goal.cpu_ms) for point, goal in TARGETS.items() if point.workload == key)
        panel.plot(*zip(*wanted, strict=True), "_", color="#555555", markersize=14, label="at most")
        panel.set_title(TITLES[key], fontsize=9, loc="left")
        panel.set_ylim(bottom=1)
        panel.legend(frameon=False)
    drawing.supxlabel("people in the meeting")
    drawing.supylabel("CPU, ms")
    return drawing


def _curve(panel: Axes, costs: Costs, key: str, server: str, colour: str, label: str) -> None:
    found = sorted(
        (point.number, cost.cpu_ms) for (point, name), cost in costs.items() if (point.workload, name) == (key, server)
    )
    if found:
        panel.loglog(*zip(*found, strict=True), "o-", color=colour, label=label, markersize=4)
