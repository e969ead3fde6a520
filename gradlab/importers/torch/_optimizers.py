"""What an optimizer of PyTorch is here: a word, its numbers, and the arrays that it keeps, by our names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any

from gradlab.errors import GradlabError
from gradlab.importers.program import Leaf, OptimizerGroup, Program
from gradlab.importers.torch._numbers import array_of
from gradlab.op import Array


@dataclass(frozen=True, slots=True)
class Kind:
    """One of them.

    words(group): our word, its numbers and the weight of squared parameters. Raises GradlabError.
    keeps: our names of arrays, by PyTorch's.   sign(group): what these are multiplied by.
    """

    words: Callable[[Mapping[str, Any]], tuple[str, dict[str, float], float]]
    keeps: Mapping[str, str]
    sign: Callable[[Mapping[str, Any]], float] = lambda group: 1.0


def _sgd(group: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
    hyper = {"lr": float(group["lr"])}
    if not group["momentum"]:
        return "sgd", hyper, float(group["weight_decay"])
    if group["dampening"]:
        raise GradlabError("SGD with `dampening` has no counterpart here")
    word = "nesterov" if group["nesterov"] else "momentum_velocity"
    return word, {**hyper, "mu": float(group["momentum"])}, float(group["weight_decay"])


def _adam(group: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
    hyper = {"lr": float(group["lr"]), "beta1": float(group["betas"][0]), "beta2": float(group["betas"][1])}
    hyper["eps"] = float(group["eps"])
    if group.get("decoupled_weight_decay"):
        return _adamw(group)
    return ("amsgrad" if group["amsgrad"] else "adam"), hyper, float(group["weight_decay"])


def _adamw(group: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
    if group["amsgrad"]:
        raise GradlabError("AdamW with `amsgrad` has no counterpart here")
    _, hyper, decay = _adam({**group, "decoupled_weight_decay": False})
    return "adamw", {**hyper, "decay": decay}, 0.0


def _rmsprop(group: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
    if group["momentum"] or group["centered"]:
        raise GradlabError("RMSprop with momentum or centred has no counterpart here")
    hyper = {"lr": float(group["lr"]), "rho": float(group["alpha"]), "eps": float(group["eps"])}
    return "rmsprop", hyper, float(group["weight_decay"])


def _adagrad(group: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
    if group["lr_decay"]:
        raise GradlabError("Adagrad with `lr_decay` has no counterpart here")
    return "adagrad", {"lr": float(group["lr"]), "eps": float(group["eps"])}, float(group["weight_decay"])


def _adadelta(group: Mapping[str, Any]) -> tuple[str, dict[str, float], float]:
    hyper = {"lr": float(group["lr"]), "rho": float(group["rho"]), "eps": float(group["eps"])}
    return "adadelta", hyper, float(group["weight_decay"])


_MEANS = {"exp_avg": "m", "exp_avg_sq": "v", "max_exp_avg_sq": "top"}
KINDS: dict[str, Kind] = {
    "SGD": Kind(_sgd, {"momentum_buffer": "v"}, lambda group: -float(group["lr"]) if group["nesterov"] else 1.0),
    "Adam": Kind(_adam, _MEANS),
    "AdamW": Kind(_adamw, _MEANS),
    "RMSprop": Kind(_rmsprop, {"square_avg": "s"}),
    "Adagrad": Kind(_adagrad, {"sum": "s"}),
    "Adadelta": Kind(_adadelta, {"square_avg": "s", "acc_delta": "d"}),
}


def take_optimizer(
    program: Program, optimizer: Any, keys: Mapping[int, str], used: Mapping[str, Leaf], still: set[str]
) -> None:
    """Write down how an optimizer moves the parameters of a program, and what it keeps of them. Raises GradlabError.

    keys: names of parameters, by identity.   used: their leaves, by name.   still: names of those that get no gradient.
    """
    kind = KINDS.get(type(optimizer).__name__)
    if kind is None:
        known = ", ".join(KINDS)
        raise GradlabError(f"the optimizer `{type(optimizer).__name__}` has no counterpart here; known are {known}")
    groups, steps, foreign = [], set(), 0
    for group in optimizer.param_groups:
        if group.get("maximize"):
            raise GradlabError("an optimizer with `maximize` has no counterpart here: take the negative of the loss")
        word, hyper, l2 = kind.words(group)
        _refuse_strange(type(optimizer).__name__, group)
        foreign += sum(id(one) not in keys for one in group["params"])
        chosen = [(one, used[keys[id(one)]]) for one in group["params"] if keys.get(id(one)) in used]
        chosen = [(one, leaf) for one, leaf in chosen if leaf.key not in still]
        for one, leaf in chosen:
            state = optimizer.state.get(one, {})
            program.state |= {(leaf, ending): array for ending, array in _kept(kind, group, word, state)}
            steps.add(int(state["step"]) if "step" in state else 0)
        groups.append(OptimizerGroup(tuple(leaf for _, leaf in chosen), word, hyper, l2))
    if foreign and not any(group.params for group in groups):
        program.notes.append("the optimizer has none of the parameters of the model: it moves nothing of it")
    elif foreign:
        program.notes.append(f"{foreign} parameters of the optimizer are no parameters of the model: they are left out")
    if len(steps) > 1:
        program.notes.append(
            f"the optimizer has made {min(steps)} to {max(steps)} steps: here it has made {max(steps)} for all"
        )
    program.groups, program.steps = tuple(groups), max(steps, default=0)


def _refuse_strange(name: str, group: Mapping[str, Any]) -> None:
    """Raise GradlabError where a number of a group is not finite: a step with it leaves nothing that is."""
    for key, number in group.items():
        each = number if isinstance(number, tuple) else (number,)
        bad = [float(one) for one in each if isinstance(one, int | float) and not isfinite(one)]
        if bad:
            raise GradlabError(f"`{key}` of the optimizer `{name}` is {bad[0]}: no step with it leaves finite numbers")


def _kept(kind: Kind, group: Mapping[str, Any], word: str, state: Mapping[str, Any]) -> list[tuple[str, Array]]:
    if word == "sgd":
        return []
    return [
        (ours, array_of(state[theirs]) * kind.sign(group))
        for theirs, ours in kind.keeps.items()
        if state.get(theirs) is not None and (ours != "top" or word == "amsgrad")
    ]
