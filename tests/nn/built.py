"""What the tests of layers share: small models as text, run once forward and backward, and held against another library."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import gradlab
from gradlab.errors import ScenarioError
from gradlab.session import Lab

Floats = npt.NDArray[np.float64]


def drawn(*shape: int, seed: int = 0) -> Floats:
    """Return normal numbers, the same for the same arguments."""
    return np.random.default_rng(seed).normal(size=shape)


def run(text: str, **data: Floats) -> Lab:
    """Return the laboratory of a model after a forward and a backward pass, on the plain backend."""
    lab = gradlab.build(text, seed=0, data=data)
    lab.do("forward")
    lab.do("backward")
    return lab


def ops(text: str, **data: Floats) -> list[str]:
    """Return the ops of a model that are no leaves, in order."""
    return [node.op for node in gradlab.build(text, data=data).nodes if not node.is_leaf]


def params(text: str, **data: Floats) -> dict[str, tuple[int, ...]]:
    """Return the parameters of a model with their shapes."""
    return {node.name: node.shape for node in gradlab.build(text, data=data).nodes if node.op == "param"}


def refusal(text: str) -> str:
    """Return the first line of what is wrong with a model."""
    with pytest.raises(ScenarioError) as caught:
        gradlab.build(text)
    return str(caught.value).splitlines()[0].removeprefix("error: ")


def passes_check(text: str, **data: Floats) -> bool:
    """Return whether all gradients of a model are those that differences give."""
    verdicts = gradlab.build(text, seed=0, data=data).check()
    assert len(verdicts) > 1
    return all(verdict.verdict in ("ok", "kink", "rounding") for verdict in verdicts)


def same(got: Any, wanted: Any) -> None:
    """Hold two arrays against one another, to ten digits."""
    np.testing.assert_allclose(got, np.asarray(wanted), rtol=1e-10, atol=1e-10)
