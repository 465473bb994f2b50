"""Wrong answers to apply_rotary_pos_emb (lab 06): arrays and precision."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.attention import apply_rotary_pos_emb
from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def _turned(x: Array, angles: Array) -> Array:
    out, size = x.copy(), 2 * angles.shape[-1]
    cos, sin, even, odd = np.cos(angles), np.sin(angles), x[..., 0:size:2], x[..., 1:size:2]
    out[..., 0:size:2], out[..., 1:size:2] = even * cos - odd * sin, even * sin + odd * cos
    return out


def _frequencies(x: Array, theta: float, rotary_dim: int | None, dtype: DTypeLike) -> Array:
    size = x.shape[3] if rotary_dim is None else rotary_dim
    return np.asarray(rope_frequencies(size, theta).astype(dtype))


def always_float64(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """result always in float64

    met: a classic: the angles are float64, and NumPy promotes whatever they multiply
    hint: Print the dtype of the result for a float32 x.
    hint: The angles are float64 whatever x is, but the result goes back into a layer of x's dtype. Cast it at the end.
    """
    return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim).astype(np.float64)


def not_cast_back(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """nothing rounded at all

    variant of: always_float64
    """
    return apply_rotary_pos_emb(x.astype(np.float64), position_ids, theta, rotary_dim)


def float32_throughout(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """rotated in float32 whatever x is

    met: a classic: Meta's Llama code casts to float32 for the rotation, for its models are no finer
    hint: Rotate a float64 x, and compare it with the same in float32. How many digits agree?
    hint: A float64 x has digits that float32 cannot hold. Leave x in its own dtype.
    """
    return apply_rotary_pos_emb(x.astype(np.float32), position_ids, theta, rotary_dim).astype(x.dtype)


def complex64_throughout(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """as complex64, as Meta's code does

    variant of: float32_throughout
    """
    angles = position_ids[..., None, None] * _frequencies(x, theta, rotary_dim, np.float64)
    out, size = x.copy(), 2 * angles.shape[-1]
    z = x[..., :size].astype(np.float32).view(np.complex64) * np.exp(1j * angles).astype(np.complex64)
    out[..., 0:size:2], out[..., 1:size:2] = z.real, z.imag
    return out


def x_overwritten(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """x overwritten

    met: a classic: written for memory's sake, and the caller's array is gone
    hint: Print x before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The docstring
        promises a new array.
    """
    x[...] = apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)
    return x


def part_of_x_overwritten(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """x overwritten where only a part of it is rotated

    variant of: x_overwritten
    """
    if rotary_dim is None or rotary_dim == x.shape[3]:
        return apply_rotary_pos_emb(x, position_ids, theta)
    x[..., :rotary_dim] = apply_rotary_pos_emb(x[..., :rotary_dim], position_ids, theta)
    return x


def angles_in_float32(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """angles formed in float32

    met: kekzl/imp pull request 1325: angles formed and reduced in float32 drift to 1e-2 at position 131,071
    hint: Compare your cosines at position 50,000 with np.cos(50000 * inv_freq) in float64: how many digits agree?
    hint: An angle of 50,000 radians in float32 is off by up to 0.002 before any cosine is taken. Positions, frequencies and
        their product are float64.
    """
    inv_freq = _frequencies(x, theta, rotary_dim, np.float32)
    return _turned(x, position_ids[..., None, None].astype(np.float32) * inv_freq)


def angles_cast_to_float32(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """the product right, then cast

    variant of: angles_in_float32
    """
    inv_freq = _frequencies(x, theta, rotary_dim, np.float64)
    return _turned(x, (position_ids[..., None, None] * inv_freq).astype(np.float32))


def positions_in_float32(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """positions rounded to float32

    met: a classic: float32 counts without gaps only up to 16,777,216
    hint: Rotate a token at position 16,777,216, and one at 16,777,217. Do the results differ?
    hint: Above 2 to the 24 float32 holds no odd numbers, so neighbouring tokens fall together. Leave positions whole, or
        make them float64.
    """
    inv_freq = _frequencies(x, theta, rotary_dim, np.float64)
    return _turned(x, position_ids[..., None, None].astype(np.float32).astype(np.float64) * inv_freq)


def positions_in_the_dtype_of_x(
    x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """positions in the dtype of x

    met: huggingface/candle pull request 3520: positions cast to bfloat16, where neighbours fall together
    hint: Print np.arange(2048, 2054).astype(np.float16).
    hint: Half precision counts without gaps only up to 2,048. Positions never take the dtype of x.
    """
    inv_freq = _frequencies(x, theta, rotary_dim, np.float64)
    return _turned(x, position_ids[..., None, None].astype(x.dtype).astype(np.float64) * inv_freq)


def angles_in_the_dtype_of_x(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """angles in the dtype of x

    met: EleutherAI/gpt-neox issue 1003 and huggingface/transformers issue 25681: .half() on a model rounds inv_freq too
    hint: Rotate a float16 x at position 1,000, and the same in float64. By how much do they differ?
    hint: An angle of 1,000 radians in float16 is off by up to a quarter, whether the product is rounded or the frequency
        before it. Take cosine and sine of the float64 angle, and cast those.
    """
    inv_freq = _frequencies(x, theta, rotary_dim, np.float64)
    return _turned(x, (position_ids[..., None, None] * inv_freq).astype(x.dtype))


def frequencies_in_the_dtype_of_x(
    x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """the frequencies rounded, and their product with the position not

    variant of: angles_in_the_dtype_of_x
    """
    inv_freq = _frequencies(x, theta, rotary_dim, x.dtype).astype(np.float64)
    return _turned(x, position_ids[..., None, None] * inv_freq)
