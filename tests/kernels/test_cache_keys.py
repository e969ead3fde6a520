"""What the name of a kernel module depends on, whose folders are trusted, and what `doctor` does about old kernels."""

from __future__ import annotations

import os
import re
import shutil
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

import gradlab
from gradlab.kernels import cache
from gradlab.op import Op
from gradlab.ops import OPS
from tests.kernels.test_cache import finish, start

VALUE = """
import json
from gradlab.kernels import cache
from gradlab.graph.graph import Graph
from gradlab.graph.machines import make_machine
from gradlab.graph.tape import Tape
from gradlab.ops import OPS
graph = Graph()
x = graph.add(OPS["param"], (), name="x", shape=())
z = graph.add(OPS["neg"], [x], name="z")
machine = make_machine(Tape(graph), "jit")
machine.write(x.index, 2.0)
machine.forward(0, 1)
print(json.dumps([float(machine.value(z.index)), cache.module_name(OPS["neg"], "float64")]))
"""


def package(folder: Path) -> Path:
    """Copy the package, so that its files can be edited."""
    original = Path(gradlab.__file__).parent
    shutil.copytree(original, folder / "gradlab", ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def value(folder: Path, root: Path) -> Any:
    return finish(start(folder, VALUE, PYTHONPATH=str(root)))


def test_an_edited_op_is_compiled_anew_and_its_old_kernel_waits_for_the_old_source(tmp_path: Path) -> None:
    root, folder = package(tmp_path / "root"), tmp_path / "kernels"
    before, name = value(folder, root)
    op = root / "gradlab" / "ops" / "neg.py"
    text = op.read_text()
    assert "return -x" in text
    op.write_text(text.replace("return -x", "return -x - 40.0"))
    after, other = value(folder, root)
    assert (before, after) == (-2.0, -42.0)
    assert name != other
    op.write_text(text)
    assert value(folder, root) == [-2.0, name]


ELSEWHERE = """
import json, sys
from pathlib import Path
from gradlab.kernels import cache, modules
from gradlab.ops import OPS
op, other = OPS["neg"], Path(cache.folder()).with_name("other")
other.mkdir()
(other / f"{cache.module_name(op, 'float64')}.py").write_text("pass\\n")
sys.path.insert(0, str(other))
module = cache.load(op, "float64", modules.module_text(op, "float64"))
print(json.dumps({"works": module.forward.address != 0, "kept": module.__spec__ is not None}))
"""


def test_a_file_of_the_same_name_in_another_folder_is_not_taken_for_the_kernels(tmp_path: Path) -> None:
    assert finish(start(tmp_path / "kernels", ELSEWHERE)) == {"works": True, "kept": False}


AFTER_THE_START = """
import json, os, sys, time
from gradlab.kernels import cache, modules
from gradlab.ops import OPS
op = OPS["neg"]
os.utime(sys.modules[op.module].__file__, (time.time() + 5, time.time() + 5))
module = cache.load(op, "float64", modules.module_text(op, "float64"))
print(json.dumps({"kept": module.__spec__ is not None, "files": len(cache.files())}))
"""


def test_a_source_that_was_edited_while_the_process_runs_is_not_kept_under_its_new_name(tmp_path: Path) -> None:
    root = package(tmp_path / "root")
    said = finish(start(tmp_path / "kernels", AFTER_THE_START, PYTHONPATH=str(root)))
    assert said == {"kept": False, "files": 0}


@pytest.fixture
def fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder that this process would use, and let nothing be remembered."""
    place = tmp_path / "kernels"
    monkeypatch.setenv("GRADLAB_CACHE", str(place))
    monkeypatch.setattr(sys, "path", sys.path[:])
    monkeypatch.setattr(cache, "_found", cache._found.__wrapped__)
    monkeypatch.setattr(cache, "foundation", cache.foundation.__wrapped__)
    return place


def names(*ops: str) -> dict[str, str]:
    return {name: cache.module_name(OPS[name], "float64") for name in ops}


def test_a_shared_file_concerns_only_the_ops_that_import_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def shares(op: str, file: str) -> bool:
        return any(path.name == file for path in cache.sources(OPS[op]))

    assert shares("sum", "_reduce.py")
    assert not shares("neg", "_reduce.py")
    assert shares("conv2d", "_window.py"), "through _conv.py"
    before = names("sum", "neg", "conv2d")
    read = Path.read_bytes
    edited = {"_reduce.py", "_window.py"}
    monkeypatch.setattr(Path, "read_bytes", lambda path: read(path) + b"#" * (path.name in edited))
    after = names("sum", "neg", "conv2d")
    assert {name for name in before if before[name] != after[name]} == {"sum", "conv2d"}


def test_all_that_the_kernels_import_is_shared() -> None:
    shared = {path.stem for path in cache.SHARED}
    above = {"cache", "errors", "interruption", "op", "registry"}
    for path in cache.SHARED:
        text = path.read_text(encoding="utf-8")
        imported = re.findall(r"^from gradlab\.(?:kernels\.)?(\w+) import", text, re.MULTILINE)
        for line in re.findall(r"^from gradlab(?:\.kernels)? import (.+)$", text, re.MULTILINE):
            imported += re.findall(r"\w+", line)
        assert set(imported) - {"kernels"} <= shared | above, path.name
    assert {"jit", "numeric", "loops"} <= shared


def test_what_ops_import_is_all_that_their_functions_come_from() -> None:
    for op in (op for op in OPS.values() if not op.is_leaf):
        found = {path.name for path in cache.sources(op)}
        for function in (op.forward, op.backward):
            if function is not None:
                assert Path(function.__code__.co_filename).name in found, op.name


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("library", ["numba", "llvmlite", "numpy"])
def test_another_version_of_a_library_is_another_kernel(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    before, version = names("neg", "sum"), importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "0.0.1" if name == library else version(name))
    assert not set(before.values()) & set(names("neg", "sum").values())


@pytest.mark.usefixtures("fresh")
def test_another_python_processor_or_setting_of_numba_is_another_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    from llvmlite import binding

    found = [names("neg")["neg"]]
    with monkeypatch.context() as other:
        other.setattr("sys.version", "3.99.0")
        found.append(names("neg")["neg"])
    with monkeypatch.context() as other:
        other.setattr(binding, "get_host_cpu_name", lambda: "i386")
        found.append(names("neg")["neg"])
    features = binding.get_host_cpu_features()
    with monkeypatch.context() as other:
        less = type(features)({**features, "avx2": not features.get("avx2", False)})
        other.setattr(binding, "get_host_cpu_features", lambda: less)
        found.append(names("neg")["neg"])
    with monkeypatch.context() as other:
        other.setenv("NUMBA_BOUNDSCHECK", "1")
        found.append(names("neg")["neg"])
    assert len(set(found)) == 5
    monkeypatch.setenv("NUMBA_NUM_THREADS", "1")
    assert names("neg")["neg"] == found[0]


def test_a_folder_that_others_could_read_is_closed_to_them(fresh: Path) -> None:
    fresh.mkdir(mode=0o777)
    fresh.chmod(0o777)
    assert cache.folder() == fresh
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o700


def test_a_folder_that_users_share_is_left_alone(fresh: Path) -> None:
    fresh.mkdir()
    fresh.chmod(0o1777)
    assert cache.folder() is None
    assert cache.why_not() == f"{fresh} is a folder that users share"
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o1777
    assert not cache.keeps()


def test_a_folder_of_another_user_is_not_used(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh.mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: fresh.stat().st_uid + 1)
    assert cache.why_not() == f"{fresh} belongs to another user"


def test_a_symbolic_link_in_place_of_the_folder_is_not_followed(
    fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "_home", lambda: fresh)
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    fresh.symlink_to(tmp_path / "elsewhere")
    assert cache.why_not() == f"{fresh} is a symbolic link"
    assert stat.S_IMODE((tmp_path / "elsewhere").stat().st_mode) == 0o755


def old_kernels(folder: Path) -> list[Path]:
    """Put files there as an edited op and a process that was killed leave them."""
    (folder / "__pycache__").mkdir(parents=True, exist_ok=True)
    left = ["gradlab_neg_float64_0123456789abcdef.py", "__pycache__/gradlab_neg_float64_0123456789abcdef.forward-9.py311.nbi"]
    for name in left:
        (folder / name).write_bytes(b"x" * 1000)
    return [folder / name for name in left]


def test_doctor_removes_kernels_that_nothing_uses_and_no_others(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gradlab.cli import main

    cache.folder()
    kept = fresh / f"{cache.module_name(OPS['neg'], 'float64')}.py"
    kept.write_text("pass\n")
    other = fresh / "README"
    other.write_text("somebody else's\n")
    old = old_kernels(fresh)
    assert main(["doctor"]) == 0
    assert "0.0 MB in 2 files; --clean removes them" in capsys.readouterr().out
    assert main(["doctor", "--clean"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("removed 0.0 MB in 2 files\n")
    assert "unused" not in said
    assert not any(path.exists() for path in old)
    assert kept.exists()
    assert other.exists()


def test_doctor_says_why_there_is_no_cache(fresh: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from gradlab.cli import main

    fresh.write_text("in the way")
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert f"File exists: {fresh}; kernels are compiled anew by every process" in said


def test_cleaning_an_op_of_which_nothing_is_there_removes_nothing(fresh: Path) -> None:
    op: Op = OPS["neg"]
    assert not cache.is_warm(op, "float64")
    assert cache.wipe(cache.module_name(op, "float64")) == 0
    assert fresh.is_dir()
