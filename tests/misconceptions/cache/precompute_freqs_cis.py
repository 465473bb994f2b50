"""Wrong answers to precompute_freqs_cis (lab 02).

hint: Which complex number has modulus 1 and stands at an angle of one radian? Write it with a cosine and a sine.
hint: Take the two tables of the task before: cosine plus i times sine, and the cast to complex64 as the last step of
    all.
"""

import numpy as np
from numpy.typing import NDArray

from ropelab.cache import precompute_freqs_cis, precompute_rope
from ropelab.frequencies import duplicate_angles, position_angles, rope_frequencies

Table = NDArray[np.complex64]


def _angles(head_dim: int, max_seq_len: int, theta: float) -> NDArray[np.float64]:
    return position_angles(np.arange(max_seq_len), rope_frequencies(head_dim, theta))


def clockwise(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """clockwise: the complex conjugate

    met: a classic: the sign of a Fourier transform, which turns the other way
    hint: Print the entry at position 1, pair 0. Is its imaginary part above 0?
    hint: One radian counter-clockwise is cos 1 + i sin 1. Yours has the opposite sign at the sine.
    """
    return precompute_freqs_cis(head_dim, max_seq_len, theta).conj()


def sine_as_real_part(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """sine and cosine exchanged

    met: a classic: two tables of the same shape, taken in the other order
    hint: Print row 0. Turning by nothing is multiplying by which number?
    hint: The cosine is the real part. At position 0 every entry is 1; yours are i.
    """
    cos, sin = precompute_rope(max_seq_len, head_dim, theta)
    return (sin + 1j * cos).astype(np.complex64)


def i_forgotten(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """i missing in the exponential

    met: a classic: exp(angle) for exp(i angle)
    hint: Print the modulus of an entry at position 5.
    hint: The exponential of a real angle grows without turning. Only an imaginary exponent stays on the unit circle.
    """
    return np.asarray(np.exp(_angles(head_dim, max_seq_len, theta)), dtype=np.complex64)


def polar_arguments_exchanged(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """modulus and angle exchanged

    met: a classic: the arguments of a polar function in the other order
    hint: Print the modulus of every entry in row 5. Should it differ from pair to pair?
    hint: The modulus is 1 everywhere and the angle varies. Yours has the angles for moduli, and one angle everywhere.
    """
    return np.asarray(_angles(head_dim, max_seq_len, theta) * np.exp(1j), dtype=np.complex64)


def single_precision_angles(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """float32 angles

    met: kekzl/imp pull request 1325: angles formed in float32, drift of 1e-2 at position 131,072
    hint: Compare row 6,000 with the cosine and sine of the same angle in Python's own floats.
    hint: Meta's code forms the angles in float32, and the error grows with the position. Keep frequencies and product
        in float64; only the finished numbers are cast.
    """
    angles = np.outer(np.arange(max_seq_len, dtype=np.float32), rope_frequencies(head_dim, theta).astype(np.float32))
    return (np.cos(angles) + 1j * np.sin(angles)).astype(np.complex64)


def product_cast(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """the cast before the exponential

    variant of: single_precision_angles
    """
    return np.asarray(np.exp((1j * _angles(head_dim, max_seq_len, theta)).astype(np.complex64)))


def not_cast(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.complex128]:
    """complex128: the cast missing

    met: a classic: NumPy computes in double precision, PyTorch does not
    hint: Print the dtype of what comes back.
    hint: Two float64 tables make complex128. The contract is complex64: the angles stay wide, the finished numbers do
        not.
    """
    return np.asarray(np.exp(1j * _angles(head_dim, max_seq_len, theta)))


def real_and_imaginary_parts(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> NDArray[np.float32]:
    """real and imaginary parts on an axis of their own

    met: a classic: view_as_real, as some ports keep the table
    hint: Print the dtype and the shape.
    hint: The contract is one complex number an entry, not two real ones: complex64 of shape (T, D/2).
    """
    table = precompute_freqs_cis(head_dim, max_seq_len, theta)
    return np.stack([table.real, table.imag], axis=-1)


def full_width(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """a column for each feature

    met: a classic: the angles of the split-half layout used here too
    hint: Print the shape. How many pairs does a head of size D have?
    hint: One complex number turns one pair, both its features at once. So there are D/2 columns.
    """
    angles = duplicate_angles(_angles(head_dim, max_seq_len, theta))
    return np.asarray(np.exp(1j * angles), dtype=np.complex64)


def head_dimension_and_length_exchanged(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """head dimension and length exchanged

    met: a classic: two functions side by side, with their arguments the other way round
    hint: Print the shape for a head dimension of 10 and 8 positions.
    hint: precompute_rope takes the length first, this function the head dimension. Look at the order in the signature
        and in the call.
    """
    cos, sin = precompute_rope(head_dim, max_seq_len, theta)
    return (cos + 1j * sin).astype(np.complex64)


def exchanged_and_made_even(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """odd lengths made even, as a head dimension has to be

    variant of: head_dimension_and_length_exchanged
    """
    cos, sin = precompute_rope(head_dim, max_seq_len + max_seq_len % 2, theta)
    return (cos + 1j * sin).astype(np.complex64)


def twice_the_rows(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """twice as many rows as asked for

    met: a classic: Meta's model asks for 2 * max_seq_len rows, and the factor found its way into the function
    hint: Print the shape for 8 positions.
    hint: Room to spare is for the caller to ask for. The table has exactly max_seq_len rows.
    """
    return precompute_freqs_cis(head_dim, 2 * max_seq_len, theta)


def counted_from_one(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """positions counted from 1

    met: fla-org/flash-linear-attention 766: a length advanced too early puts every token one place off
    hint: Print row 0. Turning by nothing is multiplying by which number?
    hint: Row p belongs to position p, and the first token stands at position 0, where nothing is turned.
    """
    return precompute_freqs_cis(head_dim, max_seq_len + 1, theta)[1:].copy()


def theta_ignored(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """theta not passed on

    met: ggml-org/llama.cpp pull request 2773, Lightning-AI/litgpt 2217: rope_theta of the configuration never read
    hint: Call it with two different values of theta. Do the tables differ?
    hint: theta is the base of lab 01. Without it, the functions that you call use a default of their own.
    """
    return precompute_freqs_cis(head_dim, max_seq_len)


def default_of_another_model(head_dim: int, max_seq_len: int, theta: float = 500000.0) -> Table:
    """a default theta that is not 10,000

    met: a classic: Llama 3 uses 500,000, and the function comes from its code
    hint: What does your function use when no theta is given?
    hint: The default is part of the contract: 10,000, as in the paper.
    """
    return precompute_freqs_cis(head_dim, max_seq_len, theta)


def checks_left_to_precompute_rope(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """errors that name the arguments of another function

    met: a classic: the function called inside refuses, in its own words
    checks: its own
    hint: Call it with a head dimension of 9 and read the message. Is there an argument of that name here?
    hint: Whoever calls this function passed head_dim, max_seq_len and theta, and looks for one of these names in the
        message.
    """
    cos, sin = precompute_rope(max_seq_len, head_dim, theta)
    return (cos + 1j * sin).astype(np.complex64)


def nothing_refused(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """nothing refused

    met: a classic: the formula gives numbers for odd dimensions too
    checks: its own
    hint: Call it with a head dimension of 9, then with -3 positions, then with theta -500.
    hint: The section "Raises" of the docstring is part of the task: a ValueError with name and value for each bad
        argument.
    """
    angles = np.outer(np.arange(max_seq_len), theta ** (-2.0 * np.arange(head_dim // 2) / head_dim))
    return np.asarray(np.exp(1j * angles), dtype=np.complex64)


def length_not_checked(head_dim: int, max_seq_len: int, theta: float = 10000.0) -> Table:
    """max_seq_len not checked

    met: a classic: a range that ends before it begins is empty, not an error
    checks: its own
    hint: Call it with -3 positions. What comes back?
    hint: An empty table for a negative length hides a mistake of the caller. Refuse it, by name and value.
    """
    return precompute_freqs_cis(head_dim, max(max_seq_len, 0), theta)
