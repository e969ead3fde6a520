"""The node tests of the package `onnx`: every one that gives arrays of a type that NumPy has holds, or a table says why not.

The table is of the version that .ci/run installs.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.importers.onnx import nodes
from tests.importers.onnx.nodes import COMPUTED, KNOWN, TABLE, cases, checked, outcome, table

PARTS = 4


@pytest.mark.parametrize("part", range(PARTS))
def test_every_node_test_holds_or_stands_in_the_table(onnx: Any, part: int) -> None:
    """In the table is why not, word for word."""
    found = {case.name: outcome(case) for case in cases()[part::PARTS]}
    others = {name: said for name, said in found.items() if said not in (COMPUTED, KNOWN)}
    assert others == {name: reason for name, reason in table().items() if name in found}


def test_the_table_says_how_many_hold(onnx: Any) -> None:
    """Of all of this version."""
    told = re.match(r"# Node tests of onnx (\S+) .*: ([\d,]+) of ([\d,]+) hold", TABLE.read_text(encoding="utf-8"))
    assert told is not None
    assert told[1] == onnx.__version__
    holding, every = (int(number.replace(",", "")) for number in told.groups()[1:])
    assert every == len(cases())
    assert holding == every - len(table())
    assert holding >= 1500


@pytest.mark.parametrize("part", range(PARTS))
def test_gradients_of_one_case_of_each_operation_are_those_of_differences(onnx: Any, part: int) -> None:
    """All of them are in the long form."""
    chosen = {case.model.graph.node[0].op_type: case for case in cases() if case.name not in table()}
    assert len(chosen) > 120
    wrong = [line for case in list(chosen.values())[part::PARTS] for line in checked(case) if not nodes.is_known(line)]
    assert wrong == []
