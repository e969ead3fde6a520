"""The RMS of ∂root/∂z of a layer over batch and units, or of ∂root/∂node of a node."""

from __future__ import annotations

from functools import partial

import numpy as np

from gradlab.arguments import REQUIRED
from gradlab.op import Array
from gradlab.scenario.environment import Environment
from gradlab.scenario.queries._named import OF_LAYER, answered, needs
from gradlab.scenario.query import Asking, query
from gradlab.train.measure import root_mean_square


def answer(asking: Asking, environment: Environment) -> Array:
    """Return the RMS; of an index behind the name, which is taken first."""
    gradient = answered(asking, environment, "z", environment.grad)
    return np.asarray(root_mean_square(np.asarray(gradient, np.float64)))


def rehearse(asking: Asking, environment: Environment) -> Array:
    """Return one number."""
    return np.zeros(())


QUERY = query(answer, {"name": REQUIRED}, check=OF_LAYER, operands=partial(needs, "grad", "z"), rehearse=rehearse)
