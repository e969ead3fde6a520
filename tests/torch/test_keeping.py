"""The state before a step comes back whole, and nothing of the present one is lost by that."""

from __future__ import annotations

from typing import Any

import pytest

from gradlab.torch.keeping import TrainingState, total_norm


def _training(torch: Any, *, kind: str = "AdamW", groups: bool = True) -> tuple[Any, Any, Any]:
    torch.manual_seed(3)
    nn = torch.nn
    model = nn.Sequential(nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 8), nn.Linear(8, 1, bias=False))
    model[4].weight.requires_grad_(False)
    parts: Any = list(model.parameters())
    if groups:
        parts = [{"params": parts[:2], "lr": 0.1}, {"params": parts[2:]}]
    optimizer = getattr(torch.optim, kind)(parts, lr=0.01, **({"momentum": 0.9} if kind == "SGD" else {}))

    def step() -> Any:
        optimizer.zero_grad()
        loss = model(torch.randn(16, 4)).square().mean()
        loss.backward()
        optimizer.step()
        optimizer.param_groups[0]["lr"] *= 0.9
        return loss.detach()

    return model, optimizer, step


def _everything(model: Any, optimizer: Any, torch: Any) -> list[Any]:
    """Return all numbers of a training."""
    found = [t.detach().clone() for t in (*model.parameters(), *model.buffers())]
    for kept in optimizer.state.values():
        found += [one.clone() if isinstance(one, torch.Tensor) else torch.tensor(one) for one in kept.values()]
    return [*found, torch.tensor([group["lr"] for group in optimizer.param_groups]), torch.get_rng_state()]


def _same(a: list[Any], b: list[Any], torch: Any) -> bool:
    return len(a) == len(b) and all(torch.equal(x, y) for x, y in zip(a, b, strict=True))


@pytest.mark.parametrize("kind", ["AdamW", "SGD", "RMSprop"])
def test_steps_are_made_again_from_the_kept_state_with_the_same_bits(torch: Any, kind: str) -> None:
    model, optimizer, step = _training(torch, kind=kind)
    state = TrainingState(model, optimizer)
    for first in (True, False):
        before = _everything(model, optimizer, torch)
        state.keep()
        loss = step()
        step()
        after = _everything(model, optimizer, torch)
        with state.put_back():
            assert _same(_everything(model, optimizer, torch), before, torch)
            state_again = TrainingState(model, optimizer)
            state_again.keep()
            if not first:  # what is done there is done to the kept state
                assert torch.equal(step(), loss), "dropout, batch and optimizer are as they were"
        assert _same(_everything(model, optimizer, torch), after, torch)


def test_an_error_while_the_state_is_put_back_leaves_the_present_one(torch: Any) -> None:
    model, optimizer, step = _training(torch, groups=False)
    state = TrainingState(model, optimizer)
    state.keep()
    step()
    model.eval()
    after, grads = _everything(model, optimizer, torch), [p.grad for p in model.parameters()]

    def broken() -> None:
        with state.put_back():
            assert model.training
            assert model[0].weight.grad is None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert not model.training
    assert _same(_everything(model, optimizer, torch), after, torch)
    assert all(a is b for a, b in zip(grads, [p.grad for p in model.parameters()], strict=True))


def test_gradients_that_are_there_already_come_back_if_that_is_asked_for(torch: Any) -> None:
    model, optimizer, step = _training(torch)
    state = TrainingState(model, optimizer)
    step()
    grads = [p.grad.clone() for p in model.parameters() if p.grad is not None]
    state.keep()
    step()
    with state.put_back():
        assert all(
            torch.equal(a, b) for a, b in zip(grads, [p.grad for p in model.parameters() if p.grad is not None], strict=True)
        )


def test_the_places_of_copies_are_used_again_and_what_is_not_trained_is_copied_when_it_has_changed(torch: Any) -> None:
    model, optimizer, step = _training(torch)
    state = TrainingState(model, optimizer)
    step()
    state.keep(grads=False)
    taken = state.nbytes
    places = {key: one.tensor.data_ptr() for key, one in state._copies.items()}
    for _ in range(5):
        step()
        state.keep(grads=False)
    assert state.nbytes == taken
    assert places == {key: one.tensor.data_ptr() for key, one in state._copies.items()}
    still = model[4].weight
    kept = state._kept(still)
    kept.fill_(7.0)
    state.keep(grads=False)
    assert bool((kept == 7.0).all()), "it was not copied again, for nobody wrote it"
    with torch.no_grad():
        still.mul_(2.0)
    state.keep(grads=False)
    assert torch.equal(kept, still)


def test_a_tied_weight_stays_one_tensor_and_a_view_of_the_graph_stays_whole(torch: Any) -> None:
    model = torch.nn.ModuleList([torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)])
    model[1].weight = model[0].weight
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    state = TrainingState(model, optimizer)
    state.keep()
    loss = model[1](model[0](torch.ones(2, 3))).square().sum()
    with state.put_back():
        assert model[0].weight is model[1].weight
    loss.backward()  # nothing that it needs was written over
    assert model[0].weight.grad is not None


def test_the_norm_of_all_gradients_is_one_number(torch: Any) -> None:
    assert total_norm([torch.full((3,), 2.0), torch.full((2, 2), 1.0)]) == 4.0
    assert total_norm([]) == 0.0
    assert total_norm([torch.tensor([float("inf")])]) == float("inf")
