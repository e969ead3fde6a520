"""A script writes below one folder and over nothing; what is written is there whole or not at all."""

from __future__ import annotations

import errno
import gc
import os
from pathlib import Path

import pytest

from gradlab.errors import ActionError, BoundError, GradlabError
from gradlab.outputs import Outputs, refuse_existing, written

OUTSIDE = ["/etc/x", "../x", "a/../../x", "a\\..\\..\\x", "C:\\x", "C:x", "\\\\server\\x", "//server/x"]
HIDDEN = [".profile", "a/.ssh/x", "ab:stream"]


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("folder", [True, False])
def test_a_script_writes_and_reads_nothing_outside_of_its_folder(name: str, folder: bool, tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "out" if folder else None)
    text = f"`{name}`: a script writes below the folder of `--out` only"
    for act in (outputs.place, outputs.find):
        with pytest.raises(ActionError) as caught:
            act(name, script=True)
        assert str(caught.value) == text
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", HIDDEN)
def test_a_script_writes_no_hidden_files(name: str, tmp_path: Path) -> None:
    with pytest.raises(ActionError) as caught:
        Outputs(tmp_path).place(name, script=True)
    assert str(caught.value) == f"`{name}`: a script writes no hidden files, and no names with `:`"


def test_a_script_follows_no_link_out_of_its_folder(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (elsewhere / "w.npz").write_text("theirs")
    (out / "link").symlink_to(elsewhere)
    (out / "w.npz").symlink_to(elsewhere / "new.npz")
    outputs = Outputs(out)
    for name in ("link/w.npz", "link/a/w.npz"):
        with pytest.raises(ActionError) as caught:
            outputs.place(name, script=True)
        assert str(caught.value) == f"`{name}` leads out of the folder of `--out`"
        assert outputs.find(name, script=True) is None
    with pytest.raises(ActionError) as caught:
        outputs.place("w.npz", script=True)
    assert str(caught.value) == "`w.npz` is there already, and is not written over"
    assert sorted(path.name for path in elsewhere.iterdir()) == ["w.npz"]


def test_nobody_writes_over_a_file_and_a_script_cannot_even_ask_to(tmp_path: Path) -> None:
    (tmp_path / "w.npz").write_text("mine")
    outputs = Outputs(tmp_path)
    for typed, over in ((True, False), (False, False), (False, True)):
        with pytest.raises(ActionError) as caught:
            outputs.place("w.npz", script=not typed, over=over)
        assert str(caught.value) == "`w.npz` is there already, and is not written over"
    assert outputs.place("w.npz", script=False, over=True) == tmp_path / "w.npz"
    with pytest.raises(ActionError) as caught:
        Outputs(tmp_path.parent).place(tmp_path.name, script=False, over=True)
    assert str(caught.value) == f"`{tmp_path.name}` is a folder"


def test_a_script_makes_folders_within_its_own_and_finds_there_what_it_wrote(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path / "new" / "out")
    path = outputs.place("a/b/w.npz", script=True)
    assert path == tmp_path / "new" / "out" / "a" / "b" / "w.npz"
    path.write_text("x")
    assert outputs.find("a/b/w.npz", script=True) == outputs.find("a/b/w.npz", script=False) == path


def test_without_a_folder_the_files_of_a_script_go_when_it_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    outputs = Outputs()
    path = outputs.place("w.npz", script=True)
    path.write_text("x")
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert outputs.find("w.npz", script=False) == path
    del outputs
    gc.collect()
    assert not path.parent.exists()
    assert not [*tmp_path.iterdir()]


def test_what_is_typed_begins_in_the_current_folder_or_in_that_of_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Outputs().place("w.npz", script=False) == Path("w.npz")
    assert Outputs().place(f"{tmp_path}/w.npz", script=False) == tmp_path / "w.npz"
    assert Outputs(Path("out")).place("w.npz", script=False) == Path("out/w.npz")
    with pytest.raises(ActionError) as caught:
        Outputs().place("runs/w.npz", script=False)
    assert str(caught.value) == "there is no folder `runs`"


def test_who_does_it_again_writes_elsewhere_and_reads_its_own_first(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path)
    first = outputs.place("a", script=True)
    first.write_text("first")
    again = outputs.beside()
    assert again.find("a", script=True) == first
    for typed in (True, False):
        second = again.place("a", script=not typed)
        second.write_text("again")
        assert again.find("a", script=not typed) == again.beside().find("a", script=not typed) == second
        assert not second.is_relative_to(tmp_path)
    assert outputs.find("a", script=True) == first
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_script_writes_so_much_and_no_more(tmp_path: Path) -> None:
    for outputs, typed in ((Outputs(tmp_path, 3 << 20), False), (Outputs(None, 3 << 20).beside(), True)):
        outputs.spend(2 << 20, script=not typed)
        with pytest.raises(BoundError) as caught:
            outputs.spend(2 << 20, script=not typed)
        assert str(caught.value) == "this takes 2 MiB, and a script may write 1 MiB more"
    Outputs(None, 0).spend(1, script=False)


@pytest.mark.parametrize("name", ["", "a\x1b[31m", "a\nb", "a\u202eb"])
def test_names_are_of_characters_that_can_be_seen(name: str) -> None:
    with pytest.raises(ActionError):
        Outputs().place(name, script=False)


def _broken_off(path: Path, error: Exception) -> None:
    with written(path, force=True) as made:
        made.write_text("half")
        raise error


def test_after_an_error_nothing_is_left_and_what_was_there_stays(tmp_path: Path) -> None:
    path = tmp_path / "w.npz"
    path.write_text("before")
    with pytest.raises(GradlabError) as caught:
        _broken_off(path, OSError(errno.ENOSPC, "No space left on device"))
    assert str(caught.value) == f"cannot write `{path}`: no space left on device"
    with pytest.raises(ZeroDivisionError):
        _broken_off(path, ZeroDivisionError())
    assert [file.name for file in tmp_path.iterdir()] == ["w.npz"]
    assert path.read_text() == "before"


def _overtaken(path: Path, *, folder: bool) -> None:
    with written(path) as made:
        if folder:
            made.mkdir()
        else:
            made.write_text("mine")
        path.write_text("theirs")


@pytest.mark.parametrize("folder", [True, False])
def test_a_file_that_has_come_meanwhile_is_not_replaced(folder: bool, tmp_path: Path) -> None:
    path = tmp_path / "w"
    with pytest.raises(GradlabError) as caught:
        _overtaken(path, folder=folder)
    assert str(caught.value) == f"`{path}` is there already; `--force` writes over it"
    assert path.read_text() == "theirs"
    assert len([*tmp_path.iterdir()]) == 1


def test_a_file_is_replaced_when_that_is_wanted_and_a_folder_is_not(tmp_path: Path) -> None:
    for text in ("one", "two"):
        with written(tmp_path / "file", force=True) as made:
            made.write_text(text)
    with written(tmp_path / "folder", force=True) as made:
        made.mkdir()
        (made / "a").write_text("a")
    with pytest.raises(GradlabError) as caught, written(tmp_path / "folder", force=True):
        raise AssertionError
    assert str(caught.value) == f"`{tmp_path / 'folder'}` is a folder"
    assert (tmp_path / "file").read_text() == "two"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_folder_is_put_in_its_place_as_a_whole(tmp_path: Path) -> None:
    with written(tmp_path / "frames") as beside:
        beside.mkdir()
        (beside / "1.svg").write_text("<svg/>", encoding="utf-8")
    assert [one.name for one in (tmp_path / "frames").iterdir()] == ["1.svg"]


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(GradlabError) as caught, written(tmp_path / "no" / "w"):
        raise AssertionError
    assert str(caught.value) == f"cannot write `{tmp_path / 'no' / 'w'}`: no such file or directory"


def test_what_is_done_from_a_recording_writes_as_a_script_does(tmp_path: Path) -> None:
    outputs = Outputs(tmp_path)
    outputs.strange = True
    with pytest.raises(ActionError):
        outputs.place("/etc/x", script=False)
    assert outputs.place("w.npz", script=False) == tmp_path / "w.npz"


def test_neither_a_device_nor_the_file_that_is_read_is_replaced(tmp_path: Path) -> None:
    path, link = tmp_path / "a.md", tmp_path / "b.md"
    path.write_text("mine", encoding="utf-8")
    link.symlink_to(path)
    for out in (path, link):
        with pytest.raises(GradlabError) as caught:
            refuse_existing(out, force=True, read=str(path))
        assert str(caught.value) == f"`{out}` is the file that is read, and is not written over"
    with pytest.raises(GradlabError) as caught:
        refuse_existing(Path(os.devnull), force=True)
    assert str(caught.value) == f"`{os.devnull}` is no file that can be written whole or not at all"
