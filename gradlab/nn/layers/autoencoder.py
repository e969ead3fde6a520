"""An autoencoder: down to a code and back up to what it was made of.

    y, code = autoencoder(x, sizes)          x, y: (…, n)   code: (…, last of sizes)

    h_1 = act(x @ W_1 + b_1)  …  code        the encoder, through `sizes`: `autoencoder(x, [50, 10])`
    g_1 = act(code @ V_1 + d_1)  …  y        the decoder, back through the same sizes to n, without act at the end

Of a tied one V_1 = W_L.T and so on: a matrix stands in two places, and its gradient is the sum of both. The parameters are
`W_1`, `b_1` … in the encoder, and `V_1`, `d_1` … in the decoder.

Arguments:
    tied  True or False: whether the decoder has the encoder's matrices turned over
    last  True or False: whether act stands behind the code

Source: Hinton & Salakhutdinov, *Reducing the Dimensionality of Data with Neural Networks*, Science 313, 2006; Vincent et
al., *Stacked Denoising Autoencoders*, JMLR 11, 2010.

Example:
    x, t = dataset("digits", split="train", batch=32)
    y, code = autoencoder(x, [30, 10], tied=True)
    minimize(mse(y, x), adam(lr=0.001))
"""

from __future__ import annotations

from typing import Any

from gradlab.graph.graph import Node
from gradlab.nn.initializer import Initializer
from gradlab.nn.initializers.he import INIT as HE
from gradlab.nn.layer import Make, Result, activation_of, initializer_of, layer
from gradlab.nn.layers._blocks import width_of
from gradlab.nn.layers._stack import flag, matrices, sizes_of, stacked
from gradlab.op import Op
from gradlab.ops.relu import OP as RELU


def autoencoder(
    make: Make, x: Node, sizes: Any, act: Op = RELU, tied: bool = False, last: bool = True, init: Initializer = HE
) -> Result:
    """Return what comes out, and the code. Raises ArgumentError, ShapeError."""
    word = "autoencoder"
    width, listed = width_of(word, x), sizes_of(word, sizes)
    name, init = activation_of(word, "act", act), initializer_of(word, "init", init)
    down = matrices(make, width, listed, init)
    code = make.named("code", stacked(make, x, down, name, flag(word, "last", last)))
    if flag(word, "tied", tied):
        up = [make.named(f"V_{k}", make.op("transpose", [matrix])) for k, matrix in enumerate(reversed(down), 1)]
    else:
        up = matrices(make, listed[-1], [*listed[-2::-1], width], init, "V")
    return stacked(make, code, up, name, False, ("d", "u", "g")), code


LAYER = layer(autoencoder)
