"""Wrong answers to rotate_complex (lab 08): where the result goes.

hint: Rotate one pair on paper first: the product of a + ib with cos t + i sin t. Which features are a and b?
hint: complex_pairs shows x and out as complex numbers on their own memory. Then one product is all there is to compute.
hint: np.multiply(pairs, factors, out=turned) writes where it is told. Print the shapes of the first two for both layouts: the
    table needs an axis of length 1 where the heads are.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ropelab.speed import complex_pairs, rotate_complex

Reals = NDArray[np.float32]
Table = NDArray[np.complex64]


def _factors(table: Table, seq_axis: int) -> Table:
    return table[:, None] if seq_axis == 1 else table


def _checked(x: Reals, table: Table, out: Reals | None, seq_axis: int) -> None:
    """Refuse what the reference refuses, and write nothing."""
    if out is not None and np.shares_memory(x, out):
        raise ValueError("out shares memory with x")
    fits = out is not None and out.shape == x.shape
    rotate_complex(x[:0], table, out[:0] if out is not None and fits else out, seq_axis=seq_axis)


def out_left_alone(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """out not written to

    met: a classic: out = ... gives the name to another array, and the caller's keeps what it held
    checks: its own
    hint: Print out before and after the call, and whether the result is out.
    hint: An assignment to a name changes no array. Write into the memory of out: with out= of np.multiply, or through a
        view.
    """
    _checked(x, table, out, seq_axis)
    return rotate_complex(x, table, seq_axis=seq_axis)


def product_returned(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a product of its own returned

    variant of: out_left_alone
    checks: its own
    """
    _checked(x, table, out, seq_axis)
    return (complex_pairs(x) * _factors(table, seq_axis)).view(np.float32)


