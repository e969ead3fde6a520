"""Numbers of the laboratory as plots ask for them: which number of which node each is, and which of them are hidden."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from gradlab.draw.ink import Goal
from gradlab.draw.number import number
from gradlab.draw.plots._glyphs import Flags, Floats
from gradlab.draw.plots._plot import Spot
from gradlab.errors import ActionError
from gradlab.lab.hidden import HIDDEN, HiddenError
from gradlab.lab.numbers import element_name
from gradlab.lab.teach.reading import SessionEnvironment
from gradlab.scenario.environment import Environment, name_of
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab

MOST = 4_000_000
"""Numbers that a picture asks for at once."""
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Plotted:
    """What an expression gives.

    values: float64, NaN where hidden.   hidden: where an open question hides them; None: nowhere.   text: as it was written.
    node, name, shape: the node that they are numbers of, or -1.   what: "value" or "grad".   places: which of its numbers.
    remarks: what has to be said of them.
    """

    values: Floats
    hidden: Flags | None
    text: str
    node: int = -1
    name: str = ""
    shape: tuple[int, ...] = ()
    what: str = ""
    places: Places | None = None
    remarks: tuple[str, ...] = ()

    def shaped(self, shape: tuple[int, ...]) -> Plotted:
        """Return the same numbers in another shape."""
        return self._each(lambda array: array.reshape(shape))

    def at(self, chosen: Any) -> Plotted:
        """Return those of the numbers that a NumPy index takes."""
        return self._each(lambda array: array[chosen])

    def _each(self, change: Callable[[Any], Any]) -> Plotted:
        hidden = None if self.hidden is None else change(self.hidden)
        places = None if self.places is None else change(self.places)
        return replace(self, values=change(self.values), hidden=hidden, places=places)

    @property
    def known(self) -> Floats:
        """The finite numbers that may be seen, in a row."""
        return self.values[np.isfinite(self.values)]

    @property
    def secrets(self) -> int:
        """How many numbers are hidden."""
        return 0 if self.hidden is None else int(self.hidden.sum())

    @property
    def written(self) -> str:
        """The expression and the shape: `x, 32 x 64`."""
        return f"{self.text}, {' x '.join(map(str, self.values.shape)) or 'a number'}"

    def spot(self, flat: int) -> Spot:
        """Return one of the numbers, by its place in `values`, as it is told."""
        secret = self.hidden is not None and bool(self.hidden.flat[flat])
        told = HIDDEN if secret else number(float(self.values.flat[flat]))
        if self.places is None:
            return Spot(f"{element_name(f'({self.text})', self.values.shape, flat)} = {told}")
        element = int(self.places.flat[flat])
        name = element_name(self.name, self.shape, element)
        return Spot(
            f"{f'grad({name})' if self.what == 'grad' else name} = {told}",
            Goal(self.node, element, "delta" if self.what == "grad" else "value"),
        )


def numbers_of(lab: Lab, wanted: Expression) -> Plotted:
    """Return the numbers of an expression where the laboratory stands.

    Of a node, its gradient, or a part of one each number is hidden by itself. Raises ActionError, and HiddenError where an open
    question asks for all of them, and for another expression that reads any of them.
    """
    seen = lab.seen_by_student()
    found = _of_node(lab, wanted)
    if found is None:
        values = _floats(wanted.evaluate(seen), wanted)
        hidden = None if seen.veil is None else seen.veil.mask(-1, "", values)
        return _veiled(Plotted(values, hidden, wanted.text, remarks=tuple(dict.fromkeys(seen.remarks))), seen.asked)
    index, what, name = found
    open_ = SessionEnvironment(lab, None)
    whole = open_.value_of(index, name) if what == "value" else open_.grad_of(index, name)
    places = _picked(wanted, wanted.tree, np.arange(whole.size).reshape(whole.shape), seen)
    hidden = None if seen.veil is None else seen.veil.mask(index, what, whole).reshape(-1)[places]
    values = _floats(whole.reshape(-1)[places], wanted)
    remarks = tuple(dict.fromkeys(open_.remarks))
    return _veiled(Plotted(values, hidden, wanted.text, index, name, whole.shape, what, places, remarks), seen.asked)


def _veiled(found: Plotted, asked: str) -> Plotted:
    if found.hidden is not None and found.hidden.any():
        if found.hidden.all():
            raise HiddenError(f"the open question asks for {asked}: answer it, or `reveal`")
        found.values[found.hidden] = np.nan
    return found


def _floats(value: Any, wanted: Expression) -> Floats:
    """Return numbers as a float64 array of their own. Raises ActionError for too many, and for none."""
    array = np.asarray(value)
    if array.size > MOST:
        raise ActionError(f"`{wanted.text}` has {array.size:,} numbers, a picture takes at most {MOST:,}: take a part of it")
    if not array.size:
        raise ActionError(f"`{wanted.text}` is empty, its shape is {array.shape}")
    return np.array(array, np.float64)


def _of_node(lab: Lab, wanted: Expression) -> tuple[int, str, str] | None:
    """Return the node, "value" or "grad", and its name, where an expression is that of a node or a part of one."""
    tree = _inner(wanted.tree)
    what = "value"
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and name_of(tree.func) == "grad" and len(tree.args) == 1:
        tree, what = tree.args[0], "grad"
    if not isinstance(tree, ast.Name) or name_of(tree) not in lab.known.nodes:
        return None
    index = lab.known.nodes[name_of(tree)]
    return None if lab.graph.nodes[index].op.role == "gradient" else (index, what, name_of(tree))


def _inner(tree: ast.expr) -> ast.expr:
    """Return what stands before the brackets and the `.T` of a tree."""
    while isinstance(tree, ast.Subscript) or (isinstance(tree, ast.Attribute) and tree.attr == "T"):
        tree = tree.value
    return tree


def _picked(wanted: Expression, tree: ast.expr, places: Places, environment: Environment) -> Places:
    """Return the places that the brackets and the `.T` of a tree leave, in their order."""
    if isinstance(tree, ast.Subscript):
        return np.asarray(wanted.pick(_picked(wanted, tree.value, places, environment), tree.slice, environment))
    if isinstance(tree, ast.Attribute):
        return _picked(wanted, tree.value, places, environment).T
    return places
