"""The charts of lab 08's experiment."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from labkit.experiment import Experiment
from labkit.figures import COLOURS
from labkit.machine import processor_name
from labkit.speed.blocks import BlockTimes
from labkit.speed.forms import COPY, INTERLEAVED, SPLIT_HALF, Array, Arrays, Form, Measured, gigabytes_per_second
from labkit.speed.growth import SAMPLES, Cost
from labkit.speed.torch_forms import LABELS, Torch

WIDEST = 14.0
"""Copies: longer bars are cut off, their number stands beside them."""


def draw_ratios(
    experiment: Experiment,
    own: Mapping[str, float],
    torch: Torch | None,
    record: Mapping[str, Any],
    labels: Mapping[str, str],
) -> None:
    """Your own bars beside those of the record, fastest first, and the copy as a line."""
    yours = dict(own) | (torch.ratios if torch is not None else {})
    names = sorted((name for name in record["ratios"] if name != COPY), key=record["ratios"].__getitem__)
    places = np.arange(len(names))
    bars = (("yours", yours, -0.2, COLOURS[0]), ("reference", record["ratios"], 0.2, COLOURS[4]))
    with experiment.figure("ratios.png", width=10.0, height=9.5, timed=True) as axes:
        for label, ratios, shift, colour in bars:
            lengths = [ratios.get(name, 0.0) for name in names]
            axes.barh(places + shift, np.minimum(lengths, WIDEST), 0.38, color=colour, label=label)
            for place, length in zip(places, lengths, strict=True):
                text = f"{length:.2f}" if length else "torch is not installed"
                at = (max(1.0, min(length, WIDEST)) + 0.12, place + shift)  # right of the line, too
                axes.annotate(text, at, va="center", fontsize=11)
        axes.axvline(1.0, color=COLOURS[7], linestyle="--", zorder=2, label="a copy: the limit into another array")
        axes.set_yticks(places, [{**labels, **LABELS}[name] for name in names])
        axes.set(ylim=(len(names) - 0.4, -0.6), xlabel="time, in copies of the same array")
        axes.set_xlim(0, 1.1 * min(max(*yours.values(), *record["ratios"].values()), WIDEST))
        axes.grid(visible=False, axis="y")
        axes.set_title(
            "Time of each form, in copies, each measured on its machine\n"
            f"yours: {processor_name()}, one thread, NumPy {np.__version__}\n"
            f"reference: {record['processor']}, one thread, NumPy {record['numpy']}, torch {record['torch']}",
            fontsize=12,
        )
        axes.legend(loc="upper right", bbox_to_anchor=(1.0, 0.9))


def draw_roofline(
    experiment: Experiment, arrays: Arrays, forms: Mapping[str, Form], measured: Measured, peak: tuple[float, int]
) -> None:
    """Operations a second against operations per byte, below the roofs that memory and arithmetic are."""
    most, cached = peak
    roofs = {name: gigabytes_per_second(arrays, forms[name], measured.seconds[name]) for name in (COPY, "scale")}
    rates = {name: form.operations * arrays.x.size / measured.seconds[name] / 1e9 for name, form in forms.items()}
    rotating = sorted((name for name, form in forms.items() if form.layout and form.moved == 8), key=rates.__getitem__)
    lowest, highest = rates[rotating[0]], rates[rotating[-1]]
    heights = np.geomspace(0.85 * lowest, max(1.15 * highest, 6.0 * lowest), len(rotating))
    with experiment.figure("roofline.png", width=10.0, height=7.0, timed=True) as axes:
        for slope, style, label in zip(roofs.values(), ("-", ":"), ("a copy", "in place"), strict=True):
            line = np.array([0.03, most / slope])
            axes.loglog(line, slope * line, style, color=COLOURS[7], label=f"memory, {label}: {slope:.0f} GB/s")
        label = f"arithmetic, {cached // 1024} KiB in cache: {most:.0f} Gflop/s"
        axes.loglog([most / max(roofs.values()), 6.0], [most, most], "--", color=COLOURS[7], label=label)
        for layout, colour in ((INTERLEAVED, COLOURS[0]), (SPLIT_HALF, COLOURS[1]), ("", COLOURS[2])):
            chosen = [name for name, form in forms.items() if form.layout == layout and form.operations]
            points = [forms[name].operations / forms[name].moved for name in chosen]
            label = layout or "no rotation"
            axes.plot(points, [rates[name] for name in chosen], "o", color=colour, markersize=9, label=label)
        for name, height in zip(rotating, heights, strict=True):
            arrow = {"arrowstyle": "-", "color": "0.6", "shrinkA": 2, "shrinkB": 6, "relpos": (0, 0.5)}
            text, point = f"{forms[name].label}: {rates[name]:.1f}", (3 / 8, rates[name])
            axes.annotate(text, point, (0.85, height), va="center", fontsize=11, arrowprops=arrow)
        for name, shift, side in (("scale", -10, "right"), ("textbook", 10, "left")):
            text, point = (
                f"{forms[name].label}: {rates[name]:.1f}",
                (forms[name].operations / forms[name].moved, rates[name]),
            )
            axes.annotate(text, point, (shift, 0), textcoords="offset points", ha=side, va="center", fontsize=11)
        for axis, marks in ((axes.xaxis, (0.05, 0.1, 0.2, 0.5, 1, 2, 5)), (axes.yaxis, (1, 2, 5, 10, 20, 50, 100))):
            axis.set_ticks(marks, [f"{mark:g}" for mark in marks])
        axes.minorticks_off()
        axes.set(xlim=(0.03, 6.0), ylim=(0.6 * min(lowest, rates["textbook"]), 4 * most))
        axes.set(xlabel="operations for each byte moved to or from memory", ylabel="10⁹ operations a second (Gflop/s)")
        ridge = most / roofs[COPY]
        axes.set_title(f"Below {ridge:.1f} operations a byte memory is the limit: a rotation does {3 / 8:g}")
        axes.legend(loc="upper left", ncols=2, fontsize=11)


def draw_blocks(experiment: Experiment, blocks: Sequence[BlockTimes], caches: Mapping[str, int]) -> None:
    """Time against the bytes of a block."""
    best = min(zip(blocks[1].ratios, blocks[1].block_bytes, strict=True))
    with experiment.figure("block_size.png", width=9.0, height=5.5, timed=True) as axes:
        for times, marker, colour in zip(blocks, "os^", COLOURS, strict=False):
            axes.loglog(times.block_bytes, times.ratios, f"{marker}-", color=colour, markersize=7, label=times.label)
        axes.axhline(1.0, color=COLOURS[7], linestyle="--", label="a copy")
        sizes = sorted({size for times in blocks for size in times.block_bytes})
        for name, size in caches.items():
            if sizes[0] <= size <= sizes[-1]:
                axes.axvline(size, color="0.6", linestyle=":", zorder=1)
                axes.text(size, 0.02, f" {name}", color="0.4", transform=axes.get_xaxis_transform(), va="bottom")
        ticks = sizes[::2]
        axes.set_xticks(ticks, [f"{size // 1024:,}" for size in ticks])
        marks = [1, 2, 3, 5, 10, 20, 50]
        axes.set_yticks(marks, [str(mark) for mark in marks])
        axes.minorticks_off()
        axes.set_ylim(bottom=0.75)
        axes.set(xlabel="one block of x, in KiB", ylabel="time, in copies of the same array")
        axes.set_title(f"Best block for rotate_half_blocked: {best[1] // 1024:,} KiB, {best[0]:.1f} copies")
        axes.legend(loc="upper right", frameon=True, framealpha=1.0, edgecolor="white")


def draw_table_accuracy(experiment: Experiment, positions: Array, errors: Mapping[str, Array]) -> None:
    """The largest error so far against the position, both axes logarithmic."""
    styles = {"float32 angles": ("-", 1, 2.2), "rotation_table": ("-", 0, 4.0), "two levels": ("--", 4, 2.2)}
    with experiment.figure("table_accuracy.png", width=8.5, height=5.0) as axes:
        for name, error in errors.items():
            style, colour, width = styles[name]
            label = f"{name}: {error[-1]:.1e}"
            axes.loglog(positions, error, style, color=COLOURS[colour], linewidth=width, label=label)
        axes.set(xlabel="position, in tokens", ylabel="largest error of a cosine or sine so far", ylim=(5e-9, 1.0))
        far = errors["float32 angles"][-1]
        axes.set_title(f"By a million tokens float32 angles put a cosine off by {far:.2f}")
        axes.legend(loc="upper left")


def draw_growth(experiment: Experiment, costs: Sequence[Cost]) -> None:
    """Seconds in all and the worst step of each policy."""
    tokens = SAMPLES[-1]
    places = np.arange(len(costs))
    columns = (
        ([cost.total for cost in costs], "in all, in s", COLOURS[0]),
        ([1e3 * cost.worst for cost in costs], "worst step, in ms", COLOURS[1]),
    )
    with experiment.figure("growth.png", columns=2, width=11.0, height=5.0, timed=True) as panels:
        for axes, (values, label, colour) in zip(panels, columns, strict=True):
            least, most = min(values) / 3, max(values) * 60
            axes.hlines(places, least, values, color="0.8", linewidth=1.5)
            axes.semilogx(values, places, "o", color=colour, markersize=9)
            for place, value in zip(places, values, strict=True):
                text = f"{value:,.0f}" if value >= 100 else f"{value:.2g}"
                axes.annotate(text, (value, place), (9, 0), textcoords="offset points", va="center")
            axes.set(xlim=(least, most), ylim=(len(costs) - 0.5, -0.5), xlabel=label)
            axes.grid(visible=False, axis="y")
        panels[0].set_yticks(places, [f"{cost.name}{' *' if cost.integrated else ''}" for cost in costs])
        panels[1].set_yticks(places, [""] * len(costs))
        panels[0].set_xlabel("in all, in s (* integrated from a few steps)")
        title = f"{costs[0].total:,.0f} s rebuilt at every step, {costs[2].total:.2g} s doubled"
        panels[0].figure.suptitle(f"A table that grows to {tokens:,} tokens: {title}", fontsize=14)
