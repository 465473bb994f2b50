"""Experiment 06: what an attention layer makes of positions, and whether decoding with a cache gives what a full pass gives.

Texts and weights are multiples of small powers of two, so that every projection of a text is exact in float64. Angles, softmax
and weighted sums still round; ``score_bound`` and ``output_bound`` derive by how much.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from labkit.experiment import Experiment, largest_difference
from labkit.figures import COLOURS
from ropelab.attention import (
    AttentionWithRoPE,
    KVCache,
    apply_rotary_pos_emb,
    position_ids_from_mask,
    projection_to_interleaved,
    scaled_dot_product_attention,
)

Array = NDArray[Any]
Weights = Sequence[Array]

D_MODEL, HEADS, KV_HEADS = 64, 8, 2
D, SHARED, BASE = D_MODEL // HEADS, HEADS // KV_HEADS, 500.0
TEXTS, TOKENS, PROMPT, PADDING = 2, 40, 12, 9
SHIFTS = [1, 37, 1000, 3000]
MAP_D, MAP_TOKENS, MAP_PADDING, LOOK_BACK, MAP_BASE = 32, 24, 6, 4, 10000.0
EPS = float(np.finfo(np.float64).eps)
VISIBLE = 0.01  # outputs are of size 1: a wrong position moves them by tenths, rounding by billionths at most


def run(experiment: Experiment) -> None:
    """Shift positions, permute tokens, carry over a split-half layer, look at the weights, decode."""
    experiment.config(d_model=D_MODEL, heads=HEADS, kv_heads=KV_HEADS, base=BASE, tokens=TOKENS, prompt=PROMPT)
    experiment.config(padding=PADDING, shifts=SHIFTS, map_d_head=MAP_D, map_tokens=MAP_TOKENS, map_base=MAP_BASE)
    rng = experiment.rng()
    shapes = [(D_MODEL, D_MODEL), (KV_HEADS * D, D_MODEL), (KV_HEADS * D, D_MODEL), (D_MODEL, D_MODEL)]
    # Multiples of 1/256, and of 1/2048 for the weights: 64 products of two such numbers add up without rounding.
    weights = [np.round(256 * rng.standard_normal(shape)) / 256 / math.sqrt(D_MODEL) for shape in shapes]
    x = np.round(256 * rng.standard_normal((TEXTS, TOKENS, D_MODEL))) / 256
    check_shift(experiment, weights, x)
    check_order(experiment, weights, x)
    check_split_half(experiment, weights, x[:1])
    check_maps(experiment)
    check_decoding(experiment, weights, x)


def layer_of(weights: Weights) -> AttentionWithRoPE:
    """Your layer with these weights."""
    layer = AttentionWithRoPE(D_MODEL, HEADS, KV_HEADS, max_seq_len=4096, theta=BASE)
    layer.q_proj, layer.k_proj, layer.v_proj, layer.o_proj = weights
    return layer


def score_bound(q: Array, k: Array, position: int) -> float:
    """How far two ways to compute one of the scores of q and k, (..., D), may differ, for positions up to position.

    Each way has the angles of q and of k off by an eps from the frequency and half an eps from the product, times the
    position: 6 eps position in all. Two dot products add D eps; cosines, sines, their products and the division 16 eps.
    """
    size = np.max(np.linalg.norm(q, axis=-1)) * np.max(np.linalg.norm(k, axis=-1)) / math.sqrt(q.shape[-1])
    return float(EPS * size * (6 * position + q.shape[-1] + 16))


def output_bound(weights: Weights, x: Array, position: int) -> float:
    """How far two ways to compute an output may differ.

    Scores off by s move the softmax weights by 2 s in total. Sums over keys and over features round as well.
    """
    q, k, v = ((x @ weight.T).reshape(-1, D) for weight in weights[:3])
    in_heads = 2 * score_bound(q, k, position) + EPS * (2 * x.shape[1] + 8 + D_MODEL)
    return float(np.max(np.abs(v)) * in_heads * np.max(np.sum(np.abs(weights[3]), axis=1)))


def check_visible(experiment: Experiment, claim: str, change: float) -> None:
    """A check that something makes a difference."""
    experiment.check(claim, VISIBLE < change < math.inf, f"change {change:.2f}, above {VISIBLE}")


def check_shift(experiment: Experiment, weights: Weights, x: Array) -> None:
    """Each text is shifted by a constant of its own, on positions with gaps."""
    layer, positions = layer_of(weights), np.cumsum(experiment.rng().integers(1, 4, (TEXTS, TOKENS)), axis=1)
    output = layer.forward(x, positions)
    print("All positions shifted, by s in the first text and by s + 5 in the second\n     s   change of the output")
    changes = []
    for shift in SHIFTS:
        changes.append(largest_difference(layer.forward(x, positions + np.array([[shift], [shift + 5]])), output))
        print(f"  {shift:4d}   {changes[-1]:20.1e}")
    experiment.result("shift_max_diff", max(changes))
    bound = output_bound(weights, x, int(positions.max()) + SHIFTS[-1] + 5)
    experiment.check_error("a constant added to all positions leaves the output as it was", max(changes), bound)


def check_order(experiment: Experiment, weights: Weights, x: Array) -> None:
    """All tokens but the last change places. It sees all of them; an earlier one would see other tokens than before."""
    layer, positions = layer_of(weights), 3 * np.arange(TOKENS) + 7
    order = np.append(experiment.rng().permutation(TOKENS - 1), TOKENS - 1)
    pairs = [(0 * positions, 0 * positions), (positions, positions[order]), (positions, positions)]
    outputs = [(layer.forward(x, old)[:, -1], layer.forward(x[:, order], new)[:, -1]) for old, new in pairs]
    nowhere, taken_along, stayed = (largest_difference(after, before) for before, after in outputs)
    print("\nThe earlier tokens change places; the last token's output before and after")
    bound = output_bound(weights, x, int(positions[-1]))
    experiment.check_error("without RoPE (all positions 0) their order does not count", nowhere, bound)
    experiment.check_error("nor does it when each token takes its position along", taken_along, bound)
    check_visible(experiment, "with RoPE, at the positions of their new places, it counts", stayed)


def split_half(x: Array, positions: Array) -> Array:
    """Rotated in the split-half layout, features i and i + D/2 being a pair; nothing of your code is in it."""
    angles = positions[:, None, None] * BASE ** (-np.arange(0, D, 2) / D)
    cos, sin, (first, second) = np.cos(angles), np.sin(angles), np.split(x, 2, axis=-1)
    return np.concatenate([first * cos - second * sin, first * sin + second * cos], axis=-1)


def scores_of(weights: Weights, x: Array, rotate: Callable[[Array], Array]) -> Array:
    """q kᵀ / sqrt(D) for each query head of one text."""
    q, k = (rotate((x @ weight.T).reshape(1, TOKENS, -1, D))[0].swapaxes(0, 1) for weight in weights[:2])
    return np.asarray(q @ k.repeat(SHARED, axis=0).swapaxes(1, 2) / math.sqrt(D))


def check_split_half(experiment: Experiment, weights: Weights, x: Array) -> None:
    """A layer whose weights were made for the split-half layout, against yours: with the rows reordered and without."""
    positions = np.append(2 * np.arange(TOKENS - 1), 500)
    scores = scores_of(weights, x, lambda heads: split_half(heads, positions))
    seen = np.exp(scores) * np.tri(TOKENS)  # scores as small as these cannot overflow
    v = (x[0] @ weights[2].T).reshape(TOKENS, KV_HEADS, D).swapaxes(0, 1).repeat(SHARED, axis=0)
    heads = seen / seen.sum(axis=-1, keepdims=True) @ v
    output = heads.swapaxes(0, 1).reshape(1, TOKENS, D_MODEL) @ weights[3].T
    rows = [projection_to_interleaved(*pair) for pair in zip(weights[:2], (HEADS, KV_HEADS), strict=True)]
    reordered = [*rows, *weights[2:]]
    print("\nThe weights of a split-half layer in your layer")
    error = largest_difference(scores_of(reordered, x, lambda x: apply_rotary_pos_emb(x, positions, BASE)), scores)
    q, k = ((x @ weight.T).reshape(-1, D) for weight in weights[:2])
    claim = "reordered rows give the scores of the split-half layout"
    experiment.check_error(claim, error, score_bound(q, k, 500))
    error = largest_difference(layer_of(reordered).forward(x, positions), output)
    claim = f"and then the whole layer, {HEADS} query heads on {KV_HEADS} key heads, gives its output"
    experiment.check_error(claim, error, output_bound(weights, x, 500))
    change = largest_difference(layer_of(weights).forward(x, positions), output)
    check_visible(experiment, "rows that were not reordered give another output", change)


def weights_of(q: Array, k: Array, positions: Array, mask: Array | None = None) -> Array:
    """The attention weights of one head, (tokens, tokens): they are the output itself when v is the identity."""
    q, k = (apply_rotary_pos_emb(x[None, :, None], positions, MAP_BASE).swapaxes(1, 2) for x in (q, k))
    v = np.eye(*k.shape[2:])[None, None]  # of the shape of k, so D must not be below the number of tokens
    return np.asarray(scaled_dot_product_attention(q, k, v, attention_mask=mask)[0, 0, :, : k.shape[2]])


def check_maps(experiment: Experiment) -> None:
    """Maps of weights: from distance alone, from content alone, from both, and from both behind padding.

    What a query may not see is grey, where its weight is zero; a weight that should not be there shows.
    """
    positions, mask = np.arange(MAP_TOKENS) + 50, np.arange(MAP_PADDING + MAP_TOKENS)[None] >= MAP_PADDING
    # One key for all tokens, and one query for all: that key, turned to where it stands LOOK_BACK tokens earlier.
    angles = LOOK_BACK * MAP_BASE ** (-np.arange(0, MAP_D, 2) / MAP_D)
    query = 2.0 * np.stack([np.cos(angles) + np.sin(angles), np.cos(angles) - np.sin(angles)], axis=1).ravel()
    distance = weights_of(np.tile(query, (MAP_TOKENS, 1)), np.full((MAP_TOKENS, MAP_D), 2.0), positions)
    q, k = 2.0 * experiment.rng().standard_normal((2, MAP_PADDING + MAP_TOKENS, MAP_D))
    padded = weights_of(q, k, position_ids_from_mask(mask)[0], mask)
    q, k = q[MAP_PADDING:], k[MAP_PADDING:]
    content, both = weights_of(q, k, 0 * positions), weights_of(q, k, positions)
    # The longest random vectors are longer than the query and the key above, so this bound holds for all four maps.
    bound = 4 * score_bound(q, k, int(positions[-1])) + EPS * (4 * MAP_TOKENS + 16)
    print(f"\nMaps of attention weights, {MAP_TOKENS} tokens, D = {MAP_D}")
    # A row without its farthest key, scaled to a sum of 1, is the row above it.
    rows = [row[1 : i + 2] / np.sum(row[1 : i + 2]) for i, row in enumerate(distance[1:])]
    error = max(largest_difference(row, distance[i, : i + 1]) for i, row in enumerate(rows))
    favourites = sorted({int(i - np.argmax(distance[i])) for i in range(LOOK_BACK, MAP_TOKENS)})
    experiment.check_error("with one content everywhere, only distance counts", error, bound)
    peak = f"weights peak {', '.join(map(str, favourites))} back" if error <= bound else "NOT by distance alone"
    claim = f"a query that fits the key {LOOK_BACK} tokens back looks there"
    experiment.check(claim, favourites == [LOOK_BACK], f"the largest weights lie {favourites} tokens back")
    error = largest_difference(padded[MAP_PADDING:], np.pad(both, ((0, 0), (MAP_PADDING, 0))))
    experiment.check_error("padding on the left gets no weight, and changes none", error, bound)
    same = "C again, moved" if error <= bound else "NOT C again"
    maps = {
        f"A. One content everywhere:\n{peak}": distance,
        "B. Random content,\nall at position 0": content,
        f"C. As B, own positions:\nup to {largest_difference(both, content):.2f} from B": both,
        f"D. As C, {MAP_PADDING} of padding before:\n{same}": padded,
    }
    with experiment.figure("attention_maps.png", columns=2, rows=2, width=8.0, height=8.4) as panels:
        for axes, (title, weights) in zip(panels, maps.items(), strict=True):
            visible = np.tri(len(weights), dtype=bool) & mask[0, MAP_PADDING + MAP_TOKENS - len(weights) :]
            axes.set_facecolor("#bdbdbd")
            # NaN is not drawn: the grey behind it shows.
            image = axes.imshow(np.where(visible | (weights != 0), weights, np.nan), cmap="Blues", vmin=0.0, vmax=1.0)
            axes.set(title=title, xlabel="key, in tokens", ylabel="query, in tokens")
            axes.set(xticks=range(0, len(weights), 6), yticks=range(0, len(weights), 6))
            axes.grid(visible=False)
        panels[0].figure.suptitle("Attention weights; grey is hidden: later tokens, and padding in D", fontsize=14)
        panels[0].figure.colorbar(image, ax=panels, shrink=0.6, label="attention weight (a token's add up to 1)")


def decode(layer: AttentionWithRoPE, x: Array, ends: list[int], ids: Array | None, mask: Array | None) -> Array:
    """The output for x, fed piece by piece with a cache; ends says where each piece ends."""
    cache, outputs = KVCache(), []
    for start, end in zip([0, *ends], ends, strict=False):
        piece = None if ids is None else ids[..., start:end]
        outputs.append(layer.forward(x[:, start:end], piece, cache, None if mask is None else mask[:, :end]))
    return np.concatenate(outputs, axis=1)


def check_decoding(experiment: Experiment, weights: Weights, x: Array) -> None:
    """Four ways to decode that must give the full pass, and two whose positions go wrong after the prompt."""
    layer, cache, t = layer_of(weights), KVCache(), np.arange(TOKENS)
    full, steps = layer.forward(x, kv_cache=cache), list(range(PROMPT, TOKENS + 1))
    values = (x @ weights[2].T).reshape(TEXTS, TOKENS, KV_HEADS, D).swapaxes(1, 2)
    held = math.inf if cache.values is None else largest_difference(cache.values, values)
    print(f"\nDecoding after a prompt of {PROMPT} tokens")
    experiment.check_error("a cache holds the values x @ v_proj.T, not rotated", held, 0.0)
    # The second text moves PADDING places to the right; those of its tokens that fall off there stand in for padding.
    mask = np.stack([t >= 0, t >= PADDING])
    padded, expected = (np.stack([array[0], np.roll(array[1], PADDING, axis=0)]) for array in (x, full))
    counted = position_ids_from_mask(mask)
    first = [int(counted[0, 0]), int(counted[1, PADDING])]
    experiment.check("the first token of each text is at position 0", first == [0, 0], f"they are at {first}")
    runs = {
        "one token a step": (x, steps, None, None),
        "pieces of several tokens": (x, [5, 6, 23, 32, TOKENS], None, None),
        "left-padded batch": (padded, steps, None, mask),
        "left-padded batch, padding counted too": (padded, steps, t, mask),
        "every step at position 0": (x, steps, np.where(t < PROMPT, t, 0), None),
        "padding counted after the prompt only": (padded, steps, np.where(t < PROMPT, counted, t), mask),
    }
    errors = {}
    for name, (tokens, ends, ids, seen) in runs.items():
        difference = decode(layer, tokens, ends, ids, seen) - (full if tokens is x else expected)
        errors[name] = np.max(np.abs(difference if seen is None else difference * seen[..., None]), axis=(0, 2))
        print(f"  {name:38s}   off by {np.max(errors[name]):7.1e}")
    plain, batch, zero, mixed = (float(np.max([*errors.values()][i:j])) for i, j in ((0, 2), (2, 4), (4, 5), (5, 6)))
    experiment.result("decode_max_diff", float(np.max([plain, batch])))
    experiment.result("wrong_position_decode_max_diff", zero)
    bound = output_bound(weights, x, TOKENS)
    experiment.check_error("decoding with a cache gives the full pass", plain, bound)
    experiment.check_error("so does decoding a left-padded batch", batch, bound)
    check_visible(experiment, "decoding every step at position 0 does not", zero)
    check_visible(experiment, "nor does counting the padding after the prompt only", mixed)
    shown = [name for i, name in enumerate(runs) if i not in (1, 3)]
    with experiment.figure("decode.png", width=8.0, height=5.0) as axes:
        for name, style, colour in zip(shown, ("o-", "^-", "s-", "D-"), (0, 2, 1, 3), strict=True):
            measured = np.maximum(errors[name][PROMPT:], EPS / 4)  # zero has no place on a logarithmic axis
            axes.semilogy(t[PROMPT:], measured, style, color=COLOURS[colour], markersize=6, label=name)
        axes.axhline(bound, linestyle="--", color=COLOURS[7], label="bound from rounding")
        right = "gives the full pass" if np.max([plain, batch]) <= bound else "does NOT give the full pass"
        axes.set(xlabel=f"place of the token in its row, in tokens (prompt: 0 to {PROMPT - 1})")
        axes.set(
            title=f"Decoding {right}; at position 0 it is off by {zero:.2f}", ylabel="largest |decoded − full pass|"
        )
        axes.legend()


if __name__ == "__main__":
    from labkit.cli import main

    raise SystemExit(main(["verify", "--lab", "06-attention"]))
