"""The import order of the packages, and what is loaded when little is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
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


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """Return the groups of modules that import one another in a circle (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    open_ones: list[str] = []
    found: list[list[str]] = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        open_ones.append(module)
        for imported in sorted(graph.find_modules_directly_imported_by(module)):
            if imported not in order:
                visit(imported)
            if imported in open_ones:
                lowest[module] = min(lowest[module], lowest[imported])
        if lowest[module] == order[module]:
            place = open_ones.index(module)
            group, open_ones[place:] = open_ones[place:], []
            if len(group) > 1:
                found.append(sorted(group))

    for module in sorted(graph.modules):
        if module not in order:
            visit(module)
    return found


def test_no_modules_import_one_another_in_a_circle() -> None:
    graph = grimp.build_graph("gradlab", exclude_type_checking_imports=True, cache_dir=None)
    assert circles(graph) == []


def test_a_circle_would_be_found() -> None:
    graph = grimp.ImportGraph()
    for one, other in (("a", "b"), ("b", "c"), ("c", "b"), ("c", "d")):
        graph.add_import(importer=one, imported=other)
    assert circles(graph) == [["b", "c"]]


def test_no_two_classes_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, []).append(path.relative_to(ROOT).as_posix())
    assert {name: files for name, files in places.items() if len(files) > 1} == {}


def test_only_two_files_of_the_kernels_import_numba() -> None:
    users = {path.relative_to(ROOT).as_posix() for path in FILES if any(n.split(".")[0] == "numba" for n in imported(path))}
    assert users == {"gradlab/kernels/jit.py", "gradlab/kernels/twins.py"}


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
