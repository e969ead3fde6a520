"""A scenario with its data in one file: it opens where the training was, is a test, and a stranger's one does no harm."""

from __future__ import annotations

import gc
import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.errors import GradlabError
from gradlab.recording.kind import kind_of
from gradlab.recording.packing import write_packed
from gradlab.recording.reader import open_recording
from tests.calling import Call
from tests.recording.snapshots.making import KEPT, W, X, changed, write_folder, write_snapshot

Entries = dict[str, bytes]


def _npz(**arrays: object) -> bytes:
    made = io.BytesIO()
    np.savez(made, **{name.replace("__", "@"): np.asarray(array) for name, array in arrays.items()})  # type: ignore[arg-type]
    return made.getvalue()


def test_a_snapshot_opens_at_its_update_with_what_the_optimizer_keeps_and_there_is_nothing_before() -> None:
    lab = gradlab.load(KEPT)
    assert (str(lab.position), lab.run.seed, lab.title) == ("3.f.0", 5, "NaN in update 3: the logarithm of 0")
    assert np.array_equal(lab.value("W.v"), [[-0.5], [0.125]])
    lab.do("update")
    v = 0.9 * np.array([[-0.5], [0.125]]) - 0.1 * np.array([[-2], [-4]]) / 7
    assert np.allclose(lab.value("W"), W + v, rtol=1e-12)
    with pytest.raises(GradlabError, match=r"the run begins at 3\.f\.0, with what `state\.npz` holds"):
        lab.do("goto 2.f.0")
    again = lab.beside()
    assert again.position == lab.position
    assert np.array_equal(again.value("W"), lab.value("W"))


def test_it_is_told_by_its_first_bytes_whatever_its_name_is(tmp_path: Path, call: Call) -> None:
    other = tmp_path / "bad.md"
    other.write_bytes(KEPT.read_bytes())
    assert kind_of(other) == "snapshot"
    code, out, _ = call("run", other, "forward")
    assert code == 0
    assert "3.f.5" in out
    archive = tmp_path / "bad.gradlab.zip"
    archive.write_bytes(_npz(a=X))
    assert kind_of(archive) == "zip"


def test_one_reader_serves_every_command(tmp_path: Path, call: Call) -> None:
    assert call("check", KEPT)[0] == 0
    assert call("replay", KEPT)[1] == "5 of 5 lines, same bits\n"
    code, out, _ = call("compare", KEPT, "--with", "lr=0.2")
    assert code == 1
    assert "first difference: at 3.u.0, value of momentum.lr" in out
    assert "at 3.f.0" in call("open", KEPT)[1]
    assert call("export", "json", KEPT, tmp_path / "out.json")[0] == 0
    record = tmp_path / "out.gradlab"
    assert call("run", KEPT, "forward", "set W[0,0] = 1", "--record", record)[0] == 0
    assert call("replay", record, "--data", KEPT)[1] == "3 of 3 lines, same bits\n"
    (tmp_path / KEPT.name).write_bytes(KEPT.read_bytes())
    assert call("replay", record)[1] == "3 of 3 lines, same bits\n", "a snapshot beside the recording is found"


def test_what_is_kept_is_what_its_script_writes(tmp_path: Path) -> None:
    made = write_snapshot(tmp_path / "made.gradlab.zip")
    with zipfile.ZipFile(made) as now, zipfile.ZipFile(KEPT) as then:
        assert now.namelist() == then.namelist()
        for name in ("scenario.md", "model.npz", "state.npz", "torch.npz"):
            assert now.read(name) == then.read(name)
    assert [line.text for line in open_recording(made).lines()] == [line.text for line in open_recording(KEPT).lines()]


def test_check_finds_a_gradient_that_is_not_torchs_and_a_bit_that_was_not_kept(tmp_path: Path, call: Call) -> None:
    def double(entries: Entries) -> None:
        with np.load(io.BytesIO(entries["torch.npz"])) as there:
            entries["torch.npz"] = _npz(**{**there, "grad(W)": 2 * there["grad(W)"]})

    code, out, _ = call("check", changed(KEPT, tmp_path / "a.zip", double))
    assert code == 1
    assert "`grad(W)` is off by 0.5 of its largest number: there it is 2 times what it is here" in out

    def flip(entries: Entries) -> None:
        lines = entries["session.gradlab"].decode().splitlines(keepends=True)
        lines[1] = lines[1].replace('"digest":"', '"digest":"0')
        entries["session.gradlab"] = "".join(lines).encode()

    code, out, _ = call("check", changed(write_snapshot(tmp_path / "own.zip"), tmp_path / "b.zip", flip))
    assert code == 1
    assert "line 2, `forward` at 3.f.5, is not as recorded" in out


