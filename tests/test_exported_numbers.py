"""What is exported is read back by those who read such files, to the bit."""

from __future__ import annotations

import csv
import json
import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.axis.position import Position
from gradlab.cli import main
from gradlab.errors import ActionError, GradlabError
from gradlab.exporters._asked import package
from gradlab.lab.saved import REST
from gradlab.lab.tables import KINDS, figures, tables, wanted
from gradlab.session import Lab
from tests.lab.models import NORMED, TURNS, XOR

Row = tuple[int, str, str, float]
Export = Callable[..., Path]
NAN = "w = param(1.0)\nloss = w ** 4\nminimize(loss, sgd(lr=10))\n"
WHATS = [*(kind for kind in KINDS if kind != "ledger"), "ledger hidden.W", "values hidden.*", "grads h"]


@pytest.fixture
def export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Export:
    """Return what exports a model and gives the path of the result."""

    def run(form: str, model: str, *options: str, script: str = "", head: str = "") -> Path:
        page, out = tmp_path / "page.md", tmp_path / f"out.{form}"
        page.write_text(f"{head}```python model\n{model.strip()}\n```\n\n```lab\n{script}\n```\n", encoding="utf-8")
        code = main(["export", form, str(page), str(out), "--force", *options])
        assert code == 0, capsys.readouterr().err
        return out

    return run


