"""Wrong answers to rotate_blocked (lab 08): refusals."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import _strips, complex_pairs, rotate_blocked

Array = NDArray[Any]
Table = NDArray[np.complex64]


def _turned(x: Array, table: Table, block: int, seq_axis: int) -> Array:
    """Without any check."""
    factors = table[:, None] if seq_axis == 1 else table
    for strip in _strips(x, seq_axis):
        for start in range(0, len(strip), block):
            part = strip[start : start + block]
            copy = part.astype(np.float32, order="C")
            pairs = copy.view(np.complex64)
            pairs *= factors[start : start + block]
            part[...] = copy
    return x


def block_not_checked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """block not checked

    met: a classic: range refuses a step of 0 in its own words, and a step of -3 gives no blocks at all
    checks: its own
    hint: Call it with blocks of 0 and of -3. What becomes of x?
    hint: With a negative block nothing is rotated, without a word. Refuse what is below 1, by name.
    """
    rotate_blocked(x[:0], table, max(1, block), seq_axis=seq_axis)
    return _turned(x, table, block, seq_axis)


def small_blocks_raised_to_1(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """blocks below 1 taken for 1

    met: a classic: max(1, block), to be forgiving
    checks: its own
    hint: Call it with a block of -3. What does the docstring say?
    hint: A block of 0 is a mistake of the caller's computation, and a silent 1 is the slowest choice there is. Refuse it.
    """
    return rotate_blocked(x, table, max(1, block), seq_axis=seq_axis)


def zero_means_everything(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """block 0 taken for the whole sequence

    met: a classic: 0 as a sign for no limit
    checks: its own
    hint: Call it with a block of 0. What does the docstring say?
    hint: 1 or more is what is asked for. One block as large as the sequence is what this function is there to avoid.
    """
    return rotate_blocked(x, table, block or x.shape[seq_axis], seq_axis=seq_axis)


def half_precision_refused(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """float16 refused

    met: a classic: complex_pairs called on x, and not on the float32 copy of a block
    checks: its own
    hint: Pass a float16 x. Does the docstring allow it?
    hint: This function is there for what cannot be viewed as complex64. The copy of a block in float32 can be.
    """
    if x.dtype == np.float16:
        raise ValueError(f"x must be float32, got {x.dtype}")
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def gaps_between_features_refused(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """features that are not adjacent refused

    met: a classic: complex_pairs called on x, and not on the copy of a block
    checks: its own
    hint: Pass x[..., ::2] of a wider array. Does the docstring allow it?
    hint: Copying a block into a scratch array brings the features together, whatever the strides of x.
    """
    if x.dtype == np.float32:
        complex_pairs(x, "x")
    elif x.strides[-1] != x.itemsize:
        raise ValueError(f"x must have adjacent features, got strides {x.strides}")
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def any_dtype_accepted(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """dtype of x not checked

    met: a classic: an assignment into float32 converts whatever there is
    checks: its own
    hint: Pass a float64 x, then integers.
    hint: A float64 x loses half of its digits on the way, and integers are cut to whole numbers. Refuse both.
    """
    if x.dtype not in (np.float16, np.float32):
        rotate_blocked(x[:0].astype(np.float32), table, block, seq_axis=seq_axis)
        with np.errstate(all="ignore"):
            return _turned(x, table, block, seq_axis)
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def double_precision_accepted(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """float64 accepted

    met: a classic: any floating-point number will do
    checks: its own
    hint: Pass a float64 x. In which precision is the product formed?
    hint: The docstring promises float32 products: a float64 x would come back with half of its digits. Refuse it.
    """
    if x.dtype == np.float64:
        rotate_blocked(x[:0].astype(np.float32), table, block, seq_axis=seq_axis)
        return _turned(x, table, block, seq_axis)
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def odd_features_left_to_numpy(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """odd D left to the view of a block

    met: a classic: a check left to a helper that calls the array by another name
    checks: its own
    hint: Read the message for nine features. Does it name x?
    hint: The scratch array of a block is not what the caller has passed. Look at x.shape[-1] before the first block.
    """
    if x.ndim == 4 and x.shape[-1] % 2:
        raise ValueError(f"array must have an even number of features, got {x.shape[-1]}")
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def read_only_left_to_numpy(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """a read-only x left to NumPy

    met: a classic: an assignment raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for a read-only x. Does it name the argument?
    hint: NumPy speaks of an assignment destination. x.flags.writeable tells before anything is done; then the message can
        name x.
    """
    if not x.flags.writeable:
        rotate_blocked(x[:0].copy(), table, block, seq_axis=seq_axis)
        return _turned(x, table, block, seq_axis)
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def read_only_unlocked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """a read-only x accepted

    met: a classic: an error about a flag, and the flag is set, or a copy is made
    checks: its own
    hint: Pass a read-only x, and print it afterwards. Has it changed, or been rotated in vain?
    hint: Somebody has made that array read-only because others rely on it, and a caller who rotates in place ignores
        what comes back. Neither unlock it nor rotate a copy: refuse it.
    """
    if not x.flags.writeable:
        x.flags.writeable = True
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def read_only_copied(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """a copy rotated

    variant of: read_only_unlocked
    checks: its own
    """
    return rotate_blocked(x if x.flags.writeable else x.copy(), table, block, seq_axis=seq_axis)


def table_not_checked(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """the table is not checked

    met: a classic: NumPy is trusted to complain, but one row or one column broadcasts
    checks: its own
    hint: Pass a table with one row too few, then one of complex128.
    hint: NumPy complains in the last block, if at all, and when it does x is half rotated. Compare shape and dtype before
        the first block.
    """
    fitting = np.zeros((x.shape[seq_axis] if x.ndim == 4 and seq_axis in (1, 2) else 0, x.shape[-1] // 2), np.complex64)
    rotate_blocked(x[:0], fitting, block, seq_axis=seq_axis)
    return _turned(x, table, block, seq_axis)


def wide_table_accepted(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """a complex128 table converted

    met: a classic: a helpful cast, repeated in every call and every layer
    checks: its own
    hint: Pass a complex128 table. What does the docstring say?
    hint: Casting the table costs memory and time in every call, without anybody noticing. Refuse it once.
    """
    return rotate_blocked(x, table.astype(np.complex64), block, seq_axis=seq_axis)


def any_other_seq_axis_is_2(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """any seq_axis but 1 taken for 2

    met: a classic: if seq_axis == 1 ... else
    checks: its own
    hint: Call it with seq_axis 0, 3 and -3. What should happen?
    hint: Axis -3 is axis 1, and your code treats it like 2. Refuse what is neither 1 nor 2, by name.
    """
    return rotate_blocked(x, table, block, seq_axis=1 if seq_axis == 1 else 2)


def three_dimensions_accepted(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """x without a batch accepted

    met: a classic: an axis added for a caller who has forgotten one
    checks: its own
    hint: Pass one sequence, x[0]. What does the docstring say about the shape of x?
    hint: With three dimensions nobody knows which one is missing, batch or heads. Refuse them.
    """
    if x.ndim == 3:
        return np.asarray(rotate_blocked(x[None], table, block, seq_axis=seq_axis)[0])
    return rotate_blocked(x, table, block, seq_axis=seq_axis)


def nameless_refusal(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """refused without naming the argument

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument, and what it was: that is all there is to go by.
    """
    try:
        return rotate_blocked(x, table, block, seq_axis=seq_axis)
    except ValueError:
        raise ValueError("arrays do not fit") from None


def refused_by_assert(x: Array, table: Table, block: int, *, seq_axis: int = 1) -> Array:
    """refused by assert

    met: Meta's Llama code asserts the shape of freqs_cis; python -O removes asserts
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    try:
        return rotate_blocked(x, table, block, seq_axis=seq_axis)
    except ValueError as error:
        raise AssertionError(str(error)) from None
