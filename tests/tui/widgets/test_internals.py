"""What is used of Textual that is not public: all in three modules, and without it the screens show the same."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from textual import _compositor
from textual._compositor import Compositor
from textual.scroll_view import ScrollView
from textual.widget import Widget

import gradlab.tui
from gradlab.tui.widgets import compositor
from gradlab.tui.widgets.compositor import SparingCompositor
from gradlab.tui.widgets.internals import Banded
from tests.tui.driving import MATRICES, lab_of, opened, press, screen_text, type_line

INSIDE = ("gradlab.tui.widgets.internals", "gradlab.tui.widgets.compositor", "gradlab.tui.widgets.writer")
KEYS = (*("f", "2", "]", "3", "]", "1", "plus", "f", "5", "[", "1", "u", "z", "escape", "7", "down", "1", "question_mark"),)


def modules() -> Iterator[ModuleType]:
    """Yield all modules of the screens but the three."""
    for found in pkgutil.walk_packages(gradlab.tui.__path__, "gradlab.tui."):
        if found.name not in INSIDE:
            yield importlib.import_module(found.name)


def tree_of(thing: object) -> ast.AST:
    return ast.parse(inspect.cleandoc("\n" + inspect.getsource(thing)))  # type: ignore[arg-type]


def private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__") and name != "_"


def names_in(tree: ast.AST) -> tuple[set[str], set[str]]:
    """Return the private names that a source gives a meaning to, and those that it asks of objects or of Textual's modules."""
    made, asked = set[str](), set[str]()
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            made.add(node.name)
        elif isinstance(node, ast.Attribute):
            (made if isinstance(node.ctx, ast.Store) else asked).add(node.attr)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            made.add(node.id)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("textual"):
            asked.update((node.module or "").split("."))
            asked.update(alias.name for alias in node.names)
    return set(filter(private, made)), set(filter(private, asked))


def test_no_other_module_uses_a_private_name_of_textual() -> None:
    made, asked = set[str](), dict[str, str]()
    for module in modules():
        here, there = names_in(tree_of(module))
        made |= here
        asked |= dict.fromkeys(there, module.__name__)
    assert {name: where for name, where in asked.items() if name not in made} == {}


def test_no_private_name_of_ours_is_one_of_textual() -> None:
    clashes = set()
    for module in modules():
        for cls in vars(module).values():
            if not (inspect.isclass(cls) and cls.__module__ == module.__name__):
                continue
            theirs = set[str]()
            for base in cls.__mro__:
                if base.__module__.startswith("textual"):
                    theirs |= names_in(tree_of(base))[0]
            ours = names_in(tree_of(cls))[0] if theirs else set()
            clashes |= {f"{cls.__name__}.{name}" for name in ours & theirs}
    assert clashes == set()


async def walked() -> list[str]:
    """Return what the screen shows after each of some keys."""
    async with opened(lambda: lab_of(MATRICES), size=(110, 36)) as (pilot, screen):
        sparing = isinstance(vars(screen)["_compositor"], SparingCompositor)
        seen = [f"sparing: {sparing}"]
        for key in KEYS:
            await press(pilot, key)
            seen.append(screen_text(pilot))
        await press(pilot, "escape")
        await type_line(pilot, "train 3")
        return [*seen, screen_text(pilot)]


def without_a_compositor(patch: pytest.MonkeyPatch) -> None:
    patch.setitem(sys.modules, compositor.__name__, None)


def with_another_compositor(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compositor, "REPLACED", (*compositor.REPLACED, "is_gone"))


def with_another_update(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(compositor, "UPDATE", ["something", "else"])


def without_bands(patch: pytest.MonkeyPatch) -> None:
    patch.delattr(Banded, "_exchange_repaint_regions")


def without_a_quick_size(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("gradlab.tui.widgets.internals.UPDATE_SIZE", "_is_gone")


@pytest.mark.parametrize(
    "gone", [without_a_compositor, with_another_compositor, with_another_update, without_bands, without_a_quick_size]
)
async def test_where_a_private_name_is_gone_the_screens_show_the_same(gone: object, monkeypatch: pytest.MonkeyPatch) -> None:
    before = await walked()
    gone(monkeypatch)  # type: ignore[operator]
    after = await walked()
    assert before[0] == "sparing: True"
    assert (after[0] == "sparing: True") == (gone in (without_bands, without_a_quick_size))
    assert after[1:] == before[1:]


def test_textual_has_what_the_quick_ways_need() -> None:
    assert callable(getattr(Widget, "_exchange_repaint_regions", None))
    assert callable(getattr(ScrollView, "_scroll_update", None))
    assert compositor.is_known(Compositor())
    assert Path(_compositor.__file__).name == "_compositor.py"
