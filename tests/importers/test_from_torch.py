"""A model with its batch as a lab: names, lines, the optimizer's next step, and what is said of what cannot be read."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gradlab.errors import GradlabError

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch")
F = torch.nn.functional

from tests.importers.nets import Net, batch, lab_of, net  # noqa: E402, it needs torch


def one_step(model: Any, optimizer: Any) -> None:
    x, y = batch()
    optimizer.zero_grad()
    F.cross_entropy(model(x), y).backward()
    optimizer.step()


OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "sgd": lambda m: torch.optim.SGD(m.parameters(), 0.1),
    "decay": lambda m: torch.optim.SGD(m.parameters(), 0.1, weight_decay=0.01),
    "momentum": lambda m: torch.optim.SGD(m.parameters(), 0.1, momentum=0.9, weight_decay=0.01),
    "nesterov": lambda m: torch.optim.SGD(m.parameters(), 0.1, momentum=0.9, nesterov=True),
    "adam": lambda m: torch.optim.Adam(m.parameters(), 0.02, betas=(0.8, 0.99)),
    "adam with decay": lambda m: torch.optim.Adam(m.parameters(), 0.02, weight_decay=0.1),
    "amsgrad": lambda m: torch.optim.Adam(m.parameters(), 0.02, amsgrad=True),
    "adamw": lambda m: torch.optim.AdamW(m.parameters(), 0.02, weight_decay=0.1),
    "rmsprop": lambda m: torch.optim.RMSprop(m.parameters(), 0.01),
    "adagrad": lambda m: torch.optim.Adagrad(m.parameters(), 0.05),
    "adadelta": lambda m: torch.optim.Adadelta(m.parameters(), 0.5),
    "groups": lambda m: torch.optim.AdamW(
        [
            {"params": [m.fc1.weight, m.fc2.weight], "weight_decay": 0.2},
            {"params": [m.fc1.bias, m.fc2.bias], "weight_decay": 0.0, "lr": 0.3},
            {"params": [m.scale], "betas": (0.5, 0.5)},
        ],
        lr=0.01,
    ),
    "groups with decay": lambda m: torch.optim.SGD(
        [{"params": [m.fc1.weight, m.norm.weight], "weight_decay": 0.2}, {"params": [m.fc2.weight, m.fc2.bias]}], lr=0.1
    ),
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_the_next_update_is_the_next_step(name: str) -> None:
    model = net()
    optimizer = OPTIMIZERS[name](model)
    for _ in range(3):
        one_step(model, optimizer)
    lab = lab_of(model, optimizer)
    assert lab.verdict.ok and lab.position.update == (3 if "step" in next(iter(optimizer.state.values()), {}) else 0)
    for _ in range(2):
        lab.do("train 1")
        one_step(model, optimizer)
        for key, one in (*model.named_parameters(), ("norm.running_mean", model.norm.running_mean)):
            found = lab.value(f"net.{key}")
            np.testing.assert_allclose(found.reshape(one.shape), one.detach().numpy(), rtol=1e-11, atol=1e-14, err_msg=key)


def test_names_are_those_of_the_state_and_lines_those_of_the_source() -> None:
    lab = lab_of(net())
    assert lab.graph.aliases["fc1.weight"] == lab.graph.aliases["net.fc1.weight"]
    assert np.array_equal(lab.value("norm.running_var").reshape(-1), np.ones(6))
    assert lab.graph.layer_names["fc2"] == "net.fc2"
    node = lab.graph.nodes[lab.graph.aliases["net.relu_1"]]
    line = Net.forward.__code__.co_firstlineno + 1
    assert node.span.origin.endswith(f"nets.py:{line}")
    assert "nets.py" in lab.graph.nodes[lab.graph.aliases["loss"]].span.origin


def test_what_stands_in_modules_of_torch_alone_has_the_line_that_calls_them() -> None:
    import gradlab

    def loss_fn(m: Any, x: Any) -> Any:
        real = m(x)
        fake = m(-x)
        return (real - fake).square().mean()

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.Tanh())
    lab = gradlab.from_torch(model, (torch.randn(2, 4),), loss_fn=loss_fn, quiet=True)
    nodes = [node for node in lab.graph.nodes if node.op.name in ("linear", "tanh")]
    lines = [node.span.origin.rpartition(":")[2] for node in nodes if node.span is not None]
    first = loss_fn.__code__.co_firstlineno
    assert lines == [str(first + 1)] * 2 + [str(first + 2)] * 2


def test_sure_probabilities_cost_and_send_what_they_do_in_torch() -> None:
    import gradlab

    class Sure(torch.nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.p = torch.nn.Parameter(torch.tensor([0.0, 1.0, 1.0, 0.5, 1e-30], dtype=torch.float64))

        def forward(self, t: Any, weight: Any = None) -> Any:
            return F.binary_cross_entropy(self.p, t, weight)

    t = torch.tensor([1.0, 0.0, 1.0, 1.0, 1.0], dtype=torch.float64)
    for given in ((t,), (t, torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0], dtype=torch.float64))):
        verdict = gradlab.from_torch(Sure(), given, quiet=True).verdict
        assert verdict.ok and not verdict.findings, str(verdict)


@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_at_the_origin_an_angle_sends_nothing_as_in_torch(zero: float) -> None:
    import gradlab

    class Angle(torch.nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.v = torch.nn.Parameter(torch.tensor([[0.0, zero], [1.0, 2.0], [zero, 3.0]], dtype=torch.float64))

        def forward(self, t: Any) -> Any:
            return (torch.atan2(self.v[:, 0], self.v[:, 1]) - t).square().mean()

    verdict = gradlab.from_torch(Angle(), (torch.ones(3, dtype=torch.float64),), quiet=True).verdict
    assert verdict.ok and not verdict.findings, str(verdict)


def test_lines_of_a_package_are_told_where_there_are_none_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A net of a package alone has its lines; within a module of one's own the line that calls it."""
    import gradlab

    (tmp_path / "site-packages" / "zoo").mkdir(parents=True)
    text = "import torch\nclass Tanh(torch.nn.Module):\n    def forward(self, x):\n        return torch.tanh(x)\n"
    (tmp_path / "site-packages" / "zoo" / "nets.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path / "site-packages")
    nets: Any = import_module("zoo.nets")

    class Own(Net):
        def forward(self, x: Any) -> Any:
            return self.inner(self.fc1(x))

    own, alone = Own(), torch.nn.Sequential(torch.nn.Linear(5, 6), nets.Tanh())
    own.inner = nets.Tanh()
    line = Own.forward.__code__.co_firstlineno + 1
    for model, wanted in ((alone, "zoo/nets.py:4"), (own, f"tests/importers/test_from_torch.py:{line}")):
        for cut in (False, True):  # which is recorded, and not exported

            def loss(m: Any, x: Any, cut: bool = cut) -> Any:
                return m(x).mean() * (float(m(x).sum().item()) if cut else 1)

            lab = gradlab.from_torch(model, (torch.randn(3, 5),), loss_fn=loss, quiet=True)
            (tanh, *_) = (node for node in lab.nodes if node.op == "tanh")
            assert lab.graph.nodes[tanh.index].span.origin == wanted  # type: ignore[union-attr]


def test_a_loss_function_takes_the_whole_batch() -> None:
    import gradlab

    x, y = batch()
    given = ({"x": x, "y": y, "note": "a text"},)
    lab = gradlab.from_torch(net(), given, loss_fn=lambda m, b: F.cross_entropy(m(b["x"]), b["y"]) * 2, quiet=True)
    assert lab.verdict.ok
    uneven = [x[:2], x[2:]]
    lab = gradlab.from_torch(net(), (uneven,), loss_fn=lambda m, xs: sum(m(x).square().mean() for x in xs), quiet=True)
    assert lab.verdict.ok and len([node for node in lab.graph.nodes if node.op.role == "input"]) == 2


def test_the_verdict_is_always_said(capsys: pytest.CaptureFixture[str]) -> None:
    import gradlab

    x, y = batch()
    gradlab.from_torch(net(), x, F.cross_entropy, y)
    assert capsys.readouterr().out.startswith("12 ops, ")


def test_half_precision_keeps_its_values() -> None:
    import gradlab

    x, y = batch()
    model = net().to(torch.bfloat16)
    lab = gradlab.from_torch(model, (x.bfloat16(),), F.cross_entropy, y, quiet=True)
    assert lab.verdict.ok and "the model holds bfloat16: its values are kept, and computed with in float32" in lab.verdict.notes
    assert np.array_equal(lab.value("fc1.weight"), model.fc1.weight.detach().float().numpy())
    assert model.fc1.weight.dtype == torch.bfloat16


def test_what_wraps_a_model_is_taken_off() -> None:
    model = net()
    optimizer = torch.optim.Adam(model.parameters())
    for wrapped, said in ((torch.nn.DataParallel(model), "DataParallel"), (torch.compile(model), "torch.compile")):
        lab = lab_of(wrapped, optimizer)
        assert lab.verdict.ok and any(said in note for note in lab.verdict.notes)
        assert lab.title == "Net"


def test_frozen_parameters_do_not_move() -> None:
    model = net()
    model.fc1.requires_grad_(False)
    optimizer = torch.optim.Adam(model.parameters(), 0.1)
    lab = lab_of(model, optimizer)
    before = lab.value("fc1.weight")
    lab.do("train 1")
    one_step(model, optimizer)
    assert lab.verdict.ok and np.array_equal(lab.value("fc1.weight"), before)
    np.testing.assert_allclose(lab.value("fc2.weight"), model.fc2.weight.detach().numpy(), rtol=1e-12)


def test_an_optimizer_of_another_model_moves_nothing_and_that_is_told() -> None:
    model = net()
    lab = lab_of(model, torch.optim.SGD(net().parameters(), 0.1))
    assert "the optimizer has none of the parameters of the model: it moves nothing of it" in lab.verdict.notes
    assert repr(lab.verdict) == str(lab.verdict)


def test_a_loss_that_takes_other_arguments_says_how_the_loss_is_called() -> None:
    import gradlab

    with pytest.raises(GradlabError, match=r"or `model\(\*batch\)` where no `loss_fn` is given, and that raised TypeError"):
        gradlab.from_torch(net(), (torch.randn(2, 3), torch.zeros(2), torch.zeros(2)))


def test_an_operator_without_a_mapping_can_be_opaque() -> None:
    import gradlab
    from tests.importers.awkward import Solved, arguments

    torch.manual_seed(0)
    lab = gradlab.from_torch(Solved().double(), arguments(""), opaque=True, quiet=True)
    assert lab.verdict.ok and "is opaque: it holds what PyTorch computed for this batch" in lab.verdict.notes[0]


def test_all_that_is_missing_is_listed_at_once() -> None:
    import gradlab

    class Missing(torch.nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.fc = torch.nn.Linear(3, 3)

        def forward(self, x: Any) -> Any:
            h = torch.erfinv(torch.tanh(self.fc(x)))
            return h.mean() + torch.digamma(self.fc(x).square() + 1).mean()

    with pytest.raises(GradlabError) as error:
        gradlab.from_torch(Missing(), (torch.randn(2, 3),))
    first, *rest, hint = str(error.value).split("\n")
    assert first == "2 calls cannot be imported:" and "erfinv" in rest[0] and "digamma" in rest[1]
    assert all("test_from_torch.py:" in line for line in rest)
    assert hint.startswith("`opaque=True` of `from_torch` and `snapshot` takes")


@pytest.mark.parametrize("name", ["erfinv", "eigenvalues", "both of eigh", "sparse", "complex", "sparse and erfinv"])
def test_opaque_is_offered_where_it_helps_and_nowhere_else(name: str) -> None:
    import gradlab

    ways: dict[str, Any] = {
        "erfinv": lambda h: torch.erfinv(h.tanh()),
        "eigenvalues": lambda h: torch.linalg.eigh(h.T @ h)[0],
        "both of eigh": lambda h: sum(one.sum() for one in torch.linalg.eigh(h.T @ h)),
        "sparse": lambda h: (h.to_sparse() * 2).to_dense(),
        "complex": lambda h: torch.linalg.eigvals(h.T @ h).abs(),
        "sparse and erfinv": lambda h: (h.to_sparse() * 2).to_dense() + torch.erfinv(h.tanh()),
    }

    def loss(model: Any, x: Any) -> Any:
        return ways[name](model(x)).mean()

    torch.manual_seed(0)
    given = torch.nn.Linear(3, 3), (torch.randn(4, 3),)
    with pytest.raises(GradlabError, match="cannot be imported") as error:
        gradlab.from_torch(*given, loss_fn=loss, quiet=True)
    helps = True
    try:
        gradlab.from_torch(*given, loss_fn=loss, opaque=True, quiet=True)
    except GradlabError:
        helps = False
    assert ("`opaque=True`" in str(error.value)) == helps
