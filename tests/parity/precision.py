"""Running code that asks for float32 in float64, without changing it."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import numpy as np
import torch
from numpy.typing import NDArray


@contextmanager
def in_float64() -> Iterator[None]:
    """Within this block ``torch.float``, ``torch.float32`` and ``tensor.float()`` mean float64, new tensors are float64.

    Model code names float32 for its angles, its softmax and its norms. Those are the names it reads, so the code that runs is
    the peer's own to the last line, in twice the precision.
    """
    before = torch.get_default_dtype()
    with ExitStack() as names:
        for name in ("float", "float32"):
            names.enter_context(mock.patch.object(torch, name, torch.float64))
        names.enter_context(mock.patch.object(torch.Tensor, "float", torch.Tensor.double))
        torch.set_default_dtype(torch.float64)
        try:
            yield
        finally:
            torch.set_default_dtype(before)


def tensor(x: NDArray[Any]) -> Any:
    """A copy of the array: nothing that torch does reaches the original."""
    return torch.from_numpy(np.array(x))


def array(x: Any) -> NDArray[Any]:
    return np.array(x.detach().numpy())
