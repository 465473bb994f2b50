"""Experiment 01: how fast each pair of features turns, and how many tokens a full turn takes."""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.experiment import Experiment
from labkit.figures import COLOURS
from ropelab.frequencies import duplicate_angles, position_angles, rope_frequencies, wavelengths

Array = NDArray[np.float64]

D = 128
BASE = 10000.0
ANGLES_D = 64
ANGLES_BASE = 5000.0
MODELS = [
    (10000.0, 128, "base 10,000, D = 128"),
    (10000.0, 64, "base 10,000, D = 64"),
    (50000.0, 64, "base 50,000, D = 64 (Kimi-K2)"),
    (500000.0, 128, "base 500,000, D = 128 (Llama 3)"),
]
CONTEXTS = {"2k": 2048, "8k": 8192, "32k": 32768, "128k": 131072}
FAR = 1_000_000
# float64 rounds each of these to about 1e-15 of its size; the nearest wrong formula is off by more than 1e-2.
RELATIVE_BOUND = 1e-12
# An angle at one million carries at most 1e-9 rad of float64 rounding; float32 is off by 1e-3 rad and more.
ANGLE_BOUND = 1e-8


def run(experiment: Experiment) -> None:
    """Print and check the frequencies, the angles and the wavelengths; draw the spectrum and the wavelengths."""
    experiment.config(d_head=D, base=BASE, angles_d_head=ANGLES_D, angles_base=ANGLES_BASE)
    inv_freq = rope_frequencies(D, BASE)
    show_frequencies(experiment, inv_freq)
    check_frequencies(experiment, inv_freq)
    show_and_check_angles(experiment)
    turns = {label: wavelengths(rope_frequencies(d_head, base)) for base, d_head, label in MODELS}
    show_wavelengths(experiment, turns)
    check_wavelengths(experiment, turns)
    draw_spectrum(experiment, inv_freq)
    draw_wavelengths(experiment, turns)


