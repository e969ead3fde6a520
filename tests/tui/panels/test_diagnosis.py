"""A diagnosis in the laboratory: `d` makes one, the panel leads to its evidence, `D` runs the fix beside and takes it over."""

from __future__ import annotations

import pytest

from gradlab.diagnose.diagnosis import Diagnosis
from gradlab.diagnose.doing import last
from gradlab.diagnose.finding import Finding, Verified
from gradlab.draw.diagnosis import diagnosis_rows, headline_rows, summed
from gradlab.draw.ink import goals_of, text_of
from gradlab.draw.names import NodeNames
from gradlab.session import build
from gradlab.tui.panels.compare import ComparePicture
from gradlab.tui.panels.findings import FindingsPanel, FindingsPicture
from tests.tui.driving import lab_of, opened, press, screen_text

DEAD = """
```python model
x, t = dataset("circles", n=80, noise=0.1, factor=0.5, split="train", test=40, target="column")
with layer("h"):
    h = relu(dense(x, 8, init=he, bias=constant(-6.0)))
out = dense(h, 1)
loss = bce(out, t)
minimize(loss, adam(0.05))
```

```lab
train 30
```
"""
SIZES = ((80, 24), (120, 40))
RUNGS = ((("h0", 1e-9, 0.01), ("h1", 1e-3, 0.01)), (("a.very.long.name", 1e-9, 0.01), ("b", 1e-3, 0.01)))


async def test_d_names_the_cause_and_enter_leads_to_its_node() -> None:
    for size in SIZES:
        async with opened(lambda: lab_of(DEAD), size=size) as (pilot, screen):
            await press(pilot, "d")
            panel = screen.query_one(FindingsPanel)
            assert panel.has_content(screen.moment)
            await press(pilot, "7", "z")
            text = screen_text(pilot)
            assert "headline" in text
            assert "helps" in text
            await press(pilot, "home", "enter")
            assert screen.moment.node is not None
            assert screen.moment.node.layer == "h"


async def test_the_fix_runs_beside_and_is_then_taken_over() -> None:
    async with opened(lambda: lab_of(DEAD), size=(120, 40)) as (pilot, screen):
        await press(pilot, "d", "D")
        found = screen.moment.pictures.get("compare")
        assert isinstance(found, ComparePicture)
        assert found.found.changes
        await press(pilot, "D", "7")
        left = screen.moment.pictures.get("findings")
        assert isinstance(left, FindingsPicture)
        assert left.diagnosis is None
        assert screen.moment.snapshot.counts[0] == 4


async def test_without_a_fault_nothing_is_the_headline_and_health_says_nothing() -> None:
    lab = build(
        DEAD.partition("```python model\n")[2].partition("```")[0].replace(", bias=constant(-6.0)", ""), backend="plain"
    )
    lab.do("diagnose 60")
    found = last(lab)
    assert found is not None
    assert found.headline is None
    assert headline_rows(found.headline, 60) == []
    assert "error" not in summed(found)


@pytest.mark.parametrize("ladder", RUNGS)
@pytest.mark.parametrize("width", [40, 100, 190])
def test_the_ladder_says_what_it_is_and_is_no_wider_than_can_be_read(
    ladder: tuple[tuple[str, float, float], ...], width: int
) -> None:
    tried = Verified("relu", 30, 1.0, 0.1, helps=True, ladder=ladder)
    one = Finding("it vanishes " * 20, rule="D1", name="vanishing", level="error", headline=True, verified=tried)
    found = Diagnosis((one,), ())
    lines = list(map(text_of, diagnosis_rows(found, "it has not learned", NodeNames(), width)))
    assert max(map(len, lines)) <= min(width, 110)
    assert [line.split() for line in lines if "|δ|" in line] == [["|δ|", "before", "after"]]


def test_all_that_was_found_stands_in_the_rows_and_leads_to_a_node() -> None:
    lab = build(DEAD.partition("```python model\n")[2].partition("```")[0], backend="plain")
    lab.do("diagnose 30")
    found = last(lab)
    assert found is not None
    assert found.headline is not None
    for width in (40, 100):
        rows = diagnosis_rows(found, "it has not learned", NodeNames(lab.nodes), width)
        assert max(len(text_of(line)) for line in rows) <= width
        text = "\n".join(map(text_of, rows))
        assert all(f"{one.rule} {one.name}" in text for one in found.findings)
        assert any(goal.node == found.headline.node for line in rows for _, _, goal in goals_of(line))
    assert "show findings" in {goal.line for line in headline_rows(found.headline, 60) for _, _, goal in goals_of(line)}
    lab.do("change relu=tanh")
    assert last(lab) is None
