"""Lab 01: the inverse frequencies of rotary position embeddings, and the angles that they make.

A head of size D has D/2 pairs of features. Pair i turns by ``inv_freq[i]`` radians per token, so a token at position p is
turned by ``p * inv_freq[i]``. Everything here is float64: the error of a float32 angle grows with the position.

Source: Su et al., "RoFormer: Enhanced Transformer with Rotary Position Embedding" (2021), section 3.2.2 and equation 15.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def rope_frequencies(d_head: int, base: float = 10000.0) -> NDArray[np.float64]:
    """The inverse frequencies: the angle, in radians per token, by which each pair of features turns.

    Args:
        d_head: the head dimension D, a positive even number.
        base: the base of the powers (theta in most configuration files), above 0.

    Returns:
        float64 of shape (D/2,). Entry i, counted from 0, is ``base ** (-2 * i / D)``: the first is 1, the last the slowest.

    Raises:
        ValueError: d_head is odd or not positive, or base is not above 0. The message names the argument and its value.
    """
    # TODO: refuse a bad d_head and a bad base; then one power of base for each pair, in float64.
    raise NotImplementedError("rope_frequencies (lab 01-frequencies) is not written yet")


def wavelengths(inv_freq: ArrayLike) -> NDArray[np.float64]:
    """How many tokens each pair of features takes for one full turn.

    Args:
        inv_freq: inverse frequencies in radians per token, shape (D/2,), all above 0.

    Returns:
        float64 of the same shape: ``2 * pi / inv_freq``, in tokens.

    Raises:
        ValueError: an inverse frequency is not above 0. The message names inv_freq and the value.
    """
    # TODO: refuse a frequency that is not above 0; then the tokens per full turn.
    raise NotImplementedError("wavelengths (lab 01-frequencies) is not written yet")


def position_angles(positions: ArrayLike, inv_freq: ArrayLike) -> NDArray[np.float64]:
    """The angle of every pair at every position: the outer product of positions and inverse frequencies.

    Args:
        positions: shape (T,), in tokens; any order, with repeats, not only 0, 1, 2, ...
        inv_freq: inverse frequencies in radians per token, shape (D/2,).

    Returns:
        float64 of shape (T, D/2), in radians: entry (t, i) is ``positions[t] * inv_freq[i]``. The product is taken in
        float64 whatever the dtypes of the arguments.

    Raises:
        ValueError: positions or inv_freq is not one-dimensional. The message names the argument and its shape.
    """
    # TODO: refuse what is not one-dimensional; then every position times every frequency, in float64.
    raise NotImplementedError("position_angles (lab 01-frequencies) is not written yet")


def duplicate_angles(angles: ArrayLike) -> NDArray[np.float64]:
    """The angles of all D features in the split-half layout, where features i and i + D/2 form pair i.

    Args:
        angles: shape (T, D/2), in radians, one column a pair.

    Returns:
        float64 of shape (T, D): each row is the row of angles followed by the same row again, ``[theta, theta]``.

    Raises:
        ValueError: angles is not two-dimensional. The message names angles and its shape.
    """
    # TODO: refuse what is not two-dimensional; then each row, and the same row again behind it.
    raise NotImplementedError("duplicate_angles (lab 01-frequencies) is not written yet")
