"""Programs of torch.export in files: refused unless they are trusted, then as exact as a model in memory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.importers import importer_of
from gradlab.session import load
from tests.calling import Call as Run

BATCH = np.random.default_rng(0).normal(size=(6, 4)).astype(np.float32)


@pytest.fixture
def saved(torch: Any, tmp_path: Path) -> Path:
    """Return a file with a small network, and write a batch beside it."""
    torch.manual_seed(0)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.BatchNorm1d(8), nn.Linear(8, 3))
    path = tmp_path / "a_network_with_a_name_that_is_longer_than_most.pt2"
    torch.export.save(torch.export.export(model, (torch.randn(6, 4),)), path)
    np.savez(tmp_path / "batch.npz", x=BATCH, t=np.array([0, 1, 2, 0, 1, 2]))
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    return path


def test_without_trust_nothing_of_it_is_loaded(saved: Path, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.export.load", lambda *_: pytest.fail("it was loaded"))
    for words in (("import", saved, "-o", saved.parent / "net"), ("open", saved)):
        code, out, err = call(*words)
        assert (code, out) == (2, "")
        assert "PyTorch unpickles constants and sample inputs in it" in err
        assert "say `--trust`" in err
    assert not (saved.parent / "net").exists()


def test_weights_are_counted_before_they_are_loaded(saved: Path, call: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torch.export.load", lambda *_: pytest.fail("it was loaded"))
    code, _, err = call("open", saved, "--trust", "--max-memory", "2K")
    assert code == 2
    assert "and their gradients take 0.00" in err


def test_it_is_compared_with_torch_and_trains(saved: Path, call: Run, torch: Any) -> None:
    net, batch = saved.parent / "net", saved.parent / "batch.npz"
    code, out, err = call("import", saved, "-o", net, "--trust", "--data", batch, "--loss", "cross_entropy")
    assert (code, err) == (0, "")
    assert "arrays agree with torch to" in out
    assert call("check", net)[0] == 0
    lab = load(net / "model.md")
    lab.do("forward")
    model = torch.export.load(saved).module()
    loss = torch.nn.functional.cross_entropy(model(torch.tensor(BATCH)), torch.tensor([0, 1, 2, 0, 1, 2]))
    loss.backward()
    assert float(lab.value("loss")) == pytest.approx(loss.item(), rel=1e-5)
    lab.do("backward")
    name = next(node.name for node in lab.nodes if node.name.endswith("3.weight"))
    wanted = next(p.grad for key, p in model.named_parameters() if key == "3.weight")
    assert np.allclose(lab.grad(name), wanted.numpy(), atol=1e-6)


def test_arguments_by_name_are_taken(torch: Any, tmp_path: Path, call: Run) -> None:
    """From the program's sample inputs, or from --data by their names."""

    class Scaled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.fc = torch.nn.Linear(4, 3)

        def forward(self, x: Any, *, scale: Any, shift: Any) -> Any:
            return self.fc(x) * scale + shift

    model, scale, shift = Scaled(), torch.tensor(2.0), torch.randn(6, 3)
    torch.export.save(torch.export.export(model, (torch.randn(6, 4),), {"shift": shift, "scale": scale}), tmp_path / "m.pt2")
    np.savez(tmp_path / "batch.npz", x=BATCH, scale=np.float32(5), t=np.array([0, 1, 2, 0, 1, 2]))
    words = ("--trust", "--loss", "cross_entropy", "--data", tmp_path / "batch.npz")
    assert call("import", tmp_path / "m.pt2", "-o", tmp_path / "net", *words)[0] == 0
    lab = load(tmp_path / "net" / "model.md")
    lab.do("forward")
    with torch.no_grad():
        out = model(torch.tensor(BATCH), scale=5.0, shift=shift)
    wanted = torch.nn.functional.cross_entropy(out, torch.tensor([0, 1, 2, 0, 1, 2]))
    assert float(lab.value("loss")) == pytest.approx(wanted.item(), rel=1e-5)
    np.savez(tmp_path / "batch.npz", X=BATCH, t=np.array([0, 1, 2, 0, 1, 2]))
    code, _, err = call("import", tmp_path / "m.pt2", "-o", tmp_path / "other", *words, "--target", "t")
    assert code == 2
    assert "--data has X, and the program takes no such arrays: it takes x, shift, scale" in err


def test_what_stands_in_the_way_is_said(saved: Path, call: Run) -> None:
    folder = saved.parent
    np.savez(folder / "five.npz", x=np.ones((5, 4), np.float32), t=np.zeros(5))
    (folder / "cut.pt2").write_bytes(saved.read_bytes()[:3000])
    data = ("--data", folder / "batch.npz")
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((saved, "--trust"), "one number, got the shape (6, 3)"),
        ((saved, "--trust"), "say `--loss cross_entropy`"),
        ((saved, "--trust", "--loss", "cross_entropy"), "a loss needs one target"),
        ((saved, "--trust", "--loss", "crossentropy", *data), "`torch.nn.functional` has no `crossentropy`"),
        ((saved, "--trust", "--loss", "mse", "--target", "z", *data), "no array `z` to aim at"),
        ((saved, "--trust", "--loss", "cross_entropy", "--data", folder / "five.npz"), "does not run on these arrays"),
        ((folder / "cut.pt2", "--trust"), "cannot be loaded by PyTorch"),
        ((folder / "weights.pt", "--trust"), "is by `torch.save`: it has weights, or a pickled module, and no program"),
    ]
    for words, said in cases:
        code, out, err = call("import", *words, "-o", folder / "net")
        assert (code, out) == (2, ""), words
        assert said in err, words
        assert err.count("error: ") == 1, words
    assert not (folder / "net").exists()


def test_archives_of_others_are_not_taken_for_it(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", data=np.ones(3))
    assert importer_of(tmp_path / "a.npz") is None
