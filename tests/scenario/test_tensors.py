"""Arrays from files of safetensors: read as those of `npz`, and refused with what is wrong."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from gradlab.session import load
from tests.scenario.reading import messages

W = np.arange(6, dtype=np.float32).reshape(2, 3)


def scenario(folder: Path, model: str) -> Path:
    """Return a scenario beside files of arrays: whole, of halves, cut, and none at all."""
    save_file({"fc.weight": W, "n": np.array([1, 2, 3]), "half": W.astype(np.float16)}, folder / "w.st")
    header = json.dumps({"a": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}).encode()
    (folder / "b.st").write_bytes(struct.pack("<Q", len(header)) + header + b"\x80\x3f\x00\xc0")
    (folder / "cut.st").write_bytes((folder / "w.st").read_bytes()[:-3])
    huge = json.dumps({"a": {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 1 << 42]}}).encode()
    (folder / "huge.st").write_bytes(struct.pack("<Q", len(huge)) + huge)
    (folder / "text.st").write_text("no arrays")
    path = folder / "page.md"
    path.write_text(f"---\ntitle: x\n---\n```python model\n{model}\n```\n")
    return path


def test_arrays_are_read_by_their_names(tmp_path: Path) -> None:
    """In whatever type of number the file has them."""
    lines = ['W = param(safetensors("w.st")["fc.weight"])', 'n = input(safetensors("w.st")["n"])']
    lines += ['h = const(safetensors("w.st")["half"])', 'a = const(safetensors("b.st")["a"])']
    lab = load(scenario(tmp_path, "\n".join(lines)))
    assert lab.value("W").tolist() == lab.value("h").tolist() == W.tolist()
    assert lab.value("n").tolist() == [1, 2, 3]
    assert lab.value("a").tolist() == [1, -2]


def test_rows_are_dealt_out_as_those_of_npz_are(tmp_path: Path) -> None:
    """With the options of `dataset`."""
    lab = load(scenario(tmp_path, 'x = safetensors("w.st", batch=1, shuffle=False)["fc.weight"]\nloss = sum(x)'))
    assert lab.value("x").tolist() == [[0, 1, 2]]


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ('safetensors("w.st")["fc.weigth"]', "`w.st` has no array `fc.weigth`; did you mean `fc.weight`?"),
        ('safetensors("w.st")[0]', "an array of an archive is chosen by its name, got a number"),
        ('safetensors("gone.st")["a"]', "there is no file `gone.st` beside the scenario"),
        ('safetensors("../w.st")["a"]', "data are read from the folder of the scenario or below it only"),
        ('safetensors("cut.st")["n"]', "`cut.st` is no file of safetensors, or is cut"),
        ('safetensors("huge.st")["a"]', "`huge.st` is no file of safetensors, or is cut"),
        ('safetensors("text.st")["a"]', "`text.st` is no file of safetensors, or is cut"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, call: str, told: str) -> None:
    """At the place in the model."""
    scenario(tmp_path, "")
    (said,) = messages(f"W = param({call})", folder=tmp_path)
    assert told in said