def test_bits_of_another_machine_are_told_and_fail_nothing(tmp_path: Path, call: Call) -> None:
    def elsewhere(entries: Entries) -> None:
        lines = entries["session.gradlab"].decode().splitlines(keepends=True)
        lines[0] = json.dumps({**json.loads(lines[0]), "cpu": "another"}) + "\n"
        lines[1] = lines[1].replace('"digest":"', '"digest":"0')
        entries["session.gradlab"] = "".join(lines).encode()

    code, out, _ = call("check", changed(write_snapshot(tmp_path / "own.zip"), tmp_path / "b.zip", elsewhere))
    assert code == 0
    assert "other bits than were kept, and it was written elsewhere: CPU: recorded with another" in out


def _set(name: str, data: bytes) -> Callable[[Entries], object]:
    return lambda entries: entries.__setitem__(name, data)


def _head(**values: object) -> Callable[[Entries], object]:
    def change(entries: Entries) -> None:
        entries["gradlab.json"] = json.dumps({**json.loads(entries["gradlab.json"]), **values}).encode()

    return change


BAD: list[tuple[Callable[[Entries], object], bool, str]] = [
    (_set("../evil.md", b"x"), True, "the entry `../evil.md` is none that a snapshot has"),
    (_set("/etc/evil.md", b"x"), True, "the entry `/etc/evil.md` is none"),
    (_set("a\\evil.md", b"x"), True, "is none that a snapshot has"),
    (_set("sub/evil.npz", b"x"), True, "is none that a snapshot has"),
    (_set("run.py", b"x"), True, "the entry `run.py` is none"),
    (_set(".hidden.md", b"x"), True, "is none that a snapshot has"),
    (_set("SCENARIO.md", b"x"), True, "is in it twice"),
    (_set("extra.npz", _npz(a=X)), False, "it has an entry that it does not list: `extra.npz`"),
    (_set("model.npz", _npz(x=X + 1, W=W)), False, "`model.npz` in it is not what was written"),
    (lambda entries: entries.pop("scenario.md"), False, "it lacks: `scenario.md`"),
    (lambda entries: entries.pop("scenario.md"), True, "it lacks: `scenario.md`"),
    (_head(snapshot=2, version="9.0\x1b[31m"), False, "its form 2 is unknown, 1 is what this version reads"),
    (_head(snapshot="1"), False, "does not say what is in it"),
    (_head(files={"scenario.md": "../.."}), False, "has no hash for each entry"),
    (_set("gradlab.json", b"[" * 100_000), False, "its `gradlab.json` is no JSON"),
    (_set("gradlab.json", b"\xff\xfe"), False, "its `gradlab.json` is no JSON"),
    (_set("scenario.md", b"x" * ((1 << 20) + 1)), True, "the entry `scenario.md` is larger than 1 MiB"),
    (_set("scenario.md", b"\xff"), True, "is not UTF-8"),
    (_set("model.npz", _npz(x=X)), True, "`model.npz` has no array `W`"),
    (_set("model.npz", _npz(x=X, W=np.array([[{}], [None]], object))), True, "`model.npz`: `W` holds object"),
    (_set("model.npz", b"PK\x03\x04"), True, "`model.npz` is no .npz archive"),
    (_set("state.npz", _npz(other=X)), True, "`state.npz` was not written by `save`"),
    (_set("torch.npz", _npz(loss=1.0, other=X)), True, "has an array `other`, and this model has no such node"),
    (_set("torch.npz", _npz(loss=X)), True, "`loss` has shape (2, 2), here it has ()"),
]


@pytest.mark.parametrize(("change", "hashed", "said"), BAD, ids=range(len(BAD)))
def test_what_is_wrong_with_a_snapshot_is_said(
    change: Callable[[Entries], object], hashed: bool, said: str, tmp_path: Path, call: Call
) -> None:
    code, out, err = call("check", changed(KEPT, tmp_path / "bad.gradlab.zip", change, hashed=hashed))
    assert code in (1, 2)
    assert said in err + out
    assert "\x1b" not in err + out
    assert [one.name for one in tmp_path.iterdir()] == ["bad.gradlab.zip"]


