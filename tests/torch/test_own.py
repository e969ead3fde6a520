"""The lessons of the course "Your own model" have the models that their programs make, word for word and bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.torch.own import FENCE, FOLDER, LESSONS, made


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_the_model_that_its_program_makes(torch: Any, name: str) -> None:
    text, written = made(name)
    fence = FENCE.search((FOLDER / f"{name}.md").read_text(encoding="utf-8"))
    assert fence is not None
    assert fence.group() == text, "`python -m tests.torch.own` writes it anew"
    with np.load(FOLDER / f"{name}.npz") as kept:
        assert {*kept} == {*written.arrays}
        assert all(np.array_equal(kept[key], array) for key, array in written.arrays.items())
