"""What an operation is: its formula, its shape rule, its two kernels, and what the laboratory asks of it.

An op file declares one constant `OP`, made by `elementwise` (scalar formulas: loops, broadcasting and local derivatives come
free), `array_op` (kernels on array views) or `leaf`. The letters are the same everywhere: `x`, `y` … inputs, `z` output,
`g` = ∂root/∂z, `dx`, `dy` … what the op sends to its inputs.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from gradlab.arguments import REQUIRED
from gradlab.curve import LINE, Curve, Range, beyond, clipped
from gradlab.errors import ShapeError
from gradlab.manual import formulas, source, usage
from gradlab.terms import Gradient

Shape = tuple[int, ...]
Attrs = Mapping[str, Any]
Array = npt.NDArray[Any]
ShapeRule = Callable[[tuple[Shape, ...], dict[str, Any]], Shape]
Local = Callable[[int, int, tuple[Array, ...], Array, Attrs], tuple[Array, Array]]
Branch = Callable[[tuple[Array, ...], Array, Attrs], Array]
Work = Callable[[tuple[Shape, ...], Shape, Attrs], int]
Reason = Callable[[tuple[Array, ...], Shape, Attrs], str]
Products = Callable[[str, int], list[tuple[int, int, str]]]
Remark = Callable[[tuple[Array | None, ...], Attrs], str]
Role = Literal[
    "parameter", "input", "constant", "noise", "mode", "buffer", "state", "gradient", "clock",
    "activation", "weigh", "normalise", "loss", "penalty", "pool", "shape", "reduce", "arithmetic", "compare", "mask", "stop",
    "update",
]  # fmt: skip
"""What a node is for. First the leaves: `parameter` is learned, `input` is data, `buffer` a running statistic.

