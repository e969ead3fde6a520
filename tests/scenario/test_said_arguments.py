"""What a page says that an argument can be is what the word takes: every end of every range, and what lies just beyond it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import gradlab
from gradlab import manual
from gradlab.arguments import REQUIRED
from gradlab.cli import main
from gradlab.errors import GradlabError
from gradlab.nn.layer import Layer
from gradlab.scenario import glossary
from gradlab.scenario.glossary import Entry, WordArgument
from tests.scenario.test_glossary import BEFORE, WHOLE, model, runs

NUMBER = r"-?\d[\d.e-]*"
RANGE = re.compile(
    rf"(?P<kind>whole|number)(?:, from (?P<low>{NUMBER}))?(?:,? to (?P<high>{NUMBER}))?(?:, above (?P<above>{NUMBER}))?"
    rf"(?:, below (?P<below>{NUMBER}))?"
)
BESIDE = {
    "value": {"shape": "(2, 3)"},
    "shape": {"value": "None"},
    "folds": {"split": '"train"'},
    "fold": {"split": '"train"', "folds": "2"},
    "components": {"scale": '"pca"'},
}
"""What an argument needs beside it, or instead of it, as its text says; for words that have both."""

every_entry = pytest.mark.parametrize("entry", glossary.entries(), ids=lambda entry: f"{entry.group.name}:{entry.name}")


PAGE_COLUMNS = 66
"""Columns of text on a page of the lab in a terminal of 80."""


@dataclass(frozen=True)
class Probe:
    """A value that an argument is given, as a model writes it, and whether it may be refused for being that value."""

    value: str
    taken: bool


def possible(text: str) -> str:
    """Return what an argument can be, without what it does: the text up to its first colon that stands in no quotes."""
    return re.split(r':(?=(?:[^"]*"[^"]*")*[^"]*$)', text, maxsplit=1)[0]


def probes(text: str) -> Iterator[Probe]:
    """Return values at the ends of what an argument can be, and just beyond them."""
    said = possible(text)
    if found := RANGE.match(said):
        yield from _ends(found)
    if said.startswith(('"', "None,")):
        yield from (Probe(f'"{one}"', True) for one in re.findall(r'"([^"]*)"', said))
        yield Probe('"nonsense"', False)
    if said.startswith("True or False"):
        yield from (Probe("True", True), Probe("False", True), Probe("2", False), Probe('"yes"', False))
    if "; None:" in text or said.startswith("None,"):
        yield Probe("None", True)


def _ends(found: re.Match[str]) -> Iterator[Probe]:
    step = 1 if found["kind"] == "whole" else 1e-6
    if found["kind"] == "whole":
        yield Probe("0.5", False)
    if found["low"]:
        below = min(step, float(found["low"]) / 2) if found["kind"] == "number" and float(found["low"]) > 0 else step
        yield from (Probe(found["low"], True), Probe(_moved(found["low"], -below), False))
    if found["high"]:
        yield from (Probe(found["high"], True), Probe(_moved(found["high"], step), False))
    if found["above"]:
        yield from (Probe(_moved(found["above"], step), True), Probe(found["above"], False))
    if found["below"]:
        yield from (Probe(_moved(found["below"], -step), True), Probe(found["below"] + ".0", False))


def _moved(end: str, step: float) -> str:
    return repr(ast.literal_eval(end) + step)


def codes(entry: Entry) -> tuple[str, ...]:
    """Return pieces of models with a call of the word in them."""
    if entry.group.name in WHOLE:
        return (*entry.examples, WHOLE[entry.group.name].format(entry.usage))
    layers = manual.examples(entry.called.doc) if entry.called is not None else ()
    return (*entry.examples, *layers, *(f"z = {example.call}" for example in entry.results))


def called_with(entry: Entry, name: str, value: str) -> list[str]:
    """Return the models of a word, with a value for an argument of one call."""
    if entry.group.name == "augmentations":
        return [re.sub(rf"{entry.name}\([^)]*\)", f"{entry.name}({value})", code) for code in entry.examples]
    before = BEFORE.get(entry.group.name, "")
    return [before + changed for code in codes(entry) for changed in _changed(entry, code, name, value)]


def _changed(entry: Entry, code: str, name: str, value: str) -> Iterator[str]:
    """Return an example as often as it calls the word, each time with a value for an argument of another call."""
    word = "dataset" if entry.group.name == "datasets" else entry.name
    order = ["name", *entry.parameters] if entry.group.name == "datasets" else list(entry.parameters)
    beside = {key: part for key, part in BESIDE.get(name, {}).items() if key in entry.parameters}
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == word:
            given = dict(zip(order, map(ast.unparse, node.args), strict=False))
            given |= {str(k.arg): ast.unparse(k.value) for k in node.keywords}
            whole = {**given, **beside, name: value}
            first = [whole.pop("name")] if word == "dataset" else []
            called = ", ".join([*first, *(f"{key}={part}" for key, part in whole.items())])
            yield code.replace(ast.get_source_segment(code, node) or "", f"{word}({called})", 1)


def refusal(folder: Path, text: str) -> str:
    """Return why a model is refused; "" where it is not."""
    try:
        gradlab.load(model(folder, text))
    except GradlabError as error:
        return str(error)
    return ""


def named(name: str, error: str) -> bool:
    """Return whether an error is about an argument."""
    return f"`{name}`" in error.partition("\n")[0]


def cases() -> Iterator[tuple[Entry, WordArgument]]:
    """Return every argument that has a range, a list of texts, or is True or False, of a word that a model can use."""
    for entry in glossary.entries():
        if runs(entry):
            yield from ((entry, argument) for argument in entry.arguments if list(probes(argument.text)))


@every_entry
def test_every_argument_says_what_it_can_be_and_what_it_does(entry: Entry) -> None:
    assert [one.name for one in entry.arguments] == (list(entry.parameters) if entry.group.explains else [])
    assert [one.name for one in entry.arguments if not one.text] == []


@pytest.mark.parametrize(
    ("entry", "argument"), list(cases()), ids=lambda one: f"{one.group.name}:{one.name}" if isinstance(one, Entry) else one.name
)
def test_the_ranges_that_a_page_says_are_those_that_the_word_takes(
    entry: Entry, argument: WordArgument, tmp_path: Path
) -> None:
    for probe in probes(argument.text):
        models = called_with(entry, argument.name, probe.value)
        assert models
        errors = (refusal(tmp_path, text) for text in models)
        met = any(named(argument.name, error) != probe.taken for error in errors)
        assert met, f"{probe.value} is {'refused' if probe.taken else 'taken'}, in {models[0]}"


@every_entry
def test_the_lines_of_arguments_fit_into_a_page_of_80_columns_and_lose_no_word(entry: Entry) -> None:
    if not entry.arguments:
        return
    heading, *lines = glossary.arguments(entry)
    assert heading == "Arguments:"
    assert [line for line in lines if len(line) > PAGE_COLUMNS or line != line.rstrip()] == []
    wanted = " ".join(f"{one.name} {one.default} {one.text}" for one in entry.arguments)
    assert " ".join(lines).split() == wanted.split()
    assert "Arguments:" in glossary.page(entry)
    begun = [line.split()[0] for line in lines if not line.startswith(" " * 5)]
    assert begun == [one.name for one in entry.arguments], "what goes on from a line is indented"


def test_a_long_default_has_a_line_of_its_own_and_long_texts_are_indented() -> None:
    (embedding,) = glossary.find("embedding")
    assert glossary.arguments(embedding) == [
        "Arguments:",
        "    x                  a node of whole numbers from 0 to count -",
        "                       1: which rows are looked up",
        "    count              whole, from 1: rows of the table",
        "    units              whole, from 1: numbers that it gives for a",
        "                       sample",
        "    init         normal(std=1.0, mean=0.0)",
        "                       an initializer, such as `he` or",
        "                       `normal(0.01)`: how the parameters begin",
        "    E            None  a node to use as the parameter; None: a new",
        "                       one",
        "    padding_idx  None  whole, from 0: the number that stands for",
        "                       nothing, its row is 0 and gets no gradient;",
        "                       None: none does",
    ]


def test_an_argument_of_which_nobody_says_anything_is_listed_all_the_same() -> None:
    mine = Layer("mine", lambda make, **named: (), {"x": REQUIRED, "sharpness": 1.5}, "A layer of another package.")
    entry = Entry(glossary.GROUPS["layers"], mine)
    assert glossary.arguments(entry) == ["Arguments:", "    x               a node", "    sharpness  1.5"]


def test_what_an_input_of_an_operation_is_follows_from_the_operation() -> None:
    said = {name: {one.name: one.text for one in glossary.find(name)[0].arguments} for name in ("conv2d", "concat", "nll")}
    assert said["conv2d"]["W"] == "a node, or numbers"
    assert said["conv2d"]["b"] == "a node, or numbers; None: left out"
    assert said["nll"]["t"] == "a node, or numbers; no gradient flows to it"
    assert said["concat"]["x"] == "a list of nodes"


def test_what_a_page_says_itself_goes_before_what_is_said_of_all_words() -> None:
    blobs, circles = ({one.name: one.text for one in glossary.find(name)[0].arguments} for name in ("blobs", "circles"))
    assert (blobs["n"], circles["n"]) == ("whole, from 1 to 100000: rows", "whole, from 2 to 1000000: rows")


def test_json_has_the_same_arguments(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ops", "--json"]) == 0
    for entry, record in zip(glossary.entries(), json.loads(capsys.readouterr().out)["results"], strict=True):
        assert [(one["name"], one["default"] or "", one["text"]) for one in record["arguments"]] == [
            (one.name, one.default, one.text) for one in entry.arguments
        ]
        assert "Arguments:" not in record["doc"]


PAGE = """\
A thing.

