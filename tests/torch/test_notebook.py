"""In a cell of a notebook there is no file: the lines are those of the cell, called by its number."""

from __future__ import annotations

import linecache
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import gradlab

CELL = """import torch, gradlab

class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(3, 2)

    def forward(self, x):
        return torch.log(self.inner(x) * 0 - 1).mean()

torch.manual_seed(0)
net, x = Net(), torch.ones(4, 3)
opt = torch.optim.SGD(net.parameters(), 0.1)
with gradlab.watch(net, lambda m, x: m(x), opt, on="nan", folder=folder) as w:
    w.step(x)
lab = gradlab.from_torch(net, (x,), quiet=True)
path = gradlab.snapshot(folder / "cell.gradlab.zip", net, lambda m, x: m(x), (x,), quiet=True)
back = gradlab.breakpoint(net, lambda m, x: m(x), (x,))
"""


def _run(name: str, folder: Path) -> dict[str, Any]:
    """Run the cell as IPython does: compiled under a name that it makes up, with the lines in `linecache`."""
    linecache.cache[name] = len(CELL), None, CELL.splitlines(True), name
    known: dict[str, Any] = {"__name__": "__main__", "folder": folder}
    try:
        exec(compile(CELL, name, "exec"), known)  # noqa: S102, that is what a notebook does
    finally:
        del linecache.cache[name]
    return known


@pytest.mark.parametrize("kernel", [False, True])
def test_a_cell_is_watched_imported_and_written(
    torch: Any, tmp_path: Path, kernel: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "/tmp/ipykernel_17/409812.py" if kernel else "<ipython-input-3-0123456789ab>"
    if kernel:
        compiler = SimpleNamespace(format_code_name=lambda file: ("Cell", "In[3]") if file == name else None)
        shell = SimpleNamespace(compile=compiler)
        monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    known = _run(name, tmp_path)
    (watched,) = known["w"].files
    for lab in (known["lab"], known["back"], gradlab.load(watched), gradlab.load(known["path"])):
        origin = next(node.span.origin for node in lab.graph.nodes if node.op.name == "log" and node.span is not None)
        assert origin == f"In[3]:{1 + CELL.splitlines().index('        return torch.log(self.inner(x) * 0 - 1).mean()')}"
        lab.do("forward")
        assert np.isnan(lab.value("log_1" if "log_1" in lab.graph.aliases else "net.log_1")).all()
        assert "(In[3]:9)" in lab.findings()[0].text
