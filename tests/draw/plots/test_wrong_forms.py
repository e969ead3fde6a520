"""What is said to a plot that is written in another form than its kind has."""

from __future__ import annotations

import pytest

from gradlab.draw.plots import PLOTS
from gradlab.errors import ActionError
from gradlab.scenario.model import draft_text
from gradlab.session import Lab

MODEL = """
```python model
x = input([[1.0, -2.0, 3.0], [0.5, 0.25, -0.125]])
t = input([0.0, 1.0])
w = param([1.0, 2.0])
loss = sum(w * t)
```
"""
WRONG = {
    "curve": ("", "loss loss", "loss,", "loss logg", "loss against", "loss log log"),
    "graph": ("", "x t"),
    "hist": ("", "x t", "x by t"),
    "image": ("", "x 8x8", "x as 8", "x as 8x8 grid", "x signedd", "x grid 0x2"),
    "ladder": ("std std", "stds"),
    "matrix": ("", "x t", "x as 8x8"),
    "plane": ("", "loss over", "loss over x[:, 0] -2..2", "loss over x[:, 0] -2 2, x[:, 1] -2..2", "loss x"),
    "scatter": ("", "x t", "x by", "x by t axes", "x by t axes 0", "x labels t"),
    "surface": ("", "loss", "loss over w[0]", "loss over w[0] 2..-2, w[1] 0..1", "loss w[0] w[1]"),
    "sweep": ("loss", "loss loss"),
    "trace": ("", "x t", "x,"),
}


def test_every_kind_is_walked_and_has_an_example_in_its_own_form() -> None:
    assert set(WRONG) == set(PLOTS)
    assert all(kind.example.split()[0] == name for name, kind in PLOTS.items())


@pytest.mark.parametrize(("kind", "arguments"), [(kind, text) for kind, texts in WRONG.items() for text in texts])
def test_a_wrong_form_is_told_with_its_column_the_form_and_an_example(kind: str, arguments: str) -> None:
    line = f"plot {kind} {arguments}".rstrip()
    with pytest.raises(ActionError) as told:
        Lab(draft_text(MODEL).finish(), "plain").do(line)
    text, plot = str(told.value), PLOTS[kind]
    column = int(told.value.headline.partition("column ")[2].partition(":")[0])
    assert len("plot ") < column <= len(line) + 1
    assert f"the form is `plot {plot.line}`" in told.value.headline
    assert f"for example `plot {plot.example}`" in text and "invalid syntax" not in text


@pytest.mark.parametrize(
    ("line", "word"), [("plot scatter x t", "t"), ("plot curve loss logg", "logg"), ("plot hist x by t", "by")]
)
def test_a_word_too_many_is_named(line: str, word: str) -> None:
    with pytest.raises(ActionError, match=rf"column {line.index(word, 10) + 1}: `{word}` is not expected here"):
        Lab(draft_text(MODEL).finish(), "plain").do(line)
