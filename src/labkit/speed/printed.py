"""The tables that lab 08's experiment prints of its times."""

import statistics
from collections.abc import Mapping, Sequence

from labkit.speed.forms import Arrays, Form, Measured, gigabytes_per_second
from labkit.speed.growth import SAMPLES, Cost
from labkit.speed.torch_forms import LABELS, Torch

BUSY = 1.5
"""How far the quartiles of the copy's times may lie apart before the ratios are doubted."""


def print_forms(arrays: Arrays, forms: Mapping[str, Form], measured: Measured) -> None:
    """A line for each form."""
    print(f"  in copies: medians of {measured.rounds} rounds; heads first: (batch, heads, seq, D)")
    print("                                             ms   bytes moved   GB/s   in copies")
    for name, form in forms.items():
        seconds = measured.seconds[name]
        speed = gigabytes_per_second(arrays, form, seconds)
        print(f"  {form.label:38s} {1e3 * seconds:7.2f} {form.moved:13d} {speed:6.1f} {measured.ratios[name]:11.2f}")
    print(
        "  bytes moved: to and from memory for each element, by count of operations, not of what a block keeps in cache"
    )
    low, high = measured.copies
    if high > BUSY * low:
        print(
            f"  The quartiles of the copy's own times are {1e3 * low:.1f} and {1e3 * high:.1f} ms: something else was running."
        )
        print("  Do not trust these ratios; run the experiment again on a machine that does nothing else.")


def print_torch(torch: Torch | None) -> None:
    """A line for each of torch's forms, or one that says there are none."""
    if torch is None:
        print("\ntorch is not installed: its eager forms are not measured here")
        return
    print(
        f"\ntorch {torch.version}, eager, {torch.threads} thread, its own process ({torch.allocator}): ms, in copies there"
    )
    for name in LABELS:
        print(f"  {LABELS[name]:38s} {1e3 * torch.seconds[name]:7.2f} {torch.ratios[name]:11.2f}")


def print_table_times(rows: int, times: Mapping[str, list[float]]) -> None:
    """A line for each way to build a table."""
    print(f"\nBuilding a table of {rows:,} rows, 64 pairs: ms")
    for name, seconds in times.items():
        print(f"  {name:38s} {1e3 * statistics.median(seconds):7.2f}")


def print_growth(costs: Sequence[Cost]) -> None:
    """A line for each policy: seconds in all, and the worst step."""
    print(f"\nA table that grows from 1 to {SAMPLES[-1]:,} tokens, one at a time (64 pairs)")
    print("                                        seconds in all   worst step, ms")
    for cost in costs:
        mark = "*" if cost.integrated else " "
        print(f"  {cost.name:38s} {cost.total:12.3f} {mark} {1e3 * cost.worst:16.3f}")
    lengths = ", ".join(f"{length:,}" for length in SAMPLES)
    print(f"  * not run in full: the area under straight lines between steps at {lengths} tokens")
    print("  RotaryCache keeps four numbers a pair where the other tables have two.")
