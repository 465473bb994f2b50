"""Lab 06, graded: rotation by batch and position, attention that is stable, and a layer that decodes with a cache."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike, NDArray

from labkit import tolerance
from labkit.testing import Check, Draw, Student

Floats = NDArray[np.float64]


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_every_token_of_every_sequence_is_turned_by_its_own_position(lab: Student, check: Check, draw: Draw) -> None:
    exact = tolerance.rotated(np.float64, 60_000)
    # As many tokens as sequences, as heads or as pairs: there a wrong axis goes unnoticed by the shapes.
    for batch, seq, heads, size in [(2, 7, 3, draw.head_dim()), (3, 3, 3, 6), (4, 5, 5, 10), (1, 1, 4, 10)]:
        x, theta = draw.normal(batch, seq, heads, size), draw.base()
        check.call(lab.apply_rotary_pos_emb, x, draw.position_ids(batch, seq, 60_000), theta, within=exact)
        check.call(lab.apply_rotary_pos_emb, x, draw.positions(seq, 60_000), theta=theta, within=exact)
    x = draw.normal(2, 5, 3, 14)
    # The default base and one below 1; repeats, a list, and whole numbers too large for float32.
    check.call(lab.apply_rotary_pos_emb, x, [900, 7, 7, 0, 1203], within=exact)
    # There the frequencies rise, to 0.3 ** -(12 / 14) = 2.81.
    check.call(lab.apply_rotary_pos_emb, x, [3, 40, 0, 9, 17], 0.3, within=exact)
    far = np.array([[16_777_217, 3, 40, 5, 5], [2, 1, 0, 30_000_001, 4]])
    check.call(lab.apply_rotary_pos_emb, x, far, draw.base(), within=tolerance.rotated(np.float64, 3.1e7))


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_partial_rotation_turns_the_first_features_as_a_head_of_that_size(
    lab: Student, check: Check, draw: Draw
) -> None:
    exact = tolerance.rotated(np.float64, 60_000)
    for size, rotary_dim in [(16, 6), (20, 10), (draw.head_dim(12), 8), (12, 12), (9, 4), (10, 2)]:
        x, ids = draw.normal(2, 6, 3, size), draw.position_ids(2, 6, 60_000)
        check.call(lab.apply_rotary_pos_emb, x, ids, draw.base(), rotary_dim, within=exact)
    check.call(lab.apply_rotary_pos_emb, draw.normal(2, 6, 3, 18), ids[0], rotary_dim=8, within=exact)
    x = draw.normal(2, 6, 3, 16, dtype=np.float32)
    check.call(lab.apply_rotary_pos_emb, x, ids, draw.base(), 6, within=tolerance.rotated(np.float32, 60_000))


@pytest.mark.task("apply_rotary_pos_emb", points=1)
def test_the_dtype_of_x_is_kept_and_what_does_not_fit_is_refused(lab: Student, check: Check, draw: Draw) -> None:
    rotate, theta = lab.apply_rotary_pos_emb, draw.base()
    for dtype in (np.float64, np.float32, np.float16):
        x, ids = draw.normal(2, 5, 3, 10, dtype=dtype), draw.position_ids(2, 5, 60_000)
        check.call(rotate, x, ids, theta, within=tolerance.rotated(dtype, 60_000))
        check.leaves_unchanged(rotate, x, ids, theta)
        check.leaves_unchanged(rotate, x, ids, theta, 4)
    ids = draw.position_ids(2, 5, 60)
    for shape in [(5, 3, 10), (5, 10), (1, 2, 5, 3, 10)]:
        check.raises(rotate, draw.normal(*shape), ids, naming="x", value=shape)
    for shape in [(6,), (3,), (1, 5), (2, 6), (2, 1), (5, 2), (2, 5, 1), ()]:
        check.raises(rotate, x, draw.rng.integers(0, 60, shape), naming="position_ids", value=shape)
    for wrong in (0.0, -500.0):
        check.raises(rotate, x, ids, wrong, naming="theta", value=wrong)
    for rotary_dim in (3, 12, 0, -2):
        check.raises(rotate, x, ids, theta, rotary_dim, naming="rotary_dim", value=rotary_dim)
    check.raises(rotate, draw.normal(2, 5, 3, 7), ids, naming="rotary_dim or x", value=7)


def _attend(check: Check, lab: Student, *arrays: NDArray[Any], **options: Any) -> None:
    check.call(lab.scaled_dot_product_attention, *arrays, within=tolerance.attention(*arrays), **options)


@pytest.mark.task("scaled_dot_product_attention", points=1)
def test_a_query_sees_the_keys_up_to_its_own_and_shares_key_heads_with_its_neighbours(
    lab: Student, check: Check, draw: Draw
) -> None:
    # As many queries as keys; a decode step; a piece of a text whose beginning is in the cache.
    for queries, keys in [(6, 6), (1, 7), (3, 8)]:
        for heads, kv_heads in [(3, 3), (6, 2), (4, 1)]:
            q, k, v = (
                2.0 * draw.normal(2, *shape, 10) for shape in ((heads, queries), (kv_heads, keys), (kv_heads, keys))
            )
            _attend(check, lab, q, k, v)
            _attend(check, lab, q, k, v, causal=False)
    # As many heads as queries, as keys, as sequences; and more queries than keys where nothing is hidden.
    square = [draw.normal(5, 5, 5, 6) for _ in range(3)]
    _attend(check, lab, *square)
    _attend(check, lab, draw.normal(2, 4, 9, 6), draw.normal(2, 2, 5, 6), draw.normal(2, 2, 5, 6), causal=False)


@pytest.mark.task("scaled_dot_product_attention", points=1)
def test_padding_is_seen_by_nobody_and_who_sees_nothing_gets_zeros(lab: Student, check: Check, draw: Draw) -> None:
    q, k, v = draw.normal(3, 6, 5, 8), draw.normal(3, 2, 5, 8), draw.normal(3, 2, 5, 8)
    # Padding of different lengths on the left, on the right, and in the middle.
    mask = np.array([[0, 0, 1, 1, 1], [1, 1, 1, 0, 0], [1, 0, 1, 0, 1]])
    for one in (mask, mask.astype(bool), np.ones((3, 5), dtype=bool), np.zeros((3, 5), dtype=bool)):
        _attend(check, lab, q, k, v, attention_mask=one)
        _attend(check, lab, q, k, v, causal=False, attention_mask=one)
    # A decode step, and as many sequences as keys, so that the wrong axis of the mask goes unnoticed by the shapes.
    _attend(check, lab, q[:, :, :1], k, v, attention_mask=mask.tolist())
    square = [draw.normal(5, 4, 5, 6) for _ in range(3)]
    _attend(check, lab, *square, attention_mask=draw.rng.permutation(np.tri(5, dtype=bool)[::-1]))


@pytest.mark.task("scaled_dot_product_attention", points=1)
def test_large_scores_and_half_precision_do_no_harm_and_shapes_that_do_not_fit_are_refused(
    lab: Student, check: Check, draw: Draw
) -> None:
    attend = lab.scaled_dot_product_attention
    for dtype in (np.float64, np.float32, np.float16):
        q, k, v = (draw.normal(2, 4, 6, 10, dtype=dtype) for _ in range(3))
        _attend(check, lab, 2 * q, k, v)
        check.leaves_unchanged(attend, q, k, v)
        # Whole numbers, and a head dimension whose root is one: the scores are exact, and thousands.
        large = [draw.rng.integers(-150, 151, (2, 4, 6, 16)).astype(dtype) for _ in range(2)]
        v = draw.normal(2, 4, 6, 16, dtype=dtype)
        within = tolerance.attention(np.zeros_like(v), np.zeros_like(v), v)
        check.call(attend, *large, v, within=within)
        # All scores far below zero: an exponential without the subtraction is 0 everywhere.
        check.call(attend, 0 * large[0] - 150, 0 * large[1] + 150, v, within=within)
    q, k, v = draw.normal(2, 6, 5, 8), draw.normal(2, 2, 7, 8), draw.normal(2, 2, 7, 8)
    check.raises(attend, q[0], k, v, naming="q", value=(6, 5, 8))
    check.raises(attend, q[..., None], k, v, naming="q", value=(2, 6, 5, 8, 1))
    for shape in [(2, 4, 7, 8), (3, 2, 7, 8), (1, 2, 7, 8), (2, 2, 7, 10), (2, 2, 7, 6), (2, 7, 8)]:
        check.raises(attend, q, draw.normal(*shape), draw.normal(*shape), naming="k", value=shape)
    check.raises(attend, q, k[:, :, :4], v[:, :, :4], naming="q or k")
    for shape in [(2, 2, 7, 8, 1), (2, 0, 7, 8)]:
        check.raises(attend, q, draw.normal(*shape), draw.normal(*shape), naming="k", value=shape)
    for shape in [(2, 2, 6, 8), (2, 1, 7, 8), (2, 2, 7, 1), (2, 2, 9, 8)]:
        check.raises(attend, q, k, draw.normal(*shape), naming="v", value=shape)
    for shape in [(7,), (2, 5), (1, 7), (2, 7, 1)]:
        wrong = np.ones(shape, dtype=bool)
        check.raises(attend, q, k, v, attention_mask=wrong, naming="attention_mask", value=shape)


@pytest.mark.task("projection_to_interleaved", points=1)
def test_the_rows_of_each_head_are_reordered_so_that_neighbours_make_a_pair(
    lab: Student, check: Check, draw: Draw
) -> None:
    convert = lab.projection_to_interleaved
    for heads, size, d_model in [(3, 10, 7), (1, 6, 6), (4, 2, 9), (2, 16, 32), (6, 6, 36)]:
        check.call(convert, draw.normal(heads * size, d_model), heads, within=tolerance.EXACT)
    weight = draw.normal(24, 5, dtype=np.float32)
    check.call(convert, weight, 2, within=tolerance.EXACT)
    check.call(convert, weight, num_heads=4, within=tolerance.EXACT)
    check.leaves_unchanged(convert, weight, 3)
    check.leaves_unchanged(convert, draw.normal(2, 3), 1)
    for heads in (5, 8, 24, 0, -2):
        check.raises(convert, weight, heads, naming="num_heads", value=heads)
    for shape in [(24,), (2, 12, 5), (4, 12, 5)]:
        check.raises(convert, draw.normal(*shape), 2, naming="weight", value=shape)


@pytest.mark.task("position_ids_from_mask", points=1)
def test_tokens_are_counted_and_padding_is_not(lab: Student, check: Check, draw: Draw) -> None:
    padding = draw.rng.permutation(6)
    left = np.arange(8) >= padding[:, None]
    for mask in (left, left.astype(np.int64), left[:, ::-1], left.tolist(), np.ones((3, 5), dtype=bool)):
        check.call(lab.position_ids_from_mask, mask, within=tolerance.EXACT)
    for mask in (np.zeros((2, 4), dtype=bool), draw.rng.random((4, 9)) < 0.6, np.zeros((3, 0), dtype=bool)):
        check.call(lab.position_ids_from_mask, mask, within=tolerance.EXACT)
    check.call(lab.position_ids_from_mask, np.ones((2, 300), dtype=np.uint8), within=tolerance.EXACT)
    check.leaves_unchanged(lab.position_ids_from_mask, left.astype(np.int64))
    for shape in [(6,), (2, 1, 6)]:
        wrong = np.ones(shape, dtype=bool)
        check.raises(lab.position_ids_from_mask, wrong, naming="attention_mask", value=shape)


@pytest.mark.task("KVCache", points=1)
def test_new_tokens_are_put_behind_those_that_are_there(lab: Student, check: Check, draw: Draw) -> None:
    cache = lab.KVCache()
    check.value((cache.keys is None, cache.values is None, cache.length), "an empty cache", within=tolerance.EXACT)
    # The second piece has as many tokens as the first, and as there are heads.
    for new in (3, 3, 1, 4):
        keys, values = (draw.normal(2, 3, new, 6, dtype=np.float32) for _ in range(2))
        check.call(cache.update, keys, values, within=tolerance.EXACT)
        held = cache.keys, cache.values, cache.length
        check.value(held, f"keys, values and length after {new} more", within=tolerance.EXACT)
    for shape in [(2, 3, 6), (1, 3, 2, 6), (2, 1, 2, 6), (2, 3, 2, 8)]:
        wrong = draw.normal(*shape, dtype=np.float32)
        check.raises(cache.update, wrong, wrong, naming="keys", value=shape)
    for shape in [(2, 3, 1, 6), (2, 3, 2, 8), (2, 1, 2, 6)]:
        wrong = draw.normal(*shape, dtype=np.float32)
        check.raises(cache.update, keys[:, :, :2], wrong, naming="values", value=shape)
    check.value((cache.keys, cache.values, cache.length), "the cache after refused updates", within=tolerance.EXACT)
    five = draw.normal(2, 3, 1, 6, 1)
    check.raises(lab.KVCache().update, five, five, naming="keys", value=five.shape)
    # Another cache is another text.
    other = lab.KVCache()
    keys, values = draw.normal(1, 2, 5, 4), draw.normal(1, 2, 5, 4)
    check.call(other.update, keys, values, within=tolerance.EXACT)
    check.leaves_unchanged(lab.KVCache().update, keys, values)


PROJECTIONS = ("q_proj", "k_proj", "v_proj", "o_proj")


def _layer(
    lab: Student, draw: Draw, heads: int, kv_heads: int, size: int, dtype: DTypeLike = np.float64
) -> tuple[Any, dict[str, NDArray[Any]]]:
    """A layer with weights of the test's own, and these weights."""
    model, width = heads * size, kv_heads * size
    layer = lab.AttentionWithRoPE(model, heads, kv_heads, max_seq_len=3000, theta=draw.base(), dtype=dtype)
    shapes = [(model, model), (width, model), (width, model), (model, model)]
    scale = np.sqrt(model)
    weights = {
        name: (draw.normal(*shape) / scale).astype(dtype) for name, shape in zip(PROJECTIONS, shapes, strict=True)
    }
    for name, weight in weights.items():
        setattr(layer, name, weight)
    return layer, weights


