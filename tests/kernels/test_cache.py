"""The folder of compiled kernels and what can happen to it. Each test has a process and a folder of its own."""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gradlab.kernels import cache

SCRIPT = """
import json
from gradlab.kernels import cache, modules
from gradlab.ops import OPS
op = OPS["neg"]
warm = cache.is_warm(op, "float64")
module = cache.load(op, "float64", modules.module_text(op, "float64"))
works = module.forward.address != 0 and module.backward.address != 0
kept = module.__spec__ is not None
place = cache.folder()
print(json.dumps({"warm": warm, "works": works, "hits": module.forward.cache_hits, "kept": kept,
                  "folder": place and str(place), "why": cache.why_not(), "name": module.__name__}))
"""
LOOPS = """
import json
from gradlab.kernels import cache, modules
module = cache.load(None, "float64", modules.loops_text("float64"))
print(json.dumps({"hits": sum(module.run.stats.cache_hits.values()), "kept": module.__spec__ is not None}))
"""
Said = Any
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs Linux: /proc, capabilities")


def start(folder: Path | None, script: str = SCRIPT, before: Callable[[], None] | None = None, **others: str | None) -> Any:
    """Start a script in a process; `others` are variables of its environment, None for none."""
    paths = [path for path in sys.path if path != str(cache.folder())]  # this process may have kernels of its own
    wanted: dict[str, str | None] = {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": None, **others}
    wanted["GRADLAB_CACHE"] = None if folder is None else str(folder)
    environment = {name: value for name, value in (os.environ | wanted).items() if value is not None}
    pipes: Any = {"text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-P", "-c", script], env=environment, preexec_fn=before, **pipes)  # noqa: PLW1509


def finish(process: Any) -> Said:
    out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    said: Said = json.loads(out)
    return said


