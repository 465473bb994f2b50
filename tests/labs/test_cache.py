"""Lab 02, graded: tables of cosines and sines, in three forms, and a cache of them that grows and can be pickled."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import DTypeLike

from labkit import tolerance
from labkit.testing import Check, Draw, Student

TABLES = ("cos_cached", "sin_cached")

LONG = 6200
"""Rows of a long table: its last angles, formed in float32, are off by about 1e-4, hundreds of times the bound."""

SOME_ROWS = np.array([6199, 0, 4097, 1, 5003, 257, 3])
"""The rows of a long table that are compared, out of order."""


def _check_tables(check: Check, cache: Any, when: str, dtype: DTypeLike = np.float32) -> None:
    """Both tables in whole, and the length the cache says they have."""
    bound = tolerance.table(dtype, largest_angle=100.0)
    check.value(cache.max_seq_len_cached, f"max_seq_len_cached {when}", within=tolerance.EXACT)
    check.value(cache.cos_cached, f"cos_cached {when}", within=bound)
    check.value(cache.sin_cached, f"sin_cached {when}", within=bound)


def _check_long(check: Check, tables: tuple[Any, Any], what: str, dtype: DTypeLike) -> None:
    """Shapes, and some rows from all over two long tables."""
    for name, table in zip(("cosines", "sines"), tables, strict=True):
        check.value(table.shape, f"the shape of the {name} of {what}", within=tolerance.EXACT)
        rows = table[SOME_ROWS]
        check.value(rows, f"rows {SOME_ROWS.tolist()} of the {name} of {what}", within=tolerance.table(dtype, LONG))


@pytest.mark.task("precompute_rope", points=1)
def test_row_p_and_column_i_hold_the_cosine_and_sine_of_p_times_frequency_i(
    lab: Student, check: Check, draw: Draw
) -> None:
    for rows, size in [(9, 10), (7, 14), (40, 6), (draw.integer(20, 60), draw.head_dim())]:
        check.call(lab.precompute_rope, rows, size, draw.base(), within=tolerance.table(np.float64, rows))
    base = draw.base()
    _check_long(check, lab.precompute_rope(LONG, 12, base), f"precompute_rope({LONG}, 12, {base})", np.float64)


@pytest.mark.task("precompute_rope", points=1)
def test_the_base_defaults_to_10000_and_the_shortest_tables_have_no_row(lab: Student, check: Check, draw: Draw) -> None:
    check.call(lab.precompute_rope, 21, draw.head_dim(), within=tolerance.table(np.float64, 21))
    check.call(lab.precompute_rope, T=13, d_head=18, base=draw.base(), within=tolerance.table(np.float64, 13))
    for rows in (0, 1, 2):
        check.call(lab.precompute_rope, rows, 10, draw.base(), within=tolerance.table(np.float64, 2))


@pytest.mark.task("precompute_rope", points=1)
def test_tables_that_cannot_be_are_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    check.call(lab.precompute_rope, 11, 8, draw.base(), within=tolerance.table(np.float64, 11))
    for rows in (-1, -40):
        check.raises(lab.precompute_rope, rows, 8, draw.base(), naming="T", value=rows)
    for size in (9, 0, -8):
        check.raises(lab.precompute_rope, 11, size, draw.base(), naming="d_head", value=size)
    for base in (0.0, -500.0):
        check.raises(lab.precompute_rope, 11, 8, base, naming="base", value=base)


@pytest.mark.task("precompute_freqs_cis", points=1)
def test_each_entry_is_cosine_plus_i_sine_cast_only_when_it_is_finished(lab: Student, check: Check, draw: Draw) -> None:
    for size, rows in [(10, 9), (14, 7), (draw.head_dim(), draw.integer(20, 60))]:
        check.call(lab.precompute_freqs_cis, size, rows, draw.base(), within=tolerance.table(np.float32, rows))
    check.call(lab.precompute_freqs_cis, 24, 30, within=tolerance.table(np.float32, 30))
    check.call(lab.precompute_freqs_cis, 6, 0, draw.base(), within=tolerance.EXACT)
    # A base below 1 is allowed: its frequencies rise, to 0.3 ** -0.75 = 2.5 here.
    check.call(lab.precompute_freqs_cis, 8, 11, 0.3, within=tolerance.table(np.float32, 30.0))
    theta = draw.base()
    long = lab.precompute_freqs_cis(head_dim=12, max_seq_len=LONG, theta=theta)
    what = f"precompute_freqs_cis(12, {LONG}, {theta})"
    check.value(long.shape, f"the shape of {what}", within=tolerance.EXACT)
    bound = tolerance.table(np.float32, LONG)
    check.value(long[SOME_ROWS], f"rows {SOME_ROWS.tolist()} of {what}", within=bound)


@pytest.mark.task("precompute_freqs_cis", points=1)
def test_bad_arguments_of_the_complex_table_are_refused_by_their_own_names(
    lab: Student, check: Check, draw: Draw
) -> None:
    check.call(lab.precompute_freqs_cis, 8, 11, draw.base(), within=tolerance.table(np.float32, 11))
    for size in (9, 0, -8):
        check.raises(lab.precompute_freqs_cis, size, 11, draw.base(), naming="head_dim", value=size)
    for rows in (-1, -3):
        check.raises(lab.precompute_freqs_cis, 8, rows, draw.base(), naming="max_seq_len", value=rows)
    for theta in (0.0, -500.0):
        check.raises(lab.precompute_freqs_cis, 8, 11, theta, naming="theta", value=theta)


@pytest.mark.task("RotaryCache", points=1)
def test_a_new_cache_has_its_attributes_and_both_tables_at_once(lab: Student, check: Check, draw: Draw) -> None:
    names = ("dim", "max_position_embeddings", "base", "growth")
    for size in (6, draw.head_dim()):
        rows, base = draw.integer(20, 50), draw.base()
        cache = lab.RotaryCache(size, max_position_embeddings=rows, base=base, growth=1.5)
        for name in names:
            check.value(getattr(cache, name), f"RotaryCache({size}, {rows}, {base}).{name}", within=tolerance.EXACT)
        check.value(cache.inv_freq, "inv_freq of a new cache", within=tolerance.frequencies())
        _check_tables(check, cache, f"of RotaryCache({size}, {rows}, {base})")
    # Alike in everything but the base.
    for base in (draw.base(), draw.base()):
        _check_tables(check, lab.RotaryCache(14, 25, base), f"of RotaryCache(14, 25, {base})")
    plain = lab.RotaryCache(10)
    for name in names:
        check.value(getattr(plain, name), f"RotaryCache(10).{name}", within=tolerance.EXACT)
    check.that(np.dtype(plain.dtype) == np.float32, f"RotaryCache(10).dtype is {plain.dtype}, not float32")
    check.value(plain.cos_cached.shape, "the shape of RotaryCache(10).cos_cached", within=tolerance.EXACT)
    ends = np.array([2047, 1024, 1])
    for table in (plain.cos_cached, plain.sin_cached):
        check.value(table[ends], "rows 2047, 1024, 1 of RotaryCache(10)", within=tolerance.table(np.float32, 2048))


@pytest.mark.task("RotaryCache", points=1)
def test_angles_are_float64_and_only_the_finished_tables_have_the_dtype(lab: Student, check: Check, draw: Draw) -> None:
    for dtype in (np.float32, np.float16, np.float64):
        base = draw.base()
        cache = lab.RotaryCache(8, LONG, base, dtype)
        check.that(np.dtype(cache.dtype) == dtype, f"a cache made with {dtype.__name__} has the dtype {cache.dtype}")
        what = f"RotaryCache(8, {LONG}, {base}, {dtype.__name__})"
        _check_long(check, (cache.cos_cached, cache.sin_cached), what, dtype)
        check.value(cache.inv_freq, f"inv_freq of {what}", within=tolerance.frequencies())


@pytest.mark.task("RotaryCache", points=1)
def test_set_cos_sin_cache_builds_exactly_the_rows_it_is_asked_for(lab: Student, check: Check, draw: Draw) -> None:
    cache = lab.RotaryCache(14, 12, draw.base(), growth=2.0)
    # Longer, shorter, none at all: a rebuild knows no growth, and is free to shrink.
    for rows in (31, 13, 5, 0, 22):
        cache._set_cos_sin_cache(rows)
        _check_tables(check, cache, f"after _set_cos_sin_cache({rows})")
    check.value(cache.max_position_embeddings, "max_position_embeddings after rebuilding", within=tolerance.EXACT)
    for rows in (-1, -2):
        check.raises(cache._set_cos_sin_cache, rows, naming="seq_len", value=rows)
        _check_tables(check, cache, f"after a refused _set_cos_sin_cache({rows})")


@pytest.mark.task("RotaryCache", points=1)
def test_growth_one_extends_to_the_request_and_a_shorter_request_changes_nothing(
    lab: Student, check: Check, draw: Draw
) -> None:
    cache = lab.RotaryCache(10, 9, draw.base(), growth=1.0)
    for request in (10, 7, 37, 37, 36, 1, 0, 38):
        rows, held = cache.max_seq_len_cached, lab.held(cache, TABLES)
        cache.ensure_length(request)
        _check_tables(check, cache, f"after ensure_length({request}) on {rows} rows")
        if request <= rows:
            kept = lab.still_holds(cache, TABLES, held)
            check.that(kept, f"ensure_length({request}) on {rows} rows replaced the tables: they were long enough")
    check.value(cache.max_position_embeddings, "max_position_embeddings after growing", within=tolerance.EXACT)


@pytest.mark.task("RotaryCache", points=1)
def test_a_larger_growth_multiplies_the_present_length_and_rounds_down(lab: Student, check: Check, draw: Draw) -> None:
    # 9 rows: one more gives 18 and then 36 (twice what there is, not what there was first), 100 is more than doubling.
    # With 1.5: int(13.5) is 13, int(19.5) is 19. From an empty table, only the request counts.
    for growth, first, requests in [(2.0, 9, (10, 18, 19, 100, 5, 101)), (1.5, 9, (10, 14, 13, 50)), (2.0, 0, (3, 4))]:
        cache = lab.RotaryCache(6, first, draw.base(), np.float32, growth)
        for request in requests:
            cache.ensure_length(request)
            _check_tables(check, cache, f"after ensure_length({request}), growth {growth}, {first} rows at first")
    cache, lengths = lab.RotaryCache(6, 1, draw.base(), growth=2.0), []
    grow = cache.ensure_length
    for request in range(1, 150):
        grow(request)
        lengths.append(cache.max_seq_len_cached)
        if lengths[-1] > 4096:
            break  # a cache that doubles at every request must not fill the memory
    check.value(
        np.array(lengths), "max_seq_len_cached as requests go from 1 to 149, growth 2.0", within=tolerance.EXACT
    )


@pytest.mark.task("RotaryCache", points=1)
def test_a_pickle_leaves_the_tables_out_and_unpickling_builds_them_again(
    lab: Student, check: Check, draw: Draw
) -> None:
    base = draw.base()
    cache = lab.RotaryCache(12, 20, base, np.float16, growth=2.0)
    cache.ensure_length(21)
    restored = lab.unpickled(lab.pickled(cache))
    _check_tables(check, restored, "after unpickling a cache that had grown from 20 rows", np.float16)
    _check_tables(check, cache, "of the original, after pickling it", np.float16)
    for name in ("dim", "max_position_embeddings", "base", "growth"):
        check.value(getattr(restored, name), f"{name} after unpickling", within=tolerance.EXACT)
    check.value(restored.inv_freq, "inv_freq after unpickling", within=tolerance.frequencies())
    cache._set_cos_sin_cache(7)
    _check_tables(check, lab.unpickled(lab.pickled(cache)), "after unpickling a cache cut to 7 rows", np.float16)
    restored.ensure_length(41)
    _check_tables(check, restored, "after unpickling and ensure_length(41)", np.float16)
    short, long = (len(lab.pickled(lab.RotaryCache(12, rows, base))) for rows in (300, 9000))
    check.that(
        abs(long - short) <= 16, f"pickles of 300 and 9,000 rows take {short} and {long} bytes: not the same size"
    )


@pytest.mark.task("RotaryCache", points=1)
def test_a_cache_that_cannot_be_is_refused_by_name(lab: Student, check: Check, draw: Draw) -> None:
    base = draw.base()
    _check_tables(check, lab.RotaryCache(8, 11, base, growth=1.0), f"of RotaryCache(8, 11, {base})")
    for size in (9, 0, -8):
        check.raises(lab.RotaryCache, size, 11, base, naming="dim", value=size)
    for rows in (-1, -5):
        check.raises(lab.RotaryCache, 8, rows, base, naming="max_position_embeddings", value=rows)
    for wrong in (0.0, -500.0):
        check.raises(lab.RotaryCache, 8, 11, wrong, naming="base", value=wrong)
    for dtype in (np.int32, np.complex64):
        check.raises(lab.RotaryCache, 8, 11, base, dtype, naming="dtype", value=dtype.__name__)
    for growth in (0.5, 0.0, -2.0):
        check.raises(lab.RotaryCache, 8, 11, base, growth=growth, naming="growth", value=growth)
