"""What names mean in an expression of the laboratory, which can run the model on other data and with other seeds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gradlab.axis.environment import RunEnvironment
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.lab.lab import Lab


class LabEnvironment(RunEnvironment):
    """Reads the laboratory, which can also run the model on other data and with other seeds."""

    def __init__(self, lab: Lab) -> None:
        super().__init__(lab.run, lab.known)
        self.lab = lab

    def on(self, split: str, expression: Expression) -> Any:
        """See `Environment`."""
        from gradlab.lab.elsewhere import held_out

        return expression.evaluate(held_out(self.lab, split))

    def seeds(self, first: int, last: int, expression: Expression) -> Any:
        """See `Environment`."""
        from gradlab.lab.elsewhere import over_seeds

        return over_seeds(self.lab, range(first, last + 1), expression)