def load(folder: Path | None, script: str = SCRIPT, **others: Any) -> Said:
    return finish(start(folder, script, **others))


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the kernels of one op and the loops; tests work on copies."""
    folder = tmp_path_factory.mktemp("warm") / "kernels"
    assert load(folder)["hits"] == 0
    assert load(folder, LOOPS)["hits"] == 0
    return folder


@pytest.fixture
def warm(compiled: Path, tmp_path: Path) -> Path:
    """Return a folder of this test alone that is warm."""
    return shutil.copytree(compiled, tmp_path / "kernels")


def test_a_second_process_finds_what_the_first_compiled_in_a_folder_for_this_user_alone(compiled: Path) -> None:
    said = load(compiled)
    assert (said["warm"], said["works"], said["hits"], said["folder"]) == (True, True, 1, str(compiled))
    assert load(compiled, LOOPS)["hits"] == 1
    assert stat.S_IMODE(compiled.stat().st_mode) == 0o700


@linux
@pytest.mark.parametrize("others", [0o070, 0o020, 0o007, 0o002, 0o040])
def test_a_folder_that_others_can_reach_is_closed_to_them_before_anything_is_loaded(tmp_path: Path, others: int) -> None:
    folder = tmp_path / "kernels"
    inner = folder / "__pycache__"
    inner.mkdir(parents=True)
    for place in (inner, folder):
        place.chmod(0o700 | others)
    said = load(folder, "import json; from gradlab.kernels import cache; print(json.dumps(str(cache.folder())))")
    assert said == str(folder)
    assert [stat.S_IMODE(place.stat().st_mode) for place in (folder, inner)] == [0o700, 0o700]


DAMAGED = """
import json, sys
from gradlab.kernels import cache, modules
from gradlab.ops import OPS
op, pattern = OPS["neg"], PATTERN
text, name = modules.module_text(op, "float64"), cache.module_name(op, "float64")
damages = {
    "nothing": lambda data: data,
    "cut short": lambda data: data[: len(data) // 2],
    "emptied": lambda _: b"",
    "garbage": lambda data: bytes(255 - byte for byte in data),
    "another pickle": lambda _: b"\\x80\\x04\\x8c\\x05hello.",
    "a pickle of what is not there": lambda _: b"cno_such_module\\nthing\\n.",
}
said = {}
def hits():
    sys.modules.pop(name, None)
    module = cache.load(op, "float64", text)
    assert module.forward.address and module.backward.address and module.__spec__ is not None
    return module.forward.cache_hits
hits()
for how, change in damages.items():
    paths = [path for path in cache.folder().rglob(pattern) if path.is_file()]
    for path in paths:
        path.write_bytes(change(path.read_bytes()))
    said[how] = [len(paths) > 0, hits(), hits()]
print(json.dumps(said))
"""


@pytest.mark.parametrize("files", ["gradlab_neg_*.nbi", "gradlab_neg_*.nbc", "gradlab_neg_*"])
def test_damaged_files_are_mended(files: str, warm: Path) -> None:
    said = load(warm, DAMAGED.replace("PATTERN", repr(files)))
    assert said.pop("nothing") == [True, 1, 1]
    assert len(said) == 5
    assert all(found == [True, 0, 1] for found in said.values()), "compiled anew, then found"


def test_damaged_loops_are_mended_before_they_are_called(warm: Path) -> None:
    for path in (warm / "__pycache__").glob("gradlab_loops_*"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert load(warm, LOOPS) == {"hits": 0, "kept": True}
    assert load(warm, LOOPS) == {"hits": 1, "kept": True}


def test_a_damaged_source_is_written_anew(warm: Path) -> None:
    (source,) = warm.glob("gradlab_neg_*.py")
    source.write_bytes(b"\xff\xfe garbage")
    assert load(warm)["works"]
    assert load(warm)["hits"] == 1


def test_four_processes_at_once_in_a_cold_folder_do_not_disturb_each_other(tmp_path: Path) -> None:
    many = [start(tmp_path / "kernels") for _ in range(4)]
    assert all(finish(process)["works"] for process in many)
    assert load(tmp_path / "kernels")["hits"] == 1
    assert not list(tmp_path.rglob("*.tmp*"))


def test_a_folder_that_cannot_be_made_means_kernels_in_memory(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    said = load(blocked / "kernels")
    assert (said["works"], said["kept"], said["folder"]) == (True, False, None)
    assert str(blocked) in said["why"]


@linux
def test_a_home_that_cannot_be_written_means_kernels_in_memory() -> None:
    said = load(None, HOME="/proc", XDG_CACHE_HOME=None)
    assert (said["works"], said["kept"], said["folder"]) == (True, False, None)


def without_privileges() -> None:
    """Let permissions hold for root as well: give up what overrides them, for the program that is run next."""
    libc = ctypes.CDLL(None)
    for capability in (1, 2, 3):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, CAP_FOWNER
        libc.prctl(24, capability, 0, 0, 0)


@linux
def test_a_read_only_folder_means_kernels_in_memory_and_stays_read_only(warm: Path) -> None:
    before = sorted(path.name for path in warm.rglob("*"))
    warm.chmod(0o500)
    said = load(warm, before=without_privileges)
    assert (said["works"], said["kept"], said["folder"]) == (True, False, None)
    assert stat.S_IMODE(warm.stat().st_mode) == 0o500
    assert sorted(path.name for path in warm.rglob("*")) == before


DISK_IS_FULL = """
import errno, numba.core.caching as caching
def full(*arguments, **more):
    raise OSError(errno.ENOSPC, "No space left on device", "kernel")
caching.IndexDataCacheFile.save = full
caching.IndexDataCacheFile._save_data = full
"""


@pytest.mark.parametrize("script", [SCRIPT, LOOPS], ids=["an op", "the loops"])
def test_a_disk_that_is_full_when_machine_code_is_written_means_kernels_in_memory(script: str, tmp_path: Path) -> None:
    said = load(tmp_path / "kernels", DISK_IS_FULL + script)
    assert not said["kept"]
    assert said.get("works", True)


def test_a_disk_that_is_full_when_a_module_is_written_means_kernels_in_memory(tmp_path: Path) -> None:
    full = "import os, errno\ndef full(*a, **k): raise OSError(errno.ENOSPC, 'full', 'module')\nimport gradlab.kernels.cache\n"
    said = load(tmp_path / "kernels", full + "gradlab.kernels.cache._write = full\n" + SCRIPT)
    assert (said["works"], said["kept"]) == (True, False)


def test_without_variables_the_folder_is_below_the_home_that_the_system_knows(tmp_path: Path) -> None:
    script = "import json; from gradlab.kernels import cache; print(json.dumps([str(cache._home()), cache.why_not()]))"
    place, _ = load(None, script, HOME=None, XDG_CACHE_HOME=None, GRADLAB_CACHE=None)
    assert Path(place).is_absolute()
    place, why = load(None, script, XDG_CACHE_HOME=str(tmp_path))
    assert (place, why) == (str(tmp_path / "gradlab" / "kernels"), "")


def test_without_any_home_nothing_is_written_where_one_happens_to_be(tmp_path: Path) -> None:
    script = f"import os; os.chdir({str(tmp_path)!r}); import os.path; os.path.expanduser = lambda path: path\n" + SCRIPT
    said = load(None, script, HOME=None, XDG_CACHE_HOME=None)
    assert (said["works"], said["kept"], said["folder"]) == (True, False, None)
    assert "home" in said["why"]
    assert not list(tmp_path.iterdir())


def test_numbas_own_folder_does_not_lead_kernels_away(warm: Path, tmp_path: Path) -> None:
    assert load(warm, NUMBA_CACHE_DIR=str(tmp_path / "numba"))["hits"] == 1
    assert not (tmp_path / "numba").exists()
