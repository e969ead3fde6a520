"""Reading a laboratory in expressions: its numbers, without those that an open question asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlab.lab.hidden import HiddenError
from gradlab.lab.teach.kept import NumbersRead, hidden_constants, source
from gradlab.lab.teach.veil import Veil
from gradlab.lab.twins import CARRIED, CoreEnvironment
from gradlab.op import Array
from gradlab.scenario.environment import Part
from gradlab.scenario.expressions import Expression
from gradlab.scenario.query import Operand

if TYPE_CHECKING:
    from gradlab.session import Lab


class SessionEnvironment(CoreEnvironment):
    """Reads the laboratory, which can run the scenario again with other seeds, and hides what an open question asks for.

    sources: what was read so far, which a constant is made of.
    """

    def __init__(self, lab: Lab, veil: Veil | None, asked: str = "") -> None:
        super().__init__(lab, lab.run)
        self.lab, self.veil, self.asked = lab, veil, asked or lab.question_text
        self.sources: list[NumbersRead] = []

    def value(self, name: str, part: Part = "") -> Array:
        """Return what a name means. Raises NotReady, and HiddenError for a constant that may tell what a question asks for."""
        found = super().value(name, part)
        if not part and name not in self.known.nodes and name in self.known.constants:
            self.sources += self.lab.made_of.get(name, ())
            if self.veil is not None and any(hidden_constants(self.veil, {name: found}, self.lab.made_of)):
                raise HiddenError(f"`{name}` may tell what the open question asks for: answer it, or `reveal`")
        return found

    def value_of(self, index: int, name: str) -> Array:
        """Return the value of a node. Raises NotReady, and HiddenError for what the open question asks for."""
        read = self.run.graph.nodes[index]
        self._refuse(index, "value")
        if read.op.role == "gradient":
            self._refuse(int(read.attrs["of"]), "grad")
        found = super().value_of(index, name)
        self.sources.append(source(index, "value", found))
        if read.op.role == "gradient":
            self.sources.append(source(int(read.attrs["of"]), "grad", found))
        return found

    def grad_of(self, index: int, name: str) -> Array:
        """Return the gradient of a node. Raises NotReady, and HiddenError for what the open question asks for."""
        self._refuse(index, "grad")
        found = super().grad_of(index, name)
        self.sources.append(source(index, "grad", found))
        return found

    def _refuse(self, index: int, what: str) -> None:
        if self.veil is not None and self.veil.touches(index, what):
            raise HiddenError(f"the open question asks for {self.asked}: answer it, or `reveal`")

    def on(self, split: str, expression: Expression) -> Any:
        """Return an expression on a split. Raises HiddenError for what is the same there as the open question asks for."""
        for operand in expression.operands(self.known):
            index = self._read(operand)
            if index is not None and (split == "train" or self.run.graph.nodes[index].op.role in CARRIED):
                self._read_elsewhere(index, "value")
            if index is not None and split == "train":
                self._read_elsewhere(index, "grad")
        return super().on(split, expression)

    def may_read(self, expression: Expression) -> None:
        """Raise HiddenError where an expression asks, at whatever position, for what the open question asks for."""
        for operand in expression.operands(self.known):
            index = self._read(operand)
            if index is not None and operand.what in ("value", "grad"):
                self._read_elsewhere(index, operand.what)

    def _read_elsewhere(self, index: int, what: str) -> None:
        self._refuse(index, what)
        self.sources.append(NumbersRead(index, what))

    def _read(self, operand: Operand) -> int | None:
        """Return the node that an operand is of; None where it is of none."""
        known = operand.name in self.known.nodes or (operand.part and operand.name in self.known.layers)
        return self.place(operand.name, operand.part)[0] if known else None

    def seeds(self, first: int, last: int, expression: Expression) -> Any:
        """Return the mean of an expression over fresh runs of what was done so far, one for each seed."""
        if first <= self.lab.model.seed <= last and self.veil is None:
            self.may_read(expression)
        return self.lab.seeds.mean(range(first, last + 1), expression, self._fresh)

    def _fresh(self, other: Lab) -> SessionEnvironment:
        """Read a fresh run: with the seed of this one it comes to the same numbers, and hides the same."""
        same = other.model.seed == self.lab.model.seed
        return SessionEnvironment(other, self.veil if same else None, self.asked)