activation: bends what a unit gives.   weigh: a product with weights, or of two values.   normalise: to a spread of its own, and
what rescales it.   loss: compares an output with a target.   penalty: of parameters.   pool: takes one number for a window.
shape: moves, repeats or picks elements.   reduce: makes one number of several.   arithmetic: number by number.   compare: a
mask of 1 and 0.   mask: zeroes by chance.   stop: lets no gradient through.   update: stands in the update phase alone.
"""

WORKING = 5
"""Arrays as large as the largest operand that an op's own functions hold at once, at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a kernel sees the operands of one node.

    views: contiguous shapes of the inputs, then of the output; each has the rank that the op declares.
    ints, floats: further arguments, as many as the op declares.
    scratch: elements of working memory that live from the forward to the backward pass.
    working: elements that the op's own functions take, and give back, beyond `WORKING` arrays; kernels take none.
    """

    views: tuple[Shape, ...]
    ints: tuple[int, ...] = ()
    floats: tuple[float, ...] = ()
    scratch: int = 0
    working: int = 0


@dataclass(frozen=True, slots=True)
class Example:
    """One call with its result, run by the tests and shown by `gradlab ops`."""

    call: str
    gives: str


@dataclass(frozen=True, slots=True)
class Op:
    """One operation. See `elementwise`, `array_op` and `leaf`, which make them.

    name: the word in a model.          title: a few words for a person ("multiply").
    role: what it is for.   curve: what is known of its output, for its attributes where they decide it.
    by_rows: z = x @ y + …, so that each row of the first input sends its own outer product to the second.
    words: the letter of the input that holds the numbers of words, classes or rows of a table; "" where there is none.
    inputs: the letters of its inputs; one letter followed by "*" means any number of inputs, given as a list.
    attrs: names and defaults of the static arguments that follow the inputs.
    shape: gives the output's shape, checks operands and attributes, may normalise attributes in place; raises ShapeError.
    formula, derivatives: the lines of mathematics that a person reads ("z = x · y", ("dx = g · y", "dy = g · x")).
    symbols: how the formula reads with names put in, for instance "{x} · {y}"; letters of inputs and attributes.
    kinked: the gradient jumps somewhere; then `branch` tells on which side every element is.
    differentiable: one flag an input: False means that no gradient flows there (class numbers).
    work: gives, for the shapes of inputs and output and the attributes, about how many multiplications, or readings of an
        element, a forward pass takes; else one an element.
    short: the same op without its last input, where that may be left out (a convolution without bias).
    absent: the letters of the inputs that this form leaves out; forward and backward are given None for them.
    applies: the op that this one applies to its first input itself, as `cross_entropy` does to logits; "" where there is none.
    takes: what a loss expects of its first input where it applies nothing to it: "probabilities", "logarithms" of them,
        "scores" of which the sign or the largest tells the class; "" for numbers.
    targets: the lowest and the highest number that the target of a loss can be, where it has the shape of the first input.
    reason: says, for the inputs, the shape of the output and the attributes, why a result is NaN although no input is; "" where
        it cannot tell.
    remark: says, for the inputs, None for those that are not known, what is odd about a call that gives numbers; "" if nothing.
    surrogate: what backward does instead of the derivative, on purpose, in a sentence; "" when it is the derivative. Such a
        rule has to be of the kind f(c · g) = c · f(g) for c > 0; it may depend on the sign of g.
    products: gives, of an op that multiplies by letters, the calls that stand for one with other operands than two.
    gradient: writes down with ops what `backward` computes, see `terms.Gradient`; None where nobody has.
    """

    name: str
    title: str
    kind: str
    role: Role
    inputs: tuple[str, ...]
    attrs: Attrs
    shape: ShapeRule
    formula: str
    derivatives: tuple[str, ...]
    symbols: str
    forward: Callable[..., Any] | None = None
    backward: Callable[..., Any] | None = None
    plan: Callable[[tuple[Shape, ...], Shape, Attrs], Plan] | None = None
    ranks: tuple[int, ...] = ()
    ints: tuple[str, ...] = ()
    floats: tuple[str, ...] = ()
    scratch: bool = False
    assigns: bool = False
    differentiable: tuple[bool, ...] = ()
    local: Local | None = None
    branch: Branch | None = None
    operator: str = ""
    examples: tuple[Example, ...] = ()
    doc: str = ""
    source: str = ""
    module: str = ""
    aliases: tuple[str, ...] = ()
    work: Work | None = None
    short: Op | None = None
    absent: tuple[str, ...] = ()
    surrogate: str = ""
    curve: Curve | Callable[[Attrs], Curve] = LINE
    by_rows: bool = False
    words: str = ""
    applies: str = ""
    takes: str = ""
    targets: Range = (-inf, inf)
    reason: Reason | None = None
    remark: Remark | None = None
    products: Products | None = None
    gradient: Gradient | None = None

    def __repr__(self) -> str:
        return self.name

    @property
    def variadic(self) -> bool:
        """Whether the op takes a list of any number of inputs."""
        return bool(self.inputs) and self.inputs[0].endswith("*")

    @property
    def kinked(self) -> bool:
        """Whether the gradient jumps somewhere."""
        return self.branch is not None

    @property
    def is_leaf(self) -> bool:
        """Whether the value comes from outside the graph."""
        return self.kind == "leaf"

    @property
    def forms(self) -> tuple[Op, ...]:
        """The op, then its forms with ever fewer inputs."""
        return (self, *(self.short.forms if self.short else ()))

    @property
    def kernel(self) -> str:
        """The name of its kernels, which each form has its own of."""
        return "_without_".join((self.name, *self.absent))

    @property
    def update_only(self) -> bool:
        """Whether it stands in the update phase alone."""
        return self.role == "update"

    def curve_of(self, attrs: Attrs) -> Curve:
        """Return what is known of the output for some attributes."""
        return self.curve(attrs) if callable(self.curve) else self.curve

    @property
    def has_terms(self) -> bool:
        """Whether it adds up terms, of which some may be given more weight than others: a loss with a reduction."""
        return self.role == "loss" and "reduction" in self.attrs

    @property
    def parameters(self) -> Attrs:
        """Names and defaults of what a call takes: inputs, None by default where they may be left out, and static arguments."""
        needed = len(self.forms[-1].inputs)
        given = {letter.rstrip("*"): REQUIRED if i < needed else None for i, letter in enumerate(self.inputs)}
        return {**given, **self.attrs, **({"sample_weights": None} if self.has_terms else {})}

    @property
    def usage(self) -> str:
        """How it is written in a model: `leaky_relu(x, slope=0.01)`, `concat([x, …], axis=0)`."""
        if self.is_leaf:
            return self.name
        if self.variadic:
            return usage(self.name, self.attrs, *(f"[{letter[:-1]}, …]" for letter in self.inputs))
        return usage(self.name, self.parameters)

    def taking(self, count: int) -> Op:
        """Return the form that takes so many inputs; this one where there is none."""
        return next((form for form in self.forms if len(form.inputs) == count), self)

    def flows(self, position: int) -> bool:
        """Whether a gradient flows to the input at a position."""
        return self.differentiable[0 if self.variadic else position]

    @property
    def skips(self) -> bool:
        """Whether its kernel can leave an operand out to which a gradient flows: it is given an array without elements."""
        return self.variadic or self.assigns

    @property
    def derivable(self) -> bool:
        """Whether a model's `gradient` can go through it: what it sends is written in ops, or is 0 everywhere."""
        sends = any(self.flows(k) and not self.is_flat(k) for k in range(len(self.inputs)))
        return self.gradient is not None or not sends

    def is_flat(self, position: int) -> bool:
        """Whether the derivative to an input is 0 everywhere, as its formula says (`dx = 0`)."""
        return not self.variadic and f"d{self.inputs[position]} = 0" in self.derivatives


