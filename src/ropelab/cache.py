"""Lab 02: the tables of cosines and sines, computed once and kept.

Angles do not depend on the input, so a model computes their cosines and sines up front and looks rows up afterwards. The
angles are float64; only the finished cosines and sines are cast.

Sources: Su et al. (2021), section 3.4.2; the complex form follows Meta's Llama code (``precompute_freqs_cis``), the class
the cache of the DeepSeek-V3 modelling code (``_set_cos_sin_cache``).
"""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from ropelab.frequencies import duplicate_angles, position_angles, rope_frequencies


def precompute_rope(T: int, d_head: int, base: float = 10000.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cosines and sines for positions 0 to T - 1, one column for each pair of features.

    Args:
        T: how many positions, 0 or more.
        d_head: the head dimension D, a positive even number.
        base: the base of the inverse frequencies, above 0.

    Returns:
        ``(cos, sin)``, each float64 of shape (T, D/2). Row p belongs to position p, column i to pair i. Good for either
        layout: which features form pair i is decided where the tables are used.

    Raises:
        ValueError: T is negative, d_head is odd or not positive, or base is not above 0. The message names the argument
            and its value.
    """
    # TODO: refuse a negative T; then cosine and sine of lab 01's angles at positions 0 .. T - 1.
    raise NotImplementedError("precompute_rope (lab 02-cache) is not written yet")


def precompute_freqs_cis(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex64]:
    """The same tables as unit complex numbers ``cos + i sin``, the form that Meta's Llama code keeps.

    Args:
        head_dim: the head dimension D, a positive even number.
        max_seq_len: how many positions T, 0 or more.
        theta: the base of the inverse frequencies, above 0.

    Returns:
        complex64 of shape (T, D/2), every entry of modulus 1 up to float32 rounding. The angles are float64; only the
        finished numbers are cast.

    Raises:
        ValueError: head_dim is odd or not positive, max_seq_len is negative, or theta is not above 0. The message names
            the argument and its value.
    """
    # TODO: refuse bad arguments by their names here (head_dim, max_seq_len, theta); then cos + 1j * sin, cast at the end.
    raise NotImplementedError("precompute_freqs_cis (lab 02-cache) is not written yet")


class RotaryCache:
    """Cosine and sine tables for the split-half layout, which grow when a longer sequence asks for more rows.

    Attributes:
        dim: the head dimension D.
        max_position_embeddings: how many rows the tables had when the object was made.
        base: the base of the inverse frequencies.
        dtype: the dtype of the tables.
        growth: how far a request beyond the tables extends them, see ``ensure_length``.
        inv_freq: float64 inverse frequencies, shape (D/2,).
        max_seq_len_cached: how many rows the tables have now.
        cos_cached, sin_cached: shape (max_seq_len_cached, D), of dtype ``dtype``; row p holds the angles of position p
            twice, ``[theta, theta]``.

    The tables are derived state: pickling leaves them out and unpickling builds them again, so that a checkpoint does not
    grow with the context length.
    """

    dim: int
    max_position_embeddings: int
    base: float
    dtype: np.dtype[Any]
    growth: float
    inv_freq: NDArray[np.float64]
    max_seq_len_cached: int
    cos_cached: NDArray[Any]
    sin_cached: NDArray[Any]

    def __init__(
        self,
        dim: int,
        max_position_embeddings: int = 2048,
        base: float = 10000.0,
        dtype: DTypeLike = np.float32,
        growth: float = 1.0,
    ) -> None:
        """Build the tables for positions 0 to max_position_embeddings - 1 at once.

        Raises:
            ValueError: dim is odd or not positive, max_position_embeddings is negative, base is not above 0, dtype is not
                a floating-point type, or growth is below 1. The message names the argument and its value.
        """
        # TODO: refuse bad arguments; keep them as attributes of the same names; inv_freq; then build the tables.
        raise NotImplementedError("RotaryCache.__init__ (lab 02-cache) is not written yet")

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        """Build both tables anew, with exactly seq_len rows, from float64 angles; only the result is cast to ``dtype``.

        Raises:
            ValueError: seq_len is negative. The message names seq_len and its value.
        """
        # TODO: refuse a negative seq_len; then set cos_cached, sin_cached and max_seq_len_cached.
        raise NotImplementedError("RotaryCache._set_cos_sin_cache (lab 02-cache) is not written yet")

    def ensure_length(self, seq_len: int) -> None:
        """Make sure that the tables cover seq_len positions.

        A request within the tables changes nothing: the arrays stay the same objects. A request beyond them extends them
        to ``max(seq_len, int(growth * max_seq_len_cached))`` rows. Growth 1.0 extends to exactly what was asked for; growth
        2.0 doubles, so that growing token by token costs linear time instead of quadratic.
        """
        # TODO: nothing to do when the tables are long enough; otherwise build them anew, growth taken into account.
        raise NotImplementedError("RotaryCache.ensure_length (lab 02-cache) is not written yet")

    def __getstate__(self) -> dict[str, Any]:
        """What pickle stores: every attribute but the two tables, so that the size does not depend on the length."""
        # TODO: a copy of self.__dict__ without cos_cached and sin_cached.
        raise NotImplementedError("RotaryCache.__getstate__ (lab 02-cache) is not written yet")

    def __setstate__(self, state: dict[str, Any]) -> None:
        """What unpickling does: take the attributes back and build tables of the same length as before."""
        # TODO: put the state back into self.__dict__, then build the tables with max_seq_len_cached rows.
        raise NotImplementedError("RotaryCache.__setstate__ (lab 02-cache) is not written yet")