def _layer_bound(x: NDArray[Any], weights: Mapping[str, Floats], size: int, farthest: int = 10) -> tolerance.Bound:
    return tolerance.attention_layer(x, [weights[name] for name in PROJECTIONS], size, farthest)


@pytest.mark.task("AttentionWithRoPE", points=1)
def test_a_full_pass_rotates_queries_and_keys_by_their_positions_and_values_never(
    lab: Student, check: Check, draw: Draw
) -> None:
    for heads, kv_heads, size in [(3, 3, 6), (6, 2, 6), (4, 1, 10), (2, 2, 8)]:
        layer, weights = _layer(lab, draw, heads, kv_heads, size)
        x = draw.normal(2, 7, heads * size)
        check.call(layer.forward, x, within=_layer_bound(x, weights, size))
        within = _layer_bound(x, weights, size, farthest=3000)
        check.call(layer.forward, x, draw.position_ids(2, 7, 3000), within=within)
        check.call(layer.forward, x, position_ids=np.sort(draw.positions(7, 3000)), within=within)
    check.leaves_unchanged(layer.forward, x)
    # float32 weights make a float32 layer, whatever the dtype of x.
    layer, weights = _layer(lab, draw, 4, 2, 6, np.float32)
    x = 0.3 * draw.normal(2, 7, 24)
    check.call(layer.forward, x, within=_layer_bound(x, weights, 6))
    # As drawn by the constructor.
    for layer in (lab.AttentionWithRoPE(10, 1), lab.AttentionWithRoPE(20, 2, seed=draw.integer(1, 1000))):
        for name in PROJECTIONS:
            check.value(getattr(layer, name), f"{name} as the constructor draws it", within=tolerance.frequencies())
    kept = (layer.d_model, layer.num_heads, layer.num_kv_heads, layer.head_dim, layer.max_seq_len, layer.theta)
    check.value(kept, "d_model, num_heads, num_kv_heads, head_dim, max_seq_len and theta", within=tolerance.EXACT)


