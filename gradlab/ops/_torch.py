"""How PyTorch writes an op, as `gradlab export torch` asks its file.

A file declares it as `TORCH`: an expression of Python in which the letters of the op's inputs and the names of its attributes
stand for themselves, `shape` for the shape of the output, and `DTYPE` for the dtype of the model. An input that a call left out
is None. Where the form depends on shapes or attributes, `TORCH` is a function of a `Written` that returns the expression;
"" where PyTorch has no form for these. What is gained by a form is that it has the same value and sends the same gradient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gradlab.op import Attrs, Shape


@dataclass(frozen=True, slots=True)
class TorchCall:
    """A call of an op. shapes: of its inputs.   shape: of its output."""

    shapes: tuple[Shape, ...]
    shape: Shape
    attrs: Attrs


@dataclass(frozen=True, slots=True)
class Helped:
    """An expression that calls a function or a class which PyTorch has not. helper: its whole text."""

    expression: str
    helper: str


Form = str | Helped | Callable[[TorchCall], str | Helped]


def over_axes(function: str, *first: str, named: str = "", then: str = "", several: bool = True, needs: bool = False) -> Form:
    """Return the form of a function over axes. first: what stands before the axis.   named: what stands behind it.

    then: what is done with the result.   several: whether it can be done over several axes at once.   needs: whether the
    axes have to be said where they are all.
    """

    def form(call: TorchCall) -> str:
        axis, keeps = call.attrs["axis"], call.attrs.get("keepdims", False)
        if axis is None and (keeps or needs):
            axis = tuple(range(len(call.shapes[0])))
        if isinstance(axis, list | tuple):
            axis = axis[0] if len(axis) == 1 else tuple(axis)
        if isinstance(axis, tuple) and not several:
            return ""
        given = [
            *first,
            *([] if axis is None else [repr(axis)]),
            *([named] if named else []),
            *(["keepdim=True"] if keeps else []),
        ]
        return f"{function}({', '.join(given)}){then}"

    return form


def loss(term: str) -> Form:
    """Return the form of a loss whose terms are an expression: their mean, their sum or the terms themselves."""

    def form(call: TorchCall) -> str:
        how = call.attrs["reduction"]
        return term if how == "none" else f"({term}).{how}()"

    return form


def of_classes(function: str, arguments: str = "") -> Form:
    """Return the form of a loss of class scores (…, classes): PyTorch's function wants samples first, then classes."""

    def form(call: TorchCall) -> str:
        scores, target = call.shapes[:2]
        t = "t" if scores == target else "t.long()"
        x = "x / temperature" if call.attrs.get("temperature", 1.0) != 1 else "x"
        if len(scores) > 2:
            x = f"({x}).flatten(0, -2)" if "/" in x else f"{x}.flatten(0, -2)"
            t = f"{t}.flatten(0, -2)" if scores == target else f"{t}.flatten()"
        named = [f", {name}={name}" for name, usual in _USUAL.items() if call.attrs.get(name, usual) != usual]
        text = f"{function}({x}, {t}{arguments}{''.join(named)})"
        return f"{text}.reshape(shape)" if call.attrs["reduction"] == "none" and len(scores) > 2 else text

    return form


_USUAL = {"ignore_index": None, "label_smoothing": 0.0, "reduction": "mean"}


def reduced(function: str, arguments: str = "") -> Form:
    """Return the form of a loss that PyTorch has, with its reduction where that is not the mean."""

    def form(call: TorchCall) -> str:
        return f"{function}{arguments if call.attrs['reduction'] == 'mean' else arguments[:-1] + ', reduction=reduction)'}"

    return form


def windowed(function: str, operands: str, **usual: object) -> Form:
    """Return the form of a function that slides over an image, with the arguments that are not the usual ones, by name."""

    def form(call: TorchCall) -> str:
        given = {name: _same(call.attrs[name]) for name in usual}
        if "kernel_size" in call.attrs and given["stride"] == _same(call.attrs["kernel_size"]):
            given["stride"] = None
        named = "".join(f", {name}={value!r}" for name, value in given.items() if value != usual[name])
        size = str(_same(call.attrs.get("kernel_size", ())))
        return f"{function}({operands.replace('kernel_size', size)}{named})"

    return form


def _same(value: object) -> object:
    """Return one number for a pair of equal ones."""
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value
