"""Where files are written: a script's below one folder, whole or not at all, never over one that is there."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path

import pytest

from gradlab.errors import ActionError, GradlabError
from gradlab.outputs import Outputs, written


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "C:\\x", "..\\x", "\\x", "", ".", "a\0b"])
def test_a_script_cannot_name_what_lies_outside(tmp_path: Path, name: str) -> None:
    with pytest.raises(ActionError, match="below the folder of `--out` only"):
        Outputs(tmp_path / "out").place(name, script=True)
    assert not (tmp_path / "x").exists()


def test_a_script_writes_below_the_folder_and_nowhere_through_a_link(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "out")
    assert outputs.place("a/b.npz", script=True) == tmp_path / "out" / "a" / "b.npz"
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ActionError, match="leads out of the folder"):
        outputs.place("link/b.npz", script=True)
    (tmp_path / "out" / "dangling").symlink_to(tmp_path / "elsewhere" / "new")
    with pytest.raises(ActionError, match="is there already"):
        outputs.place("dangling", script=True)


def test_without_a_folder_what_a_script_writes_goes_away(tmp_path: Path) -> None:
    outputs = Outputs()
    path = outputs.place("x.npz", script=True)
    path.write_bytes(b"x")
    assert outputs.find("x.npz", script=True) == path
    del outputs
    gc.collect()
    assert not path.parent.exists()


def test_what_a_person_types_is_written_where_they_say(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "out")
    assert outputs.place(str(tmp_path / "x"), script=False) == tmp_path / "x"
    outputs.strange = True
    with pytest.raises(ActionError, match="below the folder"):
        outputs.place(str(tmp_path / "x"), script=False)


def _write_half(path: Path, error: Exception) -> None:
    with written(path) as beside:
        beside.write_bytes(b"half")
        raise error


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with pytest.raises(ZeroDivisionError):
        _write_half(path, ZeroDivisionError())
    with pytest.raises(GradlabError, match=r"cannot write `.*x`: no space left on device"):
        _write_half(path, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
    assert list(tmp_path.iterdir()) == []
    with written(path) as beside:
        beside.write_bytes(b"whole")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"whole"]


def test_a_folder_is_put_in_its_place_as_a_whole(tmp_path: Path) -> None:
    with written(tmp_path / "frames") as beside:
        beside.mkdir()
        (beside / "1.svg").write_text("<svg/>", encoding="utf-8")
    assert [one.name for one in (tmp_path / "frames").iterdir()] == ["1.svg"]


def test_what_is_there_is_written_over_only_if_that_was_said(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"old")
    with pytest.raises(GradlabError, match="is there already; `--force` writes over it"), written(path):
        raise AssertionError("nothing may be begun")
    with written(path, force=True) as beside:
        beside.write_bytes(b"new")
    assert path.read_bytes() == b"new"
