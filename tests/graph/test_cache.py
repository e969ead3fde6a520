"""The folder of compiled kernels and what can happen to it. Each test has a process and a folder of its own."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

SCRIPT = """
from gradlab import cache, modules
from gradlab.ops import OPS
op = OPS["neg"]
print(cache.is_warm(op, "float64"))
module = cache.load(op, "float64", modules.module_text(op, "float64"))
print(module.forward.address != 0, module.forward.cache_hits)
print(cache.folder())
"""


def start(folder: Path, script: str = SCRIPT) -> subprocess.Popen[str]:
    environment = os.environ | {"GRADLAB_CACHE": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.Popen(
        [sys.executable, "-c", script], env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def finish(process: subprocess.Popen[str]) -> list[str]:
    out, err = process.communicate()
    assert process.returncode == 0, err
    return out.split()


def load(folder: Path) -> list[str]:
    return finish(start(folder))


def test_a_second_process_finds_what_the_first_compiled(tmp_path: Path) -> None:
    folder = tmp_path / "kernels"
    assert load(folder)[:3] == ["False", "True", "0"]
    assert load(folder)[:3] == ["True", "True", "1"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_truncated_file_is_mended(tmp_path: Path) -> None:
    load(tmp_path)
    for path in (tmp_path / "__pycache__").iterdir():
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert load(tmp_path)[1] == "True"
    assert load(tmp_path)[:3] == ["True", "True", "1"]


def test_two_processes_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    both = [start(tmp_path), start(tmp_path)]
    assert [finish(p)[1] for p in both] == ["True", "True"]
    assert load(tmp_path)[1] == "True"


def test_a_folder_that_cannot_be_written_is_replaced_by_a_private_one(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    words = load(blocked / "kernels")
    assert words[1] == "True"
    assert not Path(words[3]).exists(), "the private folder is gone with the process"
