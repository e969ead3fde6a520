"""A loss that stays near that of a constant output, at a place that bends down in some direction: a saddle.

The gradient is small there, so that steps are, too; but the Hessian has a negative eigenvalue, which is the way out. Weights
that begin very small begin next to such a place. Without the negative eigenvalue it is another case: the network cannot do
better.
"""

from __future__ import annotations

from collections.abc import Iterator

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Hyper
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._course import course, flat

LOSS, NORM, BEND = 0.85, 0.05, 0.02


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where the loss is flat, near chance, and bends down somewhere."""
    chance, end = examination.chance, examination.end
    if not chance or end is None or not end > LOSS * chance or not flat(course(examination)):
        return
    bent = examination.curvature
    if bent is None or bent.gradient >= NORM or not bent.least < -BEND * bent.largest or bent.largest <= 0:
        return
    yield Finding(
        f"the loss is stuck at a saddle: it stays at {end / chance:.0%} of that of a constant output, the gradient has a norm"
        f" of {bent.gradient:.2g}, and the Hessian an eigenvalue of {bent.least:.2g} beside one of {bent.largest:.2g}",
        statistic="least over largest eigenvalue of the Hessian",
        value=bent.least / bent.largest,
        threshold=-BEND,
        at=examination.updates,
        fixes=(
            Fix("start the weights with `xavier`", (Argument("init", "xavier"),)),
            Fix("adam in place of the optimizer", (Hyper("optimizer", "adam(0.01)"),)),
            Fix("ten times the learning rate", (Hyper("lr", "{} * 10"),)),
        ),
    )


MOONS = 'x, t = dataset("moons", n=400, noise=0.1, split="train", test=120, batch=32, target="column")\n'
BODY = "h = tanh(dense(x, 8{0}))\nout = dense(h, 1{0})\nloss = bce(out, t)\nminimize(loss, sgd(0.1))\n"
RULE = Rule(
    "plateau_saddle",
    find,
    reads=("losses", "objective", "chance", "ended"),
    id="D10",
    statistic="least over largest eigenvalue of the Hessian at the end, where the loss is flat near chance",
    threshold="below -0.02, a loss that moves by less than 3 % in 10 epochs above 0.85 of chance, and a gradient below 0.05",
    source="Dauphin et al. 2014; Saxe, McClelland & Ganguli 2014; the eigenvalues by Lanczos",
    traps="a degenerate saddle, as of XOR from 0, whose eigenvalue is about 0; networks that have converged",
    remedy="weights that begin larger, momentum",
    faulty=MOONS + BODY.format(", init=normal(0.000001)"),
    healthy=MOONS + BODY.format(""),
    rank=113,
    alone=True,
    doc=__doc__ or "",
)