def rows_in(path: Path) -> list[Row]:
    """Return the rows of a table in CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["update", "layer", "quantity", "value"]
    return [(int(update), layer, quantity, float(value)) for update, layer, quantity, value in found[1:]]


def told(rows: list[Row]) -> list[tuple[Any, ...]]:
    """Return rows in which NaN equals NaN."""
    return [(*row[:3], row[3].hex() if math.isfinite(row[3]) else str(row[3])) for row in rows]


def straight(model: str, update: int) -> Lab:
    """Return a laboratory that stands at the end of the backward pass of an update, without having been anywhere else."""
    lab = gradlab.build(model, backend="jit")
    lab.do(f"goto {update}.b.end")
    return lab


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize(
    "model", [XOR, NAN.replace("w", "hidden.W").replace("hidden.W = ", "with layer('hidden'):\n    W = ")][:1]
)
def test_every_table_in_csv_and_json_has_the_rows_of_the_run(model: str, what: str, export: Export) -> None:
    lab = gradlab.build(model, backend="jit")
    lab.go(Position(6))
    expected = told([row for part in tables(lab, wanted(what, 2)) for row in part])
    assert {row[0] for row in expected} == {0, 2, 4, 5}
    options = ("--what", what, "--every", "2", "--updates", "6")
    assert told(rows_in(export("csv", XOR, *options))) == expected
    found = json.loads(export("json", XOR, *options).read_text(encoding="utf-8"))
    assert told([(row["update"], row["layer"], row["quantity"], float(row["value"])) for row in found]) == expected


@pytest.mark.parametrize("update", range(4))
def test_values_gradients_and_parameters_are_those_of_their_update(update: int, export: Export) -> None:
    lab = straight(XOR, update)
    options = ("--updates", "4")
    values = {row[2]: row[3] for row in rows_in(export("csv", XOR, "--what", "values", *options)) if row[0] == update}
    grads = {row[2]: row[3] for row in rows_in(export("csv", XOR, "--what", "grads", *options)) if row[0] == update}
    assert values["loss"] == float(lab.value("loss"))
    assert values["hidden.W[0, 1]"] == lab.value("hidden.W")[0, 1]
    assert grads["grad(hidden.W)[1, 0]"] == lab.grad("hidden.W")[1, 0]
    lab.go(Position(update + 1))
    params = {row[2]: row[3] for row in rows_in(export("csv", XOR, "--what", "params", *options)) if row[0] == update}
    assert params == {
        f"{name}[{', '.join(map(str, place))}]": value
        for name in ("hidden.W", "hidden.b", "output.W", "output.b") for place, value in np.ndenumerate(lab.value(name))
    }  # fmt: skip
    stats = {row[1:3]: row[3] for row in rows_in(export("csv", XOR, "--what", "stats", *options)) if row[0] == update}
    for row in lab.stats():
        assert {key[1]: value for key, value in stats.items() if key[0] == row.name} == {
            quantity: value for quantity, value in figures(row) if value is not None
        }


def test_losses_are_of_each_objective_and_curves_are_among_them(export: Export) -> None:
    rows = rows_in(export("csv", TURNS, "--what", "losses", "--updates", "4", script="curve p * 2"))
    assert [(row[0], row[2]) for row in rows] == [
        (0, "p"), (0, "p * 2"), (1, "q"), (1, "p * 2"), (2, "p"), (2, "p * 2"), (3, "q"), (3, "p * 2"),
    ]  # fmt: skip
    assert rows[1][3] == 2 * rows[0][3]


def test_a_curve_of_one_of_several_losses_is_no_second_row(export: Export) -> None:
    rows = rows_in(export("csv", TURNS, "--what", "losses", "--updates", "4", script="curve p"))
    assert [(row[0], row[2]) for row in rows] == [(0, "p"), (1, "q"), (1, "p"), (2, "p"), (3, "q"), (3, "p")]


def test_a_model_that_is_not_trained_has_one_update(export: Export) -> None:
    rows = rows_in(export("csv", "a = param(2.0)\nb = a * a\n", "--what", "grads"))
    assert rows == [(0, "", "grad(a)", 4.0), (0, "", "grad(b)", 1.0)]


def test_what_is_not_finite_is_written_and_read(export: Export) -> None:
    rows = rows_in(export("csv", NAN, "--what", "params", "--updates", "8"))
    assert not math.isfinite(rows[-1][3])
    found = json.loads(export("json", NAN, "--what", "params", "--updates", "8").read_text())
    assert found[-1]["value"] == str(rows[-1][3])


def test_a_text_that_a_spreadsheet_takes_for_a_formula_is_no_formula(export: Export) -> None:
    path = export("csv", XOR, "--what", "losses", "--updates", "2", script="curve -loss\ncurve +1 * loss")
    cells = [line.split(",")[2] for line in path.read_text().splitlines()]
    assert cells == ["quantity", "loss", "'-loss", "'+1 * loss", "loss", "'-loss", "'+1 * loss"]


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--what", "statz"), "error: unknown table `statz`: did you mean `stats`?"),
        (("--what", "ledger"), "error: a ledger is of a node: `ledger NODE`, `ledger NODE[0, 1]`"),
        (("--what", "values hiden.W"), "error: unknown name `hiden.W`: did you mean `hidden.W`?"),
        (("--what", "ledger hidden.W[x]"), "error: `hidden.W[x]` is no element: write `hidden.W[0, 1]`"),
        (("--what", "losses of"), "error: `losses` takes nothing behind it, got `of`"),
        ((), "error: no update was made: the script trains nothing; `--updates N` trains"),
    ],
)
def test_what_cannot_be_written_is_said_and_leaves_no_file(
    options: tuple[str, ...], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"```python model\n{XOR}```\n", encoding="utf-8")
    updates = ("--updates", "2") if options else ()
    assert main(["export", "csv", str(page), str(tmp_path / "out"), *options, *updates]) == 2
    assert capsys.readouterr().err.strip() == text
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]


def test_a_package_that_is_missing_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("safetensors", "safetensors.numpy"):  # which another test may have imported
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(GradlabError) as caught:
        package("safetensors.numpy", "safetensors")
    assert "`safetensors` is needed" in str(caught.value)
    assert str(caught.value).endswith("`pip install 'gradlab[safetensors]'`")


@pytest.mark.parametrize("model", [XOR, TURNS, NORMED])
def test_an_archive_of_parameters_is_what_save_writes(model: str, export: Export, tmp_path: Path) -> None:
    path = export("npz", model, "--updates", "5")
    lab = gradlab.build(model, backend="jit")
    lab.do("train 5")
    lab.do(f"save {tmp_path}/saved.npz")
    assert path.read_bytes() == (tmp_path / "saved.npz").read_bytes()


def test_an_archive_of_gradients_has_those_of_the_last_update(export: Export) -> None:
    lab = straight(XOR, 4)
    with np.load(export("npz", XOR, "--what", "grads hidden.*", "--updates", "5")) as found:
        assert {"hidden.W", "hidden.b", "hidden.h"} <= {*found.files}
        assert all(name.startswith("hidden.") for name in found.files)
        assert found["hidden.W"].tobytes() == lab.grad("hidden.W").tobytes()
    with np.load(export("npz", XOR, "--what", "values", "--updates", "5")) as found:
        assert found["loss"] == lab.value("loss")


def test_pandas_reads_csv_and_parquet_to_the_bit(export: Export, pandas: Any, pyarrow: Any) -> None:
    for what in WHATS:
        options = ("--what", what, "--updates", "4")
        expected = told(rows_in(export("csv", XOR, *options)))
        frames = (
            pandas.read_csv(export("csv", XOR, *options), keep_default_na=False, na_values=["nan"]),
            pandas.read_parquet(export("parquet", XOR, *options)),
        )
        for frame in frames:
            assert [*frame.columns] == ["update", "layer", "quantity", "value"]
            assert told([(int(u), x, q, float(v)) for u, x, q, v in frame.itertuples(index=False)]) == expected
        assert [str(kind) for kind in frames[1].dtypes][0::3] == ["int64", "float64"]


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_safetensors_reads_arrays_to_the_bit_in_their_dtype(dtype: str, export: Export, safetensors: Any) -> None:
    head = f"---\ndtype: {dtype}\n---\n"
    path = export("safetensors", NORMED, "--updates", "5", head=head)
    with np.load(export("npz", NORMED, "--updates", "5", head=head)) as expected, safetensors.safe_open(path, "numpy") as found:
        assert {*found.keys()} == {*expected.files} - {REST}
        for name in found.keys():  # noqa: SIM118
            assert (found.get_tensor(name).dtype, found.get_tensor(name).shape) == (np.dtype(dtype), expected[name].shape)
            assert found.get_tensor(name).tobytes() == expected[name].tobytes()
        assert found.metadata()[REST] == bytes(expected[REST]).decode()


@pytest.mark.parametrize("model", [XOR, TURNS, NORMED])
def test_a_training_goes_on_from_safetensors_with_the_same_bits(model: str, export: Export, safetensors: Any) -> None:
    path = export("safetensors", model, "--updates", "5")
    first, again = gradlab.build(model, backend="jit"), gradlab.build(model, seed=3, backend="jit")
    first.do("train 9")
    again.do(f"load {path}")
    again.do("train 4")
    assert first.digest() == again.digest()
    for size in range(0, path.stat().st_size, 37):
        path.with_suffix(".cut").write_bytes(path.read_bytes()[:size])
        with pytest.raises(ActionError):
            again.do(f"load {path.with_suffix('.cut')}")
    with pytest.raises(ActionError, match="does not fit"):
        gradlab.build(model.replace("minimize", "w = param(1.0)\nminimize", 1)).do(f"load {path}")


def test_safetensors_of_others_are_refused(tmp_path: Path, safetensors: Any) -> None:
    from safetensors.numpy import save_file

    save_file({"w": np.zeros(3)}, tmp_path / "w.safetensors")
    with pytest.raises(ActionError, match="was not written by `gradlab export safetensors`"):
        gradlab.build(XOR).do(f"load {tmp_path}/w.safetensors")


def test_numbers_that_are_not_finite_go_to_tensorboard_without_a_word_of_its_own(
    export: Export, tensorboardX: Any, caplog: pytest.LogCaptureFixture
) -> None:
    export("tensorboard", NAN, "--updates", "8")
    assert caplog.messages == []


def test_all_bins_of_a_histogram_are_alike(export: Export, tensorboard: Any, tensorboardX: Any) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    spread = [*(k / 40 for k in range(40)), 1e14]
    far = f"with layer('net'):\n    out = const({spread}) * param(1.0)\nminimize(sum(out), sgd(lr=1))\n"
    path = export("tensorboard", far, "--updates", "1")
    board = EventAccumulator(str(path), size_guidance={"histograms": 0}).Reload()
    (found,) = [one.histogram_value for one in board.Histograms("activations/net")]
    assert (found.num, sum(found.bucket), len(found.bucket)) == (41, 41, 65)


def test_where_nothing_is_computed_nobody_is_told_to_train(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"---\nrun: never\n---\n```python model\n{XOR.strip()}\n```\n", encoding="utf-8")
    assert main(["export", "csv", str(page), str(tmp_path / "out.csv")]) == 2
    text = "error: nothing is computed here: the head of the file says `run: never`; shapes and sizes can be asked for\n"
    assert capsys.readouterr().err == text


def test_tensorboard_reads_scalars_in_float32_and_histograms(export: Export, tensorboard: Any, tensorboardX: Any) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    path = export("tensorboard", XOR, "--updates", "6", "--every", "2")
    assert [file.name for file in path.iterdir()] == ["events.out.tfevents.0.gradlab"]
    board = EventAccumulator(str(path), size_guidance={"scalars": 0, "histograms": 0}).Reload()
    stats = rows_in(export("csv", XOR, "--updates", "6", "--every", "2"))
    losses = rows_in(export("csv", XOR, "--updates", "6", "--every", "2", "--what", "losses"))
    expected: dict[str, list[tuple[int, np.float32]]] = {}
    for update, layer, quantity, value in [*stats, *losses]:
        tag = f"{quantity}/{layer}" if layer else f"loss/{quantity}"
        expected.setdefault(tag, []).append((update, np.float32(value)))
    assert {*board.Tags()["scalars"]} == {*expected}
    for tag, points in expected.items():
        assert [(point.step, np.float32(point.value)) for point in board.Scalars(tag)] == points, tag
    for update in (0, 2, 4, 5):
        weights = straight(XOR, update).value("hidden.W")
        (found,) = [one.histogram_value for one in board.Histograms("weights/hidden") if one.step == update]
        assert (found.num, found.min, found.max) == (weights.size, weights.min(), weights.max())
        assert sum(found.bucket) == weights.size


def test_the_same_run_gives_the_same_bytes(export: Export, tensorboardX: Any, pyarrow: Any, safetensors: Any) -> None:
    for form in ("csv", "json", "parquet", "npz", "safetensors"):
        first = export(form, XOR, "--updates", "3").read_bytes()
        assert export(form, XOR, "--updates", "3").read_bytes() == first, form


FULL = """
import resource, sys
from gradlab.cli import main
resource.setrlimit(resource.RLIMIT_FSIZE, (600, resource.RLIM_INFINITY))
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
@pytest.mark.parametrize(
    "line",
    [
        *(("export", form, "page.md", "out", "--updates", "9") for form in ("csv", "json", "npz")),
        ("run", "page.md", "train 9", "save out"),
    ],
)
def test_a_disk_that_is_full_is_said_and_no_half_file_is_left(line: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(f"```python model\n{XOR}```\n", encoding="utf-8")
    root = Path(gradlab.__file__).parents[1]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-c", FULL, *line]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, [path.name for path in tmp_path.iterdir()]) == (2, ["page.md"]), done.stderr
    assert "error: cannot write `out`: " in done.stderr
    assert "file too large" in done.stderr.lower()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
@pytest.mark.parametrize("form", ["parquet", "safetensors", "tensorboard"])
def test_the_same_holds_for_the_forms_of_others(
    form: str, tmp_path: Path, pyarrow: Any, safetensors: Any, tensorboardX: Any
) -> None:
    test_a_disk_that_is_full_is_said_and_no_half_file_is_left(("export", form, "page.md", "out", "--updates", "9"), tmp_path)
