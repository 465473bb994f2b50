"""The form grader's pages: what a person reads there, types and presses."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support_browser import SECONDS, Server

from labkit.labs import Lab

Rows = dict[str, dict[str, str]]
"""A table: by student, what stands in which column."""

READY = {
    "table": "return window.models && models.loaded",
    "submission": "return window.formgrader && formgrader.grades && formgrader.grades.loaded && formgrader.comments.loaded",
    "saved": "return jQuery.active === 0",
}


@dataclass(frozen=True)
class FormGrader:
    """The pages about one lab.

    Attributes:
        server: where they come from.
        browser: in which they are shown.
        lab: that is marked.
        students: whose submissions there are.
    """

    server: Server
    browser: Any
    lab: Lab
    students: tuple[str, ...]

    def submissions(self) -> Rows:
        """The list in which one presses buttons."""
        return self._rows(f"manage_submissions/{self.lab.name}")

    def notebooks(self) -> Rows:
        """The list from which one opens a submission."""
        return self._rows(f"gradebook/{self.lab.name}/{self.lab.module}")

    def open(self, student: str) -> None:
        """From the list to a submission, ready to be marked."""
        self.notebooks()
        self.browser.find_element("link text", student).click()
        self._wait(READY["submission"])

    def write(self, field: str, text: str) -> None:
        """Type into a field and leave it: then the page saves it."""
        place = self.browser.find_element("id", field)
        place.click()
        place.send_keys(text)
        self.browser.execute_script("arguments[0].blur()", place)
        self._wait(READY["saved"])

    def written(self, field: str) -> str:
        """What stands in a field."""
        text: str = self.browser.find_element("id", field).get_attribute("value")
        return text

    def full_credit(self, field: str) -> None:
        """Press the button beside a field for points; again where the page moved under the pointer just then."""
        cell = f"//input[@id='{field}']/ancestor::div[contains(@class, 'nbgrader_cell')]"
        button = self.browser.find_element("xpath", f"{cell}//button[contains(@class, 'full-credit')]")

        def given(_: object) -> bool:
            if not self.written(field):
                button.click()
            return bool(self.written(field))

        self._until(given)
        self._wait(READY["saved"])

    def press(self, student: str, button: str) -> str:
        """Press a button in a student's row; returns what the form grader says then."""
        self.submissions()
        row = f"//td[contains(@class, 'student-id') and text()='{student}']/.."
        self.browser.find_element("xpath", f"{row}/td[contains(@class, '{button}')]/a").click()
        self._wait("return document.querySelector('.modal-body') !== null")
        said: str = self.browser.find_element("class name", "modal-body").get_attribute("textContent")
        return said

    def _rows(self, page: str) -> Rows:
        self.browser.get(f"{self.server.address}/formgrader/{page}")
        self._wait(READY["table"])
        if page.startswith("gradebook"):
            self.browser.execute_script("toggleAllNames()")
        found = {}
        for row in self.browser.find_elements("css selector", "#main-table tr"):
            cells = [(cell.get_attribute("class").split(), cell.text) for cell in row.find_elements("tag name", "td")]
            by_name = {name: text for names, text in cells for name in names}
            found[next(one for one in self.students if one in by_name.values())] = by_name
        return found

    def _wait(self, script: str) -> None:
        self._until(lambda browser: browser.execute_script(script), script)

    def _until(self, condition: Callable[[Any], Any], what: str = "") -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.browser, SECONDS, poll_frequency=0.1).until(condition, what)
