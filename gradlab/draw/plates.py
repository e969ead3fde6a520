"""What stands on the boxes of a graph before there are numbers: names, shapes, what a module is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gradlab.draw.canvas_box import Plate
from gradlab.draw.modules import Path, counts, made_of
from gradlab.lab.snapshot import NodeInfo

MOST_WIDE, MOST_NARROW = 52, 38
"""The columns of a folded module, at most."""


@dataclass(frozen=True, slots=True)
class Plates:
    """Makes them. form: of the boxes of single nodes, see `Plate`.   narrow: whether there is little room."""

    form: str = "box"
    narrow: bool = False

    def node(self, info: NodeInfo, common: Path = (), mark: str = "") -> Plate:
        """Return the plate of a node; the scopes in `common` are not said again."""
        evident = info.name.rpartition(".")[0].removeprefix("_") == info.op or info.name == info.op
        return Plate(mark + _within(info.name, common), "" if evident else info.op, info.shape, form=self.form)

    def module(self, infos: Sequence[NodeInfo], title: str, inner: Sequence[str], *, thin: bool) -> Plate:
        """Return the plate of a folded module. infos: its nodes.   inner: the modules in it.   thin: it has only a title."""
        numbers, ops = counts(infos)
        of = f"{ops:,} op{'s' * (ops != 1)}"
        most = MOST_NARROW if self.narrow else MOST_WIDE
        if infos[0].phase == "u":
            named = dict.fromkeys(info.name.partition(".")[0] for info in infos if info.is_leaf and not info.scope)
            return Plate(title, ", ".join([of, *named]), (), form="thin", most=most)
        figures = f"{numbers:,} n, {of}" if numbers else of
        if thin:
            return Plate(title, of, (), form="thin", most=most)
        return Plate(title, "", infos[-1].shape, form="module", made=made_of(infos, inner), figures=figures, most=most)

    def frame(self, title: str) -> Plate:
        """Return the plate of an unfolded module; how large it is depends on what stands in it."""
        return Plate(title, "", (), form="frame")


def _within(name: str, common: Path) -> str:
    """Return a name without the scopes that it begins with and that are common to all around it."""
    for end in range(len(common), 0, -1):
        for scopes in (common[:end], common[1:end]):
            prefix = ".".join(scopes) + "."
            if scopes and name.startswith(prefix) and len(name) > len(prefix):
                return name.removeprefix(prefix)
    return name
