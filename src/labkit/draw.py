"""The inputs of graded tests, drawn from a seed."""

import zlib
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray


class Draw:
    """Inputs that leave no room for coincidences, the same for every implementation: drawn from a seed and the test's name."""

    def __init__(self, seed: int, test: str) -> None:
        self.rng = np.random.default_rng([seed, zlib.crc32(test.encode())])

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return int(self.rng.integers(low, high + 1))

    def head_dim(self, low: int = 6, high: int = 64) -> int:
        """An even head dimension from low to high, never 4: there, 2i/D takes values that hide mistakes."""
        choices = [size for size in range(low + low % 2, high + 1, 2) if size != 4]
        return int(self.rng.choice(choices))

    def base(self) -> float:
        """A base between 2,000 and 900,000 that is not the default."""
        return round(float(np.exp(self.rng.uniform(np.log(2e3), np.log(9e5)))), 1) + 0.25

    def positions(self, count: int, limit: int = 4096) -> NDArray[np.int64]:
        """Distinct positions below limit, unsorted, the second of them in the upper half."""
        far = self.integer(limit // 2, limit - 1)
        others = self.rng.choice(np.delete(np.arange(limit), far), size=count - 1, replace=False)
        positions = np.insert(others, min(1, count - 1), far).astype(np.int64)
        return positions[::-1].copy() if np.all(np.diff(positions) > 0) and count > 1 else positions

    def position_ids(self, batch: int, seq: int, limit: int) -> NDArray[np.int64]:
        """Positions below limit of shape (batch, seq): each row its own, not in order."""
        return np.stack([self.positions(seq, limit) for _ in range(batch)])

    def normal(self, *shape: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """Standard normal numbers."""
        return self.rng.standard_normal(shape).astype(dtype)
