"""What cannot be read of PyTorch, and what is said of it; what is read all the same."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradlab.errors import GradlabError
from gradlab.importers.torch import _checking

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch")
F = torch.nn.functional

from tests.importers.nets import Net, batch, lab_of, net  # noqa: E402, it needs torch


class Lazy(torch.nn.Module):  # type: ignore[name-defined]
    def __init__(self) -> None:
        super().__init__()
        self.fc = torch.nn.LazyLinear(3)

    def forward(self, x: Any) -> Any:
        return self.fc(x)


def _quantised() -> Any:
    model = torch.nn.Sequential(torch.nn.Linear(5, 3))
    return torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)


def _with(kind: Any, **more: Any) -> tuple[Any, Any]:
    model = net()
    return model, kind(model.parameters(), lr=0.1, **more)


def _loss_of(loss_fn: Any) -> Any:
    import gradlab

    return gradlab.from_torch(net(), (batch()[0],), loss_fn=loss_fn)


def _target_alone() -> Any:
    import gradlab

    x, y = batch()
    return gradlab.from_torch(net(), (x,), target=y)


def _half_inside() -> Any:
    class Cast(torch.nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.fc = torch.nn.Linear(5, 3).half()

        def forward(self, x: Any) -> Any:
            return self.fc(x.half()).float()

    return lab_of(Cast())


def _batch_of(x: Any) -> Any:
    import gradlab

    return gradlab.from_torch(net(), (x,), loss=torch.nn.functional.cross_entropy, target=batch()[1])


def _with_loss(loss: Any) -> Any:
    import gradlab

    x, y = batch()
    return gradlab.from_torch(net(), (x,), loss=loss, target=y)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "no module": (lambda: lab_of(lambda x: x), "a model is a `torch.nn.Module`, got `function`"),
    "lazy": (lambda: lab_of(Lazy()), "`fc.weight` has no shape yet: call the lazy model with a batch first"),
    "meta": (lambda: lab_of(Net().to("meta")), "`scale` is on the device `meta` and holds no numbers"),
    "quantised": (lambda: lab_of(_quantised()), "quantised"),
    "complex": (lambda: lab_of(Net().to(torch.complex64)), "`scale` is complex: complex numbers are not imported"),
    "no scalar": (
        lambda: _loss_of(lambda m, x: m(x)),
        "a loss is one number, got the shape (7, 3): take its `mean` or `sum`",
    ),
    "no tensor": (lambda: _loss_of(lambda m, x: 3.0), "a loss is a tensor of one number, got `float`"),
    "no gradient": (
        lambda: _loss_of(lambda m, x: m(x).detach().mean()),
        "the loss needs no gradient: no parameter that requires one leads to it",
    ),
    "memory": (
        lambda: lab_of(net(), max_memory=1000),
        "the parameters, their gradients and a copy take 0.0018 MiB, allowed are 0.00095 MiB",
    ),
    "values": (
        lambda: lab_of(net(), max_memory=2000),
        "values and gradients take 0.0051 MiB, allowed are 0.0019 MiB: `max_memory` raises it",
    ),
    "optimizer": (lambda: lab_of(*_with(torch.optim.Rprop)), "the optimizer `Rprop` has no counterpart here"),
    "a decay without bound": (
        lambda: lab_of(*_with(torch.optim.SGD, weight_decay=float("inf"))),
        "`weight_decay` of the optimizer `SGD` is inf",
    ),
    "dampening": (lambda: lab_of(*_with(torch.optim.SGD, momentum=0.9, dampening=0.5)), "SGD with `dampening`"),
    "no optimizer": (lambda: lab_of(net(), "adam"), "`optimizer` is one of `torch.optim`, got `'adam'`"),
    "half inside": (
        _half_inside,
        "the model holds float16 and is read in float32, where its program does not run: RuntimeError",
    ),
    "batch on meta": (
        lambda: _batch_of(batch()[0].to("meta")),
        "a tensor of shape (7, 5) in the batch is on the device `meta` and holds no numbers",
    ),
    "nested": (lambda: _batch_of(torch.nested.nested_tensor([batch()[0]])), "a nested tensor of 1 parts in the batch"),
    "loss by name": (
        lambda: _with_loss("mse"),
        "`loss` is a function, such as `torch.nn.functional.cross_entropy`, got `'mse'`",
    ),
    "loss as class": (
        lambda: _with_loss(torch.nn.MSELoss),
        "`loss` is the class `MSELoss`: make one of it, `MSELoss()`",
    ),
    "memory as text": (lambda: lab_of(net(), max_memory="1G"), "`max_memory` is a number of bytes from 1 on"),
    "no memory": (lambda: lab_of(net(), max_memory=0), "`max_memory` is a number of bytes from 1 on"),
    "target alone": (_target_alone, "`target` goes with `loss`"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_said(name: str) -> None:
    make, said = REFUSED[name]
    with pytest.raises(GradlabError) as error:
        make()
    assert said in str(error.value)


def test_half_precision_is_counted_before_it_is_copied(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_checking, "copied", lambda _: pytest.fail("it was copied"))
    with pytest.raises(GradlabError, match="the parameters, their gradients and a copy take"):
        lab_of(net().half(), max_memory=500)


def test_parameters_of_two_types_are_compared_as_the_coarser_one() -> None:
    import gradlab

    class Mixed(torch.nn.Module):  # type: ignore[name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.a, self.b = torch.nn.Linear(5, 8), torch.nn.Linear(8, 3).double()

        def forward(self, x: Any) -> Any:
            return self.b(torch.relu(self.a(x)).double())

    torch.manual_seed(0)
    x, y = torch.randn(7, 5), batch()[1]
    lab = gradlab.from_torch(Mixed(), (x,), loss=torch.nn.functional.cross_entropy, target=y, quiet=True)
    assert lab.verdict.ok
    assert "the model holds float32 and float64: all of it is computed in float64 here" in lab.verdict.notes


def test_a_model_without_parameters_has_gradients_of_its_input() -> None:
    import gradlab

    x = torch.randn(3, 4, requires_grad=True)
    lab = gradlab.from_torch(torch.nn.Tanh(), (x,), loss_fn=lambda m, x: m(x).mean(), quiet=True)
    assert lab.verdict.ok
    lab.do("backward")
    wanted = torch.autograd.grad(torch.tanh(x).mean(), x)[0].numpy()
    assert np.allclose(lab.grad("x"), wanted, atol=1e-6)


def test_a_list_is_spread_for_a_loss_that_takes_any_number() -> None:
    import gradlab

    parts = [torch.randn(n, 5, dtype=torch.float64) for n in (4, 3, 2)]
    lab = gradlab.from_torch(net(), parts, loss_fn=lambda m, *xs: sum(m(x).mean() for x in xs), quiet=True)
    assert lab.verdict.ok


def test_without_torch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    import gradlab

    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(GradlabError, match=r"PyTorch is not installed: `pip install 'gradlab\[torch\]'`"):
        gradlab.from_torch(object(), ())


def test_an_old_torch_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "__version__", "2.1.0")
    with pytest.raises(GradlabError, match=r"PyTorch 2\.1\.0 is too old: 2\.6 or newer is read"):
        lab_of(net())
