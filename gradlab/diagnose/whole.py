"""All training data run through the model as it was at one time: outputs, losses, every unit over every sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from gradlab.diagnose.bench import DataBench
from gradlab.diagnose.roles import Roles
from gradlab.diagnose.scores import Scores, scores
from gradlab.op import Array

Floats = npt.NDArray[np.float64]
ELEMENTS = 1 << 25
"""Numbers of one node over all samples, at most; of more the first samples are taken."""


@dataclass
class WholeData:
    """One pass over the training data. mode: train or eval.   update: whose parameters these are.

    Everything is computed when it is first asked for. Raises Stopped when the time is over.
    """

    mode: str
    update: int
    roles: Roles
    _bench: DataBench = field(repr=False)
    _leaves: Mapping[int, Array] = field(repr=False)
    _known: dict[int, Array] = field(default_factory=dict, repr=False)
    _losses: Floats | None = field(default=None, repr=False)

    @property
    def losses(self) -> Floats:
        """The loss of each batch, as the model has it."""
        if self._losses is None:
            self._gather(())
        assert self._losses is not None
        return self._losses

    @property
    def loss(self) -> float:
        """The loss of all data: the mean over the batches."""
        return float(np.mean(self.losses))

    def values(self, index: int) -> Array:
        """Return a node's values over all data: the rows of all batches one behind the other.

        A node without samples in its first axis is given as it is in the first batch: see `has_rows`.
        """
        if index not in self._known:
            self._gather((index,))
        return self._known[index]

    def take(self, indexes: Sequence[int]) -> None:
        """Compute several nodes in one pass; `values` has them then."""
        wanted = [i for i in indexes if i not in self._known]
        if wanted:
            self._gather(wanted)

    def has_rows(self, index: int) -> bool:
        """Whether the first axis of a node counts samples."""
        return self._rows > 0 and self.roles.graph.nodes[index].shape[:1] == (self._rows,)

    @property
    def outputs(self) -> Array | None:
        """The first output over all data."""
        return self.values(self.roles.output.node) if self.roles.output else None

    @property
    def targets(self) -> Array | None:
        """What the first output is compared with over all data."""
        return self.values(self.roles.compared) if self.roles.compared >= 0 else None

    @cached_property
    def scores(self) -> Scores:
        """Accuracy, R² and recall of the first output."""
        if self.roles.output is not None and self.roles.target >= 0:
            self.take((self.roles.output.node, self.roles.compared))
        return scores(self.roles, self.outputs, self.targets)

    @property
    def _rows(self) -> int:
        """The samples of one batch."""
        nodes = self.roles.graph.nodes
        leaves = (*self.roles.targets, *self.roles.inputs)
        return next((nodes[i].shape[0] for i in leaves if nodes[i].shape), 0)

    def _gather(self, wanted: Sequence[int]) -> None:
        parts: dict[int, list[Array]] = {index: [] for index in wanted}
        losses = []
        for count, machine in enumerate(self._bench.passes(self._leaves, self.mode)):
            if self._bench.root >= 0:
                losses.append(float(machine.value(self._bench.root).reshape(-1)[0]))
            for index, found in parts.items():
                taken = (count + 1) * machine.value(index).size
                if count == 0 or (self.has_rows(index) and taken <= ELEMENTS):
                    found.append(machine.value(index).copy())
        self._losses = np.array(losses, np.float64)
        self._known |= {index: np.concatenate(f) if len(f) > 1 else f[0] for index, f in parts.items()}