def broadcast_shape(shapes: tuple[Shape, ...], attrs: Attrs | None = None) -> Shape:
    """Return the shape to which NumPy broadcasts these. Raises ShapeError."""
    if shapes[1:] == shapes[:-1]:
        return shapes[0]
    try:
        return tuple(np.broadcast_shapes(*shapes))
    except ValueError:
        listed = " and ".join(str(s) for s in shapes)
        raise ShapeError(f"shapes {listed} do not broadcast") from None


def elementwise(
    name: str,
    forward: Callable[..., Any],
    backward: Callable[..., Any],
    *,
    role: Role,
    title: str,
    symbols: str,
    curve: Curve | Callable[[Attrs], Curve] = LINE,
    attrs: Attrs | None = None,
    branch: Branch | None = None,
    shape: ShapeRule | None = None,
    differentiable: tuple[bool, ...] | None = None,
    operator: str = "",
    examples: tuple[Example, ...] = (),
    aliases: tuple[str, ...] = (),
    surrogate: str = "",
    gradient: Gradient | None = None,
) -> Op:
    """Make an op from scalar formulas, with NumPy's broadcasting.

    forward(x, y, …, attribute, …) gives z; backward(g, z, x, y, …, attribute, …) gives the contribution to each input: one
    number, or a tuple of as many as there are inputs. Both must also work on whole NumPy arrays (use `gradlab.numeric`).
    The local derivatives are backward's answer at g = 1, with a surrogate at g = ±1, as the sign of the gradient is.
    """
    attrs = dict(attrs or {})
    letters = tuple(p for p in inspect.signature(forward).parameters if p not in attrs)
    doc, formula, derivatives, source = _read_doc(forward)
    return Op(
        name=name, title=title, kind="elementwise", role=role, curve=curve, inputs=letters, attrs=attrs,
        shape=shape or broadcast_shape,
        formula=formula, derivatives=derivatives, symbols=symbols, forward=forward, backward=backward,
        floats=tuple(attrs), differentiable=differentiable or (True,) * len(letters), branch=branch, operator=operator,
        examples=examples, doc=doc, source=source, module=forward.__module__, aliases=aliases, surrogate=surrogate,
        gradient=gradient,
    )  # fmt: skip


