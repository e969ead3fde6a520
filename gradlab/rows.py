"""How a row of the tape is laid out: the agreement between the one who writes rows and the kernels that read them.

A row is a run of int64. Its head is the same for all kinds. Behind it an elementwise op has offsets and mode of each input,
and, only with `BROADCAST`, its loop sizes and the strides of each input; an array op has offsets and mode of each input, the
sizes of all views, and its further integers; an op of any number of inputs has the sizes of its output, its further integers,
and a group for each input.
Offsets and strides count elements. Float attributes lie in a table of their own.
"""

from __future__ import annotations

VALUE, GRAD, SCRATCH, ATTRS, COUNT, FORM = range(6)
HEAD = 6
"""value, grad, scratch: offsets. attrs: where the float attributes begin. count: elements (elementwise) or inputs (any number).
form: which inputs move along the innermost loop (elementwise, a bit each, and `BROADCAST`; or `SINGLE`), or elements of
scratch."""
LOOPS = 6
"""Nested loops of a broadcasting kernel, after axes that behave alike are merged: as many as a tensor may have axes."""
BROADCAST = 1 << 16
"""Added where more than one loop is needed: where an input is neither as large as the output nor a single number."""
SINGLE = 0
"""All operands are single numbers: no loop."""
OPERAND = 3
"""Integers of an input of an elementwise row: value, grad, mode."""
SKIP, ASSIGN, ADD = 0, 1, 2
"""What a backward op does to the gradient of an input: nothing, be the first to write it, or add to it."""


def operand(position: int) -> int:
    """Give where the group of an input begins in an elementwise row."""
    return HEAD + position * OPERAND


def loop_sizes(inputs: int) -> int:
    """Give where the loop sizes begin in an elementwise row that broadcasts."""
    return HEAD + inputs * OPERAND


def strides(inputs: int, position: int) -> int:
    """Give where the strides of an input begin in an elementwise row that broadcasts."""
    return loop_sizes(inputs) + LOOPS * (1 + position)
