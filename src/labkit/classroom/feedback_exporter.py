"""nbconvert's HTML exporter, with its templates compiled once for a class instead of once for every student."""

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket
from nbconvert.exporters import HTMLExporter


class _Kept(BytecodeCache):  # type: ignore[misc] # the checker does not look into Jinja
    """Compiled templates, for as long as this process lives."""

    def __init__(self) -> None:
        self._known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._known:
            bucket.bytecode_from_string(self._known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = bucket.bytecode_to_string()


_KEPT = _Kept()


class FeedbackExporter(HTMLExporter):  # type: ignore[misc] # nbconvert has no types
    """Makes a feedback page. It is named in nbgrader_config.py as ``GenerateFeedback.exporter_class``."""

    @property
    def environment(self) -> Environment:
        """The templates' environment."""
        found = super().environment
        found.bytecode_cache = _KEPT
        return found
