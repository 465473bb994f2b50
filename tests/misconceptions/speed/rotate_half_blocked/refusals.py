"""Wrong answers to rotate_half_blocked (lab 08): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import rotate_half_blocked

Reals = NDArray[np.float32]
Size = int | None


def _rotated(x: Reals, cos: Reals, sin: Reals, out: Reals, seq_axis: int) -> Reals:
    """Without any check, and through new arrays."""
    if seq_axis == 1:
        cos, sin = cos[:, None], sin[:, None]
    half = x.shape[-1] // 2
    out[...] = x * cos + np.concatenate([-x[..., half:], x[..., :half]], axis=-1) * sin
    return out


def overlap_not_checked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """an out that overlaps x accepted

    met: a classic: NumPy copes with overlap in one operation, and here there are four
    checks: its own
    hint: Pass x itself as out.
    hint: The first sweep writes into out what the third one wants to read from x. np.shares_memory knows before.
    """
    if np.shares_memory(x, out):
        rotate_half_blocked(x, cos, sin, np.empty(out.shape, out.dtype), seq_axis=seq_axis, block=block)
        return _rotated(x, cos, sin, out, seq_axis)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def only_x_itself_refused(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """only out is x refused

    variant of: overlap_not_checked
    checks: its own
    """
    if out is not x and np.shares_memory(x, out):
        return _rotated(x, cos, sin, out, seq_axis)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def bounds_compared(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """arrays that lie between one another refused

    met: a classic: np.may_share_memory, which compares only where arrays begin and end
    checks: its own
    hint: Take the first half of each vector of a wider array as x and the second half as out. Do they share a byte?
    hint: np.may_share_memory says yes when two arrays interleave. Query and key in one array do, and share nothing.
    """
    if np.may_share_memory(x, out):
        raise ValueError("out may share memory with x")
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def dtype_not_checked(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """dtype of x converted

    met: a classic: a helpful cast of x, and a copy of all of it
    checks: its own
    hint: Pass a float16 x. What does the docstring say?
    hint: The cast copies x as a whole, which is what blocks are there to avoid. Refuse what is not float32.
    """
    return rotate_half_blocked(x.astype(np.float32), cos, sin, out, seq_axis=seq_axis, block=block)


def features_of_x_may_have_gaps(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """features of x that are not adjacent accepted

    met: a classic: np.ascontiguousarray makes the error message of view go away
    checks: its own
    hint: Pass x[..., ::2] of a wider array. What does the docstring say?
    hint: Half a vector is one item only where its features are adjacent, and copying x as a whole costs what blocks save.
        Refuse it.
    """
    if not np.shares_memory(x, out):
        x = np.ascontiguousarray(x)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def gaps_in_out_refused(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """an out with gaps refused

    met: a classic: refusing what copying would lose, where a view loses nothing
    checks: its own
    hint: Pass an out that is every second head of a wider array. Does the docstring allow it?
    hint: Slices of out are views, whatever its strides. Only the features of a vector have to be adjacent.
    """
    if not out.flags.c_contiguous:
        raise ValueError(f"out must be contiguous, got strides {out.strides}")
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def gaps_in_x_refused(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """an x with gaps refused

    met: a classic: flags.c_contiguous asked for where adjacent features are enough
    checks: its own
    hint: Pass every second head of a wider array, x[:, :, ::2]. Does the docstring allow it?
    hint: Only the features of a vector have to be adjacent; the other dimensions may have any strides.
    """
    if not x.flags.c_contiguous:
        raise ValueError(f"x must be contiguous, got strides {x.strides}")
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def read_only_x_refused(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """a read-only x refused

    met: a classic: the check of rotate_blocked copied
    checks: its own
    hint: Pass a read-only x. Is it written to?
    hint: Here x is only read. Arrays of a memory-mapped file are read-only and welcome.
    """
    if not x.flags.writeable:
        raise ValueError("x is read-only")
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def read_only_out_left_to_numpy(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """a read-only out left to NumPy

    met: a classic: an assignment raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for a read-only out. Does it name the argument?
    hint: NumPy speaks of an assignment destination. out.flags.writeable tells before anything is done; then the message
        can name out.
    """
    if not out.flags.writeable and out.shape == x.shape and not np.shares_memory(x, out):
        rotate_half_blocked(x[:0], cos, sin, out[:0].copy(), seq_axis=seq_axis, block=block)
        return _rotated(x, cos, sin, out, seq_axis)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def shape_of_out_not_checked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """shape of out left to NumPy

    met: a classic: an assignment raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for an out with one sequence too few. Does it name out as the docstring asks?
    hint: NumPy says which shapes it could not broadcast, and not whose. Compare out.shape with x.shape.
    """
    if out.shape != x.shape and out.dtype == np.float32 and out.flags.writeable:
        rotate_half_blocked(x[:0], cos, sin, np.empty(x.shape, np.float32)[:0], seq_axis=seq_axis, block=block)
        return _rotated(x, cos, sin, out, seq_axis)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def dtype_of_out_not_checked(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """dtype of out not checked

    met: a classic: an assignment converts, so any out will do
    checks: its own
    hint: Pass a float64 out. What does the docstring say?
    hint: Twice the bytes take twice the time, and float16 rounds at every sweep. Refuse what is not float32.
    """
    if out.dtype != np.float32 and out.shape == x.shape and out.flags.writeable:
        rotate_half_blocked(x[:0], cos, sin, out[:0].astype(np.float32), seq_axis=seq_axis, block=block)
        return _rotated(x, cos, sin, out, seq_axis)
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def three_dimensions_accepted(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """x without a batch accepted

    met: a classic: an axis added for a caller who has forgotten one
    checks: its own
    hint: Pass one sequence, x[0]. What does the docstring say about the shape of x?
    hint: With three dimensions nobody knows which one is missing, batch or heads. Refuse them.
    """
    if x.ndim == out.ndim == 3:
        return np.asarray(rotate_half_blocked(x[None], cos, sin, out[None], seq_axis=seq_axis, block=block)[0])
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def written_before_refused(
    x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None
) -> Reals:
    """out written to before it is refused

    met: a classic: the arrays are prepared first, and checked when they are used
    checks: its own
    hint: Pass tables of the wrong shape, catch the error, and print out.
    hint: Whoever catches the error finds an array half done. All checks come before the first byte is written.
    """
    if out.flags.writeable and not np.shares_memory(x, out):
        out[...] = 0
    return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)


def nameless_refusal(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """refused without naming the argument

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument, and what it was: that is all there is to go by.
    """
    try:
        return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
    except ValueError:
        raise ValueError("arrays do not fit") from None


def refused_by_assert(x: Reals, cos: Reals, sin: Reals, out: Reals, *, seq_axis: int = 1, block: Size = None) -> Reals:
    """refused by assert

    met: Meta's Llama code asserts the shape of freqs_cis; python -O removes asserts
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    try:
        return rotate_half_blocked(x, cos, sin, out, seq_axis=seq_axis, block=block)
    except ValueError as error:
        raise AssertionError(str(error)) from None
