"""Experiment 07: what a score does beyond the trained window, and what each way to extend it does to the frequencies.

Part one is figure 2 of Chen et al. (2023), by the code of its appendix C.1: scores fitted to random points in the window.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from labkit.experiment import Experiment, largest_difference
from labkit.figures import COLOURS
from ropelab import scaling
from ropelab.frequencies import rope_frequencies

Array = NDArray[np.float64]

D, BASE = 128, 10000.0  # the heads of LLaMA and Llama 2
PAPER_WINDOW = 2048  # LLaMA's, and the paper's
WINDOW = 4096  # Llama 2's, and Kimi-K2's before it was extended
FACTOR = 8
DYNAMIC = {5120: 3.0, 32768: 57.0}  # tokens of text: FACTOR * tokens / WINDOW - (FACTOR - 1)
DRAWS = 101
RIDGES, RIDGE = [1e-2, 1e-4, 1e-6], 1e-4  # eps of the fits, and the one behind the results
# float64 rounds a frequency to about 1e-15 of its size; the nearest wrong formula is off by more than 1e-2.
RELATIVE_BOUND = 1e-12
REACHED = f"largest |score| so far,\nover that of the window\n(median of {DRAWS} fits)"
STYLES = [("-", 7), ("-", 1), ("-.", 2), ("--", 0), (":", 5), (":", 3), ("--", 4)]


def run(experiment: Experiment) -> None:
    """Fit scores and leave the window; compare wavelengths and decay; stretch Kimi-K2 to 128k."""
    experiment.config(d_head=D, base=BASE, paper_window=PAPER_WINDOW, draws=DRAWS, ridges=RIDGES, ridge=RIDGE)
    experiment.config(window=WINDOW, factor=FACTOR, dynamic_at=list(DYNAMIC))
    trained = rope_frequencies(D, BASE)
    leave_the_window(experiment, trained)
    methods = {"unscaled": trained, "linear": scaling.linear_frequencies(trained, FACTOR)}
    methods |= {"NTK-aware": scaling.ntk_frequencies(D, BASE, FACTOR)}
    methods |= {"YaRN": scaling.yarn_frequencies(D, BASE, FACTOR, WINDOW)}
    follow_decay(experiment, methods)
    for tokens in DYNAMIC:
        methods[f"dynamic at {tokens:,} tokens"] = scaling.dynamic_ntk_frequencies(D, BASE, FACTOR, tokens, WINDOW)
    methods["Llama 3.1's rule"] = scaling.llama3_frequencies(trained, FACTOR, 1.0, 4.0, WINDOW)
    compare_wavelengths(experiment, methods)
    stretch_kimi(experiment)


def basis(positions: ArrayLike, inv_freq: Array) -> Array:
    """The cosines and sines that every score is a sum of, one row a position."""
    angles = np.multiply.outer(positions, inv_freq)
    return np.concatenate([np.cos(angles), np.sin(angles)], axis=1)


def fit(inv_freq: Array, targets: Array, ridge: float) -> Array:
    """Coefficients c of scores fitted to each column of targets at positions 0, 1, ..: least squares plus ridge |c|²."""
    # The ridge as further rows: the paper's normal equations have the same solution, but square the condition number.
    rows = np.concatenate([basis(np.arange(len(targets)), inv_freq), math.sqrt(ridge) * np.eye(2 * inv_freq.size)])
    wanted = np.concatenate([targets, np.zeros((2 * inv_freq.size, targets.shape[1]))])
    return np.asarray(np.linalg.lstsq(rows, wanted, rcond=None)[0])


def largest(coefficients: Array, inv_freq: Array, positions: ArrayLike, run: int | None = None) -> Array:
    """The largest absolute score of each fit, one row for each run of so many positions, or for all."""
    scores = np.abs(basis(positions, inv_freq) @ coefficients)
    return np.asarray(np.maximum.reduceat(scores, np.arange(0, len(scores), run or len(scores))))


def report(name: str, ratios: Array) -> None:
    """One line of a table: how many times the trained range the fits reach."""
    print(f"  {name:44s}{np.median(ratios):10.3f}{ratios.min():10.3f}{ratios.max():10.3f}")


def check_between(experiment: Experiment, claim: str, rise: Array, coefficients: Array, inv_freq: Array) -> None:
    """That no score rises between trained positions by more than an eighth of the largest second derivative."""
    used = float(np.max(rise / (np.hypot(*np.split(coefficients, 2)).T @ inv_freq**2 / 8.0)))
    claim += ": between trained positions a score a(d) rises by at most max |a''|/8"
    experiment.check(claim, used <= 1.0, f"measured: {used:.3g} of that")


def leave_the_window(experiment: Experiment, inv_freq: Array) -> None:
    """The paper's figure: scores that are bounded in the window, at positions beyond it and between its positions."""
    inside, targets = np.arange(PAPER_WINDOW), experiment.rng().standard_normal((PAPER_WINDOW, DRAWS))
    fits = {ridge: fit(inv_freq, targets, ridge) for ridge in RIDGES}
    trained = {ridge: largest(fits[ridge], inv_freq, inside)[0] for ridge in RIDGES}
    beyond = {ridge: largest(fits[ridge], inv_freq, inside + PAPER_WINDOW)[0] / trained[ridge] for ridge in RIDGES}
    # Up to the last trained position, so that each lies between two trained ones.
    positions, slower = np.arange(FACTOR * (PAPER_WINDOW - 1) + 1), scaling.linear_frequencies(inv_freq, FACTOR)
    between = largest(fits[RIDGE], slower, positions)[0]
    rank = np.linalg.matrix_rank(basis(inside, inv_freq))
    print(f"{DRAWS} scores fitted to random points in {PAPER_WINDOW:,} tokens: D = {D}, base {BASE:,.0f}")
    print(f"  Over these tokens the {D} cosines and sines have rank {rank} in float64: they are so alike that large")
    print("  coefficients c can cancel. What bounds them is eps, the ridge of the least-squares fit: it adds eps |c|²")
    print("  to the squared errors. In the paper's code eps is 0, and rounding decides how far a score goes.")
    print("  Largest |score| over the largest in the window  median  smallest   largest")
    for ridge, coefficients in fits.items():
        size = np.median(np.abs(coefficients).max(axis=0))
        report(f"extrapolated × 2, eps {ridge:.0e}, |c| up to {size:.1f}", beyond[ridge])
    report(f"interpolated × {FACTOR}, eps {RIDGE:.0e}", between / trained[RIDGE])
    experiment.result("extrapolated_over_trained", float(np.median(beyond[RIDGE])))
    experiment.result("interpolated_over_trained", float(np.median(between / trained[RIDGE])))
    least = float(min(np.min(ratios) for ratios in beyond.values()))
    experiment.check("extrapolated × 2: every score leaves its range", least > 1.0, f"at least {least:.3f} times")
    check_between(experiment, f"interpolated × {FACTOR}", between - trained[RIDGE], fits[RIDGE], inv_freq)
    if not experiment.quick:
        draw_fits(experiment, inv_freq, targets[:, 0], fits)


