"""Groups: several optimizers in one update, against separate ones, against PyTorch's, and what is said when they are wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradlab
from gradlab.axis.digest import digest
from gradlab.errors import GradlabError
from gradlab.optim import OPTIMIZERS, Optimizer
from gradlab.session import Lab
from tests.scenario.reading import messages, traced

NET = """
x, t = dataset("moons", n=40, batch=20)
h = tanh(dense(x, 3))
h2 = layer_norm(h)
with layer("head"):
    y = dense(h2, 2)
loss = cross_entropy(y, t)
"""
GROUPS = '{"*.b": adam(0.02), "head.*": sgd(0.1), "*.gamma": adam(0.5, beta1=0.5), "*": adamw(0.01, decay=0.1)}'
backends = pytest.mark.parametrize("backend", ["plain", "jit"])


def lab_of(minimize: str, backend: str = "plain") -> Lab:
    return gradlab.build(NET + minimize, backend=backend)


def names(lab: Lab, phase: str = "u") -> list[str]:
    return [node.name for node in lab.graph.nodes if node.phase == phase]


def test_the_first_pattern_that_matches_a_parameter_counts() -> None:
    lab = lab_of(f"minimize(loss, {GROUPS})")
    readers = {}
    for node in lab.graph.params:
        following = lab.graph.find(f"{node.name}.next")
        assert following is not None
        rate = [lab.graph.nodes[i].name for i in following.inputs if lab.graph.nodes[i].name.endswith(".lr")]
        readers[node.name] = rate[0]
    assert readers == {
        "h.W": "adamw.lr", "h.b": "adam.0.lr", "h2.gamma": "adam.1.lr", "h2.beta": "adamw.lr",
        "head.W": "sgd.lr", "head.b": "adam.0.lr",
    }  # fmt: skip


def test_the_names_of_a_group_begin_with_its_optimizer_and_those_of_all_with_minimize() -> None:
    shared = [name for name in names(lab_of(f"minimize(loss, {GROUPS}, clip=1.0)")) if not name.startswith("h")]
    assert [name for name in shared if "._" not in name and "beta" not in name and ".c" not in name] == [
        "adam.0.lr", "adam.0.eps", "sgd.lr", "adam.1.lr", "adam.1.eps", "adamw.lr", "adamw.eps", "adamw.decay",
        "minimize.t", "minimize.one", "minimize.t.next",
    ]  # fmt: skip
    assert {"adam.0.c1", "adam.1.c1", "adamw.c1", "minimize.clip.limit", "minimize.clip.norm"} <= set(shared)


@backends
def test_groups_of_one_optimizer_move_everything_as_one_does_to_the_bit(backend: str) -> None:
    one = lab_of("minimize(loss, adam(0.02), clip=0.5, l2=0.01, average=0.9)", backend)
    several = lab_of('minimize(loss, {"*.W": adam(0.02), "*": adam(0.02)}, clip=0.5, l2=0.01, average=0.9)', backend)
    for lab in (one, several):
        lab.do("train 9")
    for node in one.graph.params:
        for name in (node.name, f"{node.name}.avg", f"{node.name}.m"):
            assert np.array_equal(one.value(name), several.value(name)), name


@pytest.mark.parametrize("name", [o.name for o in OPTIMIZERS.values() if isinstance(o, Optimizer)])
def test_groups_cost_nothing_but_their_own_numbers(name: str) -> None:
    one = lab_of(f"minimize(loss, {name}, clip=1.0, l2=0.1)")
    several = lab_of(f'minimize(loss, {{"head.*": {name}, "*": {name}}}, clip=1.0, l2=0.1)')
    own = {node for node in names(several) if node.startswith(f"{name}.0.")}
    assert own
    assert len(names(several)) == len(names(one)) + len(own)
    for phase in "fb":
        assert one.run.timeline.count(0, phase) == several.run.timeline.count(0, phase)


def test_patterns_and_optimizers_may_come_from_a_comprehension() -> None:
    written = lab_of('minimize(loss, {"h.W": sgd(0.1), "h.b": sgd(0.2), "*": none})')
    made = lab_of(
        'minimize(loss, {f"h.{part}" if part else "*": rule for part, rule in [("W", sgd(0.1)), ("b", sgd(0.2)), ("", none)]})'
    )
    for lab in (written, made):
        lab.do("train 3")
    assert names(made) == names(written)
    assert digest(made.run) == digest(written.run)


@backends
def test_groups_are_what_separate_optimizers_of_the_same_gradients_do(backend: str) -> None:
    lab = lab_of(f"minimize(loss, {GROUPS})", backend)
    alone = {
        "h.W": "adamw(0.01, decay=0.1)", "h.b": "adam(0.02)", "h2.gamma": "adam(0.5, beta1=0.5)",
        "h2.beta": "adamw(0.01, decay=0.1)", "head.W": "sgd(0.1)", "head.b": "adam(0.02)",
    }  # fmt: skip
    lab.do("train 1")
    for name, optimizer in alone.items():
        other = lab_of(f'minimize(loss, {optimizer}, over="{name}")', backend)
        other.do("train 1")
        assert np.array_equal(lab.value(name), other.value(name)), name
        assert not np.array_equal(lab.value(name), lab_of("minimize(loss, sgd)").value(name)), name


def test_what_gets_none_stays_and_has_no_nodes() -> None:
    lab = lab_of('minimize(loss, {"*.b": sgd(0.1), "*": none})')
    before = lab.value("h.W").copy()
    lab.do("train 4")
    assert np.array_equal(lab.value("h.W"), before)
    assert [lab.graph.nodes[i].name for i in lab.graph.objectives[0].params] == ["h.b", "head.b"]
    assert [name for name in names(lab) if name.startswith("h")] == ["h.b.grad", "h.b.next", "head.b.grad", "head.b.next"]


def test_the_norm_of_a_clip_is_that_of_all_groups_together() -> None:
    lab = lab_of(f"minimize(loss, {GROUPS}, clip=1e-3)")
    lab.do("update")
    total = sum(float((lab.grad(node.name) ** 2).sum()) for node in lab.graph.params)
    np.testing.assert_allclose(lab.value("minimize.clip.norm"), total**0.5, rtol=1e-14)


def test_a_penalty_may_be_for_some_parameters_only_and_a_schedule() -> None:
    text = 'minimize(loss, sgd(0.1), l2={"head.W": step_decay(0.5, every=2), "h.b": none, "*.W": 0.25})'
    lab = lab_of(text)
    assert [name for name in names(lab) if name.endswith("decayed")] == ["h.W.decayed", "head.W.decayed"]
    lab.do("train 2")
    lab.do("update")
    assert lab.value("sgd.l2.0") == 0.05 and lab.value("sgd.l2.1") == 0.25


def test_over_and_freeze_take_patterns() -> None:
    moved = [["h.W", "head.W"], ["h.W", "h2.gamma", "h2.beta", "head.W"], ["head.W"]]
    for argument, expected in zip(('over="*.W"', 'freeze="*.b"', 'over="head", freeze=["*.b"]'), moved, strict=True):
        graph = traced(NET + f"minimize(loss, sgd, {argument})").graph
        assert [graph.nodes[i].name for i in graph.objectives[0].params] == expected


def test_two_losses_in_one_update_are_their_sum() -> None:
    text = "a, b = param(2.0), param(3.0)\nla = a * a\nlb = b * b\n"
    lab = gradlab.build(text + 'minimize(la + lb, {"a": sgd(0.1), "b": sgd(0.25)})', backend="plain")
    lab.do("train 1")
    assert lab.value("a") == 2.0 - 0.1 * 4 and lab.value("b") == 3.0 - 0.25 * 6


def test_two_minimize_with_groups_have_numbers_of_their_own() -> None:
    groups = '{"a": adam(0.1), "b": adam(0.2)}'
    text = f"a, b = param(2.0), param(3.0)\nla = a * b\nlb = b * a + a\nminimize(la, {groups})\nminimize(lb, {groups})"
    lab = gradlab.build(text, backend="plain")
    assert len(set(names(lab))) == len(names(lab))
    assert {"adam.0.lr", "adam.1.lr", "adam.0.lb.lr", "adam.1.lb.lr", "minimize.t", "minimize.lb.t"} <= set(names(lab))
    lab.do("train 3")
    assert lab.value("minimize.t") == 2 and lab.value("minimize.lb.t") == 1


@backends
def test_groups_are_checked_told_and_gone_back_over(backend: str) -> None:
    lab = lab_of(f"minimize(loss, {GROUPS}, clip=1.0)", backend)
    seen = []
    for update in range(3):
        seen.append(digest(lab.run))
        lab.do("update")
        assert lab.position.update == update + 1
    for update in (1, 0, 2):
        lab.do(f"goto {update}.f.0")
        assert digest(lab.run) == seen[update]
    lab.do("update")
    assert lab.do("check").ok
    assert "step of" in str(lab.do("explain h.b.next")) and "by adam.0\n" in str(lab.do("explain h.b.next"))
    told = str(lab.do("explain h2.gamma.next"))
    assert "with lr 0.5, beta1 0.5, beta2 0.999, eps 1e-08, t 2, t.next 3," in told and "clip.norm" in told
    assert "by sgd\n" in str(lab.do("explain head.W.next"))
    assert lab.do("expect rms(update(h.W)) > 0").ok
    lab.do("stats")
    lab.do("reinit h.W he")
    lab.do("precision float32")
    lab.do("set adam.0.lr = 0")
    before = lab.value("h.b").copy()
    lab.do("train 2")
    assert np.array_equal(lab.value("h.b"), before) and lab.value("head.b").shape == (2,)


def test_groups_are_the_parameter_groups_of_pytorch(torch: Any) -> None:
    text = """
