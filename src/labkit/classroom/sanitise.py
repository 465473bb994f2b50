"""HTML of students' making that can do nothing in the browser of whoever reads it: in feedback and in the form grader.

nbconvert's own ``sanitize_html`` is not enough: nbgrader's templates put rendered Markdown into the page as it is, so that a
script in a written answer would run as the instructor; and it knows neither paragraphs nor headings nor pictures, so that the
handout's text would show its tags. Formulas are MathJax's own affair: both pages load it with its Safe extension.
"""

import re
from typing import Any

import bleach
from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from jinja2 import pass_context
from jinja2.runtime import Context
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

TAGS = (
    "a abbr b blockquote br caption code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img kbd li ol p pre s samp small span "
    "strong sub sup table tbody td tfoot th thead tr ul"
)
WITH_CLASS = frozenset({"code", "div", "pre", "span", "table"})
TABLE = "table table-condensed"
"""Both pages have Bootstrap's styles, and none of their own for tables: columns would touch."""

LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
OF_REPORTS = ("border-left", "padding", "overflow-wrap")
"""The styles that our reports need. A margin is not among them: a negative one would lay an answer over what is above it."""

CODE_COLOUR = re.compile(r"highlight|hl-[a-z0-9]+|[a-z]{1,2}[a-z0-9]?")
"""The classes of highlighted code. Any other may mean something to the page: modal-backdrop lies over all of it, and the form
grader takes the first element of class comment for the field to save."""

PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*\Z")


def clean_html(html: object) -> str:
    """The HTML with whatever could run, load or pose as a part of the page shown as text, or left out (a Jinja filter)."""
    cleaned: str = bleach.clean(
        str(html),
        tags=TAGS.split(),
        attributes=_may_stay,
        protocols=["http", "https", "mailto", "data"],
        css_sanitizer=CSSSanitizer(allowed_css_properties=[*ALLOWED_CSS_PROPERTIES, *OF_REPORTS]),
    )
    return cleaned


@pass_context  # type: ignore[untyped-decorator]
def markdown_to_html(context: Context, source: str) -> str:
    """Markdown rendered, and then cleaned (a Jinja filter in place of nbconvert's markdown2html)."""
    attachments = _Attachments(context.get("cell", {}).get("attachments", {}))
    renderer = IPythonRenderer(escape=False, attachments=attachments, exclude_anchor_links=True)
    page = clean_html(MarkdownWithMath(renderer=renderer).render(source))
    return page.replace("<table>", f'<table class="{TABLE}" style="width:auto">')


class _Attachments(dict[str, Any]):
    """Pictures by name; one that is not there is empty, where nbconvert would refuse the whole notebook."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> dict[str, str]:
        return {"image/png": ""}


def _may_stay(tag: str, name: str, value: str) -> bool:
    if name == "style":
        return True
    if name == "class":
        return tag in WITH_CLASS and all(CODE_COLOUR.fullmatch(word) for word in value.split())
    if tag == "a":
        return name == "title" or (name == "href" and LINK.match(value) is not None)
    if tag == "img":
        return name in ("alt", "title") or (name == "src" and PICTURE.match(value) is not None)
    return tag in ("td", "th") and name in ("align", "colspan", "rowspan")
