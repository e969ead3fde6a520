"""Layered drawings of directed acyclic graphs in cells: boxes in layers from top to bottom, orthogonal lines between them.

The steps, one file each: `ranks` (which layer), `nets` (a line that passes a layer is an item of it), `order` (who stands left
of whom), `place` (columns), `ports` (where lines leave and enter boxes), `channel` (tracks between layers), `engine` (all of
it). Pure: no terminal, no colours.

Source: Sugiyama, Tagawa & Toda 1981; Brandes & Köpf 2001; Hashimoto & Stevens 1971 (left edge); Eades, Lin & Smyth 1993.
"""

from gradlab.draw.layout.engine import lay_out
from gradlab.draw.layout.model import Layout, LayoutRequest

__all__ = ["Layout", "LayoutRequest", "lay_out"]
