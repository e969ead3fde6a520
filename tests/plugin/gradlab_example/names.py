"""An exporter of the names of all nodes."""

from __future__ import annotations

from pathlib import Path

from gradlab.exporters import Exporter
from gradlab.recording.performance import Performance


def _write(performance: Performance, out: Path) -> None:
    out.write_text("\n".join(node.name for node in performance.lab.nodes), encoding="utf-8")


EXPORTER = Exporter("names", "the names of all nodes, one a line", _write)
