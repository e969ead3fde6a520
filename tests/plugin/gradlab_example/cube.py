"""The third power.

forward  z = x³
backward dx = 3 · x² · g
"""

from __future__ import annotations

from gradlab.numeric import Number
from gradlab.op import elementwise


def forward(x: Number) -> Number:
    return x * x * x


def backward(g: Number, z: Number, x: Number) -> Number:
    return 3.0 * x * x * g


OP = elementwise("cube", forward, backward, title="third power", role="arithmetic", symbols="{x}³", aliases=("third_power",))