x = input([[1.0, -2.0], [0.5, 3.0], [-1.0, 1.0]])
h = tanh(dense(x, 4))
y = dense(h, 1)
loss = mean(square(y - 1))
"""
    groups = '{"*.b": adam(0.01), "y.*": sgd(0.1), "*": adamw(0.02, decay=0.3)}'
    lab = gradlab.build(text + f'minimize(loss, {groups}, clip=0.7, l2={{"y.W": 0.05}})', backend="plain")
    peers = {node.name: torch.tensor(lab.value(node.name), requires_grad=True) for node in lab.graph.params}
    optimizers = [
        torch.optim.Adam([{"params": [peers["h.b"]]}, {"params": [peers["y.b"]]}], lr=0.01),
        torch.optim.SGD([{"params": [peers["y.W"]], "weight_decay": 0.05}], lr=0.1),
        torch.optim.AdamW([{"params": [peers["h.W"]], "weight_decay": 0.3}], lr=0.02),
    ]
    x = torch.tensor(lab.value("x"))
    for _ in range(15):
        for optimizer in optimizers:
            optimizer.zero_grad()
        hidden = torch.tanh(x @ peers["h.W"] + peers["h.b"])
        (hidden @ peers["y.W"] + peers["y.b"] - 1).square().mean().backward()
        norm = torch.sqrt(sum((p.grad**2).sum() for p in peers.values()))
        for p in peers.values():
            p.grad *= 0.7 / max(0.7, float(norm))
        for optimizer in optimizers:
            optimizer.step()
    lab.do("train 15")
    for name, peer in peers.items():
        np.testing.assert_allclose(lab.value(name), peer.detach().numpy(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ('{"*.q": sgd, "*": adam}', "no parameter matches `*.q`"),
        ('{"hed": sgd, "*": adam}', "no layer or parameter is called `hed`"),
        ('{"*": adam, "head.*": sgd}', "`head.*` gets no parameter: patterns before it take all that it matches"),
        ('{"head.*": sgd}', "no pattern is for `h.W`, `h.b`, `h2.gamma` and 1 more"),
        ('{"*": none}', "nothing to minimize `loss` over: no pattern has an optimizer"),
        ("{}", "`optimizer` of `minimize` is an empty dictionary"),
        ('{"": sgd, "*": adam}', "an empty pattern matches nothing"),
        ('{"*": 3}', "`minimize` takes an optimizer, got a number"),
        ('{"*": step_decay(1, 2)}', "`minimize` takes an optimizer, got `step_decay`"),
        ('{"*.W": bfgs, "*": sgd}', "`bfgs` moves all parameters together: it cannot be one of several"),
        ("{1: sgd}", "the keys of a dictionary are strings, got a number"),
        (
            '{"head.*": sgd, "*": adam}, over="h"',
            "`head.*` gets no parameter: `over` and `freeze` leave none of those that it matches",
        ),
        ('sgd, l2={"*.q": 1}', "no parameter matches `*.q`"),
        ('sgd, l2={"*": -1}', "`l2` of `minimize` is a number from 0 up or a schedule, got -1"),
        ('sgd, clip={"*": 1}', "`clip` of `minimize` is no dictionary"),
        ('sgd, over="*.q"', "`over`: no parameter matches `*.q`"),
        ('sgd(lr={"*": 1})', "`sgd` takes no dictionary"),
    ],
)  # fmt: skip
def test_wrong_groups_say_why(argument: str, message: str) -> None:
    assert messages(NET + f"minimize(loss, {argument})") == [message]


def test_a_pattern_that_gets_nothing_is_shown_where_it_stands() -> None:
    with pytest.raises(GradlabError) as caught:
        gradlab.build('w = param(1.0)\nminimize(w * w, {"v*": sgd, "*": adam})')
    assert str(caught.value) == (
        "error: no parameter matches `v*`\n"
        "  --> <model>:2:18\n"
        "  |\n"
        '2 | minimize(w * w, {"v*": sgd, "*": adam})\n'
        "  |                  ^^^^ there are w"
    )
