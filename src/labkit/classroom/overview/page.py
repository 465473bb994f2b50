"""The instructor's page as HTML: self-contained but for its pictures, without a script, with every text escaped."""

import html
from collections import Counter
from collections.abc import Callable, Sequence
from statistics import median

from labkit.classroom.grading import GRADED, MISSING
from labkit.classroom.overview.fragments import STYLE, count, row, table, text
from labkit.classroom.overview.plots import Picture
from labkit.classroom.overview.reading import NO_RESULT, ClassResults, Result, concerns, urgency
from labkit.labs import Lab

MOST_MISTAKES = 20
Link = Callable[[str, Lab], str]
"""The address of a student's feedback for a lab; empty where there is none."""


def page(results: ClassResults, pictures: Sequence[Picture], link: Link) -> str:
    """The whole page."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>How the class did</title>
<style>{STYLE}</style>
</head>
<body>
<h1>How the class did</h1>
<p>{_summary(results)}</p>
<nav aria-label="On this page"><a href="#labs">Labs</a><a href="#attention">Who needs attention</a
><a href="#mistakes">Frequent mistakes</a><a href="#students">All students</a></nav>
<main>
<section aria-labelledby="labs"><h2 id="labs">Labs</h2>
{_labs(results)}
{"".join(map(_figure, pictures))}
</section>
<section aria-labelledby="attention"><h2 id="attention">Who needs attention</h2>
{_attention(results)}
</section>
<section aria-labelledby="mistakes"><h2 id="mistakes">Frequent mistakes</h2>
{_mistakes(results)}
</section>
<section aria-labelledby="students"><h2 id="students">All students</h2>
{_students(results, link)}
</section>
</main>
</body>
</html>
"""


def _summary(results: ClassResults) -> str:
    everything = [one for lab in results.results.values() for one in lab.values() if one.status != MISSING]
    graded = sum(one.uneventful for one in everything)
    labs = sum(bool(lab) for lab in results.results.values())
    return (
        f"{count(len(results.students), 'student')}, {count(labs, 'lab')}, {count(len(everything), 'submission')}: "
        f"{graded} graded without incident, {len(everything) - graded} with one, which is named below."
    )


def _labs(results: ClassResults) -> str:
    rows = []
    for lab in results.labs:
        found = [results.result(lab, student) for student in results.students]
        known = [one for one in found if one is not None and one.status != MISSING]
        points = [one.points for one in known if one.points is not None]
        if not results.results[lab.name]:
            rows.append(row(lab.name, ['<td class="none" colspan="5">not graded yet</td>']))
            continue
        full = sum(one.points == one.max_points for one in known if one.points is not None)
        cells = (
            f"{len(known)} of {len(found)}",
            f"{sum(one.uneventful for one in known)}",
            f"{median(points):g} of {max(one.max_points for one in known):g}" if points else "–",
            f"{full}",
            f"{sum(one.below_half for one in known)}",
        )
        rows.append(row(lab.name, (f'<td class="n">{text(cell)}</td>' for cell in cells)))
    columns = ("Lab", "Handed in", "Without incident", "Median", "All points", "Below half")
    return table("Autograded points: code, quiz and evidence. Written answers are not among them.", columns, rows)


def _figure(picture: Picture) -> str:
    name, title, words = text(picture.name), text(picture.title), html.escape(picture.words)
    return f'<figure><img src="{name}" alt="{title}. {words}"><figcaption>{title}.</figcaption></figure>'


def _attention(results: ClassResults) -> str:
    found = {student: concerns(results, student) for student in results.students}
    worst = sorted(
        (student for student in found if found[student]), key=lambda one: (urgency(results, one), -len(found[one]), one)
    )
    if not worst:
        return "<p>Nobody: everything was handed in, graded, and has at least half of the points.</p>"
    rows = []
    for student in worst:
        items = "".join(f"<li>{html.escape(reason)}</li>" for reason in found[student])
        rows.append(row(student, [f"<td><ul>{items}</ul></td>"]))
    urgent = "the most urgent first: trouble in grading, then missing work or points, then a note only"
    told = f"{len(worst)} of {count(len(found), 'student')}, {urgent}."
    return table(told, ("Student", "Why"), rows, numbers=False)


def _mistakes(results: ClassResults) -> str:
    # A mistake that shows in several tests of a submission counts once.
    counts = Counter(one for lab in results.results.values() for result in lab.values() for one in result.mistakes)
    if not counts:
        return "<p>No mistake was recognised by name.</p>"
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0].lab, item[0].task, item[0].name))
    rows = []
    for one, times in ranked[:MOST_MISTAKES]:
        cells = (
            f'<td class="w">{text(one.lab)}</td>',
            f'<td class="name">{text(one.task)}</td>',
            f'<td class="n">{times}</td>',
        )
        rows.append(row(one.name, cells))
    others = len(ranked) - len(rows)
    rest = f" {count(others, 'rarer one')} not shown." if others else ""
    return table(f"Recognised by name, by the number of students.{rest}", ("Mistake", "Lab", "Task", "Students"), rows)


def _students(results: ClassResults, link: Link) -> str:
    rows = []
    for student in results.students:
        cells = [_points(results.result(lab, student), link(student, lab)) for lab in results.labs]
        known = [one for one in (results.result(lab, student) for lab in results.labs) if one is not None]
        cells.append(f'<td class="n">{sum(one.points or 0.0 for one in known):g}</td>')
        if results.totals:
            cells += _totals(results, student)
        rows.append(row(student, cells))
    columns = ["Student", *(lab.name for lab in results.labs), f"Sum of {_most(results):g}"]
    if results.totals:
        columns += ["Late", f"Total of {_most_in_total(results):g}", "Labs to mark"]
    told = "Autograded points; a number that is a link leads to the student's feedback."
    if results.totals:
        told += " The total is with written answers, less what lateness costs."
    return table(told, columns, rows)


def _points(result: Result | None, address: str) -> str:
    if result is None:
        return '<td class="n none">not yet</td>'
    shown = "none" if result.status == MISSING else result.status
    if result.points is not None and result.status != MISSING:
        shown = f"{result.points:g}" + f" ({result.status})" * (result.status not in (GRADED, NO_RESULT))
    shown = f'<a href="{html.escape(address)}">{text(shown)}</a>' if address else text(shown)
    look = " none" * (result.status == MISSING) or " low" * (result.below_half or result.points is None)
    return f'<td class="n{look}">{shown}</td>'


def _totals(results: ClassResults, student: str) -> list[str]:
    known = [total for total in (results.total(lab, student) for lab in results.labs) if total is not None]
    late, waits = sum(total.penalty for total in known), sum(total.waits for total in known)
    shown = (f"−{late:g}" if late else "", f"{sum(total.points for total in known):g}" if known else "", waits or "")
    return [f'<td class="n">{cell}</td>' for cell in shown]


def _most(results: ClassResults) -> float:
    return sum(max((one.max_points for one in lab.values()), default=0.0) for lab in results.results.values())


def _most_in_total(results: ClassResults) -> float:
    most: dict[str, float] = {}
    for (lab, _), total in results.totals.items():
        most[lab] = max(most.get(lab, 0.0), total.max_points)
    return sum(most.values())
