"""The bounds, seen from both sides: one frequency that is off by one part in ten thousand is never let through."""

from pathlib import Path

import pytest
from support import grade_text

from labkit.labs import Course

# A whole lab's code is changed: the pair that is off is the fastest, the slowest or one in the middle.
OFF = """

_right = {name}


def _off(result):
    wrong = np.array(result, dtype=np.float64)
    wrong[..., {pair} if wrong.shape[-1] > 1 else 0] *= 1 + 1e-4
    return wrong


def {name}(*args, **kwargs):
    return _off(_right(*args, **kwargs))
"""

# In labs 04, 05 and 08 the frequencies come from the caller: the angles are made wrong inside.
ANGLES = {
    "04-relative": ("angles = offset * inv_freq", "rotate_by_offset"),
    "05-rotation": ("np.cos(position * inv_freq), np.sin(position * inv_freq)", "rotation_matrix"),
    "08-speed": ("np.multiply.outer(positions.astype(np.float64), inv_freq)", "rotation_table"),
}


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("pair", [0, "wrong.shape[-1] // 2", -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize(
    ("lab", "name", "tasks"),
    [
        ("01-frequencies", "rope_frequencies", ["rope_frequencies"]),
        ("01-frequencies", "wavelengths", ["wavelengths"]),
        ("01-frequencies", "position_angles", ["position_angles"]),
        ("02-cache", "rope_frequencies", ["precompute_rope", "precompute_freqs_cis", "RotaryCache"]),
        ("06-attention", "rope_frequencies", ["apply_rotary_pos_emb"]),
        ("07-scaling", "rope_frequencies", ["ntk_frequencies", "dynamic_ntk_frequencies", "yarn_frequencies"]),
        ("07-scaling", "linear_frequencies", ["linear_frequencies"]),
        ("07-scaling", "llama3_frequencies", ["llama3_frequencies", "preset_frequencies"]),
    ],
)
def test_one_frequency_off_by_one_in_ten_thousand_loses_points(
    course: Course, lab: str, name: str, tasks: list[str], pair: object, seed: int, tmp_path: Path
) -> None:
    chosen = course.lab(lab)
    text = chosen.solution.read_text() + OFF.format(name=name, pair=pair)
    result = grade_text(course, chosen, text, tmp_path, seed)
    for task in result.tasks:
        if task.task in tasks:
            assert task.points < task.max_points, task.task


@pytest.mark.parametrize("seed", [0, 3])
@pytest.mark.parametrize("pair", [0, "inv_freq.size // 2", -1], ids=["first", "middle", "last"])
@pytest.mark.parametrize("name", ANGLES)
def test_one_angle_off_by_one_in_ten_thousand_loses_points(
    course: Course, name: str, pair: object, seed: int, tmp_path: Path
) -> None:
    lab = course.lab(name)
    line, wanted = ANGLES[name]
    text = lab.solution.read_text()
    assert line in text
    off = f"inv_freq * (1 + 1e-4 * (np.arange(inv_freq.size) == np.arange(inv_freq.size)[{pair}]))"
    result = grade_text(course, lab, text.replace(line, line.replace("inv_freq", f"({off})")), tmp_path, seed)
    (task,) = [task for task in result.tasks if task.task == wanted]
    assert task.points < task.max_points
