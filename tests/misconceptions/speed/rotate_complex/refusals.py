"""Wrong answers to rotate_complex (lab 08): refusals."""

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import _check_layout, _check_table, complex_pairs, rotate_complex

Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


def _rotated(x: Reals, table: Table, out: Reals | None, seq_axis: int, without: str) -> Reals:
    """As the reference, without one of its checks."""
    if without != "seq_axis":
        _check_layout(x, seq_axis)
    pairs = complex_pairs(x, "x")
    if without != "table":
        _check_table("table", table, (x.shape[seq_axis], pairs.shape[-1]), np.complex64)
    target = np.empty(x.shape, np.float32) if out is None else out
    turned = target.view(np.complex64) if without == "dtype of out" else complex_pairs(target, "out")
    if without != "shape of out" and target.shape != x.shape:
        raise ValueError(f"out must have the shape of x, {x.shape}, got {target.shape}")
    if without != "read-only out" and not target.flags.writeable:
        raise ValueError("out is read-only")
    if without != "overlap" and np.shares_memory(x, target):
        raise ValueError("out shares memory with x")
    np.multiply(pairs, table[:, None] if seq_axis == 1 else table, out=turned)
    return target


def overlap_not_checked(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """an out that overlaps x accepted

    met: a classic: NumPy copes with overlapping arrays, and nobody sees that x has changed
    checks: its own
    hint: Pass x itself as out, then a view of x that begins one position later.
    hint: NumPy copies where reading and writing would collide: the memory is back, and x is gone. np.shares_memory knows.
    """
    return _rotated(x, table, out, seq_axis, "overlap")


def only_x_itself_refused(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """only out is x refused

    variant of: overlap_not_checked
    checks: its own
    """
    if out is x:
        raise ValueError("out is x")
    return _rotated(x, table, out, seq_axis, "overlap")


def beginnings_compared(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """only the first elements compared

    met: a classic: data pointers compared, and a view that begins elsewhere passes
    checks: its own
    hint: Pass a view of x that begins one sequence later. Do x and out share memory? Where does each begin?
    hint: Arrays overlap wherever they share a byte, not only at their beginnings. np.shares_memory looks at all of it.
    """
    if out is not None and out.ctypes.data == x.ctypes.data:
        raise ValueError("out begins where x begins")
    return _rotated(x, table, out, seq_axis, "overlap")


def bounds_compared(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """arrays that lie between one another refused

    met: a classic: np.may_share_memory, which compares only where arrays begin and end
    checks: its own
    hint: Take the first half of each vector of a wider array as x and the second half as out. Do they share a byte?
    hint: np.may_share_memory says yes when two arrays interleave. Query and key in one array do, and share nothing.
    """
    if out is not None and np.may_share_memory(x, out):
        raise ValueError("out may share memory with x")
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def same_base_refused(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """views of one array refused

    variant of: bounds_compared
    checks: its own
    """
    if out is not None and out.base is not None and out.base is x.base:
        raise ValueError("out and x are views of one array")
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def dtype_of_out_not_checked(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """dtype and strides of out left to NumPy

    met: a classic: x is checked, and out is viewed without a look
    checks: its own
    hint: Read the message for an out of float64. Does it name out?
    hint: The view of a float64 out has another shape, and NumPy complains about that. complex_pairs checks out as it checks
        x.
    """
    return _rotated(x, table, out, seq_axis, "dtype of out")


def shape_of_out_not_checked(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """shape of out left to NumPy

    met: a classic: out= raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for an out with one sequence too few. Does it name out as the docstring asks?
    hint: NumPy speaks of operands and of output arrays, and broadcasts x into an out that is larger. Compare out.shape with
        x.shape.
    """
    return _rotated(x, table, out, seq_axis, "shape of out")


def read_only_out_left_to_numpy(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a read-only out left to NumPy

    met: a classic: out= raises a ValueError of its own, and that looks like enough
    checks: its own
    hint: Read the message for a read-only out. Does it name the argument?
    hint: out.flags.writeable tells before anything is done; then the message can name out.
    """
    return _rotated(x, table, out, seq_axis, "read-only out")


def read_only_out_unlocked(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a read-only out made writeable

    met: a classic: an error about a flag, and the flag is set
    checks: its own
    hint: Pass a read-only out, and print it afterwards.
    hint: Somebody has made that array read-only because others rely on it. Refuse it.
    """
    if out is not None and not out.flags.writeable and not np.shares_memory(x, out):
        out.flags.writeable = True
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def gaps_in_x_refused(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """an x with gaps refused

    met: a classic: flags.c_contiguous asked for where adjacent features are enough
    checks: its own
    hint: Pass every second head of a wider array, x[:, :, ::2]. Does the docstring allow it?
    hint: Only the features of a vector have to be adjacent; the other dimensions may have any strides.
    """
    if not x.flags.c_contiguous:
        raise ValueError(f"x must be contiguous, got strides {x.strides}")
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def gaps_in_out_refused(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """an out with gaps refused

    met: a classic: refusing what copying would lose, where a view loses nothing
    checks: its own
    hint: Pass an out that is every second head of a wider array. Does the docstring allow it?
    hint: np.multiply writes through any strides. Only the features of a vector have to be adjacent.
    """
    if out is not None and not out.flags.c_contiguous:
        raise ValueError(f"out must be contiguous, got strides {out.strides}")
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def read_only_x_refused(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a read-only x refused

    met: a classic: the check of rotate_in_place copied
    checks: its own
    hint: Pass a read-only x. Is it written to?
    hint: Here x is only read. Arrays of a memory-mapped file are read-only and welcome.
    """
    if not x.flags.writeable:
        raise ValueError("x is read-only")
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def table_not_checked(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """the table is not checked

    met: a classic: NumPy is trusted to complain, but one row or one column broadcasts
    checks: its own
    hint: Pass a table with one row, then one of complex128.
    hint: NumPy stretches one row over all tokens without a word, and its own errors name none of your arguments. Compare
        shape and dtype before you compute.
    """
    return _rotated(x, table, out, seq_axis, "table")


def wide_table_accepted(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a complex128 table converted

    met: a classic: a helpful cast, repeated in every call and every layer
    checks: its own
    hint: Pass a complex128 table. What does the docstring say?
    hint: Casting the table costs memory and time in every call, without anybody noticing. Refuse it once.
    """
    return rotate_complex(x, table.astype(np.complex64), out, seq_axis=seq_axis)


def longer_table_cut(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a table with more rows cut

    met: a classic: the first rows taken, and in decoding they belong to other tokens
    checks: its own
    hint: Pass a table with more rows than tokens. Which rows are these tokens'?
    hint: Only the caller knows which rows belong to these tokens, so the caller cuts. Any other number is refused.
    """
    if x.ndim == 4 and seq_axis in (1, 2) and table.ndim == 2:
        table = table[: x.shape[seq_axis]]
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def any_other_seq_axis_is_2(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """any seq_axis but 1 taken for 2

    met: a classic: if seq_axis == 1 ... else
    checks: its own
    hint: Call it with seq_axis 0, 3 and -3. What should happen?
    hint: Axis -3 is axis 1, and your code treats it like 2. Refuse what is neither 1 nor 2, by name.
    """
    return rotate_complex(x, table, out, seq_axis=1 if seq_axis == 1 else 2)


def negative_seq_axis_accepted(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """seq_axis counted from the end

    met: a classic: NumPy's own axes may be negative
    checks: its own
    hint: Call it with seq_axis -3. What does the docstring say?
    hint: Two spellings of one axis are two chances to mix them up. Only 1 and 2 are asked for.
    """
    return rotate_complex(x, table, out, seq_axis=seq_axis % 4)


def three_dimensions_accepted(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """x without a batch accepted

    met: a classic: an axis added for a caller who has forgotten one
    checks: its own
    hint: Pass one sequence, x[0]. What does the docstring say about the shape of x?
    hint: With three dimensions nobody knows which one is missing, batch or heads. Refuse them.
    """
    if x.ndim == 3:
        return np.asarray(rotate_complex(x[None], table, out if out is None else out[None], seq_axis=seq_axis)[0])
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def written_before_refused(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """out written to before it is refused

    met: a classic: the arrays are prepared first, and checked when they are used
    checks: its own
    hint: Pass an out and a table of the wrong shape, catch the error, and print out.
    hint: Whoever catches the error finds an array half done. All checks come before the first byte is written.
    """
    if out is not None and out.flags.writeable:
        out[...] = 0
    return rotate_complex(x, table, out, seq_axis=seq_axis)


def nameless_refusal(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """refused without naming the argument

    met: a classic: one message for everything that does not fit
    checks: its own
    hint: Read your message as somebody who called this deep inside a model. Which argument is it about?
    hint: The message has to name the argument, and what it was: that is all there is to go by.
    """
    try:
        return rotate_complex(x, table, out, seq_axis=seq_axis)
    except ValueError:
        raise ValueError("arrays do not fit") from None


def refused_by_assert(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """refused by assert

    met: Meta's Llama code asserts the shape of freqs_cis; python -O removes asserts
    checks: its own
    hint: Which exception does the docstring promise, and which one comes?
    hint: An assert raises AssertionError, and nothing at all when Python runs with -O. Raise ValueError yourself.
    """
    try:
        return rotate_complex(x, table, out, seq_axis=seq_axis)
    except ValueError as error:
        raise AssertionError(str(error)) from None
