"""The reference's attention layer agrees with a stored one, whose weights were made for the split-half layout.

tests/oracle/README.md says where the values come from, tests/parity/rounding.py and labkit.rounding derive the bounds.
"""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from reference import interleaved_layer
from rounding import frequency_error, table_error
from stored import LAYER, LAYER_HEAD_DIM, LAYER_KV_HEADS, LAYER_THETA, ORACLE

from labkit.rounding import LayerError, layer_error

Array = NDArray[Any]
X, OUT = ORACLE["attn/x"], ORACLE["attn/out"]
LENGTH = X.shape[1]


def allowed(factor: float = 2.0) -> LayerError:
    """Both sides compute the layer in float64."""
    table = table_error(LENGTH - 1, frequency_error(LAYER_THETA, LAYER_HEAD_DIM))
    one = layer_error(X, LAYER, LAYER_HEAD_DIM, table)
    return LayerError(factor * one.keys, factor * one.values, factor * one.out)


@pytest.fixture
def layer(reference: Any) -> Any:
    return interleaved_layer(reference, LAYER, LAYER_KV_HEADS, LAYER_THETA, LAYER_HEAD_DIM)


def in_pieces(reference: Any, layer: Any, lengths: list[int], position: int | None = None) -> tuple[Array, Any]:
    """The layer's output for X in pieces with one cache; later pieces at that position, where one is given."""
    cache, outputs, start = reference.attention.KVCache(), [], 0
    for length in lengths:
        ids = None if position is None or start == 0 else np.full(length, position)
        outputs.append(layer.forward(X[:, start : start + length], position_ids=ids, kv_cache=cache))
        start += length
    return np.concatenate(outputs, axis=1), cache


def test_the_layer_groups_its_heads(layer: Any) -> None:
    assert (layer.num_heads, layer.num_kv_heads, layer.head_dim) == (4, 2, 8)


@pytest.mark.parametrize("lengths", [[9], [1] * 9, [4, 1, 1, 3], [8, 1]], ids=str)
def test_output_and_cache_at_once_and_in_pieces(reference: Any, layer: Any, lengths: list[int]) -> None:
    out, cache = in_pieces(reference, layer, lengths)
    np.testing.assert_allclose(out, OUT, rtol=0, atol=allowed().out)
    keys = reference.relative.interleaved_to_half(cache.keys)
    np.testing.assert_allclose(keys, ORACLE["attn/k_cache"], rtol=0, atol=allowed().keys)
    np.testing.assert_allclose(cache.values, ORACLE["attn/v_cache"], rtol=0, atol=allowed().values)


def test_stored_values_are_not_rotated_and_stored_keys_are() -> None:
    keys, values = (
        (X @ weight.T).reshape(*X.shape[:2], LAYER_KV_HEADS, LAYER_HEAD_DIM).swapaxes(1, 2) for weight in LAYER[1:3]
    )
    np.testing.assert_allclose(ORACLE["attn/v_cache"], values, rtol=0, atol=allowed().values)
    assert np.max(np.abs(ORACLE["attn/k_cache"] - keys)) > 1
    # The first token stands at position 0, where nothing turns.
    np.testing.assert_allclose(ORACLE["attn/k_cache"][:, :, 0], keys[:, :, 0], rtol=0, atol=allowed().keys)


def test_the_layout_is_in_the_keys_that_are_cached(reference: Any, layer: Any) -> None:
    _, cache = in_pieces(reference, layer, [LENGTH])
    assert np.max(np.abs(cache.keys - ORACLE["attn/k_cache"])) > 1


@pytest.mark.parametrize("forgotten", [("q_proj", "k_proj"), ("q_proj",), ("k_proj",)], ids=" and ".join)
def test_without_the_permutation_the_output_differs(layer: Any, forgotten: tuple[str, ...]) -> None:
    for name in forgotten:
        setattr(layer, name, LAYER["qk".index(name[0])])
    difference = np.abs(layer.forward(X) - OUT)
    assert np.max(difference) > 0.1
    # The first token sees itself alone: its score does not matter.
    assert np.max(difference[:, 0]) <= allowed().out


def test_decoding_at_position_0_gives_the_stored_mistake_and_not_the_right_output(reference: Any, layer: Any) -> None:
    wrong = ORACLE["attn/out_bug_pos0_decode"]
    out, _ = in_pieces(reference, layer, [1] * LENGTH, position=0)
    np.testing.assert_allclose(out, wrong, rtol=0, atol=allowed().out)
    assert np.max(np.abs(wrong - OUT)) > 0.1
    np.testing.assert_allclose(wrong[:, 0], OUT[:, 0], rtol=0, atol=allowed().out)


def test_moving_all_positions_by_one_amount_keeps_the_stored_output(layer: Any) -> None:
    shift = 1000
    out = layer.forward(X, position_ids=np.arange(LENGTH) + shift)
    far = table_error(LENGTH - 1 + shift, frequency_error(LAYER_THETA, LAYER_HEAD_DIM))
    bound = allowed(1.0).out + layer_error(X, LAYER, LAYER_HEAD_DIM, far).out
    np.testing.assert_allclose(out, OUT, rtol=0, atol=bound)
