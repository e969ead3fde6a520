"""What importers stumble over is imported, or refused with the line: nothing is cut silently, nothing hangs."""

import random
from typing import Any

import pytest

pytestmark = pytest.mark.torch
torch = pytest.importorskip("torch")

from gradlab.errors import GradlabError  # noqa: E402
from tests.importers import awkward, training  # noqa: E402, they need torch
from tests.importers.awkward import GIVES, arguments  # noqa: E402

PROGRAMS = awkward.PROGRAMS | training.PROGRAMS


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PROGRAMS)
def test_an_awkward_program_is_imported_or_refused(name: str, capfd: pytest.CaptureFixture[str]) -> None:
    import gradlab

    torch.manual_seed(0)
    make, said = PROGRAMS[name]
    model = make().double()
    if said != GIVES:
        with pytest.raises(GradlabError) as error:
            gradlab.from_torch(model, arguments(name), limit=1)
        assert said in str(error.value) and f"{make.__module__.rpartition('.')[2]}.py:" in str(error.value)
    else:
        lab = gradlab.from_torch(model, arguments(name), quiet=True)
        assert lab.verdict.ok and not lab.verdict.findings, str(lab.verdict)
        moved = {key for key, sent in _grads(model, name).items() if sent}
        assert {node.name.split(".", 1)[1] for node in lab.graph.params} >= moved
    assert capfd.readouterr().out == ""


def _grads(model: Any, name: str) -> dict[str, bool]:
    """Return which parameters get a gradient from PyTorch; tied ones count once."""
    model(*arguments(name)).backward()
    return {key: one.grad is not None and bool(one.grad.any()) for key, one in model.named_parameters()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["a state that is kept", "a count of the steps", "a teacher that follows"])
def test_a_pass_that_changes_its_model_leaves_no_trace(name: str) -> None:
    import gradlab

    def held(model: Any) -> list[Any]:
        kept = {key: one for key, one in vars(model).items() if not key.startswith("_")}
        return [*kept.values(), *map(id, kept.values()), *map(torch.clone, model.parameters())]

    torch.manual_seed(0)
    model = PROGRAMS[name][0]().double()
    before, drawn, places = held(model), random.getstate(), [one.data_ptr() for one in model.parameters()]
    gradlab.from_torch(model, arguments(name), quiet=True)
    assert str(held(model)) == str(before)
    assert random.getstate() == drawn
    assert [one.data_ptr() for one in model.parameters()] == places


@pytest.mark.filterwarnings("ignore")
def test_a_scripted_model_is_left_as_it_was() -> None:
    import gradlab

    torch.manual_seed(0)
    model = torch.jit.script(torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3)).double())
    state = {name: one.clone() for name, one in model.state_dict().items()}
    gradlab.from_torch(model, arguments("detach"), lambda y: y.square().mean(), quiet=True)
    assert all(torch.equal(one, state[name]) for name, one in model.state_dict().items())


@pytest.mark.filterwarnings("ignore")
def test_an_import_leaves_no_trace_in_the_model() -> None:
    import gradlab

    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 2))
    model.double()
    x, y = torch.randn(6, 3, dtype=torch.float64), torch.randint(0, 2, (6,))
    state = {name: one.clone() for name, one in model.state_dict().items()}
    drawn = torch.get_rng_state()
    lab = gradlab.from_torch(model, (x,), torch.nn.functional.cross_entropy, y, quiet=True)
    assert lab.verdict.ok
    assert all(torch.equal(one, state[name]) for name, one in model.state_dict().items())
    assert torch.equal(torch.get_rng_state(), drawn)
    assert all(one.grad is None for one in model.parameters())
    assert model.training
