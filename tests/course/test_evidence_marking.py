"""Honest evidence of an experiment earns its point, and a manifest that claims what is not so loses it with one line."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import LABS
from support_evidence import edit, evidence_of, handed_in, honest_course, recode

from labkit.evidence.marking import EvidenceResult, mark_evidence
from labkit.labs import Course
from labkit.sandbox.client import Server
from labkit.sandbox.isolated import Allowance

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="isolated grading needs Linux")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    started = Server()
    yield started
    started.close()


@pytest.fixture(scope="module")
def honest(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A checkout in which every experiment was run on the reference, as if a student had written it."""
    return honest_course(course, tmp_path_factory.mktemp("honest"))


def _lost(result: EvidenceResult, said: str) -> None:
    assert (result.points, result.max_points) == (0, 1)
    assert said in result.message, result.message
    assert len(result.message.splitlines()) == 1


@pytest.mark.parametrize("name", LABS)
def test_honest_evidence_earns_the_point_and_its_figures_come_back(
    course: Course, honest: Course, server: Server, tmp_path: Path, name: str
) -> None:
    lab = course.lab(name)
    folder = handed_in(honest, lab, tmp_path / "student")
    result = mark_evidence(course, lab, folder, server, Allowance())
    assert result.points == 1, result.message
    figures = [(figure, (evidence_of(folder) / figure).read_bytes()) for figure in lab.facts["figures"]]
    assert list(result.figures) == figures
    assert result.as_json() == {"points": 1, "max_points": 1, "message": result.message}
    assert "results" in result.message


LIES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (
        lambda folder: (evidence_of(folder) / "manifest.json").unlink(),
        "experiments/04-relative/manifest.json is missing from the submission: run the experiment (`make verify LAB=04",
    ),
    "an edited result": (
        edit(lambda content: content["results_summary"].update(norm_preservation_max_diff=0.25)),
        "norm_preservation_max_diff is 0.25 in the manifest, and ",
    ),
    "a result that is a text": (
        edit(lambda content: content["results_summary"].update(norm_preservation_max_diff="<b>tiny</b>\x1b")),
        'is "<b>tiny</b>\\u001b" in the manifest',
    ),
    "a result left out": (
        edit(lambda content: content["results_summary"].pop("norm_preservation_max_diff")),
        "result norm_preservation_max_diff is missing from the manifest",
    ),
    "a result of one's own": (
        edit(lambda content: content["results_summary"].update(bonus=1)),
        'the experiment has no result "bonus"',
    ),
    "another module": (
        lambda folder: (folder / "src" / "ropelab" / "relative.py").write_text("# mine\n"),
        "the run was not made with the relative.py that you handed in",
    ),
    "another lab's module": (
        edit(lambda content: content["module"].update(name="rotation.py")),
        "the run was not made with the relative.py that you handed in",
    ),
    "another lab": (
        edit(lambda content: content.update(experiment="05-rotation")),
        "the manifest is of another lab than 04-relative",
    ),
    "a run on the solutions": (
        edit(lambda content: content.update(implementation="solutions")),
        "the manifest is not of a run on your own code in src",
    ),
    "not verified": (
        edit(lambda content: content.update(verified=False)),
        "verified is false: a check of the run did not hold; mend the code, then run the experiment again",
    ),
    "verified in words": (
        edit(lambda content: content.update(verified="true")),
        "manifest.json: verified is missing or not what a run writes",
    ),
    "no module": (
        lambda folder: (folder / "src" / "ropelab" / "relative.py").unlink(),
        "src/ropelab/relative.py is missing from the submission",
    ),
}


@pytest.mark.parametrize(("lie", "said"), LIES.values(), ids=LIES)
def test_a_lie_in_the_manifest_costs_the_point_and_the_line_says_what_to_do(
    course: Course, honest: Course, server: Server, tmp_path: Path, lie: Callable[[Path], object], said: str
) -> None:
    lab = course.lab("04-relative")
    folder = handed_in(honest, lab, tmp_path / "student")
    lie(folder)
    result = mark_evidence(course, lab, folder, server, Allowance())
    _lost(result, said)
    assert "make verify LAB=04-relative" in result.message or "is missing from the submission" in result.message


