"""Lab 05: the rotation as a matrix and as a complex product, and a verifier that tells it from impostors.

The interleaved layout: features 2i and 2i + 1 form pair i. The matrix for position p is block-diagonal, and block i is

    [[cos(p f_i), -sin(p f_i)],
     [sin(p f_i),  cos(p f_i)]]      with f_i = inv_freq[i],

which turns a column vector counter-clockwise.

Source: Su et al. (2021), equations 14 and 15. The complex form follows Meta's Llama code (``apply_rotary_emb``).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def rotation_matrix(position: float, inv_freq: ArrayLike) -> NDArray[np.float64]:
    """The rotation of one position as a block-diagonal matrix, interleaved layout.

    Args:
        position: in tokens; it may be negative.
        inv_freq: inverse frequencies in radians per token, shape (D/2,), at least one.

    Returns:
        float64 of shape (D, D): block i, at rows and columns 2i and 2i + 1, is ``[[c, -s], [s, c]]`` with the cosine and
        the sine of ``position * inv_freq[i]``. It acts on column vectors: R @ x.

    Raises:
        ValueError: inv_freq is not one-dimensional, or is empty. The message names inv_freq and its shape.
    """
    # TODO: refuse a bad inv_freq; then a zero matrix with one 2 x 2 rotation for each pair on the diagonal.
    raise NotImplementedError("rotation_matrix (lab 05-rotation) is not written yet")


def rotate_with_matrix(x: ArrayLike, R: ArrayLike) -> NDArray[Any]:
    """Rotate row vectors with a matrix that was made for column vectors.

    Args:
        x: shape (..., D): vectors in rows.
        R: shape (D, D), acting on column vectors.

    Returns:
        A new array of the shape of x: each row of x, as a column, multiplied by R from the left. ``x @ R`` is another
        thing: it turns the other way.

    Raises:
        ValueError: R is not square, or its size is not the last dimension of x. The message names the argument and its
            shape.
    """
    # TODO: refuse shapes that do not fit; then one matrix product.
    raise NotImplementedError("rotate_with_matrix (lab 05-rotation) is not written yet")


def apply_rotary_pos_emb_complex(x: NDArray[Any], freqs_cis: NDArray[Any]) -> NDArray[Any]:
    """Rotate by multiplying complex numbers, interleaved layout.

    Args:
        x: floating point, shape (batch, seq, heads, D), D even; pair i of a token is the complex number
            x[..., 2i] + 1j * x[..., 2i + 1].
        freqs_cis: unit complex numbers of shape (seq, D/2), row t for token t (lab 02's ``precompute_freqs_cis``).

    Returns:
        A new array of x's shape and dtype. x is left as it was.

    Raises:
        ValueError: x is not four-dimensional with D even, or freqs_cis is not of shape (seq, D/2). The message names the
            argument and its shape.
    """
    # TODO: refuse shapes that do not fit; pairs to complex numbers; multiply; back to pairs, in x's dtype.
    raise NotImplementedError("apply_rotary_pos_emb_complex (lab 05-rotation) is not written yet")


def is_rope_rotation(R: ArrayLike, atol: float) -> bool:
    """Is this matrix a RoPE rotation (interleaved layout) for some angles?

    Args:
        R: any array.
        atol: how far an entry may be off, absolute.

    Returns:
        True when R is a square matrix of even size above 0, orthogonal, of determinant 1, zero outside the 2 x 2 blocks on its
        diagonal, with every block of the form ``[[c, -s], [s, c]]``, each up to atol. False otherwise, also when an entry
        is not a number. Any angles are accepted: the matrix alone does not say which position it belongs to.
    """
    # TODO: one condition after another; each of them is passed by some impostor that another one catches.
    raise NotImplementedError("is_rope_rotation (lab 05-rotation) is not written yet")
