"""Keys, and with them first values and noise, are a promise: new names are added beside them, and they stay (SEMANTICS §5)."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.graph.graph import Node
from tests.scenario.reading import traced

RECORD = Path(__file__).with_suffix(".txt")
"""Models, each with the keys of its leaves, their shapes and a sum of their values for seed 7 in update 3."""


def models() -> dict[str, list[str]]:
    """Return what was written down: the lines of leaves by the text of the model."""
    found = {}
    for piece in RECORD.read_text(encoding="utf-8").split("=====\n")[1:]:
        text, _, leaves = piece.partition("-----\n")
        found[text] = leaves.splitlines()
    return found


def line(node: Node) -> str:
    """Return a leaf in one line: its key, its shape, and the sum of the squares of what it begins with."""
    assert node.feed is not None
    return f"{node.key} {node.shape} {(node.feed.value(7, 3) ** 2).sum():.12g}"


def leaves(text: str) -> list[str]:
    """Return the lines of the parameters, the statistics and the noise of a model."""
    kept = ("parameter", "buffer", "noise")
    return [line(node) for node in traced(text).graph.nodes if node.op.role in kept and node.phase == "f"]


@pytest.mark.parametrize("text", models())
def test_keys_and_first_values_are_those_that_were_written_down(text: str) -> None:
    assert leaves(text) == models()[text]