def relative_error(got: ArrayLike, expected: ArrayLike) -> float:
    """The largest relative difference; infinite when the shapes differ or an entry is not a number."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or np.isnan(got).any():
        return math.inf
    return float(np.max(np.abs(got - expected) / np.abs(expected)))


def show_frequencies(experiment: Experiment, inv_freq: Array) -> None:
    """The shape and the three frequencies that everybody should have seen."""
    print(f"Inverse frequencies, D = {D}, base {BASE:,.0f}")
    print(f"  shape    {inv_freq.shape}")
    for name, pair in (("first", 0), ("second", 1), ("last", len(inv_freq) - 1)):
        print(f"  {name:<7}  pair {pair:2d}   {inv_freq[pair]:.10f} radians a token")
        experiment.result(f"{name}_frequency", float(inv_freq[pair]))


def check_frequencies(experiment: Experiment, inv_freq: Array) -> None:
    """Three properties that hold together for no other exponent than -2i/D."""
    experiment.check(
        "there is one frequency for each pair, and pair 0 turns one radian a token",
        inv_freq.shape == (D // 2,) and inv_freq[0] == 1.0,
        f"shape {inv_freq.shape}, first {inv_freq[0]:.6f}",
    )
    step = BASE ** (-2.0 / D)
    error = relative_error(inv_freq[1:] / inv_freq[:-1], np.full(D // 2 - 1, step))
    experiment.check(
        "each pair turns more slowly than the one before it, by the factor base ** (-2/D)",
        error <= RELATIVE_BOUND,
        f"factor {step:.6f}, relative error {error:.1e}, at most {RELATIVE_BOUND:.0e}",
    )
    # f_1 * f_last = base ** (-2/D - (D-2)/D) = 1 / base, whatever D is.
    spectra = [(base, rope_frequencies(d_head, base)) for base, d_head, _ in MODELS]
    error = max(relative_error(f[1] * f[-1], 1.0 / base) for base, f in spectra)
    experiment.check(
        "the second and the last frequency multiply to 1 / base, for every base and D below",
        error <= RELATIVE_BOUND,
        f"relative error {error:.1e}, at most {RELATIVE_BOUND:.0e}",
    )


def show_and_check_angles(experiment: Experiment) -> None:
    """Angles are position times frequency, in float64; the duplicated row repeats them as a block."""
    inv_freq = rope_frequencies(ANGLES_D, ANGLES_BASE)
    angles = position_angles(np.arange(3), inv_freq)
    row = duplicate_angles(angles)[1]
    print(f"\nAngles in radians, D = {ANGLES_D}, base {ANGLES_BASE:,.0f}")
    print("  position      pair 0      pair 1      pair 2      pair 3     pair 31")
    for position, line in enumerate(angles):
        print(f"  {position:8d}" + "".join(f"{angle:12.6f}" for angle in (*line[:4], line[-1])))
    print(f"  duplicated row of position 1: shape {row.shape}, starts " + "  ".join(f"{x:.6f}" for x in row[:4]))

    pairs = range(ANGLES_D // 2)
    expected = np.array([FAR * ANGLES_BASE ** (-2 * pair / ANGLES_D) for pair in pairs])
    far = position_angles(np.array([FAR]), inv_freq)
    error = float(np.max(np.abs(far[0] - expected))) if far.shape == (1, len(expected)) else math.inf
    experiment.check(
        f"the angles are still right at position {FAR:,}, which float32 cannot do",
        error <= ANGLE_BOUND,
        f"largest error {error:.1e} rad, at most {ANGLE_BOUND:.0e}",
    )
    experiment.check(
        "a duplicated row is all the angles, then all of them again",
        np.array_equal(row, np.concatenate([angles[1], angles[1]])),
        f"row of position 1 has {row.size} entries, its second half starts {row[row.size // 2]:.6f}",
    )


def show_wavelengths(experiment: Experiment, turns: dict[str, Array]) -> None:
    """The longest wavelength of each model, and how many of its pairs complete no turn within 128k tokens."""
    print("\nTokens for a full turn")
    print(f"  {'':<32}  {'shortest':>8}  {'longest':>11}  pairs longer than 128k")
    for label, turn in turns.items():
        slow = int(np.sum(turn > CONTEXTS["128k"]))
        print(f"  {label:<32}  {turn.min():8.4f}  {turn.max():11,.0f}  {slow:2d} of {turn.size}")
    experiment.result("longest_wavelength_d128_base10000", float(turns[MODELS[0][2]].max()))


def check_wavelengths(experiment: Experiment, turns: dict[str, Array]) -> None:
    """A wavelength is a full turn; where it exceeds the context, the pair never comes round."""
    expected = [[2 * math.pi * base ** (2 * i / d_head) for i in range(d_head // 2)] for base, d_head, _ in MODELS]
    error = max(relative_error(turn, right) for turn, right in zip(turns.values(), expected, strict=True))
    experiment.check(
        "after one wavelength of tokens a pair has turned 2 pi radians, in all four models",
        error <= RELATIVE_BOUND,
        f"relative error {error:.1e}, at most {RELATIVE_BOUND:.0e}",
    )
    slow = [int(np.sum(turn > CONTEXTS["128k"])) for turn in turns.values()]
    experiment.check(
        "at base 10,000 every pair completes a turn within 128k tokens; at the larger bases some pairs do not",
        slow[0] == slow[1] == 0 and slow[2] > 0 and slow[3] > 0,
        f"pairs that complete none: {slow}",
    )


def draw_spectrum(experiment: Experiment, inv_freq: Array) -> None:
    """The frequency of every pair, on a logarithmic axis: a straight line."""
    last = len(inv_freq) - 1
    with experiment.figure("spectrum.png", width=8.0, height=4.5) as axes:
        axes.semilogy(np.arange(len(inv_freq)), inv_freq, "o", markersize=4, color=COLOURS[0])
        leader = {"arrowstyle": "-", "color": "0.6", "shrinkB": 4}
        for pair, offset, side in ((0, (50, 4), "left"), (1, (75, -6), "left"), (last, (-50, -2), "right")):
            place = {"textcoords": "offset points", "ha": side, "va": "center", "arrowprops": leader}
            axes.annotate(f"pair {pair}: {inv_freq[pair]:.4g}", (pair, inv_freq[pair]), xytext=offset, **place)
        axes.set_xlabel("pair of features")
        axes.set_ylabel("frequency (radians per token)")
        axes.set_title(f"Pair 0 turns {inv_freq[0] / inv_freq[last]:,.0f} times as fast as pair {last}  (D = {D})")


def draw_wavelengths(experiment: Experiment, turns: dict[str, Array]) -> None:
    """Wavelength of every pair against the context lengths that models offer."""
    with experiment.figure("wavelengths.png", width=9.0, height=5.5) as axes:
        for name, tokens in CONTEXTS.items():
            axes.axhline(tokens, color="0.55", linewidth=1, linestyle="--", zorder=1)
            axes.text(0, tokens * 1.12, f"{name} context", color="0.35", va="bottom")
        colours, styles = (COLOURS[0], COLOURS[1], COLOURS[2], COLOURS[7]), ("-", "-.", "--", "-")
        for (label, turn), colour, style in zip(turns.items(), colours, styles, strict=True):
            axes.semilogy(np.arange(turn.size), turn, style, color=colour, linewidth=2.2, label=label)
            axes.plot(turn.size - 1, turn[-1], "o", color=colour)
            place = {"textcoords": "offset points", "va": "center", "color": colour}
            axes.annotate(f"{turn[-1]:,.0f}", (turn.size - 1, turn[-1]), xytext=(8, 0), **place)
        axes.set_xlim(-1, 75)
        axes.set_xticks([0, 15, 31, 47, 63])
        axes.set_xlabel("pair of features")
        axes.set_ylabel("wavelength (tokens per full turn)")
        axes.set_title("Larger bases give some pairs wavelengths beyond 128k tokens")
        axes.legend(loc="lower right")


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "01-frequencies"]))