def another_object_returned(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """something else than out returned

    met: a classic: the view through which out was filled is what is at hand at the end
    checks: its own
    hint: Is the result out: rotate_complex(x, table, out) is out?
    hint: The right numbers are in out, but what you return is another object. Return out itself, as NumPy's functions do.
    """
    result = rotate_complex(x, table, out, seq_axis=seq_axis)
    return result if out is None else complex_pairs(result).view(np.float32)


def copy_of_out_returned(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """a copy of out returned

    variant of: another_object_returned
    checks: its own
    """
    return rotate_complex(x, table, out, seq_axis=seq_axis).copy()


def complex_numbers_returned(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> NDArray[Any]:
    """complex numbers returned

    met: a classic: what np.multiply returns, handed on as it is
    checks: its own
    hint: Print the dtype and the shape of the result.
    hint: The product is complex, one number for each pair. The caller expects the features: out, whose memory it is.
    """
    return complex_pairs(rotate_complex(x, table, out, seq_axis=seq_axis))


def nothing_returned(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> None:
    """nothing returned

    met: a classic: the work is done where out is, and the last line is forgotten
    checks: its own
    hint: Print what the function returns, without out and with it.
    hint: A function without return gives None. Return the array that holds the result.
    """
    rotate_complex(x, table, out, seq_axis=seq_axis)


def nothing_returned_with_out(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals | None:
    """nothing returned where out is given

    variant of: another_object_returned
    checks: its own
    """
    result = rotate_complex(x, table, out, seq_axis=seq_axis)
    return result if out is None else None


def x_overwritten(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """x overwritten

    met: a classic: rotated in place first, then copied to out
    checks: its own
    hint: Print x before and after the call, and try a read-only x.
    hint: The caller may still need x. np.multiply reads from one array and writes to another: no step in between.
    """
    _checked(x, table, out, seq_axis)
    out = np.empty(x.shape, np.float32) if out is None else out
    pairs = complex_pairs(x)
    pairs *= _factors(table, seq_axis)
    out[...] = x
    return out


def x_returned(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """x rotated and returned where there is no out

    met: a classic: out=None read as leave to work in place
    checks: its own
    hint: Without out, does the result share memory with x?
    hint: None asks for a new array. In place is the other function.
    """
    if out is not None:
        return rotate_complex(x, table, out, seq_axis=seq_axis)
    _checked(x, table, out, seq_axis)
    pairs = complex_pairs(x)
    pairs *= _factors(table, seq_axis)
    return x


def lost_in_a_copy(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """result lost where out is not contiguous

    met: a classic: np.ascontiguousarray or reshape, which copies what has gaps
    checks: its own
    hint: Pass an out with gaps, every second head of a wider array, and print it afterwards.
    hint: np.ascontiguousarray and reshape return a copy where memory has gaps, and the result stays there. A view of out
        as it is needs neither.
    """
    _checked(x, table, out, seq_axis)
    target = np.empty(x.shape, np.float32) if out is None else out
    np.multiply(complex_pairs(x), _factors(table, seq_axis), out=np.ascontiguousarray(target).view(np.complex64))
    return target


def lost_in_a_reshape(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """lost in a reshape

    variant of: lost_in_a_copy
    checks: its own
    """
    _checked(x, table, out, seq_axis)
    target = np.empty(x.shape, np.float32) if out is None else out
    turned = target.reshape(-1).view(np.complex64).reshape(*x.shape[:-1], -1)
    np.multiply(complex_pairs(x), _factors(table, seq_axis), out=turned)
    return target


def added_to_out(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """added to what out held

    met: a classic: += in a loop that was written for an array of zeros
    checks: its own
    hint: Fill out with sevens before the call. Does the result depend on them?
    hint: out is where the result goes, whatever it held before. Assign, do not add.
    """
    _checked(x, table, out, seq_axis)
    target = np.zeros(x.shape, np.float32) if out is None else out
    for start in range(x.shape[0]):
        turned = complex_pairs(target[start])
        turned += rotate_complex(x[start : start + 1], table, seq_axis=seq_axis).view(np.complex64)[0]
    return target


def temporaries(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """intermediate arrays as large as x

    met: a classic: the right product, computed into an array of its own and then copied
    checks: its own
    hint: How many arrays as large as x does your code make, the unnamed ones counted?
    hint: Every operation without out= makes a new array, and fresh memory costs more than the product. One np.multiply
        with out= makes none; broadcasting repeats the table for nothing.
    """
    _checked(x, table, out, seq_axis)
    target = np.empty(x.shape, np.float32) if out is None else out
    target[...] = (complex_pairs(x) * _factors(table, seq_axis)).view(np.float32)
    return target


def table_repeated_for_the_heads(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """the table repeated for every head

    variant of: temporaries
    checks: its own
    """
    _checked(x, table, out, seq_axis)
    pairs = complex_pairs(x)
    factors = np.broadcast_to(_factors(table, seq_axis), pairs.shape).copy()
    target = np.empty(x.shape, np.float32) if out is None else out
    np.multiply(pairs, factors, out=complex_pairs(target))
    return target


def even_and_odd_features(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> Reals:
    """the textbook form

    variant of: temporaries
    checks: its own
    """
    _checked(x, table, out, seq_axis)
    factors = _factors(table, seq_axis)
    target = np.empty(x.shape, np.float32) if out is None else out
    even, odd = x[..., 0::2], x[..., 1::2]
    target[..., 0::2] = even * factors.real - odd * factors.imag
    target[..., 1::2] = even * factors.imag + odd * factors.real
    return target


def double_precision(x: Reals, table: Table, out: Reals | None = None, *, seq_axis: int = 1) -> NDArray[Any]:
    """float64 returned

    met: a classic: a table in double precision, or np.empty without a dtype, makes everything wide
    checks: its own
    hint: Print the dtype of the result.
    hint: np.empty(shape) is float64. Twice the bytes take twice the time, and the model expects float32.
    """
    if out is not None:
        return rotate_complex(x, table, out, seq_axis=seq_axis)
    return rotate_complex(x, table, seq_axis=seq_axis).astype(np.float64)
