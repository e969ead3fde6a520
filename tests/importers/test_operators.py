"""Operators of PyTorch, some in one program: each value and each gradient is that of PyTorch."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.torch, pytest.mark.filterwarnings("ignore")]
torch = pytest.importorskip("torch")
F = torch.nn.functional

Pass = Callable[[Any, Any], list[Any]]
"""Gives what operators make of h and k, two tensors (4, 6) that need gradients."""

PLACES: Any = torch.tensor([[0, 1, 1, 5], [2, 2, 2, 0], [3, 1, 0, 5], [4, 4, 1, 1]])
KINDS: Any = torch.tensor([0, 5, 2, 2])
WEIGHTS: Any = torch.arange(1.0, 7.0, dtype=torch.float64)

FAMILIES: dict[str, Pass] = {
    "functions of one number": lambda h, k: [
        h.sinh(), h.cosh(), h.asinh(), (h.square() + 1.1).acosh(), (h.tanh() * 0.9).atanh(), h.exp2(), (h.abs() + 1).log2(),
        (h.abs() + 1).log10(), h.erfc(), torch.hypot(h, k), torch.sinc(h), torch.logaddexp(h, k), torch.copysign(h, k),
        torch.logit(h.sigmoid()), torch.deg2rad(h), h.rad2deg(), F.hardshrink(h, 0.3), F.tanhshrink(h),
        torch.special.entr(h.abs()),
    ],
    "at zero": lambda h, k: [
        (h - h.detach()).asinh(), torch.sinc(k - k.detach()), torch.cdist(h, h, 3.0), (h - h.detach()).norm(1.5, 1),
        torch.sgn(h) * k, torch.sgn(h - h.detach()) * k, torch.xlogy(h - h.detach(), k.square().detach()),
        (h - h.detach()) ** (k.detach().abs() + 1), (h.square() * (h > 0)) ** (k.square() + 1),
    ],
    "whole numbers": lambda h, k: [
        h.round() * k, h.ceil() * k, h.trunc() * k, h.frac(), torch.fmod(h, 0.3), torch.remainder(h, 0.3),
        torch.div(h, 0.3, rounding_mode="trunc") * k, torch.div(h, 0.3, rounding_mode="floor") * k, torch.nan_to_num(h),
    ],
    "in order": lambda h, k: [
        h.median(1).values, h.median(), h.kthvalue(2, 1).values, h.cummax(1).values, h.cummin(0).values, h.logcumsumexp(1),
        h.aminmax(dim=1).max, h.mode(1).values, torch.quantile(h, 0.3, dim=1), h.sort(1, descending=True).values * k,
    ],
    "numbers moved": lambda h, k: [
        h.unfold(1, 3, 2), h.as_strided((2, 3, 4), (4, 2, 1)), h.rot90(1), h.diag_embed(),
        torch.take(h, torch.tensor([5, 0, 5])),
        h.masked_select(h > 0), h.masked_scatter(h > 0, k), h.index_fill(1, torch.tensor([0, 2]), 2.0), h.trace(),
        h.index_copy(0, torch.tensor([2, 0]), k[:2]), torch.block_diag(h, k[:2]), torch.diff(h, dim=1), torch.channel_shuffle(
            h.view(1, 4, 2, 3), 2), F.unfold(h.view(1, 1, 4, 6), (2, 3), padding=1, stride=2),
    ],
    "products and norms": lambda h, k: [
        h.norm(3), h.norm(float("inf"), 1), h.norm(1.5, 0), torch.dist(h, k, 2.5), torch.cdist(h, k, 1.0), torch.cdist(h, k),
        torch.cdist(h, k, 1.5), torch.cdist(h, k, float("inf")), torch.addbmm(k[:, :4], h[None], k.T[None]),
        torch.addr(h, h[:, 0], k[0]), torch.linalg.cross(h[:, :3], k[:, 3:]), torch.kron(h[:2, :2], k[:2, :2]), torch.cov(h),
        torch.renorm(h, 2, 0, 1.0), torch.trapezoid(h, dim=1), F.pairwise_distance(h, k), torch.nansum(h),
    ],
    "brought together": lambda h, k: [
        *(h.scatter_reduce(1, PLACES, k[:, :4], how, include_self=own)
          for how in ("sum", "mean", "amax", "amin", "prod") for own in (True, False)),
        k * h.detach().scatter(1, PLACES, k[:, :4].detach(), reduce="multiply"),
        k * h.detach().scatter(1, PLACES, 2.0, reduce="add"),
    ],
    "losses": lambda h, k: [
        F.multi_margin_loss(h, KINDS, p=2), F.soft_margin_loss(h, (k > 0) * 2.0 - 1),
        F.nll_loss(h.log_softmax(1), KINDS, WEIGHTS),
        F.gaussian_nll_loss(h, k, h.square() + 0.1, full=True), F.poisson_nll_loss(h, k.abs()), F.multilabel_soft_margin_loss(
            h, (k > 0) * 1.0), F.cosine_embedding_loss(h, k, torch.tensor([1, -1, 1, -1]), margin=0.2),
        F.hinge_embedding_loss(h[:, 0], torch.tensor([1, -1, 1, -1])), F.triplet_margin_loss(h, k, k.flip(0), swap=True),
        F.ctc_loss(h.view(4, 2, 3).log_softmax(2), torch.tensor([[1, 1], [2, 0]]), (4, 3), (2, 1)),
        F.ctc_loss(h.view(6, 2, 2).log_softmax(2), torch.tensor([1, 1, 1]), (6, 4), (3, 0), reduction="sum"),
    ],
    "sizes": lambda h, k: [
        *(F.interpolate(h.view(1, 1, 4, 6), (5, 4), mode=mode, align_corners=True) for mode in ("bilinear", "bicubic")),
        F.interpolate(h[None], 9, mode="linear"), F.interpolate(h.view(1, 1, 2, 2, 6), (3, 3, 4), mode="trilinear"),
        F.interpolate(h.view(1, 1, 4, 6), (5, 4), mode="nearest-exact"), F.interpolate(h.view(1, 1, 4, 6), (2, 4), mode="area"),
        F.conv_transpose3d(h.view(1, 2, 2, 2, 3), k.view(2, 1, 2, 3, 2), stride=(2, 1, 3), padding=1, output_padding=(1, 0, 2)),
        F.conv_transpose3d(h.view(1, 2, 2, 2, 3), k.view(2, 3, 1, 2, 2), dilation=2),
    ],
    "gradients of gradients": lambda h, k: [
        sent(F.conv2d(h.view(1, 2, 3, 4), k[:2, :].reshape(3, 2, 2, 1), stride=(1, 2), padding=1).tanh(), h, k),
        sent(F.conv1d(h.view(2, 2, 6), k.view(4, 1, 6)[..., :3], dilation=2, groups=2).sigmoid(), h),
        *(sent(each(h) * k, h) for each in (F.gelu, F.silu, F.softplus, F.elu, F.leaky_relu, torch.sqrt_, torch.sin)
          if each is not torch.sqrt_),
        sent(h.log_softmax(1) * k, h, k), sent(F.layer_norm(h, (6,)) * k, h), sent(F.group_norm(h, 2) * k, h),
        sent(F.mse_loss(h, k), h, k), sent(F.batch_norm(h, None, None, training=True) * k, h),
    ],
}  # fmt: skip


def sent(found: Any, *wanted: Any) -> Any:
    """Return the gradients of what was found, as parts of the pass, in one row."""
    return torch.cat([one.flatten() for one in torch.autograd.grad(found.sin().sum(), wanted, create_graph=True)])


class Model(torch.nn.Module):  # type: ignore[name-defined]
    def __init__(self, family: Pass) -> None:
        super().__init__()
        self.a, self.b, self.family = torch.nn.Linear(6, 6), torch.nn.Linear(6, 6), family

    def forward(self, x: Any) -> Any:
        found = self.family(self.a(x), self.b(x))
        return sum((one * torch.linspace(1, 2, one.numel(), dtype=x.dtype).view(one.shape)).mean() for one in found)


@pytest.mark.parametrize("name", FAMILIES)
def test_operators_agree_with_torch(name: str) -> None:
    import gradlab

    torch.manual_seed(4)
    lab = gradlab.from_torch(Model(FAMILIES[name]).double(), torch.randn(4, 6, dtype=torch.float64), quiet=True)
    assert lab.verdict.ok and lab.verdict.worst <= 1e-9, str(lab.verdict)


def test_names_of_the_state_may_begin_with_a_digit() -> None:
    import gradlab

    model = torch.nn.Sequential(torch.nn.Linear(3, 2)).double()
    lab = gradlab.from_torch(model, torch.randn(4, 3, dtype=torch.float64), lambda y: y.square().sum(), quiet=True)
    lab.do("backward")
    assert lab.value("0.weight").shape == lab.grad("0.weight").shape == (2, 3)


def test_less_exact_parts_are_told() -> None:
    import gradlab

    torch.manual_seed(4)
    model = Model(lambda h, k: [h.softmax(1, dtype=torch.float).double() * k]).double()
    lab = gradlab.from_torch(model, torch.randn(4, 6, dtype=torch.float64), quiet=True)
    assert lab.verdict.ok and "less exactly than in float64" in lab.verdict.notes[0]
