"""The import order of the packages, and what is loaded when little is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).parent.parent
FILES = sorted((ROOT / "gradlab").rglob("*.py"))
HEAVY = ("numpy", "numba", "scipy", "sklearn", "textual", "rich", "yaml", "markdown_it", "asyncio")


def imported(path: Path) -> Iterator[str]:
    """Return the names of all modules that a file imports, at its top or inside its functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


def imported_at_the_top(path: Path) -> Iterator[str]:
    """Return the names of the modules that are imported as soon as a file is."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def loaded_by(code: str) -> set[str]:
    """Return the top-level names of the modules that are loaded when another Python has run some code."""
    tail = "\nimport sys; print('\\n'.join({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code + tail], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_each_package_imports_only_what_stands_below_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_only_the_kernel_file_imports_numba() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in FILES if any(n.split(".")[0] == "numba" for n in imported(path))}
    assert users == {"gradlab/kernels/jit.py"}


def test_nothing_imports_the_kernel_when_it_is_imported_itself() -> None:
    users = [path.name for path in FILES if "gradlab.kernels.jit" in set(imported_at_the_top(path))]
    assert users == []


def test_nothing_but_the_terminal_program_imports_textual() -> None:
    users = {path.relative_to(ROOT).parts[1] for path in FILES if any(n.split(".")[0] == "textual" for n in imported(path))}
    assert users == {"tui"}


@pytest.mark.parametrize(
    "code",
    [
        "import gradlab",
        "import gradlab.cli",
        "from gradlab.cli import main; main(['--help'])",
        "from gradlab.cli import main; main(['check', '--help'])",
        "from gradlab.cli import main; main(['no-such-command'])",
    ],
)
def test_nothing_heavy_is_loaded_for(code: str) -> None:
    assert loaded_by(code).isdisjoint(HEAVY)


@pytest.mark.parametrize("arguments", [["list"], ["ops"], ["ops", "relu"]])
def test_a_command_that_computes_nothing_loads_no_compiler_and_no_screen(arguments: list[str]) -> None:
    loaded = loaded_by(f"from gradlab.cli import main; main({arguments!r})")
    assert loaded.isdisjoint({"numba", "llvmlite", "textual", "sklearn", "scipy"})


def test_load_and_build_are_found_when_they_are_asked_for() -> None:
    import gradlab
    import gradlab.session

    assert gradlab.load is gradlab.session.load
    assert gradlab.build is gradlab.session.build
    assert {"load", "build", "Lab"} <= set(dir(gradlab))


def test_a_name_that_gradlab_has_not_is_an_attribute_error() -> None:
    import gradlab

    with pytest.raises(AttributeError, match="`lode`"):
        gradlab.lode  # noqa: B018


def test_no_file_is_longer_than_400_lines() -> None:
    long = [
        path.name for path in (*FILES, *(ROOT / "tests").rglob("*.py")) if path.read_text(encoding="utf-8").count("\n") > 400
    ]
    assert long == []
