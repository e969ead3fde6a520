"""An exporter of the names of all nodes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gradlab.session import Lab


@dataclass(frozen=True)
class Names:
    """Writes one name a line."""

    name: str = "names"

    def text(self, lab: Lab) -> str:
        """Return the names."""
        return "\n".join(node.name for node in lab.nodes)


EXPORTER = Names()
