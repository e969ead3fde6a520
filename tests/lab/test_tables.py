"""A run as arrays for NumPy and pandas, and as a notebook and a terminal show it."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from subprocess import run as run_process
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import gradlab
from gradlab.errors import ActionError
from gradlab.lab.tables import figures
from gradlab.session import Lab
from tests.lab.models import TURNS, XOR, plain


def trained(text: str = XOR, updates: int = 5) -> Lab:
    """Return a laboratory behind some updates."""
    lab = plain(text)
    lab.do(f"train {updates}")
    return lab


def test_the_table_of_stats_has_a_row_a_layer_and_all_numbers() -> None:
    lab = trained()
    table = lab.table("stats")
    assert table["layer"].tolist() == ["hidden", "output"]
    for record, row in zip(table, lab.stats(), strict=True):
        for name, value in figures(row):
            np.testing.assert_array_equal(record[name], np.nan if value is None else value)
    assert np.isnan(plain(XOR).table("stats")["gradients.rms"]).all()


def test_losses_are_all_that_were_made_and_stop_at_the_cursor() -> None:
    lab = trained()
    assert lab.losses().updates.tolist() == [0, 1, 2, 3, 4]
    np.testing.assert_array_equal(lab.losses().loss, trained(updates=9).losses().loss[:5])
    lab.do("goto 2.f.0")
    assert lab.losses().updates.tolist() == [0, 1]
    assert lab.table("losses").tolist() == [(int(u), "loss", float(v)) for u, v in zip([0, 1], lab.losses().loss, strict=True)]


def test_each_objective_has_its_losses() -> None:
    lab = trained(TURNS, 4)
    assert lab.losses("p").updates.tolist() == [0, 2]
    assert lab.losses("q").updates.tolist() == [1, 3]
    assert lab.losses().updates.tolist() == [0, 1, 2, 3]
    assert lab.table("losses")[["update", "name"]].tolist() == [(0, "p"), (1, "q"), (2, "p"), (3, "q")]
    with pytest.raises(ActionError) as caught:
        lab.losses("r")
    assert str(caught.value) == "no loss is called `r`: there are `p`, `q`"


def test_an_unknown_table_names_the_nearest() -> None:
    with pytest.raises(ActionError) as caught:
        plain(XOR).table("stat")
    assert str(caught.value) == "unknown table `stat`: did you mean `stats`?"
    model = plain("a = param(2.0)\nb = a * a\n")
    assert len(model.table("losses")) == len(model.losses().loss) == 0


def test_what_an_open_question_asks_for_is_in_no_table() -> None:
    lab = trained()
    number = float(lab.losses().loss[-1])
    lab.do("quiz loss")
    lab.do("forward")
    lab.do("step phase")
    loss = lab.run.history.pairs()[-1][1]
    assert loss != number
    assert loss not in lab.losses().loss
    assert loss not in lab.table("losses")["loss"]
    assert f"{loss:.6g}" not in lab.losses()._repr_html_()


def shown(thing: Any) -> str:
    """Return what rich draws."""
    out = io.StringIO()
    Console(file=out, width=200, color_system=None).print(thing)
    return out.getvalue()


def test_everything_that_a_laboratory_gives_shows_itself_in_a_notebook_and_in_rich() -> None:
    lab = trained()
    lab.do("forward")
    lab.do("backward")
    for thing, part in (
        (lab, "position"), (lab.stats(), "hidden"), (lab.ledger("hidden.W"), "upstream"), (lab.paths("hidden.W"), "loss"),
        (lab.losses(), "6 updates"), (lab.train(2), "update"), (lab.do("stats"), "hidden"),
    ):  # fmt: skip
        assert part in thing._repr_html_(), thing
        assert part in shown(thing), thing


def test_a_curve_is_a_line_of_finite_points() -> None:
    page = trained(updates=2000).losses()._repr_html_()
    assert page.count("<polyline") == 1
    assert 300 < page.count(",") < 1000
    blown = trained("w = param(1.0)\nloss = w ** 4\nminimize(loss, sgd(lr=10))\n", 9).losses()
    assert not np.isfinite(blown.loss[-1])
    assert not {"nan", "inf"} & {*blown._repr_html_().split("<p>")[0].replace(",", " ").split()}
    assert "<svg" not in trained(updates=1).losses()._repr_html_()


def test_what_strangers_wrote_is_text_in_a_notebook(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"---\ntitle: <script>x</script> [bold]\n---\n```python model\n{XOR}```\n", encoding="utf-8")
    lab = gradlab.load(page)
    lab.do("train 2")
    for thing in (lab, lab.stats(), lab.do("say <b>h</b>"), lab.losses()):
        assert "<script>" not in thing._repr_html_()
        assert "<b>h" not in thing._repr_html_()
    assert "[bold]" in shown(lab)


def test_nothing_heavy_is_imported_for_it() -> None:
    code = (
        "import sys, gradlab; lab = gradlab.build('w = param(1.0)\\nloss = w * w\\nminimize(loss, sgd(0.1))', backend='plain');"
        "lab.train(3); lab._repr_html_(); lab.losses()._repr_html_(); lab.table('stats');"
        "print({'pandas', 'matplotlib', 'IPython', 'pyarrow', 'rich', 'textual', 'tensorboardX'} & {*sys.modules})"
    )
    assert run_process([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
