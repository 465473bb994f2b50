"""Wrong answers to apply_rotary_pos_emb_complex (lab 05).

hint: Multiply 1 + 0j by cos t + 1j sin t on paper: the point (1, 0) has turned by t.
hint: The even features as real parts and the odd ones as imaginary parts give one complex number for each pair: shape
    (batch, seq, heads, D/2). freqs_cis has the shape (seq, D/2): it needs an axis of length 1 for the batch and one for
    the heads.
hint: The real parts of the product go back to the even features, the imaginary parts to the odd ones, of a new array
    that is like x.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.relative import half_to_interleaved, interleaved_to_half
from ropelab.rotation import apply_rotary_pos_emb_complex

Array = NDArray[Any]


def _complex(x: Array) -> Array:
    return np.asarray(x[..., 0::2] + 1j * x[..., 1::2])


def _woven(turned: Array, x: Array) -> Array:
    return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape).astype(x.dtype)


def conjugate(x: Array, freqs_cis: Array) -> Array:
    """multiplied by the conjugate

    met: karpathy/nanochat#489: the other direction gives the same scores, and breaks only against foreign weights
    hint: Rotate a pair (1, 0) by a small positive angle. Is its second feature positive?
    hint: The product with cos - i sin turns clockwise, and so does a product with the two features of each pair
        exchanged. The first feature is the real part, and the angle keeps its sign.
    """
    return apply_rotary_pos_emb_complex(x, freqs_cis.conj())


def split_half_pairs(x: Array, freqs_cis: Array) -> Array:
    """split-half pairs

    met: TinyLlama#24 and llama.cpp#3018: weights for one layout, code for the other
    hint: Which two features make up the first complex number?
    hint: You take the first half of the features for the real parts and the second for the imaginary ones. In the
        interleaved layout the two features of a pair are neighbours.
    """
    return interleaved_to_half(apply_rotary_pos_emb_complex(half_to_interleaved(x), freqs_cis))


def parts_not_woven_back(x: Array, freqs_cis: Array) -> Array:
    """real and imaginary parts concatenated

    met: Hugging Face's DeepSeek-V3 code: interleaved in, halves out; scores agree, the vectors themselves do not
    hint: Rotate by the angle 0. Do the features keep their order?
    hint: The values are right, but all real parts stand before all imaginary ones. Each pair has to return to the two
        neighbouring places that it came from.
    """
    return interleaved_to_half(apply_rotary_pos_emb_complex(x, freqs_cis))


def rows_along_the_heads(x: Array, freqs_cis: Array) -> Array:
    """rows of freqs_cis along the heads

    met: xformers#841, open_lm#4: the rotation runs along the head axis, and the model learns no positions
    hint: Do two tokens of the same head turn by the same angle? Do two heads of the same token?
    hint: All heads of a token turn alike; tokens turn by their positions. Your rows are laid along the third axis of x,
        which counts heads, and belong along the second.
    """
    turned = _complex(x) * freqs_cis[None, None, : x.shape[2], :]
    return _woven(turned, x)


def rows_as_they_are(x: Array, freqs_cis: Array) -> Array:
    """freqs_cis multiplied as it is

    met: xformers#841, open_lm#4: the rotation runs along the head axis, and the model learns no positions
    hint: Print the shapes of the two factors one below the other, from the right. Which axes of theirs meet?
    hint: Broadcasting lines shapes up from the right, so that the rows of freqs_cis meet the heads: an error, or with
        as many heads as tokens a wrong result without one. Give freqs_cis an axis for the batch and one for the heads.
    """
    return _woven(_complex(x) * freqs_cis, x)


def row_0_for_all_tokens(x: Array, freqs_cis: Array) -> Array:
    """row 0 for all tokens

    met: jundot/omlx#2363: one position for a whole window of tokens
    hint: Give two equal tokens. Do they come out different?
    hint: Token t takes row t. With one row for all, every token stands at the same place and the order is lost.
    """
    return apply_rotary_pos_emb_complex(x, np.repeat(freqs_cis[:1], len(freqs_cis), axis=0))


def one_angle_for_all_pairs(x: Array, freqs_cis: Array) -> Array:
    """one angle for all pairs

    met: a classic: the formula of the plane, with one theta, is applied to every pair
    hint: How far does the last pair of a token turn?
    hint: Column i of freqs_cis belongs to pair i. Yours turns all pairs of a token by the angle of pair 0.
    """
    return apply_rotary_pos_emb_complex(x, np.repeat(freqs_cis[:, :1], freqs_cis.shape[1], axis=1))


def computed_in_complex64(x: Array, freqs_cis: Array) -> Array:
    """computed in single precision

    met: a classic of ports of Meta's Llama code, which goes through float32 and complex64
    hint: Pass float64 and complex128. What is the dtype of your product?
    hint: A cast to complex64 leaves 24 bits of each number, and the cast back to float64 does not return the others.
        Let NumPy promote x and freqs_cis.
    """
    x32 = x.astype(np.float32)
    turned = (x32[..., 0::2] + 1j * x32[..., 1::2]).astype(np.complex64) * freqs_cis.astype(np.complex64)[:, None, :]
    return _woven(turned, x)


def x_rounded_to_float32(x: Array, freqs_cis: Array) -> Array:
    """another way to write it

    variant of: computed_in_complex64
    """
    return apply_rotary_pos_emb_complex(x.astype(np.float32), freqs_cis).astype(x.dtype)


def x_in_complex64(x: Array, freqs_cis: Array) -> Array:
    """another way to write it

    variant of: computed_in_complex64
    """
    return _woven(_complex(x).astype(np.complex64) * freqs_cis[:, None, :], x)


def viewed_as_complex128(x: Array, freqs_cis: Array) -> Array:
    """memory of x read as complex numbers, whatever its dtype

    met: a classic: torch's view_as_complex checks the dtype, NumPy's view does not
    hint: Print the shape of x viewed as complex128, for a float64 x and a float32 x.
    hint: A view reads the same bytes as other numbers. Sixteen bytes are one complex128: two features in float64, but
        four in float32. Make the complex numbers by arithmetic, or check the dtype first.
    """
    turned = np.ascontiguousarray(x).view(np.complex128) * freqs_cis[None, :, None, :]
    return _woven(turned, x)


def not_cast_back(x: Array, freqs_cis: Array) -> Array:
    """result not in the dtype of x

    met: a classic: the last step of Meta's Llama code, the cast back, is left out
    hint: Pass a float16 x. What is the dtype of the result?
    hint: There is no complex number of two float16: the product is wider than x. The docstring promises the dtype of x,
        so cast at the end.
    """
    turned = _complex(x) * freqs_cis[None, :, None, :]
    return np.stack([turned.real, turned.imag], axis=-1).reshape(x.shape)


def not_cast_back_from_complex128(x: Array, freqs_cis: Array) -> Array:
    """another way to write it

    variant of: not_cast_back
    """
    out = np.empty(x.shape)
    out[...] = apply_rotary_pos_emb_complex(x.astype(np.float64), freqs_cis)
    return out


def complex_result(x: Array, freqs_cis: Array) -> Array:
    """complex numbers returned

    met: a classic: the way back from complex numbers is forgotten
    hint: Print the dtype and the shape of the result.
    hint: The product has one complex number for each pair. The caller expects the features again: real parts at even
        places, imaginary parts at odd ones.
    """
    return np.asarray(_complex(x) * freqs_cis[None, :, None, :])


def x_overwritten(x: Array, freqs_cis: Array) -> Array:
    """x overwritten

    met: a classic: written for speed, and the caller's query is gone
    hint: Print x before and after the call.
    hint: NumPy passes arrays without copying them, and what you assign to their entries the caller sees. The result
        needs an array of its own.
    """
    x[...] = apply_rotary_pos_emb_complex(x, freqs_cis)
    return x


def nothing_checked(x: Array, freqs_cis: Array) -> Array:
    """no shape is checked

    met: a classic: NumPy is trusted to complain, but one row or one column broadcasts
    checks: its own
    hint: Pass a freqs_cis with one row for five tokens, and then with one column.
    hint: NumPy stretches one row over all tokens without a word, and its own errors name none of your arguments.
        Compare the shapes before you compute, and name the argument and its shape.
    """
    turned = _complex(x) * freqs_cis[None, :, None, :]
    out = np.empty_like(x)
    out[..., 0::2], out[..., 1::2] = turned.real, turned.imag
    return out


def more_rows_accepted(x: Array, freqs_cis: Array) -> Array:
    """freqs_cis with more rows than tokens accepted

    met: a classic: apply_rope cuts its tables to the sequence, and this function does not
    checks: its own
    hint: Pass six rows for five tokens. Does the docstring allow it?
    hint: Which rows belong to these tokens only the caller knows: in decoding they are not the first. So the caller
        cuts, and any other number of rows is refused.
    """
    return apply_rotary_pos_emb_complex(x, freqs_cis[: x.shape[1]])


def nameless_refusal(x: Array, freqs_cis: Array) -> Array:
    """refused without naming the argument and its shape

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument and the shape that it had: that is all there is to go by.
    """
    try:
        return apply_rotary_pos_emb_complex(x, freqs_cis)
    except ValueError:
        raise ValueError("dimensions do not fit") from None


def refused_by_assert(x: Array, freqs_cis: Array) -> Array:
    """refused by assert

    met: Meta's Llama code asserts the shape of freqs_cis; python -O removes asserts
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    assert x.ndim == 4 and x.shape[-1] % 2 == 0, f"x: {x.shape}"
    assert freqs_cis.shape == (x.shape[1], x.shape[3] // 2), f"freqs_cis: {freqs_cis.shape}"
    return apply_rotary_pos_emb_complex(x, freqs_cis)


def viewed_as_complex64(x: Array, freqs_cis: Array) -> Array:
    """memory of x read as complex64, whatever its dtype

    met: a classic: torch's view_as_complex checks the dtype, NumPy's view does not
    hint: Print the shape of x viewed as complex64, for a float32 x, a float64 x and a float16 x.
    hint: A view reads the same bytes as other numbers. Eight bytes are one complex64: two features in float32, but one in
        float64 and four in float16. Make the complex numbers by arithmetic, or check the dtype first.
    """
    turned = np.ascontiguousarray(x).view(np.complex64) * freqs_cis[None, :, None, :]
    return _woven(turned, x)


def rows_along_the_batch(x: Array, freqs_cis: Array) -> Array:
    """rows of freqs_cis along the batch

    met: a classic: the sequence is the first axis in some code and the second in other
    hint: Which axis of x is the sequence? Which axis of x do the rows of freqs_cis line up with in your product?
    hint: x has the shape (batch, seq, heads, D). Row t of freqs_cis belongs to token t, so the axis of length 1 for the
        batch comes before the rows, and the one for the heads behind them.
    """
    return _woven(_complex(x) * freqs_cis[:, None, None, :], x)