def draw_fits(experiment: Experiment, inv_freq: Array, targets: Array, fits: dict[float, Array]) -> None:
    """The paper's three panels, one below the other."""
    inside, one = np.arange(PAPER_WINDOW), fits[RIDGE][:, 0]
    extrapolated, interpolated = experiment.record.results_summary.values()
    with experiment.figure("interpolation.png", rows=3, width=8.0, height=11.5) as (fitted, beyond, between):
        fitted.plot(inside, targets, ".", markersize=3, color=COLOURS[5], label="random points")
        curve = basis(inside, inv_freq) @ one
        fitted.plot(inside, curve, color=COLOURS[1], label="fitted score a(d)")
        fitted.set(xlabel="distance d, in tokens", ylabel="score, no unit", ylim=(-4, 6))
        fitted.set(title=f"Fitted: |a(d)| at most {np.abs(curve).max():.2f} in the window")
        for (ridge, coefficients), style in zip(fits.items(), ("--", "-", "-."), strict=True):
            runs = largest(coefficients, inv_freq, np.arange(2 * PAPER_WINDOW), 32)
            heights = np.median(np.maximum.accumulate(runs) / largest(coefficients, inv_freq, inside), axis=1)
            label = f"eps {ridge:.0e}: {heights[-1]:,.0f} times"
            beyond.semilogy(32 * np.arange(1, heights.size + 1), heights, style, label=label)
        beyond.axvspan(PAPER_WINDOW, 2 * PAPER_WINDOW, color="0.93", zorder=0, label="beyond the window")
        beyond.set(xlabel="distance d, in tokens", ylabel=REACHED)
        beyond.set(title=f"Extrapolated × 2: {extrapolated:,.0f} times the trained range (eps {RIDGE:.0e})")
        # 25 to 75 in steps of 0.125, as in the paper: positions 200 to 600 of a context 8 times as long.
        fine, whole = np.arange(25 * FACTOR, 75 * FACTOR + 1), np.arange(25, 76)
        curve = basis(fine, scaling.linear_frequencies(inv_freq, FACTOR)) @ one
        between.plot(fine, curve, color=COLOURS[1], label=f"interpolated × {FACTOR}")
        between.plot(FACTOR * whole, basis(whole, inv_freq) @ one, "o", color=COLOURS[7], label="at trained positions")
        between.set(xlabel=f"distance {FACTOR}d, in tokens", ylabel="score, no unit", ymargin=0.2)
        between.set(title=f"Interpolated × {FACTOR}: {interpolated:,.3f} times the trained range")
        fitted.legend(loc="upper right", ncols=2)
        beyond.legend(loc="upper left")
        between.legend(loc="upper right", ncols=2)