def test_sizes_are_counted_before_anything_is_unpacked(tmp_path: Path, call: Call) -> None:
    bomb = changed(KEPT, tmp_path / "bomb.zip", _set("bomb.npz", b""))
    with zipfile.ZipFile(bomb, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("huge.npz", "w", force_zip64=True) as entry:
        for _ in range(48):
            entry.write(bytes(1 << 20))
    code, _, err = call("run", bomb, "forward", "--max-memory", "16M")
    assert code == 2
    assert "MiB unpacked, 16 MiB are allowed; `--max-memory` raises that" in err
    many = changed(KEPT, tmp_path / "many.zip", lambda entries: entries.update({f"a{n}.npz": b"" for n in range(70)}))
    assert "it has 76 entries, 64 are allowed" in call("check", many)[2]
    lying = tmp_path / "lying.zip"
    data = bytearray(KEPT.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    while not data[at + 46 :].startswith(b"scenario.md"):
        at = data.rindex(b"PK\x01\x02", 0, at)
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")  # the size that the list of entries gives
    lying.write_bytes(data)
    code, _, err = call("check", lying)
    assert code == 2
    assert "`scenario.md` in it is not what was written" in err or "is cut, or is no whole archive" in err


def test_a_link_and_an_encrypted_entry_are_refused(tmp_path: Path, call: Call) -> None:
    link = changed(KEPT, tmp_path / "link.zip", lambda entries: None)
    with zipfile.ZipFile(link, "a") as archive:
        info = zipfile.ZipInfo("link.npz")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert "the entry `link.npz` is a link" in call("check", link)[2]
    data = bytearray(KEPT.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    locked = tmp_path / "locked.zip"
    locked.write_bytes(data)
    assert "is encrypted" in call("check", locked)[2]


def test_a_snapshot_that_is_cut_is_refused_wherever_it_is_cut(tmp_path: Path) -> None:
    data, cut = KEPT.read_bytes(), tmp_path / "cut.gradlab.zip"
    for end in (*range(64, len(data), 97), len(data) - 1):
        cut.write_bytes(data[:end])
        with pytest.raises(GradlabError, match=r"cut"):
            gradlab.load(cut)


def test_a_cut_snapshot_is_not_taken_for_the_archive_of_arrays_in_it(tmp_path: Path, call: Call) -> None:
    """Behind the cut the list of `model.npz` is the last one: its entries are no entries of the snapshot."""
    whole = tmp_path / "cut.gradlab.zip"
    inner = _npz(x=X, W=X)
    with zipfile.ZipFile(whole, "w") as archive:  # nothing is packed, as in a snapshot with arrays that do not shrink
        archive.writestr("gradlab.json", zipfile.ZipFile(KEPT).read("gradlab.json"))
        archive.writestr("model.npz", inner)
    data = whole.read_bytes()
    whole.write_bytes(data[: data.index(inner) + len(inner)])
    code, _, err = call("check", whole)
    assert code == 2
    assert err == f"error: `{whole}`: it is cut: the list at its end is not that of its beginning\n"


def test_an_archive_that_is_no_snapshot_is_one_error(tmp_path: Path, call: Call) -> None:
    path = tmp_path / "cut.gradlab.zip"
    path.write_bytes(KEPT.read_bytes()[:10])
    code, _, err = call("run", path, "forward")
    assert code == 2
    assert err.startswith(f"error: `{path}` is an archive and no snapshot, or one that is cut")
    assert err.count("error") == 1


def test_its_files_lie_in_a_folder_that_goes_away_with_the_laboratory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    lab = gradlab.load(KEPT)
    (place,) = tmp_path.iterdir()
    assert place.stat().st_mode & 0o777 == 0o700
    twin = lab.fresh(7)
    del lab
    gc.collect()
    assert twin.do("forward").ok
    assert place.is_dir()
    del twin
    gc.collect()
    assert not place.exists()


def test_nothing_is_written_over_a_file_that_is_there(tmp_path: Path) -> None:
    place, target = tmp_path / "from", tmp_path / "bad.gradlab.zip"
    place.mkdir()
    write_folder(place)
    target.write_text("mine")
    with pytest.raises(GradlabError, match="there already"):
        write_packed(place, target)
    assert target.read_text() == "mine"


def test_a_run_that_begins_with_a_file_says_what_does_not_fit(tmp_path: Path, call: Call) -> None:
    write_folder(tmp_path)
    text = (tmp_path / "scenario.md").read_text()
    (tmp_path / "other.md").write_text(text.replace("momentum(lr=0.1, mu=0.9)", "sgd(lr=0.1)"))
    assert "`state.npz` does not fit: this model has no `W.v`" in call("run", tmp_path / "other.md", "forward")[2]
    (tmp_path / "other.md").write_text(text.replace("begin: state.npz", "begin: ../state.npz"))
    assert "front matter: `begin`: `../state.npz`: data are read from the folder" in call("check", tmp_path / "other.md")[2]
    (tmp_path / "other.md").write_text(text.replace("begin: state.npz", "begin: stat.npz"))
    assert "there is no file `stat.npz` beside the scenario" in call("check", tmp_path / "other.md")[2]


def test_its_files_can_be_taken_out_and_open_the_same(tmp_path: Path, call: Call) -> None:
    place = tmp_path / "out"
    code, out, _ = call("import", KEPT, "-o", place)
    assert code == 0
    assert out == f"wrote 5 files\n`gradlab open {place}/scenario.md` shows it, `gradlab check {place}` runs it\n"
    assert str(gradlab.load(place / "scenario.md").position) == "3.f.0"
    code, out, _ = call("check", place)
    assert code == 0
    assert out.splitlines()[-1].startswith("2 scenarios: 2 ok; 6 assertions held")
    assert "is there already, and nothing is written over it" in call("import", KEPT, "-o", place)[2]