@pytest.mark.task("AttentionWithRoPE", points=1)
def test_decoding_with_a_cache_token_by_token_or_in_pieces_equals_the_full_pass(
    lab: Student, check: Check, draw: Draw
) -> None:
    layer, weights = _layer(lab, draw, 6, 2, 6)
    x = draw.normal(3, 9, 36)
    within = _layer_bound(x, weights, 6)
    for pieces in ([1] * 9, [4, 1, 3, 1]):
        cache, start = lab.KVCache(), 0
        for new in pieces:
            piece = x[:, start : start + new]
            start += new
            check.call(layer.forward, piece, kv_cache=cache, within=within)
        check.value((cache.keys, cache.values), "the rotated keys and the values in the cache", within=within)
    # Left-padded sequences of different lengths: positions begin with the first token, and padding is never seen.
    mask = np.arange(9) >= np.array([4, 0, 2])[:, None]
    cache = lab.KVCache()
    check.call(layer.forward, x[:, :6], None, cache, mask[:, :6], within=within)
    for start, stop in [(6, 8), (8, 9)]:
        piece = x[:, start:stop]
        check.call(layer.forward, piece, kv_cache=cache, attention_mask=mask[:, :stop], within=within)
    # Moved by a constant, all positions of a row give the same output: only the keys that are kept show where they stand.
    held = cache.keys, cache.values
    check.value(held, "the rotated keys and the values in the cache of a padded batch", within=within)
    check.call(layer.forward, x, attention_mask=mask.astype(np.int64), within=within)
    # Positions that are given count, with a cache and with a mask as well.
    cache, ids, within = lab.KVCache(), draw.position_ids(3, 9, 3000), _layer_bound(x, weights, 6, farthest=3000)
    check.call(layer.forward, x[:, :5], ids[:, :5], cache, within=within)
    check.call(layer.forward, x[:, 5:], ids[:, 5:], cache, mask, within=within)


