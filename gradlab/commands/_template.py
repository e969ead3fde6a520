"""The scenario that `gradlab new` writes: small, complete, and with a word on each of its parts."""

from __future__ import annotations

TEMPLATE = """\
---
title: "TITLE"
source: "ours"
level: 1
seed: 0
---
# TITLE

Say in two sentences what there is to find out, and ask something. All of this is yours to change. A paragraph like this one is
a page: the space bar turns it. What stands between the fences below is run.

```lab
bet where "Your bet: y is to become 9, and x is 3. Where does w end?" near 2|near 3|near 9
```

```python model
x = input(3.0)                  # data: a number, a list, dataset("digits") …
target = input(9.0)

w = param(2.0)                  # what is learned
y = w * x                       # every name can be looked at
loss = square(y - target)       # what is made small …
minimize(loss, sgd(lr=0.01))    # … and how
```

Each line of a script is an action, as you would type it behind `:`. Ask before you show: `y` is 2 · 3, and 9 is wanted, so it
is 3 short.

```lab
quiz "What will the loss be?" loss hint "the square of what is missing"
forward                         # compute all values
expect loss ~= 9                # `gradlab check` holds this against the run
```

Now the other way: every number receives how fast the loss changes with it.

```lab
quiz "Which way will w go?" up|down = up
backward
expect grad(w) ~= -18
explain w                       # where this number comes from
```

Then it learns.

```lab
train 20
expect loss < 0.01
settle where = near 3
check                           # all gradients against numerical ones
```

**Try next.** Leave something to type, and to predict first: `:set w = 5`, then `:forward`. What will the loss be?
"""
