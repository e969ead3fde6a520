"""What the last `sweep` has measured, as a picture, which `sweep …` opens by itself.

Over one name it is a curve with the spread of the seeds, over a grid of two a map, else a table. Without a measure it is the
first one.

    plot sweep
    plot sweep loss
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from gradlab.draw.ink import Row
from gradlab.draw.plots import Paper, plot_kind
from gradlab.errors import ActionError
from gradlab.lab.arguments import Words
from gradlab.lab.snapshot import NodeInfo
from gradlab.sweeps.queries.swept import key, missing

if TYPE_CHECKING:
    from gradlab.session import Lab
    from gradlab.sweeps.pictures import SweepPicture


def read(words: Words) -> str:
    """Read `[MEASURE]`, as it stands behind `measure` in the sweep. Raises ScenarioError."""
    text = " ".join(words.text.split())
    if text and words.known is not None and (near := missing(text, words.known)):
        words.refuse(f"no sweep before has measured `{text}`", words.span, near)
    return text


def ask(lab: Lab, measure: str, paper: Paper) -> SweepPicture:
    """Return the picture of the last sweep. Raises ActionError, HiddenError."""
    from gradlab.sweeps.pictures import fitted, picture_of

    if lab.swept is None:
        raise ActionError("there is no sweep yet: `sweep lr=log(1e-3, 1, 5) for 100 updates measure loss` makes one")
    sweep, done = lab.swept.sweep, lab.swept.done
    for text in sweep.question.measures:  # what a question asks for is not shown
        lab.environment().value(key(text))
    if measure and measure not in sweep.question.measures:
        raise ActionError(f"the last sweep has not measured `{measure}`: there is {', '.join(sweep.question.measures)}")
    with np.errstate(all="ignore"):
        return fitted(picture_of(sweep, done, measure), paper)[0]


def rows(picture: SweepPicture, paper: Paper) -> Sequence[Row]:
    """Return the picture."""
    with np.errstate(all="ignore"):
        return picture.kind.rows(picture, paper)


def figure(picture: SweepPicture, axes: Any) -> None:
    """Draw the picture."""
    picture.kind.figure(picture, axes)


def fits(nodes: Sequence[NodeInfo], node: NodeInfo) -> tuple[int, str] | None:
    """Return None: it shows no node."""
    return None


PLOT = plot_kind(
    ask, "[MEASURE]", "what the last `sweep` has measured: a curve, a map or a table", read=read, rows=rows, figure=figure,
    fits=fits, example="sweep loss",
)  # fmt: skip