Arguments:
    low, high    number, from 0: the ends
    mode         "a", "b": what
                 it does

Source: Somebody, 1999.
"""


def test_the_arguments_of_a_page_are_read_and_are_no_part_of_its_body() -> None:
    end = "number, from 0: the ends"
    assert manual.argument_texts(PAGE) == {"low": end, "high": end, "mode": '"a", "b": what it does'}
    assert manual.without_arguments(PAGE) == "A thing.\n\nSource: Somebody, 1999."
    assert manual.sentence(PAGE, "mode") == "A thing"


@pytest.mark.parametrize(
    ("text", "taken", "refused"),
    [
        ("whole, from 1 to 3: x", ["1", "3"], ["0.5", "0", "4"]),
        ("number, from 0 to 1: x", ["0", "1"], ["-1e-06", "1.000001"]),
        ("number, from 1e-9: x", ["1e-9"], ["5e-10"]),
        ("number, above 0: x", ["1e-06"], ["0"]),
        ("number, from 0, below 1: x", ["0", "0.999999"], ["-1e-06", "1.0"]),
        ('"a", "b": x: y; None: z', ['"a"', '"b"', "None"], ['"nonsense"']),
        ("True or False: x", ["True", "False"], ["2", '"yes"']),
        ("a node, or numbers from 0: x", [], []),
    ],
)
def test_a_range_is_probed_at_its_ends_and_just_beyond_them(text: str, taken: list[str], refused: list[str]) -> None:
    found = list(probes(text))
    assert [one.value for one in found if one.taken] == taken
    assert [one.value for one in found if not one.taken] == refused
