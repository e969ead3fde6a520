"""A data set: two inputs, x and the target t. `gradlab ops datasets` lists the sets with the arguments of each.

Every set takes, behind its own arguments, those that stand below. The training rows alone decide how x is prepared.

Arguments:
    name    text: the name of a data set, see `gradlab ops datasets`
    scale   None, a number, "center", "standard", "unit", "pca", "whiten" or "zca": how x is prepared; "default": as the set
            says
    target  "class", "column", "onehot": t holds class numbers (n,), the same as (n, 1), or rows (n, classes) with a single 1

Example:  x, t = dataset("moons", n=200, split="train")

Example:
    x, t = dataset("digits", split="train", batch=32, scale="pca", components=20, augment="shift(1), noise(0.05)")
    h = tanh(dense(x, 30))
    logits = dense(h, 10)
    loss = cross_entropy(logits, t)
    minimize(loss, adam(lr=0.001))
"""

from __future__ import annotations

from gradlab.arguments import REQUIRED
from gradlab.data import DATASETS, open_table
from gradlab.data.table import OPTIONS
from gradlab.errors import ArgumentError
from gradlab.scenario.call import Call
from gradlab.scenario.values import Value, kind_of
from gradlab.scenario.vocabulary import Word
from gradlab.scenario.words._tables import feed_leaf, part_of
from gradlab.source import did_you_mean


def run(call: Call) -> Value:
    """Return x and t as a pair of nodes."""
    if len(call.args) != 1:
        raise ArgumentError(f"`dataset` takes the name of a data set, everything else by its name, got {len(call.args)} values")
    name, at = call.args[0].value, call.args[0].node
    if not isinstance(name, str):
        raise call.trace.wrong(f"`dataset` takes the name of a data set, got {kind_of(name)}", at)
    if name not in DATASETS:
        hint = did_you_mean(name, DATASETS) or f"there are {', '.join(DATASETS)}"
        raise call.trace.wrong(f"unknown data set {name[:40]!r}", at, hint)
    table = open_table(DATASETS[name], **{key: arg.value for key, arg in call.named.items()})
    x, t = part_of(call, table).feeds(call.trace.seed)
    return feed_leaf(call, x), feed_leaf(call, t)


WORD = Word("dataset", 'dataset("name", split="train", batch=None, test=0.2, …)', run, __doc__, {"name": REQUIRED, **OPTIONS})