@pytest.mark.parametrize("ratio", [0.0, -0.5, "fast", True, [0.5], None])
def test_a_measured_ratio_is_any_number_above_0_and_nothing_else(
    course: Course, honest: Course, server: Server, tmp_path: Path, ratio: object
) -> None:
    lab, name = course.lab("05-rotation"), "matrix_over_elementwise_time_ratio_at_largest_d"
    folder = handed_in(honest, lab, tmp_path / "student")
    edit(lambda content: content["results_summary"].update({name: 17.5}))(folder)
    assert mark_evidence(course, lab, folder, server, Allowance()).points == 1
    edit(lambda content: content["results_summary"].update({name: ratio}))(folder)
    _lost(mark_evidence(course, lab, folder, server, Allowance()), f"{name} is a measured time ratio")


MODULES: dict[str, tuple[str, str]] = {
    "loops for ever": (
        "\n\ndef rope_frequencies(*_: object) -> None:\n    while True: pass\n",
        "the experiment does not run on your module: stopped after 0.5 s in the experiment: is there an endless loop?",
    ),
    "loops when imported": ("\nwhile True: pass\n", "stopped after 0.5 s in the import of src/ropelab/frequencies.py"),
    "ends the process": (
        "\n\ndef rope_frequencies(*_: object) -> None:\n    __import__('os')._exit(0)\n",
        "ended in the",
    ),
    "leaves": ("\n\ndef rope_frequencies(*_: object) -> None:\n    raise SystemExit('bye')\n", "SystemExit: bye"),
    "raises": (
        "\n\ndef wavelengths(x: object) -> object:\n    return {}[x[0]]\n",
        "the experiment does not run on your module: src/ropelab/frequencies.py:",
    ),
    "returns nothing": (
        "\n\ndef rope_frequencies(*_: object) -> None:\n    return None\n",
        "your module: AttributeError",
    ),
    "is no Python": ("\ndef (\n", "SyntaxError"),
    "is wrong": (
        "\n\nright = wavelengths\ndef wavelengths(x: object) -> object:\n    return 2 * right(x)\n",
        "a check does not hold: after one wavelength of tokens a pair has turned 2 pi radians",
    ),
    "draws what is not there": ("\nimport matplotlib\n", "ModuleNotFoundError"),
}


@pytest.mark.parametrize(("code", "said"), MODULES.values(), ids=MODULES)
def test_a_manifest_cannot_vouch_for_a_module_that_does_not_do_what_it_says(
    course: Course, honest: Course, server: Server, tmp_path: Path, code: str, said: str
) -> None:
    lab = course.lab("01-frequencies")
    folder = handed_in(honest, lab, tmp_path / "student")
    recode(folder, lab.solution.read_text() + code)
    result = mark_evidence(course, lab, folder, server, Allowance(seconds_per_call=0.5))
    _lost(result, said)
    assert len(result.figures) == 2


FORM = "no experiment gives"
HERE = "when your module runs here"
ANSWERS: dict[str, tuple[str, str]] = {
    "a text": ("'all is well'", FORM),
    "no checks": ("{**real(*_), 'checks': []}", "a check does not hold: it made none"),
    "checks of another form": ("{'results': {}, 'checks': [[1, True], 'yes']}", FORM),
    "objects": ("{'results': {'first_frequency': object}, 'checks': [['a', True]]}", HERE),
    "a number without end": ("{'results': {'first_frequency': 10**399}, 'checks': [['a', True]]}", HERE),
    "an array": ("{'results': {'first_frequency': np.ones(3)}, 'checks': [['a', True]]}", HERE),
    "no number": ("{'results': {'first_frequency': float('nan')}, 'checks': [['a', True]]}", HERE),
    "many parts": ("{'results': {'first_frequency': [1] * 30_000}, 'checks': [['a', True]]}", "too many parts"),
    "a long claim": ("{'results': {}, 'checks': [['\\x1b[2J\\n' * 9000, False]]}", "does not hold: \\x1b[2J"),
}


@pytest.mark.parametrize(("answer", "said"), ANSWERS.values(), ids=ANSWERS)
def test_a_module_that_answers_in_the_experiment_s_place_gets_a_line(
    course: Course, honest: Course, server: Server, tmp_path: Path, answer: str, said: str
) -> None:
    lab = course.lab("01-frequencies")
    folder = handed_in(honest, lab, tmp_path / "student")
    forged = f"\nimport labkit.sandbox.child as child\nreal = child.rerun\nchild.rerun = lambda *_: {answer}\n"
    recode(folder, lab.solution.read_text() + forged)
    result = mark_evidence(course, lab, folder, server, Allowance())
    _lost(result, said)
    assert "\x1b" not in result.message and len(result.message) < 1000
    json.dumps(result.as_json(), allow_nan=False)