def mean_score(distances: ArrayLike, inv_freq: Array) -> Array:
    """The mean score of q with itself at a distance, over that at 0, for features of equal variance."""
    return np.asarray(np.cos(np.multiply.outer(distances, inv_freq)).mean(axis=1))


def roformer_bound(distances: ArrayLike, inv_freq: Array) -> Array:
    """The mean of |S_i|, where S_i is the sum of e**(1j d f) over the first i pairs (RoFormer, section 3.4.3)."""
    return np.asarray(np.abs(np.cumsum(np.exp(1j * np.multiply.outer(distances, inv_freq)), axis=1)).mean(axis=1))


def follow_decay(experiment: Experiment, methods: dict[str, Array]) -> None:
    """How a score falls with distance as trained, and how much later where pairs turn more slowly."""
    print("\nMean score of a vector with itself over that at distance 0, and RoFormer's bound, the mean of |S_i|")
    linear = mean_score(FACTOR * np.arange(0, WINDOW, 5), methods["linear"])
    trained = mean_score(np.arange(0, WINDOW, 5), methods["unscaled"])
    # Angles below WINDOW radians, each rounded by at most half an eps of its size on either side; a few eps for the rest.
    bound = float(np.finfo(np.float64).eps) * (WINDOW + 8)
    claim = f"linear has at distance {FACTOR}d the score that was trained at d"
    experiment.check_error(claim, largest_difference(linear, trained), bound)
    if experiment.quick:
        return
    distances = np.arange(1, FACTOR * WINDOW + 1)
    # Both oscillate: what is drawn are means over bands, each about a seventh wider than the one before it.
    edges = np.unique(np.geomspace(1, distances.size + 1, 81).round().astype(int))
    labels = (("Bound", D / 4 + 0.5, "mean of |S$_i$|, no unit"), ("Score", 1.0, "mean score over that at distance 0"))
    print(f"  {'first halved: less than half that at 0':40s}mean of the last half of {WINDOW:,}  {FACTOR * WINDOW:,}")
    with experiment.figure("decay.png", rows=2, width=8.0, height=9.5) as panels:
        for panel, function, (what, start, label) in zip(panels, (roformer_bound, mean_score), labels, strict=True):
            halved = []
            for (name, inv_freq), (style, colour) in zip(methods.items(), STYLES, strict=False):
                values = function(distances, inv_freq)
                half = int(np.argmax(values < start / 2)) + 1
                halved.append(f"{name} {half}")
                means = values[WINDOW // 2 : WINDOW].mean(), values[distances.size // 2 :].mean()
                print(f"  {what}, {name:10s} first halved at {half:3d} {means[0]:27.4f}{means[1]:10.4f}")
                bands = np.add.reduceat(values, edges[:-1] - 1) / np.diff(edges)
                panel.semilogx(np.sqrt(edges[:-1] * (edges[1:] - 1.0)), bands, style, color=COLOURS[colour], label=name)
            panel.axvline(WINDOW, color="0.4", linestyle=":", label=f"trained: {WINDOW:,} tokens")
            panel.set(xlabel="distance between query and key, in tokens", ylabel=label)
            panel.set(title=f"{what} first halved at: {', '.join(halved)}")
            panel.legend(loc="lower left")


def compare_wavelengths(experiment: Experiment, methods: dict[str, Array]) -> None:
    """What each method leaves alone and what it slows, pair by pair."""
    trained, powers = methods["unscaled"], np.arange(D // 2) / (D // 2 - 1)
    print(f"\nHow much slower pairs turn: D = {D}, base {BASE:,.0f}, {WINDOW:,} tokens trained, factor {FACTOR}")

    def check(claim: str, inv_freq: Array, slower: Array | float) -> None:
        error = largest_difference(trained / inv_freq / slower, np.ones(D // 2))
        experiment.check_error(claim, error, RELATIVE_BOUND)

    check(f"linear slows every pair {FACTOR} times", methods["linear"], FACTOR)
    # base' / base = factor ** (D / (D - 2)), to the power 2i / D.
    check(f"NTK-aware leaves pair 0, slows the last {FACTOR} times", methods["NTK-aware"], FACTOR**powers)
    for tokens, most in ((WINDOW // 3, 1.0), (WINDOW, 1.0), *DYNAMIC.items()):
        dynamic = scaling.dynamic_ntk_frequencies(D, BASE, FACTOR, tokens, WINDOW)
        times = f"{most:g} times" if most > 1 else "not at all"
        check(f"dynamic NTK at {tokens:,} tokens slows the last pair {times}", dynamic, most**powers)
    for window in (WINDOW, 131072):
        # Counted on more pairs than there are: over the longer window the slow end lies beyond the last of them.
        turns = window * BASE ** (-2.0 * np.arange(D) / D) / (2 * math.pi)
        share = np.interp(np.arange(D // 2), [(turns > 32).sum() - 1, (turns >= 1).sum()], [0.0, 1.0])
        counts = f"{np.sum(share == 0)} pairs kept, {np.sum(share == 1)} slowed {FACTOR} times, mixed by index between"
        yarn = scaling.yarn_frequencies(D, BASE, FACTOR, window)
        check(f"YaRN after {window:,} tokens: {counts}", yarn, 1.0 / (1.0 - share + share / FACTOR))
    share = np.interp(WINDOW * trained / (2 * math.pi), [1.0, 4.0], [1.0, 0.0])
    counts = f"{np.sum(share == 0)} pairs kept, {np.sum(share == 1)} slowed {FACTOR} times, mixed by turns between"
    check(f"Llama 3.1's rule here: {counts}", methods["Llama 3.1's rule"], 1.0 / (1.0 - share + share / FACTOR))

    context, shown = FACTOR * WINDOW, (0, 16, 32, 40, 50, 63)
    rules = ("linear", "NTK-aware", "YaRN", "Llama 3.1's rule")
    slowed = [f"{name} {trained[40] / methods[name][40]:.3g}" for name in rules]
    longer = [f"{name} {np.sum(2 * math.pi / methods[name] > context)}" for name in ("unscaled", "linear", "YaRN")]
    print(f"  Times slower, pair      {''.join(f'{pair:8d}' for pair in shown)}   longest wavelength, in tokens")
    with experiment.figure("wavelengths.png", rows=2, width=8.0, height=10.5) as (turns, slower):
        for (name, inv_freq), (style, colour) in zip(methods.items(), STYLES, strict=True):
            columns = "".join(f"{trained[pair] / inv_freq[pair]:8.3f}" for pair in shown)
            print(f"  {name:24s}{columns}   {2 * math.pi / inv_freq[-1]:12,.0f}")
            turns.semilogy(2 * math.pi / inv_freq, style, color=COLOURS[colour], label=name)
            slower.semilogy(trained / inv_freq, style, color=COLOURS[colour])
        for tokens, text in ((WINDOW, "trained"), (context, "extended")):
            turns.axhline(tokens, color="0.5", linewidth=1, linestyle="--", zorder=1)
            turns.text(0, tokens * 1.2, f"{text}: {tokens:,} tokens", color="0.3")
        turns.set(xlabel="pair of features", ylabel="wavelength, in tokens per full turn")
        turns.set(title=f"No full turn in {context:,} tokens: {', '.join(longer)} pairs")
        turns.legend(loc="lower right", fontsize=11)
        slower.set(xlabel="pair of features", ylabel="times slower than trained")
        slower.set(title=f"Pair 40 slowed: {', '.join(slowed)}")
        slower.set_yticks([2**k for k in range(7)], [str(2**k) for k in range(7)])
        slower.minorticks_off()


def stretch_kimi(experiment: Experiment) -> None:
    """Kimi-K2 at 131,072 tokens: what YaRN slows, and what it sharpens."""
    trained, factor = rope_frequencies(64, 50000.0), 32
    yarn, sharpness = scaling.preset_frequencies("kimi-k2")
    slow = WINDOW * trained < 2 * math.pi
    print(f"\nKimi-K2: D = 64, base 50,000, {WINDOW:,} tokens trained, extended to {factor * WINDOW:,}")
    claim = f"YaRN slows {factor} times the {slow.sum()} pairs that make no full turn, and no other"
    error = largest_difference(trained / yarn / np.where(slow, factor, 1.0), np.ones(trained.size))
    experiment.check_error(claim, error, RELATIVE_BOUND)
    # 128 features of a query are not rotated. Here sharpness is 1: Kimi-K2 has it in the softmax scale instead.
    sharper = scaling.yarn_softmax_scale(192, factor, 1.0) * math.sqrt(192)
    error = abs(sharper - (scaling.yarn_attention_factor(factor) / sharpness) ** 2)
    claim = f"the softmax scale sharpens scores {sharper:.4f} times, as the attention factor would"
    experiment.check_error(claim, error, RELATIVE_BOUND)
    linear = scaling.linear_frequencies(trained, factor)
    fit_kimi(experiment, {"unscaled": trained, "YaRN": yarn, "linear": linear}, factor)


def fit_kimi(experiment: Experiment, methods: dict[str, Array], factor: int) -> None:
    """Which angles are new in a context factor times as long, and what scores fitted in the window do there."""
    trained, context, turn = methods["unscaled"], factor * WINDOW, 2 * math.pi
    slow, targets = WINDOW * trained < turn, experiment.rng().standard_normal((WINDOW, DRAWS))
    # Every eighth position, up to the one that linear and YaRN put on the last trained one.
    positions = np.arange(0, factor * (WINDOW - 1) + 1, 8)
    cases = (("slow pairs", slow, "YaRN"), ("all pairs", slow | True, "linear"))
    print("  Largest |score| over the largest in the window  median  smallest   largest")
    with experiment.figure("kimi_k2.png", rows=3, width=8.0, height=12.0) as (angles, *panels):
        angles.semilogy(context * trained / turn, "^", color=COLOURS[7], label=f"{context:,} tokens, unscaled")
        angles.semilogy(context * methods["YaRN"] / turn, "o", color=COLOURS[0], label=f"{context:,} tokens, YaRN")
        angles.semilogy(WINDOW * trained / turn, "s", color=COLOURS[1], ms=4, label=f"{WINDOW:,} tokens, trained")
        new = [np.sum(slow & (factor * f > trained * (1 + RELATIVE_BOUND))) for f in (trained, methods["YaRN"])]
        angles.set(title=f"Pairs at angles that they never had: unscaled {new[0]}, YaRN {new[1]}")
        angles.set(xlabel="pair of rotated features", ylabel="largest angle, in turns")
        angles.legend(loc="lower left")
        for panel, (kind, chosen, kept) in zip(panels, cases, strict=True):
            coefficients, most = fit(trained[chosen], targets, RIDGE), []
            inside = largest(coefficients, trained[chosen], np.arange(WINDOW))[0]
            for (name, inv_freq), style, colour in zip(methods.items(), ("-", "-", "--"), (7, 0, 1), strict=True):
                runs = largest(coefficients, inv_freq[chosen], positions, 128)
                heights, far = np.median(np.maximum.accumulate(runs) / inside, axis=1), runs.max(axis=0)
                panel.semilogy(1024 * np.arange(1, heights.size + 1), heights, style, color=COLOURS[colour], label=name)
                report(f"{kind}, {name}", far / inside)
                most.append(f"{name} {np.median(far / inside):,.3g}")
                if name == kept:
                    check_between(experiment, f"{kind}, {name}", far - inside, coefficients, trained[chosen])
            panel.axvline(WINDOW, color="0.4", linestyle=":", label=f"trained: {WINDOW:,} tokens")
            title = f"Fitted with {kind}, coefficients kept, not retrained:\n{', '.join(most)} times the range"
            panel.set(xlabel="distance, in tokens", ylabel=REACHED, title=title)
            panel.legend(loc="center", bbox_to_anchor=(0.5, 0.35), ncols=2)


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "07-scaling"]))
