"""Attention: scaled dot-product, with several heads, and soft attention over locations; held against PyTorch's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import gradlab
from tests.nn.built import drawn, params, passes_check, refusal, run, same

B, T, N = 2, 5, 8
X = drawn(B, T, N)
HEAD = f"x = input(shape=({B}, {T}, {N}))\na = input(shape=({B}, {T}, {N}))\n"
A = drawn(B, T, N, seed=1)


@pytest.mark.parametrize("causal", [True, False])
def test_attention_is_pytorchs(causal: bool, torch: Any) -> None:
    q, k, v = drawn(2, 3, 4), drawn(2, 5, 4, seed=1), drawn(2, 5, 6, seed=2)
    text = (
        "q = input(shape=(2, 3, 4))\nk = input(shape=(2, 5, 4))\nv = input(shape=(2, 5, 6))\n"
        f"z = attention(q, k, v, causal={causal})\nloss = sum(z * z)"
    )
    lab = run(text, q=q, k=k, v=v)
    tensors = [torch.tensor(array, requires_grad=True) for array in (q, k, v)]
    z = torch.nn.functional.scaled_dot_product_attention(*tensors, is_causal=causal)
    (z * z).sum().backward()
    same(lab.value("z"), z.detach())
    for name, tensor in zip("qkv", tensors, strict=True):
        same(lab.grad(name), tensor.grad)


@pytest.mark.parametrize("causal", [True, False])
def test_attention_with_heads_is_pytorchs(causal: bool, torch: Any) -> None:
    lab = run(f"{HEAD}z = multi_head_attention(x, 4, causal={causal})\nloss = sum(z * a)", x=X, a=A)
    module = torch.nn.MultiheadAttention(N, 4, batch_first=True).double()
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.tensor(np.concatenate([lab.value(f"z.W_{m}").T for m in "qkv"])))
        module.in_proj_bias.zero_()
        module.out_proj.weight.copy_(torch.tensor(lab.value("z.W_o").T))
        module.out_proj.bias.zero_()
    x = torch.tensor(X, requires_grad=True)
    hidden = torch.ones(T, T, dtype=torch.bool).triu(1) if causal else None
    z, weights = module(x, x, x, attn_mask=hidden, average_attn_weights=False)
    (z * torch.tensor(A)).sum().backward()
    same(lab.value("z"), z.detach())
    same(lab.value("z.weights"), weights.detach())
    same(lab.grad("x"), x.grad)
    same(np.concatenate([lab.grad(f"z.W_{m}").T for m in "qkv"]), module.in_proj_weight.grad)
    same(np.concatenate([lab.grad(f"z.b_{m}") for m in "qkv"]), module.in_proj_bias.grad)
    same(lab.grad("z.W_o").T, module.out_proj.weight.grad)
    same(lab.grad("z.b_o"), module.out_proj.bias.grad)


@pytest.mark.parametrize(
    "call",
    [
        "attention(x, x, x)", "attention(x, x, x, causal=True)", "multi_head_attention(x, 2)",
        "multi_head_attention(x, 2, units=6, causal=True)", "multi_head_attention(x[0], 2, memory=x[1])",
        "soft_attention(x)[0]", "soft_attention(x, x[:, 0], 3)[0]", "soft_attention(x[0], x[1, 0], 3)[0]",
    ],
)  # fmt: skip
def test_the_gradients_of_attention_are_those_that_differences_give(call: str) -> None:
    assert passes_check(f"x = param(shape=(2, 3, 4), init=normal(1))\ny = {call}\nloss = sum(y * y)")


def test_a_causal_place_sees_nothing_behind_it() -> None:
    lab = run(f"{HEAD}z = attention(x, x, x, causal=True)\nloss = sum(z[:, 2])", x=X)
    assert np.all(np.triu(lab.value("z.weights"), 1) == 0)
    assert not np.any(lab.grad("x")[:, 3:]) and np.all(lab.grad("x")[:, :3] != 0)


def test_what_is_masked_has_no_weight_and_the_rest_sums_to_one() -> None:
    text = f"{HEAD}m = const([1, 0, 1, 1, 0])\nz = multi_head_attention(x, 2, mask=m)\nloss = sum(z)"
    weights = run(text, x=X).value("z.weights")
    assert np.all(weights[..., [1, 4]] == 0)
    same(weights.sum(axis=-1), np.ones((B, 2, T)))


def test_heads_share_the_features_and_the_batch_may_be_missing() -> None:
    text = "x = input(shape=(5, 8))\nz = multi_head_attention(x, 4, units=12)"
    assert params(text) == {
        "z.W_q": (8, 12), "z.b_q": (12,), "z.W_k": (8, 12), "z.b_k": (12,), "z.W_v": (8, 12), "z.b_v": (12,),
        "z.W_o": (12, 12), "z.b_o": (12,),
    }  # fmt: skip
    lab = gradlab.build(text)
    shapes = {node.name: node.shape for node in lab.nodes}
    assert (shapes["z.q"], shapes["z.weights"], shapes["z"]) == ((4, 5, 3), (4, 5, 5), (5, 12))


def test_soft_attention_is_its_formula() -> None:
    h = drawn(B, 3, seed=3)
    text = f"{HEAD}h = input(shape=({B}, 3))\nz, weights = soft_attention(x, h, units=7)\nloss = sum(z)"
    lab = run(text, x=X, a=A, h=h)
    scores = np.tanh(X @ lab.value("z.W") + (h @ lab.value("z.U"))[:, None]) @ lab.value("z.v")
    weights = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    same(lab.value("weights"), weights)
    same(lab.value("z"), np.einsum("bi,bin->bn", weights, X))


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("attention(v, x, x)", "`attention` (node `z`): `q` is of shape (…, places, features), got (8,)"),
        (
            "attention(x, y, y)",
            "`attention` (node `z`): queries and keys have as many features: got q (2, 5, 8) and k (2, 5, 6)",
        ),
        ("attention(x, x, y[:, :4])", "`attention` (node `z`): every key has a value: got k (2, 5, 8) and v (2, 4, 6)"),
        ("attention(x, x, x, x, True)", "`attention` (node `z`): `causal` makes a mask of its own: give one of the two"),
        ("attention(x, x, x, causal=1)", "`causal` of `attention` is one of True, False, got 1"),
        ("attention(x, x, x, mask=3)", "`mask` of `attention` is a value of the model, got 3"),
        ("multi_head_attention(x, 3)", "`heads` of `multi_head_attention` divides the units: 8 units are no 3 equal heads"),
        ("multi_head_attention(x, 0)", "`heads` of `multi_head_attention` is from 1 to 1,000,000, got 0"),
        ("multi_head_attention(v, 2)", "`multi_head_attention` (node `z`): `x` is of shape (…, places, features), got (8,)"),
        ("soft_attention(v)", "`soft_attention` (node `z`): `x` is of shape (…, places, features), got (8,)"),
        ("soft_attention(x, v)", "`soft_attention` (node `z`): x is (…, places, n) and h (…, m), got (2, 5, 8) and (8,)"),
    ],
)
def test_what_attention_cannot_do_is_said(call: str, text: str) -> None:
    head = "x = input(shape=(2, 5, 8))\ny = input(shape=(2, 5, 6))\nv = input(shape=8)\n"
    assert refusal(f"{head}z = {call}") == text
