"""An epoch is as many updates as every objective needs to see all batches once."""

from __future__ import annotations

import pytest

from gradlab.session import build


def model(batches: int | None, objectives: int) -> str:
    """Return the text of a model that has so many batches and objectives; None: all of the data at once."""
    batch = "" if batches is None else ", batch=6"
    rows = 64 if batches is None else batches * 6 + 3
    losses = "".join(f"w{k} = param({k}.0)\nf{k} = mean(square(w{k} - x))\n" for k in range(objectives))
    turns = "".join(f'minimize(f{k}, sgd(0.1), over="w{k}")\n' for k in range(objectives))
    return f'x, t = dataset("moons", n={rows}{batch})\n{losses}{turns}'


@pytest.mark.parametrize(
    ("batches", "objectives", "updates"), [(44, 1, 44), (44, 2, 88), (66, 3, 198), (None, 1, 1), (None, 3, 3)]
)
def test_an_epoch_of_n_objectives_is_n_times_as_many_updates_as_batches(
    batches: int | None, objectives: int, updates: int
) -> None:
    lab = build(model(batches, objectives), backend="plain")
    lab.do("train 1 epochs")
    assert lab.position.update == updates
    lab.do("step epoch")
    assert lab.position.update == 2 * updates
    lab.do("back 2 epoch")
    assert lab.position.update == 0


def test_every_objective_sees_every_batch_once_in_an_epoch() -> None:
    lab = build(model(4, 2), backend="plain")
    seen: dict[bytes, list[int]] = {}
    for update in range(8):
        lab.do(f"goto {update}.f.0")
        seen.setdefault(lab.value("x").tobytes(), []).append(update % 2)
    assert sorted(seen.values()) == [[0, 1]] * 4
