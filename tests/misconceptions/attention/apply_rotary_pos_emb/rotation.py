"""Wrong answers to apply_rotary_pos_emb (lab 06): rotation."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.attention import apply_rotary_pos_emb
from ropelab.frequencies import rope_frequencies

Array = NDArray[Any]


def _angles(x: Array, position_ids: Array, theta: float, rotary_dim: int | None) -> Array:
    size = x.shape[3] if rotary_dim is None else rotary_dim
    return np.asarray(position_ids[..., None, None] * rope_frequencies(size, theta))


def _with_pairs(x: Array, cos: Array, sin: Array) -> Array:
    """Interleaved, with cosines and sines of their own for both products."""
    out, size = x.copy(), 2 * cos.shape[-1]
    even, odd = x[..., 0:size:2], x[..., 1:size:2]
    out[..., 0:size:2], out[..., 1:size:2] = even * cos - odd * sin, even * sin + odd * cos
    return out


def split_half_pairs(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: weights of one layout, rotation of the other
    hint: Rotate the head 1 0 0 0 0 0. At which place besides the first does something appear?
    hint: You pair feature i with i + D/2, as Hugging Face's code does. This lab's layout is interleaved: features 2i and
        2i + 1.
    """
    angles = _angles(x, position_ids, theta, rotary_dim)
    half, out = angles.shape[-1], x.copy()
    first, second = x[..., :half], x[..., half : 2 * half]
    out[..., :half] = first * np.cos(angles) - second * np.sin(angles)
    out[..., half : 2 * half] = first * np.sin(angles) + second * np.cos(angles)
    return out


def neighbours_angles_for_halves(
    x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """each angle repeated, and rotate_half beside it

    met: how-to-train-your-gpt 7: repeat_interleave from one layout, rotate_half from the other
    hint: Compare the length of a head before and after. A rotation keeps it.
    hint: Angles that stand twice side by side belong to neighbouring features, rotate_half to features D/2 apart. The two
        features of a pair get different angles. Use one layout for both.
    """
    angles = np.repeat(_angles(x, position_ids, theta, rotary_dim), 2, axis=-1)
    out, head = x.copy(), x[..., : angles.shape[-1]]
    first, second = np.split(head, 2, axis=-1)
    out[..., : head.shape[-1]] = head * np.cos(angles) + np.concatenate([-second, first], axis=-1) * np.sin(angles)
    return out


def halves_angles_for_neighbours(
    x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """angles twice in a row, and neighbours turned

    met: xiangking/ark-nlp issue 47: repeat where repeat_interleave was needed
    hint: Compare the length of a head before and after. A rotation keeps it.
    hint: The row of angles followed by itself belongs to the split-half layout. Here features 2i and 2i + 1 turn together,
        and both need angle i.
    """
    angles = _angles(x, position_ids, theta, rotary_dim)
    out, size = x.copy(), 2 * angles.shape[-1]
    head, angles = x[..., :size], np.concatenate([angles, angles], axis=-1)
    turned = np.stack([-head[..., 1::2], head[..., 0::2]], axis=-1).reshape(head.shape)
    out[..., :size] = head * np.cos(angles) + turned * np.sin(angles)
    return out


def clockwise(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """turned clockwise

    met: karpathy/nanochat pull request 489: scores come out the same, but weights of other models do not fit
    hint: Turn the pair (1, 0) by a small angle. Is the second feature positive?
    hint: Your sines have the wrong sign, so every pair turns backwards. Compare with lab 04's formula, term by term.
    """
    return apply_rotary_pos_emb(x, -position_ids, theta, rotary_dim)


def cos_and_sin_exchanged(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """cosines and sines exchanged

    met: a classic: the functions of Hugging Face's GPT-J code take sin first
    hint: Rotate a token at position 0. What should come out, and what does?
    hint: At angle 0 the cosine is 1 and nothing moves. Yours multiplies each feature by the sine, and its partner by the
        cosine.
    """
    angles = _angles(x, position_ids, theta, rotary_dim)
    return _with_pairs(x, np.sin(angles), np.cos(angles))


def plus_in_both(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """a plus where the minus belongs

    met: a classic: two lines that look alike, one copied from the other
    hint: Compare the length of a head before and after. A rotation keeps it.
    hint: One of the two features of a pair is a difference: turned by a quarter, (0, 1) becomes (-1, 0).
    """
    angles = _angles(x, position_ids, theta, rotary_dim)
    out, size = x.copy(), 2 * angles.shape[-1]
    out[..., 0:size:2] = x[..., 0:size:2] * np.cos(angles) + x[..., 1:size:2] * np.sin(angles)
    out[..., 1:size:2] = x[..., 0:size:2] * np.sin(angles) + x[..., 1:size:2] * np.cos(angles)
    return out


def theta_ignored(x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None) -> Array:
    """base 10,000 whatever theta is

    met: ggml-org/llama.cpp pull request 2773: a model's base was in its file, and nobody read it
    hint: Rotate with theta 10,000 and with theta 500,000. Do the results differ?
    hint: The default of the frequencies is written for you in lab 01. Here the caller chooses: pass theta on.
    """
    return apply_rotary_pos_emb(x, position_ids, rotary_dim=rotary_dim)


def base_of_another_model(x: Array, position_ids: Array, theta: float = 5e5, rotary_dim: int | None = None) -> Array:
    """500,000 as the default of theta

    met: a classic: the base of Llama 3 taken for that of every model
    hint: Call it without theta, and with theta 10,000. Are the results equal?
    hint: The default is part of the contract: 10,000, as in the paper.
    """
    return apply_rotary_pos_emb(x, position_ids, theta, rotary_dim)


def new_feature_used_for_the_other(
    x: Array, position_ids: Array, theta: float = 1e4, rotary_dim: int | None = None
) -> Array:
    """second feature made from the new first one

    met: a classic of in-place code: a slice shows what the array holds now
    hint: Turn the pair (1, 0) by one radian. Is the first feature right, and the second?
    hint: When you compute the second feature of a pair, the first has already been overwritten. Compute both from x.
    """
    angles = _angles(x, position_ids, theta, rotary_dim)
    out, size = x.copy(), 2 * angles.shape[-1]
    out[..., 0:size:2] = out[..., 0:size:2] * np.cos(angles) - out[..., 1:size:2] * np.sin(angles)
    out[..., 1:size:2] = out[..., 0:size:2] * np.sin(angles) + out[..., 1:size:2] * np.cos(angles)
    return out
