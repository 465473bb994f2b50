"""How the instructor's page looks, and the pieces that it is made of."""

import html
from collections.abc import Iterable, Sequence

from labkit.clean import clean

LONGEST = 300
"""Characters of a text that are shown."""

STYLE = """
body{max-width:1000px;margin:0 auto;padding:16px 24px 48px;background:#fff;color:#1a1a1a;
  font:16px/1.45 system-ui,"Segoe UI","DejaVu Sans",sans-serif}
h1{font-size:1.7rem;margin:.4em 0 .1em}
h2{font-size:1.25rem;margin:2em 0 .3em;padding-top:.6em;border-top:1px solid #bbb}
table{border-collapse:collapse;width:100%;margin:.6em 0}
caption{text-align:left;color:#444;padding:.2em 0 .5em}
th,td{text-align:left;vertical-align:top;padding:5px 10px 5px 0;border-bottom:1px solid #d5d5d5}
thead th{border-bottom:2px solid #555;vertical-align:bottom}
tbody th,li,.name{overflow-wrap:anywhere}
tbody th{font-weight:600;min-width:9em}
.name{min-width:16.5em}
.n{text-align:right;font-variant-numeric:tabular-nums}
.w{white-space:nowrap}
.low{color:#9a3c00;font-weight:600}
.none{color:#5a5a5a}
td ul{margin:0;padding-left:1.1em}
a{color:#0b4f8a}
figure{margin:1em 0}
figure img{width:100%;height:auto}
figcaption{color:#444;font-size:.92rem}
nav{margin:.6em 0}
nav a{margin-right:1.2em}
@media print{body{max-width:none;padding:0;font-size:10pt}nav{display:none}a{color:inherit;text-decoration:none}
  thead{display:table-header-group}tr,figure{break-inside:avoid}h2{break-after:avoid}}
"""


def row(heading: str, cells: Iterable[str]) -> str:
    """A row of a table: what it is about, which is escaped, and its cells, which are HTML already."""
    return f'<tr><th scope="row">{text(heading)}</th>{"".join(cells)}</tr>'


def table(caption: str, columns: Sequence[str], rows: Sequence[str], numbers: bool = True) -> str:
    """A table: what it shows, the names of its columns, and its rows as HTML; ``numbers`` where most columns hold them."""
    texts = {"Student", "Lab", "Mistake", "Task"}
    heads = "".join(
        f'<th scope="col"{" class=n" if numbers and name not in texts else ""}>{text(name)}</th>' for name in columns
    )
    body = "\n".join(rows)
    return (
        f"<table><caption>{text(caption)}</caption>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{body}\n</tbody></table>"
    )


def count(number: int, what: str) -> str:
    """So many of something, in words."""
    return f"{number} {what}{'' if number == 1 else 's'}"


def text(words: str) -> str:
    """Any text, cleaned, cut and escaped."""
    return html.escape(clean(words, LONGEST))