@pytest.mark.task("AttentionWithRoPE", points=1)
def test_heads_shapes_and_positions_that_do_not_fit_are_refused_and_the_cache_stays(
    lab: Student, check: Check, draw: Draw
) -> None:
    layer, weights = _layer(lab, draw, 4, 2, 6)
    cache, x = lab.KVCache(), draw.normal(2, 5, 24)
    within = _layer_bound(x, weights, 6)
    check.call(layer.forward, x[:, :3], kv_cache=cache, within=within)
    for d_model, heads in [(26, 4), (12, 4), (24, 0), (24, -4)]:
        check.raises(lab.AttentionWithRoPE, d_model, heads, naming="d_model", value=d_model)
    for kv_heads in (4, 12, 0, -3):
        check.raises(lab.AttentionWithRoPE, 60, 6, kv_heads, naming="num_kv_heads", value=kv_heads)
    for shape in [(5, 24), (2, 5, 23), (2, 5, 25), (2, 5, 2, 24), (2, 5, 24, 24)]:
        check.raises(layer.forward, draw.normal(*shape), kv_cache=cache, naming="x", value=shape)
    for wrong in (-1, 3000, 70_000):
        ids = np.array([4, 17, wrong, 2, 1])
        check.raises(layer.forward, x, position_ids=ids, kv_cache=cache, naming="position_ids", value=wrong)
    for shape in [(4,), (3, 5), (2, 4), (1, 5)]:
        ids = draw.rng.integers(0, 50, shape)
        check.raises(layer.forward, x, position_ids=ids, kv_cache=cache, naming="position_ids", value=shape)
    for shape in [(8,), (2, 5), (2, 9), (1, 8)]:
        mask = np.ones(shape, dtype=bool)
        check.raises(layer.forward, x, kv_cache=cache, attention_mask=mask, naming="attention_mask", value=shape)
    check.value(cache.length, "the length of the cache after refused calls", within=tolerance.EXACT)
    check.call(layer.forward, x, kv_cache=cache, within=within)
    short = lab.AttentionWithRoPE(24, 4, max_seq_len=6)
    check.raises(short.forward, draw.normal(1, 7, 24), naming="position_ids", value=6)
    # With four tokens in the cache, the last of three more would stand at position 6.
    cache = lab.KVCache()
    cache.update(*(draw.normal(1, 4, 4, 6) for _ in range(2)))
    check.raises(short.forward, draw.normal(1, 3, 24), kv_cache=cache, naming="position_ids", value=6)
