"""What a step is said to take, before anything is taken, is what the process takes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradlab.errors import MEMORY

ROOT = Path(__file__).parents[2]
PROGRAM = """
import re, sys
import torch, torch.export
import gradlab

def read(name):
    with open("/proc/self/status") as file:
        return int(re.search(name + r":\\s+(\\d+)", file.read())[1]) / 1024

def loss(model, x):
    return model(x).square().mean()

layer, batch = torch.nn.Linear(2, 2), (torch.ones(1, 2),)
gradlab.snapshot(sys.argv[2] + "/first.zip", layer, loss, batch, quiet=True)  # the imports
model = torch.nn.Sequential(*(one for _ in range(5) for one in (torch.nn.Linear(2048, 2048), torch.nn.ReLU())))
batch = (torch.ones(2, 2048),)
try:
    gradlab.from_torch(model, batch, loss_fn=loss, quiet=True, max_memory=100 << 20)
except gradlab.errors.GradlabError as error:
    print(error, flush=True)
before = read("VmRSS")
with open("/proc/self/clear_refs", "w") as file:
    file.write("5")
if sys.argv[1] == "snapshot":
    gradlab.snapshot(sys.argv[2] + "/bad.zip", model, loss, batch, quiet=True)
else:
    gradlab.from_torch(model, batch, loss_fn=loss, quiet=True)
print(read("VmHWM") - before)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="only Linux tells the peak of a stretch")
@pytest.mark.parametrize("what", ["snapshot", "from_torch"])
def test_what_is_said_before_is_what_is_taken(torch: Any, tmp_path: Path, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, what, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    *_, said, taken = done.stdout.splitlines()
    assert MEMORY in said
    found = re.search(r"the process takes about ([\d,]+) MiB more$", said)
    assert found is not None, said
    assert 0.85 <= float(found[1].replace(",", "")) / float(taken) <= 1.5, (said, taken)
