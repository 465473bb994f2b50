"""Wrong answers to scaled_dot_product_attention (lab 06): heads and what comes back."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ropelab.attention import scaled_dot_product_attention

Array = NDArray[Any]
Mask = ArrayLike | None


def shared_by_turns(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """key heads shared by turns

    met: onnx/onnx pull request 7274 and ekzhang/jax-js pull request 180: tile where repeat was needed
    hint: With six query heads and two key heads, which key head does query head 1 read?
    hint: np.tile gives the key heads 0 1 0 1 0 1, and h % kv_heads the same. Neighbours share one: 0 0 0 1 1 1, which is
        np.repeat.
    """
    times = (1, q.shape[1] // k.shape[1], 1, 1)
    return scaled_dot_product_attention(q, np.tile(k, times), np.tile(v, times), causal, attention_mask)


def shared_by_remainder(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """by the remainder

    variant of: shared_by_turns
    """
    shared = np.arange(q.shape[1]) % k.shape[1]
    return scaled_dot_product_attention(q, k[:, shared], v[:, shared], causal, attention_mask)


def values_by_turns(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """key heads shared by neighbours, value heads by turns

    met: a classic: two lines for two arrays, and one of them corrected
    hint: With six query heads and two key heads, which value head does query head 1 read?
    hint: Key head and value head go together: the weights that were made with one belong to the values of the same.
    """
    group = q.shape[1] // k.shape[1]
    return scaled_dot_product_attention(
        q, np.repeat(k, group, axis=1), np.tile(v, (1, group, 1, 1)), causal, attention_mask
    )


def first_head_for_all(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """first key head for all query heads

    met: a classic: multi-query attention, which has a single key head, taken for the general case
    hint: With six query heads and two key heads, change the second key head. What should change?
    hint: Each key head serves a group of query heads. Broadcasting a single one is right only where there is only one.
    """
    if k.shape[1] == q.shape[1]:
        return scaled_dot_product_attention(q, k, v, causal, attention_mask)
    return scaled_dot_product_attention(q, k[:, :1], v[:, :1], causal, attention_mask)


def as_many_heads_expected(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """key heads not shared at all

    met: state-spaces/mamba pull request 462: keys and values not repeated for grouped queries
    hint: Call it with six query heads and two key heads.
    hint: A product of arrays with six heads and with two is none. Each key head has to stand as often as query heads read it.
    """
    q @ k.swapaxes(2, 3)  # what fits is right, for a single key head is broadcast
    return scaled_dot_product_attention(q, k, v, causal, attention_mask)


def keys_and_values_exchanged(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """keys and values exchanged

    met: a classic: both have one shape, and the arguments another order elsewhere
    hint: Change v. Do the weights change?
    hint: The weights come from q and k alone, and v is what they average. You compare with v and average k.
    """
    return scaled_dot_product_attention(q, v, k, causal, attention_mask)


def weights_too(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Any:
    """weights returned too

    met: a classic: PyTorch's and Hugging Face's functions return them beside the result, for pictures
    hint: What type does your function return?
    hint: The docstring promises one array. Whoever wants the weights takes the unit vectors for v.
    """
    return scaled_dot_product_attention(q, k, v, causal, attention_mask), None


def tokens_before_heads(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """result with tokens before heads

    met: a classic: Hugging Face's attention functions return (batch, seq, heads, D)
    hint: Print the shape of q and that of the result.
    hint: The result has the shape of q. The layer that calls it exchanges the axes afterwards.
    """
    return scaled_dot_product_attention(q, k, v, causal, attention_mask).swapaxes(1, 2).copy()


def heads_merged(q: Array, k: Array, v: Array, causal: bool = True, attention_mask: Mask = None) -> Array:
    """heads of the result put side by side

    met: a classic: the last step of the layer taken into the function
    hint: Print the shape of q and that of the result.
    hint: The result has the shape of q. The layer that calls it puts the heads side by side.
    """
    out = scaled_dot_product_attention(q, k, v, causal, attention_mask)
    return out.swapaxes(1, 2).reshape(len(q), q.shape[2], -1)
