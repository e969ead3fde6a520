"""Memory is counted before it is taken: arenas, the work of ops without kernels, what a check needs, data of files."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

import gradlab
from gradlab.errors import ActionError, BoundError, ScenarioError
from gradlab.graph.machines import choose
from gradlab.graph.machines.plain import PlainMachine
from gradlab.graph.tape import Tape
from gradlab.op import WORKING, Op
from gradlab.ops import OPS, _conv
from gradlab.ops.max_pool2d import OP as POOL
from gradlab.scenario.model import build
from gradlab.scenario.overrides import Overrides
from gradlab.scenario.reading.lines import MAX_LINE
from gradlab.session import Lab
from tests.ops.casebook import cases_of
from tests.ops.harness import Bench

MEGA = 1 << 20


@contextmanager
def at_most(allowed: int) -> Iterator[None]:
    """Fail when more bytes than these are taken in the block."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= allowed, f"{peak / MEGA:.1f} MiB"


def test_a_large_window_takes_no_more_than_its_images() -> None:
    # All windows of this pool together have 288 million elements, 2.2 GiB.
    rng = np.random.default_rng(0)
    bench = Bench(POOL, [rng.normal(size=(1, 300, 300))], {"kernel_size": 60, "stride": 1})
    with at_most(2 * bench.machine.tape.bytes + bench.machine.tape.working):
        z = bench.forward()
    assert z[0, 3, 5] == bench.inputs[0][0, 3:63, 5:65].max()


@pytest.mark.parametrize(
    ("op", "x", "w"),
    [("conv2d", (2, 60, 61), (3, 2, 15, 14)), ("conv1d", (2, 5000), (3, 2, 31))],
    ids=["image", "signal"],
)  # fmt: skip
def test_columns_of_a_convolution_are_made_for_some_places_at_a_time(
    op: str, x: tuple[int, ...], w: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = np.random.default_rng(0)
    operands = [rng.normal(size=x), rng.normal(size=w), rng.normal(size=w[:1])]
    whole = Bench(OPS[op], operands, {"padding": 2, "stride": 2})
    upstream = rng.normal(size=whole.forward().shape)
    wanted = (whole.forward(), *whole.backward(upstream))
    monkeypatch.setattr(_conv, "COLUMNS", 20_000)
    parts = Bench(OPS[op], operands, {"padding": 2, "stride": 2})
    z = parts.forward()
    with at_most(2 * parts.machine.tape.bytes + parts.machine.tape.working):
        found = (z, *parts.backward(upstream))
    for one, other in zip(found, wanted, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-12)


WIDE = {name: op for name, op in OPS.items() if op.kind == "elementwise" and not op.is_leaf}


@pytest.mark.parametrize("op", WIDE.values(), ids=WIDE.keys())
def test_no_formula_holds_more_arrays_than_are_counted(op: Op) -> None:
    cases, size = cases_of(op), 20_000
    bench = Bench(op, [np.linspace(cases.low, cases.high, size) for _ in op.inputs], cases.draw()[0].attrs)
    bench.forward()  # what is imported now is not counted
    bench.machine.seed(bench.out.index)
    with at_most(WORKING * size * 8 + 20_000):
        bench.machine.forward(0, 1)
        bench.machine.backward(bench.out.index, 0, 1)


def deep(rows: int = 500) -> str:
    return f"x = param(shape=({rows}, 1000))\nf = sum(tanh(x))"


def test_a_plain_machine_counts_what_its_ops_take_and_auto_takes_kernels_then() -> None:
    graph = build(deep()).model.graph
    tape = Tape(graph, "float64", max_memory=20 * MEGA)
    assert tape.bytes < tape.max_memory < tape.bytes + tape.working
    with at_most(2 * MEGA), pytest.raises(BoundError, match="work of ops without kernels need 34 MiB, allowed are 20 MiB"):
        PlainMachine(tape)
    assert choose(tape) == "jit"
    assert choose(Tape(graph, "float64")) == "plain"


def test_a_check_counts_its_shadow_beside_the_run() -> None:
    lab = Lab(build(deep(), Overrides(memory=40 * MEGA)), "plain")
    with (
        at_most(2 * MEGA),
        pytest.raises(ActionError, match="a check beside the run and what is there need 50 MiB, allowed are 40"),
    ):
        lab.do("check")


def scenario(tmp_path: Path, line: str) -> Path:
    path = tmp_path / "data.md"
    path.write_text(f"```python model\n{line}\nf = sum(x)\n```\n", encoding="utf-8")
    return path


def test_an_archive_of_zeros_is_refused_by_its_header(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "zeros.npz", a=np.zeros(2_000_000, ">f8"))
    path = scenario(tmp_path, 'x = npz("zeros.npz")["a"]')
    with (
        at_most(4 * MEGA),
        pytest.raises(ScenarioError, match=r"`a` of shape \(2000000,\) takes 15\.3 MiB, 13\.3 MiB of --max-memory are left"),
    ):
        gradlab.load(path, memory=40 * MEGA)


@pytest.mark.parametrize("dtype", [">f8", "<f4", "|i1", "?"])
@pytest.mark.parametrize("order", ["C", "F"])
def test_an_archive_is_read_in_pieces_whatever_its_type_and_order(dtype: str, order: str, tmp_path: Path) -> None:
    numbers = np.asarray(np.arange(600 * 500).reshape(600, 500) % 7, dtype, order=order)  # type: ignore[call-overload]
    np.savez_compressed(tmp_path / "numbers.npz", a=numbers)
    lab = gradlab.load(scenario(tmp_path, 'x = npz("numbers.npz")["a"]'), backend="plain")
    assert np.array_equal(lab.value("x"), numbers.astype(np.float64))


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (lambda: "1," * 20_000_000, f"data.csv:1: a row is longer than {MAX_LINE:,} bytes"),
        (lambda: '"' + "1\n" * 1_000_000, "data.csv:65537: a cell is longer than 131,072 characters"),
        (lambda: ('"1\n",' * 300_000) + "1", f"a row is longer than {MAX_LINE:,} bytes"),
        (lambda: "1,2\n" * 1_000_000, "the numbers take more than the 13.3 MiB left"),
    ],
    ids=["a line", "a cell", "a row of lines", "numbers"],
)
def test_a_table_without_an_end_is_refused_where_it_is_too_much(text: Callable[[], str], error: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text(text(), encoding="utf-8")
    path = scenario(tmp_path, 'x = csv("data.csv")')
    with at_most(30 * MEGA), pytest.raises(ScenarioError) as caught:
        gradlab.load(path, memory=40 * MEGA)
    assert error in str(caught.value)
