"""Answers that took no work earn no point: every task of every lab answered by the same useless function."""

import ast
import json

import pytest
from support import labkit

from labkit.labs import Course, Lab

NAMED = "d_head base inv_freq angles T dim x q k cos sin R v theta weight keys factor"
USELESS = {
    "None": "return None",
    "the first argument": "return args[0]",
    "zeros": "return np.zeros_like(np.asarray(args[0], dtype=float))",
    "NaN": "return np.full(np.shape(args[0]), np.nan)",
    "True": "return True",
    "False": "return False",
    "an array twice": "return np.array(args[0], dtype=float), np.array(args[0], dtype=float)",
    "a refusal of everything": f"raise ValueError('{NAMED}', args, kwargs)",
    "a claim to be right": "return np.ones(3).view(type('Right', (np.ndarray,), {'__eq__': lambda *_: np.True_}))",
    "an equal to everything": "return type('Equal', (), {'__eq__': lambda *_: True, '__hash__': None})()",
}


def _useless_module(lab: Lab, body: str) -> str:
    """The lab's functions with another body; its classes as functions too, so that nothing of them works."""
    names = [
        node.name
        for node in ast.parse(lab.solution.read_text()).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    return "import numpy as np\n" + "".join(f"\n\ndef {name}(*args, **kwargs):\n    {body}\n" for name in names)


@pytest.mark.parametrize("body", USELESS.values(), ids=USELESS)
def test_a_useless_answer_earns_nothing(scratch: Course, body: str) -> None:
    for lab in scratch.labs:
        folder = scratch.root / "build" / lab.name
        module = folder / "src" / "ropelab" / lab.stub.name
        module.parent.mkdir(parents=True)
        module.write_text(_useless_module(lab, body))
        run = labkit("grade", "--lab", lab.name, "--submission", str(folder), "--json", "-", course=scratch)
        assert run.returncode == 1, run.stderr
        result = json.loads(run.stdout)
        earned = [task["task"] for task in result["tasks"] if task["points"]]
        assert (result["points"], earned) == (0, [])
