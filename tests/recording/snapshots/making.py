"""A small snapshot as a folder and as a file: an affine layer at update 3 of a training with momentum.

`python -m tests.recording.snapshots.making` writes the one that is kept beside this file anew.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from gradlab.lab.archive import write_npz
from gradlab.recording.packing import pack

KEPT = Path(__file__).parent / "tiny.gradlab.zip"
TEXT = """---
title: "NaN in update 3: the logarithm of 0"
begin: state.npz
seed: 5
---
# NaN in update 3

```python model
x = input(npz("model.npz")["x"])
W = param(npz("model.npz")["W"])
p = relu(x @ W)
loss = -mean(log(p))
minimize(loss, momentum(lr=0.1, mu=0.9))
```

```lab
forward
backward
agree torch.npz
update
```
"""
X = np.array([[1.0, 2.0], [0.5, -1.0]])
W = np.array([[0.25], [0.75]])
REST = {
    "gradlab": 1, "version": "0.1.0", "update": 3, "seed": 5, "mode": "train", "steps": 3, "frozen": [], "stretches": [],
    "dtype": "float64",
}  # fmt: skip


def write_folder(folder: Path, text: str = TEXT) -> Path:
    """Write the files of the snapshot, as another program would have computed them."""
    (folder / "scenario.md").write_text(text, encoding="utf-8", newline="\n")
    write_npz(folder / "model.npz", {"x": X, "W": W})
    rest = np.frombuffer(json.dumps(REST).encode(), np.uint8)
    write_npz(folder / "state.npz", {"W.v": np.array([[-0.5], [0.125]]), "@gradlab": rest})
    with np.errstate(all="ignore"):
        z = X @ W
        p = np.maximum(z, 0)
        loss, sent = -np.log(p).mean(), -1 / (p * p.size)
        grad = X.T @ np.where(z > 0, sent, 0.0)
    write_npz(folder / "torch.npz", {"loss": np.asarray(loss), "grad(W)": grad})
    return folder


def write_snapshot(path: Path, text: str = TEXT) -> Path:
    """Write the snapshot as a file."""
    with tempfile.TemporaryDirectory() as place:
        pack(write_folder(Path(place), text), path, {"torch": "2.13.0"})
    return path


def changed(path: Path, target: Path, change: Callable[[dict[str, bytes]], object], *, hashed: bool = True) -> Path:
    """Write a snapshot again with its entries changed. hashed: whether its head has the hashes of what they are now."""
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    if hashed:
        files = {name: hashlib.sha256(data).hexdigest() for name, data in entries.items() if name != "gradlab.json"}
        entries["gradlab.json"] = json.dumps({**json.loads(entries["gradlab.json"]), "files": files}).encode()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return target


if __name__ == "__main__":
    KEPT.unlink(missing_ok=True)
    write_snapshot(KEPT)
