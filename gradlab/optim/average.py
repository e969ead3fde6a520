"""What an average is: a formula that follows a parameter through its updates."""

from __future__ import annotations

from dataclasses import dataclass

from gradlab.optim.tunable import Tunable


@dataclass(frozen=True, slots=True, repr=False)
class Average(Tunable):
    """A mean of the values that a parameter has had. It begins at the parameter's own first value.

    update(m, avg, w, now, hyper) gives the next average; w: the parameter after this update.
    """
