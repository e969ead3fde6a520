"""Every word of the registries has a page that says how it is written, what it is and where it is from, and what runs."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

import gradlab
from gradlab import manual
from gradlab.arguments import REQUIRED
from gradlab.errors import GradlabError
from gradlab.op import Op
from gradlab.ops import OPS
from gradlab.scenario import glossary
from gradlab.scenario.glossary import Entry
from gradlab.scenario.vocabulary import CONSTANTS, known_words

LOSS = "W = param([1.0, 2.0])\nloss = sum(square(W - 3))\n"
BEFORE = {"optimizers": LOSS, "schedules": LOSS, "clips": LOSS, "averages": LOSS}
"""What the examples of a group stand behind: all others run as they are."""
COMMON_KNOWLEDGE = {"constant", "normal", "ones", "uniform", "zeros"}
"""Initializers that nobody has published."""

every_entry = pytest.mark.parametrize("entry", glossary.entries(), ids=lambda entry: f"{entry.group.name}:{entry.name}")


def model(folder: Path, text: str) -> Path:
    """Write a scenario, and beside it the files that examples read."""
    rows = np.arange(24.0).reshape(8, 3)
    save_file({"fc.weight": np.eye(2), "fc.bias": np.zeros(2)}, folder / "weights.safetensors")
    np.savez(folder / "points.npz", x=rows[:, :2], t=rows[:, 2], W=np.eye(2))
    np.savetxt(folder / "points.csv", rows, delimiter=",", header="a,b,label", comments="")
    np.save(folder / "x.npy", rows)
    (folder / "names.txt").write_text("emma\nava\nolivia\nzoe\nmia\n", encoding="utf-8")
    path = folder / "example.md"
    path.write_text(f"# Example\n\n```python model\n{text}\n```\n", encoding="utf-8")
    return path


def written_in(entry: Entry, code: str) -> bool:
    """Return whether an example has the word in it."""
    return re.search(rf"\b{entry.name}\b", code) is not None


def runs(entry: Entry) -> bool:
    """Return whether a model can use the word, without a package that is not installed with gradlab."""
    return entry.group.name not in ("inner", "expressions") and not getattr(entry.thing, "package", "")


@every_entry
def test_it_says_how_it_is_written_and_what_it_is(entry: Entry) -> None:
    assert entry.name in entry.usage
    assert entry.summary
    assert "\n" not in entry.usage + entry.summary
    assert not entry.summary.endswith((".", ":", ","))
    assert entry.doc


@every_entry
def test_its_usage_names_every_argument_of_a_call(entry: Entry) -> None:
    shown = f"{entry.usage} {entry.thing.usage}"
    assert "…" in shown or [name for name in entry.parameters if not re.search(rf"\b{name}\b", shown)] == []


@every_entry
def test_it_has_an_example_that_runs(entry: Entry, tmp_path: Path) -> None:
    calls = entry.thing.examples if isinstance(entry.thing, Op) else ()
    if not runs(entry):
        return
    assert calls or any(written_in(entry, code) for code in entry.examples)
    for code in entry.examples:
        lab = gradlab.load(model(tmp_path, BEFORE.get(entry.group.name, "") + code))
        lab.do("forward")
        if lab.graph.objectives:
            lab.do("train 2 updates")


@every_entry
def test_it_says_where_it_is_from(entry: Entry) -> None:
    unpublished = entry.group.name in ("words", "augmentations", "expressions") or entry.name in COMMON_KNOWLEDGE
    if unpublished or (isinstance(entry.thing, Op) and entry.thing.is_leaf):
        return
    assert re.search(r"(1[5-9]|20)\d\d|scikit-learn's `\w+`", entry.source), entry.source
    assert entry.source.endswith(".")


def test_every_word_that_a_model_may_call_has_a_page() -> None:
    callable_words = known_words() | set(CONSTANTS)
    listed = {name for entry in glossary.entries() if entry.group.name != "inner" for name in (entry.name, *entry.aliases)}
    assert callable_words <= listed


def test_every_operation_is_there_once() -> None:
    counted = Counter(entry.name for entry in glossary.entries() if entry.group.name in ("operations", "inner", "words"))
    assert {name for name, times in counted.items() if times > 1} == set()
    assert set(OPS) <= set(counted)


def test_a_name_that_is_two_words_has_two_pages() -> None:
    assert [entry.group.name for entry in glossary.find("flip")] == ["operations", "augmentations"]
    lines = glossary.about("flip")
    assert lines[0] == "flip(x, axis=None)    opposite order"
    assert 'augment="flip(p)"    augmentation' in lines


def test_the_functions_of_expressions_have_their_lines_too() -> None:
    lines = glossary.about("expressions")
    assert "  accuracy(x, t)                     the share of samples that are right" in lines
    assert any(line.startswith("  seeds(first..last, expression) ") for line in lines)
    assert any(line.startswith("  min(x, axis=None) or min(x, y, …) ") for line in lines)
    assert glossary.about("grad") == [
        "grad(name)    function of expressions",
        "",
        "∂root/∂node, as the loss reduces it.",
        "",
        "`grad(W)`, `grad(W[0, 1])`, `grad(z(h3))`: of a node, of an element, of the value before the nonlinearity of a layer.",
    ]


def test_another_name_of_an_operation_finds_its_page() -> None:
    assert glossary.about("swish") == glossary.about("silu")


def test_a_word_that_is_more_than_its_operation_says_both() -> None:
    text = "\n".join(glossary.about("sum"))
    assert text.startswith("sum(x, axis=None, keepdims=False), or sum(list)    sum\n")
    assert "backward dx = g" in text
    assert "The `sum` of a list adds up its parts" in text


def test_a_leaf_has_a_page_and_is_not_offered_in_its_own_place() -> None:
    assert glossary.about("mode")[0] == "mode()    word"
    assert glossary.about("clock")[:3] == [
        "clock    number of the update",
        "",
        "A model cannot call it: gradlab makes such nodes.",
    ]
    for name in glossary.names():
        assert glossary.knows(name)
        assert glossary.about(name)


WHOLE = {
    "initializers": "W = param(shape=(5, 5), init={})", "optimizers": LOSS + "minimize(loss, {})", "datasets": "x, t = {}",
    "averages": LOSS + "minimize(loss, sgd(0.1), average={})",
}  # fmt: skip
"""Where a call without arguments stands, by group."""


def signature(usage: str) -> tuple[list[str], dict[str, str]] | None:
    """Return the names without a default and the defaults of a printed signature; None where it says more than a call does."""
    try:
        call = ast.parse(re.sub(r"\[(\w+), …\]", r"\1", usage), mode="eval").body
    except SyntaxError:
        return None
    if not isinstance(call, ast.Call) or not all(isinstance(argument, ast.Name) for argument in call.args):
        return None
    return [ast.unparse(one) for one in call.args], {str(k.arg): ast.unparse(k.value) for k in call.keywords}


def called_in_full(entry: Entry, code: str) -> str:
    """Return an example whose first call of the word is given all its arguments in the order of the printed signature."""
    required, defaults = signature(entry.usage) or ([], {})
    order = [*required, *defaults]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == entry.name:
            given = dict(zip(order, map(ast.unparse, node.args), strict=False))
            given |= {str(k.arg): ast.unparse(k.value) for k in node.keywords}
            whole = ", ".join(given.get(name, defaults.get(name, "1")) for name in order)
            return code.replace(ast.get_source_segment(code, node) or "", f"{entry.name}({whole})")
    return ""


def in_full(entry: Entry) -> str:
    """Return a model with a call of the word as its signature is printed, or "" where no text can be made of that."""
    if entry.group.name in WHOLE:
        return WHOLE[entry.group.name].format(entry.usage)
    layers = manual.examples(entry.called.doc) if entry.called is not None else ()
    codes = (*entry.examples, *layers, *(f"z = {example.call}" for example in entry.results))
    called = (
        next((text for text in (called_in_full(entry, code) for code in codes) if text), "") if signature(entry.usage) else ""
    )
    return BEFORE.get(entry.group.name, "") * bool(called) + called


@every_entry
def test_a_call_as_its_signature_is_printed_is_taken(entry: Entry, tmp_path: Path) -> None:
    if runs(entry) and (text := in_full(entry)):
        gradlab.load(model(tmp_path, text))


def test_most_words_have_a_signature_that_is_a_call() -> None:
    entries = [
        entry for entry in glossary.entries() if entry.group.name not in ("inner", "expressions", "augmentations", "words")
    ]
    assert [entry.usage for entry in entries if not in_full(entry)] == [
        'einsum("ij,jk->ik", x, y)',
        "index(x, key)",
        "max(x, axis=None), or max(a, b, …) of numbers",
        "min(x, axis=None), or min(a, b, …) of numbers",
        "sum(x, axis=None, keepdims=False), or sum(list)",
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("leyers", "unknown word `leyers`: did you mean `layers`?"),
        ("lstn", "unknown word `lstn`: did you mean `lstm`?"),
        ("moon", "unknown word `moon`: did you mean `moons`?"),
        ("qqqq", "unknown word `qqqq`"),
    ],
)
def test_an_unknown_word_is_told_the_nearest_one(name: str, text: str) -> None:
    with pytest.raises(GradlabError) as error:
        glossary.about(name)
    assert str(error.value) == text


def test_a_list_has_a_line_for_each_word_of_the_group() -> None:
    lines = glossary.about("clips")
    assert lines[0].startswith("clips    bounds of gradients")
    assert [line.split()[0] for line in lines[2:]] == ["clip_each(limit)", "clip_norm(limit)", "clip_value(limit)"]


def test_a_list_cuts_a_long_usage_at_an_argument() -> None:
    (line,) = [line for line in glossary.about("layers") if line.startswith("  lstm(")]
    assert line.startswith("  lstm(x, units, layers=1, truncate=None, h=None, …)  ") or ", …)" in line
    assert max(len(line.split("  ")[1]) for line in glossary.about("layers")[2:]) <= glossary.WIDEST + 2


PAGE = """\
A thing that e.g. does this. And more.

    first     Its own line
    second    a = b     c = d

Source: Somebody, *A Title that is broken*,
1999.

Example:  x = first(1)

Example:
    for k in range(2):
        x = second(k)

The end.
"""


def test_a_page_is_read_by_its_conventions() -> None:
    assert manual.sentence(PAGE, "other") == "A thing that e.g. does this"
    assert manual.sentence(PAGE, "first") == "Its own line"
    assert manual.sentence(PAGE, "second") == "a = b,  c = d"
    assert manual.source(PAGE) == "Somebody, *A Title that is broken*, 1999."
    assert manual.examples(PAGE) == ("x = first(1)", "for k in range(2):\n    x = second(k)")
    assert (manual.source("No."), manual.examples("No.")) == ("", ())


def test_a_default_is_written_as_in_a_model() -> None:
    given = {"x": REQUIRED, "name": "mean", "gain": 2**0.5, "eps": 1e-5, "n": 1000, "bias": True}
    assert manual.usage("word", given) == 'word(x, name="mean", gain=1.41421, eps=1e-05, n=1000, bias=True)'
