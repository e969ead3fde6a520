"""Figures of lessons on other processors; `python -m tests.long processors` takes all lessons."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.figures import Figure, Page, page_of
from tests.long.processors import near, pages_on, told
from tests.processors import HASWELL, NEHALEM, PROCESSORS, possible

LESSON = """---
title: A sum
source: ours
---
# A sum

```python model
x = param([1.0, 2.0, 4.0])
s = sum(x)
y = matmul(randn(40, 300), randn(300, 40))
```

```lab
forward
expect s ~= 7.08 tol 0.1
expect s > 6
expect y ~= y
expect s ~= 8 tol 0.5
```
"""


def bounded(*distance: float) -> Figure:
    return Figure(1, "expect s ~= 7", "got 7", distance, bounded=True)


def compared(*distance: float) -> Figure:
    return Figure(1, "expect s > 6", "", distance)


def test_figures_say_how_far_they_are_from_their_limit(tmp_path: Path) -> None:
    path = tmp_path / "sum.md"
    path.write_text(LESSON, encoding="utf-8")
    page = page_of(str(path))
    assert [(one.line, one.bounded) for one in page.figures] == [(15, True), (16, False), (17, True), (18, True)]
    assert page.figures[0].distance == pytest.approx([-0.8])
    assert page.figures[1].distance == (1.0,)
    assert page.figures[2].distance == (0.0, 0.0)
    assert [(one.line, one.text) for one in page.failures] == [(18, "expect s ~= 8 tol 0.5")]


@pytest.mark.skipif(NEHALEM not in possible(), reason="other x86 processors are imitated on one")
def test_products_are_made_by_the_kernels_of_each_processor(tmp_path: Path) -> None:
    path = tmp_path / "sum.md"
    path.write_text(LESSON, encoding="utf-8")
    for processor in {NEHALEM, possible()[-1]}:
        (page,) = pages_on(processor, [str(path)])
        assert page.kernels == (processor.name,)
        assert [text for text in told({processor.name: page}) if "kernels" in text] == []


def test_what_fails_on_one_processor_is_told_with_its_number() -> None:
    failed = Page("a", ("Haswell",), figures=[bounded(1.5)], failures=[Figure(1, "expect s ~= 7", "got 7.5")])
    whole = Page("a", ("SkylakeX",), figures=[bounded(0.5)])
    assert list(told({"Haswell": failed, "SkylakeX": whole})) == ["line 1: Haswell: got 7.5"]


def test_other_kernels_than_were_asked_for_are_told() -> None:
    assert list(told({"Haswell": Page("a", ("SkylakeX",))})) == ["Haswell: the products were made by kernels for SkylakeX"]


@pytest.mark.parametrize(
    ("same", "is_near"),
    [
        ([bounded(0.9), bounded(0.9)], False),
        ([bounded(0.9), bounded(0.85)], True),
        ([bounded(0.3), bounded(0.6)], False),
        ([bounded(-0.4), bounded(0.4)], True),
        ([bounded(0.0, 0.1), bounded(0.0, 0.85)], True),
        ([compared(2.0), compared(1.9)], False),
        ([compared(2.0), compared(0.9)], True),
        ([compared(), compared()], False),
    ],
)
def test_a_figure_is_near_its_limit_where_processors_differ_and_little_is_left(same: list[Figure], is_near: bool) -> None:
    assert bool(near(same)) is is_near


def test_each_processor_sets_what_its_products_and_vectors_are_made_by() -> None:
    assert len({one.name for one in PROCESSORS}) == len(PROCESSORS)
    assert HASWELL.settings["OPENBLAS_CORETYPE"] == "Haswell"
    assert "X86_V3" not in HASWELL.settings.get("NPY_DISABLE_CPU_FEATURES", "")
    assert NEHALEM.settings["NUMBA_CPU_NAME"] == "generic"
