"""A network that is deeper than signals of its initialization reach.

Going back one layer multiplies the mean square of the gradient by about one number, χ. If χ is not 1, a signal is lost, or
swamped, behind ξ = 1 / |ln χ| layers; networks train up to about 6 ξ layers and hardly beyond (Schoenholz et al. 2017). The
line χ = 1 is the edge of chaos: on it depth costs nothing. For tanh with no bias it is a variance of the weights of 1 / n.

A network with skips has another law, and one of less than six hidden layers is not asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, log

from gradlab.diagnose.examination import Examination
from gradlab.diagnose.finding import Finding
from gradlab.diagnose.fix import Argument, Fix, Wrap
from gradlab.diagnose.rule import Rule
from gradlab.diagnose.rules._circles import circles, stack
from gradlab.diagnose.rules._deltas import deltas
from gradlab.diagnose.rules._skips import has_skips

LAYERS, REACH = 6, 6.0
"""Hidden layers that there must be, and how many lengths ξ can be trained."""


def find(examination: Examination) -> Iterator[Finding]:
    """Yield a finding where there are more layers than six times the reach of a signal."""
    count = examination.depth.count
    if count < LAYERS or has_skips(examination):
        return
    found = next(deltas(examination), None)
    if found is None:
        return
    ratio = float(found.sizes[0] / found.sizes[-2])
    chi = ratio ** (2 / (count - 1))
    reach = inf if chi == 1 else 1 / abs(log(chi))
    if count <= REACH * reach:
        return
    way = "shrinks" if chi < 1 else "grows"
    yield Finding(
        f"the gradient {way} by x {chi**0.5:.3g} a layer {found.when}, so that it is told apart over {REACH * reach:.2g}"
        f" layers, and there are {count}",
        node=-1 if found.rows[0].z is None else found.rows[0].z,
        layer=found.rows[0].name,
        statistic="hidden layers over the reach of a signal, 1 / |ln χ|",
        value=count / reach,
        threshold=REACH,
        at=found.at,
        fixes=tuple(_fixes(examination)),
    )


def _fixes(examination: Examination) -> Iterator[Fix]:
    rows = examination.depth.hidden
    bent = any(bend.curve.dead is not None for row in rows for bend in row.bends)
    word = "he" if bent else "xavier"
    yield Fix(f"start the weights with `{word}`", (Argument("init", word),))
    zs = [row.z for row in rows if row.z is not None]
    yield Fix("batch norm before each nonlinearity", tuple(Wrap("batch_norm({})", z) for z in zs))


RULE = Rule(
    "depth_scale",
    find,
    reads=("series", "depth", "start"),
    id="C3",
    statistic="hidden layers over ξ = 1 / |ln χ|, χ = (δ of the first / δ of the last hidden layer)^(2 / (H - 1))",
    threshold="6, in networks of 6 hidden layers or more without skips",
    source="Schoenholz, Gilmer, Ganguli & Sohl-Dickstein, *Deep information propagation*, ICLR 2017",
    traps="skips; the noise of narrow layers",
    remedy="weights on the edge of chaos (`xavier` for tanh, `he` for relu), skips, batch norm",
    faulty=circles(stack(30, "tanh(dense(h, 32, init=tanh_normal(0.7)))"), "sgd(0.05)"),
    healthy=circles(stack(4, "tanh(dense(h, 32))")),
    rank=62,
    doc=__doc__ or "",
)