def array_op(
    name: str,
    forward: Callable[..., Any],
    backward: Callable[..., Any] | None,
    *,
    inputs: tuple[str, ...],
    role: Role,
    title: str,
    symbols: str,
    shape: ShapeRule,
    plan: Callable[[tuple[Shape, ...], Shape, Attrs], Plan],
    ranks: tuple[int, ...],
    local: Local,
    curve: Curve | Callable[[Attrs], Curve] = LINE,
    by_rows: bool = False,
    words: str = "",
    attrs: Attrs | None = None,
    ints: tuple[str, ...] = (),
    floats: tuple[str, ...] = (),
    scratch: bool = False,
    assigns: bool = False,
    differentiable: tuple[bool, ...] | None = None,
    branch: Branch | None = None,
    operator: str = "",
    examples: tuple[Example, ...] = (),
    aliases: tuple[str, ...] = (),
    work: Work | None = None,
    optional: int = 0,
    applies: str = "",
    takes: str = "",
    targets: Range = (-inf, inf),
    reason: Reason | None = None,
    remark: Remark | None = None,
    products: Products | None = None,
    gradient: Gradient | None = None,
) -> Op:
    """Make an op from kernels on contiguous array views.

    forward(x, y, z, *ints, *floats[, scratch]) writes z. backward(g, z, x, y, dx, dy, *ints, *floats[, scratch]) *adds* to dx
    and dy, which are zeroed before by whoever comes first; with `assigns` it is also given, behind dx and dy, a flag for
    each ("add to what is there", else assign) and does it itself. An op of any number of inputs has forward(x, z, start, …) and
    backward(g, z, x, dx, start, …), called once an input, where start counts the second dimension of the views before.
    ranks: of the views of the inputs, then of the output. A single rank for all the inputs of a variadic op.
    local(k, e, inputs, z, attrs): the flat positions in z that element e of input k moves, and the derivative of each.
    optional: how many of the last inputs a call may leave out. forward and backward are given None for such an input and for
    what would be sent to it; in the formula it is a summand that stands at the end, ` + b[m]`.
    """
    doc, formula, derivatives, source = _read_doc(forward)
    op = Op(
        name=name, title=title, kind="array", role=role, curve=curve, by_rows=by_rows, words=words,
        inputs=inputs, attrs=dict(attrs or {}), shape=shape, formula=formula,
        derivatives=derivatives, symbols=symbols, forward=forward, backward=backward, plan=plan, ranks=ranks, ints=ints,
        floats=floats, scratch=scratch, assigns=assigns, differentiable=differentiable or (True,) * len(inputs), local=local,
        branch=branch, operator=operator, examples=examples, doc=doc, source=source, module=forward.__module__,
        aliases=aliases, work=work, applies=applies, takes=takes, targets=targets, reason=reason, remark=remark,
        products=products, gradient=gradient,
    )  # fmt: skip
    return _with_short_forms(op, optional)


def _with_short_forms(op: Op, optional: int) -> Op:
    """Return the op with the forms that leave out so many of its last inputs."""
    if not optional:
        return op
    *kept, letter = op.inputs
    short = replace(
        op, inputs=tuple(kept), ranks=(*op.ranks[:-2], op.ranks[-1]), differentiable=op.differentiable[:-1],
        symbols=op.symbols.replace(f", {{{letter}}}", ""), formula=re.sub(rf" \+ {letter}(\[[^]]*\])?$", "", op.formula),
        derivatives=tuple(d for d in op.derivatives if not d.startswith(f"d{letter}")), absent=(letter, *op.absent),
    )  # fmt: skip
    return replace(op, short=_with_short_forms(short, optional - 1))


def leaf(name: str, title: str, shape: ShapeRule, *, role: Role) -> Op:
    """Make the op of a node whose value comes from outside: a parameter, an input, a constant."""
    doc = inspect.cleandoc(inspect.getmodule(shape).__doc__ or "")
    return Op(
        name=name, title=title, kind="leaf", role=role, inputs=(), attrs={}, shape=shape, formula="", derivatives=(),
        symbols="", doc=doc,
    )  # fmt: skip


def _read_doc(function: Callable[..., Any]) -> tuple[str, str, tuple[str, ...], str]:
    """Read formula, derivatives and source from the docstring of the op's file."""
    doc = inspect.cleandoc(inspect.getmodule(function).__doc__ or "")
    return doc, *formulas(doc), source(doc)


__all__ = [
    "LINE",
    "WORKING",
    "Array",
    "Attrs",
    "Branch",
    "Curve",
    "Example",
    "Local",
    "Op",
    "Plan",
    "Range",
    "Reason",
    "Remark",
    "Role",
    "Shape",
    "ShapeRule",
    "Work",
    "array_op",
    "beyond",
    "broadcast_shape",
    "clipped",
    "elementwise",
    "leaf",
]
