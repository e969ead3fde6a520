"""Labels of samples: whole numbers as they are, other numbers in few digits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from gradlab.draw.number import number
from gradlab.draw.plots._asking import numbers_of
from gradlab.errors import ActionError
from gradlab.lab.hidden import HIDDEN
from gradlab.scenario.expressions import Expression

if TYPE_CHECKING:
    from gradlab.session import Lab


def labels_of(lab: Lab, by: Expression, count: int) -> tuple[str, ...]:
    """Return a label for each of so many samples: of rows with a single 1 its place. Raises ActionError, HiddenError."""
    found = numbers_of(lab, by)
    values = found.values
    if values.ndim == 2 and values.shape[0] == count and values.shape[1] > 1 and _is_onehot(values):
        return tuple(str(k) for k in values.argmax(axis=1))
    if values.size != count:
        raise ActionError(f"`{by.text}` has shape {values.shape}: {count:,} labels are needed, one a sample")
    secret = np.zeros(count, bool) if found.hidden is None else found.hidden.reshape(-1)
    return tuple(HIDDEN if hidden else _label(value) for value, hidden in zip(values.reshape(-1), secret, strict=True))


def _is_onehot(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    return bool(((values == 0) | (values == 1)).all() and (values.sum(axis=1) == 1).all())


def _label(value: float) -> str:
    if value == int(value) if np.isfinite(value) else False:
        return str(int(value))
    return number(float(value), 3)
