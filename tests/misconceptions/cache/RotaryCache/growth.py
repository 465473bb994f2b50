"""Wrong answers to RotaryCache (lab 02): growth.

hint: Begin with __init__ and _set_cos_sin_cache alone: make a cache of 5 rows, print both tables, and compare with lab
    01.
hint: ensure_length only decides whether to build anew and how many rows; building is left to _set_cos_sin_cache.
hint: __getstate__ returns a dictionary without the tables, __setstate__ takes it back and builds them: try
    pickle.dumps.
"""

import math

import numpy as np

from ropelab.cache import RotaryCache


class LengthNotUpdated(RotaryCache):
    """max_seq_len_cached not updated

    met: a classic: set once in __init__, where the first tables are built
    hint: Let the tables grow, then print max_seq_len_cached and the shape.
    hint: The attribute says how many rows there are now. Whoever builds tables sets it too.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.max_seq_len_cached = self.max_position_embeddings


class FirstLengthOverwritten(RotaryCache):
    """max_position_embeddings changed by growing

    met: a classic: one attribute used for two lengths
    hint: Let the tables grow, then print max_position_embeddings.
    hint: That attribute says how many rows there were at first, and stays. The present length has an attribute of its
        own.
    """

    def _set_cos_sin_cache(self, seq_len: int) -> None:
        super()._set_cos_sin_cache(seq_len)
        self.max_position_embeddings = seq_len


class NeverGrown(RotaryCache):
    """tables that never grow

    met: karpathy/nanochat pull request 520: a sequence that runs past the end of its tables
    hint: Ask for one row more than there are, and print the shape.
    hint: A request beyond the tables extends them. Without that, the last tokens of a long sequence find no row.
    """

    def ensure_length(self, seq_len: int) -> None:
        return None


class RebuiltToEveryRequest(RotaryCache):
    """every request rebuilds the tables to its length

    met: facebookresearch/xformers issue 728: tables built again for a shorter sequence
    hint: Ask for fewer rows than there are, and print the shape.
    hint: You ask whether the length differs. Only a longer request needs work; a shorter one leaves everything as it
        is.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len != self.max_seq_len_cached:
            self._set_cos_sin_cache(seq_len)


class RebuiltEveryTime(RotaryCache):
    """rebuilt at every call, even when long enough

    met: vllm-project/vllm-ascend pull request 2744: sine and cosine computed again in every forward pass
    hint: Keep cos_cached under another name, ask for a row that is there, and compare the two with "is".
    hint: The numbers are right and all the work is done again. When the tables are long enough, nothing is built.
    """

    def ensure_length(self, seq_len: int) -> None:
        rows = self.max_seq_len_cached
        self._set_cos_sin_cache(rows if seq_len <= rows else max(seq_len, int(self.growth * rows)))


class GrownWhenJustFull(RotaryCache):
    """extended when the tables are just long enough

    met: a classic: "at least" where "more than" is meant
    hint: Ask for exactly as many rows as there are.
    hint: n rows cover n positions, 0 to n - 1. A request for n is within them.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len >= self.max_seq_len_cached:
            self._set_cos_sin_cache(max(seq_len, int(self.growth * self.max_seq_len_cached)))


class GrowthIgnored(RotaryCache):
    """extended to the request, whatever the growth

    met: TransformerLensOrg/TransformerLens pull request 1457: one row at a time, and all rows computed each time
    hint: Take growth 2.0 and ask for one row more, again and again. How often are the tables built?
    hint: With a growth above 1 the tables are extended beyond the request, so that the next requests find them long
        enough.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(seq_len)


class RequestMultiplied(RotaryCache):
    """growth times the request

    met: a classic: room to spare, reckoned from the wrong length
    hint: Take growth 2.0 and 9 rows, and ask for 100. How many rows should there be?
    hint: Growth multiplies the rows that there are. Where that is not enough, exactly the request is built.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(int(self.growth * seq_len))


class FirstLengthMultiplied(RotaryCache):
    """growth times the first length

    met: a classic: the length at the start and the length now, confused
    hint: Take growth 2.0 and 9 rows, and let them grow twice. Is the second step larger than the first?
    hint: Twice the first length helps once. The rows that there are now are multiplied, and each step is larger.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(max(seq_len, int(self.growth * self.max_position_embeddings)))


class RequestForgotten(RotaryCache):
    """growth alone, whatever was asked for

    met: a classic: one doubling taken to be enough
    hint: Take growth 2.0 and 9 rows, and ask for 100.
    hint: Growth times the present length may still be less than the request. The larger of the two counts.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(int(self.growth * self.max_seq_len_cached))


class MultipliedUntilEnough(RotaryCache):
    """multiplied again and again until it is enough

    met: a classic: powers of two, as allocators keep them
    hint: Take growth 2.0 and 9 rows, and ask for 100. Which lengths do you pass through?
    hint: Growth is applied once. Where one multiplication falls short, exactly the request is built.
    """

    def ensure_length(self, seq_len: int) -> None:
        rows = self.max_seq_len_cached
        while rows < seq_len:
            rows = max(rows + 1, int(self.growth * rows))
        if rows > self.max_seq_len_cached:
            self._set_cos_sin_cache(rows)


class RoundedUp(RotaryCache):
    """rounded up

    met: a classic: rounding up looks like the safe side
    hint: Take growth 1.5 and 9 rows, and ask for 10.
    hint: int cuts the fraction off: 13.5 gives 13 rows. The larger of that and the request is enough in any case.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(max(seq_len, math.ceil(self.growth * self.max_seq_len_cached)))


class GrownAheadOfNeed(RotaryCache):
    """extended before they are full

    met: a classic: growth put into the comparison too
    hint: Take growth 2.0 and 36 rows, and ask for 20. Should anything happen?
    hint: Whether to extend depends on the request alone. Growth only says how far.
    """

    def ensure_length(self, seq_len: int) -> None:
        if self.growth * seq_len > self.max_seq_len_cached:
            self._set_cos_sin_cache(max(seq_len, int(self.growth * self.max_seq_len_cached)))


class ComparedWithTheFirstLength(RotaryCache):
    """request compared with the first length

    met: a classic: the length at the start and the length now, confused
    hint: Take 9 rows and growth 1.0, ask for 37 rows, and then for 37 again. Is anything built the second time?
    hint: max_position_embeddings says how many rows there were at first, and stays. Whether a request is within the
        tables depends on how many rows there are now.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_position_embeddings:
            self._set_cos_sin_cache(max(seq_len, int(self.growth * self.max_seq_len_cached)))


class NewRowsFromZero(RotaryCache):
    """appended rows that begin at position 0 again

    met: Blaizzy/mlx-vlm 1983: an arange that ignores how long the cached sequence is already
    hint: Let a table of 9 rows grow, and compare row 9 with row 0.
    hint: Appending saves work, but the new rows go on where the old ones end. Yours start over.
    """

    def ensure_length(self, seq_len: int) -> None:
        if seq_len > self.max_seq_len_cached:
            cos, sin = self.cos_cached, self.sin_cached
            rows = max(seq_len, int(self.growth * self.max_seq_len_cached))
            self._set_cos_sin_cache(rows - self.max_seq_len_cached)
            self.cos_cached = np.concatenate([cos, self.cos_cached])
            self.sin_cached = np.concatenate([sin, self.sin_cached])
            self.max_seq_len_cached = rows
