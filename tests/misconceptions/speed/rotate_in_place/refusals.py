"""Wrong answers to rotate_in_place (lab 08): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import _check_layout, _check_table, complex_pairs, rotate_in_place

Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


def _turned(x: Reals, table: Table, seq_axis: int) -> Reals:
    """Without any check."""
    pairs = x.view(np.complex64)
    np.multiply(pairs, table[:, None] if seq_axis == 1 else table, out=pairs)
    return x


def read_only_left_to_numpy(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """a read-only x left to NumPy

    met: a classic: out= raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for a read-only x. Does it name the argument?
    hint: NumPy speaks of an output array. x.flags.writeable tells before anything is done; then the message can name x.
    """
    _check_layout(x, seq_axis)
    _check_table("table", table, (x.shape[seq_axis], complex_pairs(x, "x").shape[-1]), np.complex64)
    return _turned(x, table, seq_axis)


def read_only_unlocked(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """a read-only x accepted

    met: a classic: an error about a flag, and the flag is set, or a copy is made
    checks: its own
    hint: Pass a read-only x, and print it afterwards. Has it changed, or been rotated in vain?
    hint: Somebody has made that array read-only because others rely on it, and a caller who rotates in place ignores
        what comes back. Neither unlock it nor rotate a copy: refuse it.
    """
    if not x.flags.writeable:
        x.flags.writeable = True
    return rotate_in_place(x, table, seq_axis=seq_axis)


def read_only_copied(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """a copy rotated

    variant of: read_only_unlocked
    checks: its own
    """
    return rotate_in_place(x if x.flags.writeable else x.copy(), table, seq_axis=seq_axis)


def other_dtypes_converted(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """other dtypes rotated in a copy

    met: a classic: a helpful cast, after which nothing is in place any more
    checks: its own
    hint: Pass a float16 x, and print it afterwards.
    hint: A cast is a copy; the caller's x stays as it was. rotate_blocked takes float16, this function refuses it.
    """
    return rotate_in_place(x.astype(np.float32, copy=False), table, seq_axis=seq_axis)


def dtype_left_to_the_view(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """dtype of x not checked

    met: a classic: torch's view_as_complex checks the dtype, NumPy's view does not
    checks: its own
    hint: Pass a float16 x. How many complex numbers does its view have, and what do they mean?
    hint: The view takes four float16 features for one number, or two numbers for one float64. complex_pairs refuses both.
    """
    _check_layout(x, seq_axis)
    if x.dtype == np.float32:
        return rotate_in_place(x, table, seq_axis=seq_axis)
    pairs = x.view(np.complex64)
    columns = table[:, : pairs.shape[-1]]
    pairs[..., : columns.shape[1]] *= columns[:, None] if seq_axis == 1 else columns
    return x


def gaps_between_features_lost(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """features that are not adjacent rotated in a copy

    met: a classic: np.ascontiguousarray makes the error message of view go away, and the result with it
    checks: its own
    hint: Pass x[..., ::2] of a wider array, and print it afterwards.
    hint: What the copy holds never reaches the caller. This function refuses such an x; rotate_blocked takes it.
    """
    if x.strides[-1] != x.itemsize:
        x = np.ascontiguousarray(x)
    return rotate_in_place(x, table, seq_axis=seq_axis)


def gaps_refused(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """any x with gaps refused

    met: a classic: flags.c_contiguous asked for where adjacent features are enough
    checks: its own
    hint: Pass every second head of a wider array, x[:, :, ::2]. Does the docstring allow it?
    hint: Only the features of a vector have to be adjacent; the other dimensions may have any strides.
    """
    if not x.flags.c_contiguous:
        raise ValueError(f"x must be contiguous, got strides {x.strides}")
    return rotate_in_place(x, table, seq_axis=seq_axis)


def views_refused(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """an x whose rows run backwards refused

    met: a classic: only rising addresses thought of as an array
    checks: its own
    hint: Pass x[:, ::-1]. Are the features of a vector adjacent?
    hint: Negative strides are strides like others, except along the features.
    """
    if min(x.strides) < 0:
        raise ValueError(f"x must have positive strides, got {x.strides}")
    return rotate_in_place(x, table, seq_axis=seq_axis)


def table_not_checked(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """the table is not checked

    met: a classic: NumPy is trusted to complain, but one row or one column broadcasts
    checks: its own
    hint: Pass a table with one row, then one of complex128.
    hint: NumPy stretches one row over all tokens without a word, and its own errors name none of your arguments. Compare
        shape and dtype before you compute.
    """
    _check_layout(x, seq_axis)
    complex_pairs(x, "x")
    if not x.flags.writeable:
        raise ValueError("x is read-only")
    return _turned(x, table, seq_axis)


def wide_table_accepted(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """a complex128 table converted

    met: a classic: a helpful cast, repeated in every call and every layer
    checks: its own
    hint: Pass a complex128 table. What does the docstring say?
    hint: Casting the table costs memory and time in every call, without anybody noticing. Refuse it once.
    """
    return rotate_in_place(x, table.astype(np.complex64), seq_axis=seq_axis)


def refused_half_way(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """x half rotated when it is refused

    met: a classic: a loop over positions that finds out at the end that the table is too short
    checks: its own
    hint: Pass a table with one row too few, catch the error, and compare x with what it was.
    hint: Whoever catches the error has an x of which some rows have turned, and cannot know which. All checks come before
        the first product.
    """
    _check_layout(x, seq_axis)
    pairs = complex_pairs(x, "x")
    if not x.flags.writeable:
        raise ValueError("x is read-only")
    if table.ndim != 2 or table.shape[1] != pairs.shape[-1] or table.dtype != np.complex64:
        raise ValueError(f"table must be complex64 with {pairs.shape[-1]} columns, got {table.shape}")
    for position, row in enumerate(np.moveaxis(pairs, seq_axis, 0)):
        if position >= len(table):
            raise ValueError(f"table has only {len(table)} rows")
        row *= table[position]
    if len(table) > pairs.shape[seq_axis]:
        raise ValueError(f"table has {len(table)} rows")
    return x


def any_other_seq_axis_is_2(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """any seq_axis but 1 taken for 2

    met: a classic: if seq_axis == 1 ... else
    checks: its own
    hint: Call it with seq_axis 0, 3 and -3. What should happen?
    hint: Axis -3 is axis 1, and your code treats it like 2. Refuse what is neither 1 nor 2, by name.
    """
    return rotate_in_place(x, table, seq_axis=1 if seq_axis == 1 else 2)


def negative_seq_axis_accepted(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """seq_axis counted from the end

    met: a classic: NumPy's own axes may be negative
    checks: its own
    hint: Call it with seq_axis -3. What does the docstring say?
    hint: Two spellings of one axis are two chances to mix them up. Only 1 and 2 are asked for.
    """
    return rotate_in_place(x, table, seq_axis=seq_axis % 4)


def three_dimensions_accepted(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """x without a batch accepted

    met: a classic: an axis added for a caller who has forgotten one
    checks: its own
    hint: Pass one sequence, x[0]. What does the docstring say about the shape of x?
    hint: With three dimensions nobody knows which one is missing, batch or heads. Refuse them.
    """
    if x.ndim == 3:
        return np.asarray(rotate_in_place(x[None], table, seq_axis=seq_axis)[0])
    return rotate_in_place(x, table, seq_axis=seq_axis)


def nameless_refusal(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """refused without naming the argument

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument, and what it was: that is all there is to go by.
    """
    try:
        return rotate_in_place(x, table, seq_axis=seq_axis)
    except ValueError:
        raise ValueError("arrays do not fit") from None


def refused_by_assert(x: Reals, table: Table, *, seq_axis: int = 1) -> Reals:
    """refused by assert

    met: Meta's Llama code asserts the shape of freqs_cis; python -O removes asserts
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    try:
        return rotate_in_place(x, table, seq_axis=seq_axis)
    except ValueError as error:
        raise AssertionError(str(error)) from None
