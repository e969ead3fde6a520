"""Expressions of Python as trees: the form that an op declares, with other expressions in place of its letters."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from gradlab.graph.graph import Node
from gradlab.op import Op, Shape
from gradlab.ops._torch import Form, Helped, TorchCall

CONVERSIONS = ("to",)


def form_of(op: Op) -> Form:
    """Return how PyTorch writes an op, as its file declares it; "" where nothing is declared."""
    found: Form = getattr(importlib.import_module(op.module), "TORCH", "") if op.module else ""
    return found


def written(node: Node, inputs: Sequence[ast.expr], shapes: tuple[Shape, ...]) -> tuple[ast.expr | None, str]:
    """Return the expression of a node, and the text of what it calls beside PyTorch; None where PyTorch has no form."""
    form = form_of(node.op)
    if callable(form):
        call = TorchCall(shapes, node.shape, node.attrs)
        form = form(call) or _over_one_axis(form, call)
    text, helper = (form.expression, form.helper) if isinstance(form, Helped) else (form, "")
    if not text:
        return None, ""
    names: dict[str, ast.expr] = {name: literal(value) for name, value in node.attrs.items() if _is_plain(value)}
    names["shape"] = literal(node.shape)
    if node.op.variadic:
        names[node.op.inputs[0].rstrip("*")] = ast.List(list(inputs), ast.Load())
    else:
        names.update(zip(node.op.inputs, inputs, strict=True))
        names.update({letter: ast.Constant(None) for letter in node.op.absent})
    return simplified(_Put(names).put(_parsed(text))), helper


def _over_one_axis(form: Callable[[TorchCall], str | Helped], call: TorchCall) -> str | Helped:
    """Return the form over several axes of what PyTorch does over one: they are put side by side and made one."""
    axes = call.attrs.get("axis", ())
    rank = len(call.shapes[0])
    axes = tuple(range(rank)) if axes is None else axes
    if len(call.shapes) > 1 or not isinstance(axes, tuple | list):
        return ""
    last = sorted(axis % rank for axis in axes)
    rest = [axis for axis in range(rank) if axis not in last]
    moved = f"x.permute{(*rest, *last)}" if last != [*range(len(rest), rank)] else "x"
    joined = f"{moved}.flatten({len(rest)})" if last else "x[..., None]"
    sizes = tuple(call.shapes[0][axis] for axis in rest)
    made = form(TorchCall(((*sizes, 1),), sizes, {**call.attrs, "axis": len(rest), "keepdims": False}))
    if not isinstance(made, str) or not made:
        return ""
    text = ast.unparse(_Put({"x": parsed(joined)}).visit(parsed(made)))
    return text if call.shape == sizes else f"({text}).reshape({call.shape})"


def parsed(text: str) -> ast.expr:
    """Return a text as a tree of its own."""
    return ast.parse(text, mode="eval").body


@cache
def _parsed(text: str) -> ast.expr:
    return parsed(text)


def text_of(tree: ast.AST) -> str:
    """Return a tree as text."""
    return ast.unparse(ast.fix_missing_locations(tree))


def literal(value: Any) -> ast.expr:
    """Return a value as Python writes it."""
    if isinstance(value, float) and abs(value) == float("inf"):
        return parsed("float('inf')" if value > 0 else "-float('inf')")
    return parsed(repr(value))


def number(value: float) -> ast.expr:
    """Return a number, a whole one without a point."""
    whole = value == int(value) and abs(value) < 1e6 if value - value == 0 else False
    return literal(int(value) if whole else value)


def is_number(tree: ast.expr) -> bool:
    """Return whether a tree is a number, perhaps with a sign."""
    if isinstance(tree, ast.UnaryOp):
        tree = tree.operand
    return isinstance(tree, ast.Constant) and isinstance(tree.value, int | float)


def _is_plain(value: Any) -> bool:
    """Return whether a value can be written down as it is."""
    if isinstance(value, list | tuple):
        return type(value) in (list, tuple) and all(_is_plain(one) for one in value)
    return value is None or isinstance(value, bool | int | float | str)


class _Put(ast.NodeTransformer):
    """Puts trees in the place of names. A number stays one in arithmetic; elsewhere it becomes a tensor."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def put(self, tree: ast.expr) -> ast.expr:
        """Return a new tree."""
        alone = not any(isinstance(one, ast.Name) and one.id in self.names and not is_number(self.names[one.id])
                        for one in ast.walk(tree))  # fmt: skip
        copied: ast.expr = self.visit(_copied(tree))
        return _in_tensors(copied, all_numbers=alone)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what stands for a name."""
        return self.names.get(node.id, node)


def _copied(tree: ast.expr) -> ast.expr:
    return parsed(ast.unparse(tree))


def _in_tensors(tree: ast.expr, *, all_numbers: bool) -> ast.expr:
    """Return the tree with tensors for the numbers that a method is called of, or all operands of a function are."""
    for one in ast.walk(tree):
        if isinstance(one, ast.Attribute) and is_number(one.value):
            one.value = tensor(one.value)
        if isinstance(one, ast.Compare) and is_number(one.left) and all(map(is_number, one.comparators)):
            one.left = tensor(one.left)
        if isinstance(one, ast.Call) and ast.unparse(one.func) == "torch.where" and all(map(is_number, one.args[1:])):
            one.args[1] = tensor(one.args[1])
        if isinstance(one, ast.Call) and _wants_tensors(one.func):
            one.args = [tensor(arg) if is_number(arg) else arg for arg in one.args]
    if all_numbers and isinstance(tree, ast.BinOp) and is_number(tree.left):
        tree.left = tensor(tree.left)
    return tree


def _wants_tensors(function: ast.expr) -> bool:
    return ast.unparse(function) in (
        "torch.maximum",
        "torch.minimum",
        "torch.remainder",
        "torch.atan2",
        "torch.tanh",
        "torch.sigmoid",
    )


def tensor(tree: ast.expr) -> ast.expr:
    """Return a number as a tensor of floating point."""
    value = ast.unparse(tree)
    return parsed(f"torch.tensor({value if '.' in value or 'e' in value or 'inf' in value else value + '.0'})")


def simplified(tree: ast.expr) -> ast.expr:
    """Return the tree with conditions of `where` as a person writes them: no mask of numbers that is compared with 0."""
    return _Simpler().visit(tree)  # type: ignore[no-any-return]


class _Simpler(ast.NodeTransformer):
    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return a choice without the way through a mask."""
        self.generic_visit(node)
        if ast.unparse(node.func) != "torch.where" or not node.args:
            return node
        mask = _compared_with_nothing(node.args[0])
        if mask is not None and ast.unparse(mask) == "self.training":
            return ast.IfExp(mask, node.args[1], node.args[2])
        if mask is not None and (inner := _converted(mask)) is not None:
            node.args[0] = inner
        return node


def _compared_with_nothing(tree: ast.expr) -> ast.expr | None:
    """Return m of `m != 0`."""
    if isinstance(tree, ast.Compare) and isinstance(tree.ops[0], ast.NotEq) and ast.unparse(tree.comparators[0]) == "0":
        return tree.left
    return None


def _converted(tree: ast.expr) -> ast.expr | None:
    """Return the comparison of `(comparison).to(DTYPE)`."""
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute) and tree.func.attr == "to":
        return tree.func.value if isinstance(tree.func.value, ast.Compare) else None
    return None
