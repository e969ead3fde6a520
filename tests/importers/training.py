"""Training programs as people write them: their models, losses and habits. Each stands as those of `awkward` do."""

import random
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence
from torch.utils.checkpoint import checkpoint

from tests.importers.awkward import GIVES, Base


class UnsortedTexts(nn.Module):
    """An encoder of texts of several lengths, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn = nn.GRU(4, 3, num_layers=2, bidirectional=True, batch_first=True)

    def forward(self, x: Any) -> Any:
        lengths = (x[:, 0, 0].abs() * 10).long() % 3 + 2
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, h = self.rnn(packed)
        return pad_packed_sequence(out, batch_first=True)[0].square().mean() + torch.tanh(h[-1]).mean()


class Bags(nn.Module):
    """Texts as bags of words, one behind another, and words of a length at most."""

    def __init__(self) -> None:
        super().__init__()
        self.sums = nn.EmbeddingBag(9, 4, mode="sum", padding_idx=0)
        self.means = nn.EmbeddingBag(9, 4, mode="mean")
        self.tops = nn.EmbeddingBag(9, 4, mode="max")
        self.short = nn.Embedding(9, 4, max_norm=1.0)
        self.rare = nn.Embedding(9, 4, sparse=True)

    def forward(self, x: Any) -> Any:
        words, offsets = torch.tensor([1, 0, 3, 8, 8, 2, 5]), torch.tensor([0, 3, 4])
        weighed = self.sums(words, offsets, per_sample_weights=x.flatten()[:7])
        bags = weighed * self.means(words, offsets) + self.tops(words, offsets)
        return (bags + self.short(words[:3]) * self.rare(words[4:])).square().mean()


class GraphAttention(Base):
    """Messages along edges: a softmax over those that arrive, their greatest and their mean."""

    def forward(self, x: Any) -> Any:
        h, (source, goal) = self.a(x), (x.new_tensor([[0, 1, 2, 2, 1], [1, 2, 1, 0, 1]]) + 0 * x[0, 0].long()).long()
        e = F.leaky_relu(self.b(h)[source] + h[goal], 0.2)
        place = goal[:, None].expand_as(e)
        top = torch.full_like(h, -torch.inf).scatter_reduce(0, place, e.detach(), "amax")
        part = (e - top[goal]).exp()
        part = part / torch.zeros_like(h).scatter_add(0, place, part)[goal]
        found = torch.zeros_like(h).index_add(0, goal, part * h[source])
        mean = torch.zeros_like(h[:2]).scatter_reduce(0, place[:1] * 0, e[:1], "mean", include_self=False)
        return found.square().mean() + torch.zeros_like(h).scatter_reduce(0, place, e, "prod").mean() + mean.sum()


class GradientPenalty(nn.Module):
    """A critic whose gradient to its input is a part of the loss."""

    def __init__(self) -> None:
        super().__init__()
        self.critic = nn.Sequential(
            nn.Conv1d(1, 4, 2, stride=2), nn.InstanceNorm1d(4, affine=True), nn.Tanh(), nn.LeakyReLU(0.2), nn.Conv1d(4, 1, 2)
        )

    def forward(self, x: Any) -> Any:
        x = x[:, None].clone().requires_grad_(True)
        said = self.critic(x)
        (sent,) = torch.autograd.grad(said.sum(), x, create_graph=True)
        return said.mean() + 10 * (sent.flatten(1).norm(2, dim=1) - 1).square().mean()


class SecondDerivative(Base):
    """A network that is to solve an equation: its derivatives stand in the loss."""

    def forward(self, x: Any) -> Any:
        x = x.clone().requires_grad_(True)
        u = self.b(torch.tanh(F.layer_norm(self.a(x), (4,)))).sum(1, keepdim=True)
        (slope,) = torch.autograd.grad(u.sum(), x, create_graph=True)
        (bend,) = torch.autograd.grad(slope[:, 0].sum(), x, create_graph=True)
        return (bend[:, 0] - u[:, 0] * slope[:, 1]).square().mean()


class SpectralNorm(Base):
    """A weight that is divided by its greatest singular value, with buffers that every pass moves."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.utils.spectral_norm(self.a)

    def forward(self, x: Any) -> Any:
        return self.b(torch.relu(self.a(x))).square().mean() + self.a(x).mean()


class ReentrantCheckpoint(Base):
    """A checkpoint in its older form, which runs a backward pass of its own."""

    def forward(self, x: Any) -> Any:
        h = checkpoint(lambda z: torch.relu(self.b(z)), self.a(x), use_reentrant=True)
        return h.square().mean()


class MaskedAttention(Base):
    """Attention in which heads share keys, and a sample that is padding alone."""

    def forward(self, x: Any) -> Any:
        q, k = self.a(x).view(3, 1, 2, 2).transpose(0, 1), self.b(x).view(3, 1, 4, 1)[..., :2, :].reshape(1, 3, 1, 2)
        q, k = q.transpose(1, 2), k.transpose(1, 2)
        mask = torch.tensor([[True, False, True], [False, False, False], [True, True, True]])
        out = F.scaled_dot_product_attention(q, k, k * 2, attn_mask=mask, enable_gqa=True)
        return out.square().mean() + F.scaled_dot_product_attention(q, k, k, is_causal=True, enable_gqa=True).mean()


class Rotated(Base):
    """Positions as rotations, by complex numbers; and numbers written where a mask holds, which it does nowhere."""

    def forward(self, x: Any) -> Any:
        turn = torch.polar(torch.ones(3, 2, dtype=x.dtype), torch.arange(6, dtype=x.dtype).view(3, 2))
        z = torch.view_as_complex(self.a(x).reshape(3, 2, 2))
        turned = (z * turn[:, None].transpose(1, 2).squeeze(2) + 2j * z.conj() - z).unsqueeze(0).permute(1, 0, 2)
        h = torch.view_as_real(turned[:, 0]).flatten(1) * 1
        h[h > 1e6] = 0.0
        return self.b(h).square().mean() + turned.abs().mean() + turned.imag.mean()


class Speech(nn.Module):
    """Texts that are read from longer rows of marks, where nobody says which mark belongs to which letter."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 5)

    def forward(self, x: Any) -> Any:
        said = F.log_softmax(self.fc(x.repeat(3, 1)[:, None] * torch.linspace(1, 2, 2, dtype=x.dtype)[:, None]), -1)
        return F.ctc_loss(said, torch.tensor([[1, 1, 2], [4, 3, 0]]), torch.tensor([9, 7]), torch.tensor([3, 2]))


class TooLong(nn.Module):
    """Texts of which one has more letters than there are marks: it counts as nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(4, 5)

    def forward(self, x: Any) -> Any:
        said = F.log_softmax(torch.stack((self.fc(x), self.fc(x.flip(0))), 1), -1)
        return F.ctc_loss(said, torch.tensor([[1, 1, 2], [4, 3, 0]]), (3, 3), (3, 2), zero_infinity=True)


class Quantised(Base):
    """Weights that are trained as the whole numbers of a scale that they will be."""

    def forward(self, x: Any) -> Any:
        weight = torch.fake_quantize_per_tensor_affine(self.a.weight, 0.0625, 0, -8, 7)
        scale = self.b.weight.detach().abs().max() / 7
        whole = (self.b.weight / scale).round().clamp(-8, 7) * scale
        h = F.hardsigmoid(F.linear(x, weight, self.a.bias))
        return F.linear(h, self.b.weight + (whole - self.b.weight).detach()).square().mean()


class HardestTriplet(Base):
    """Of each sample the farthest one of its kind, and the nearest of the others."""

    def forward(self, x: Any) -> Any:
        e = F.normalize(self.b(torch.relu(self.a(torch.cat((x, x.flip(1)))))), dim=1)
        kind = torch.tensor([0, 1, 1, 0, 2, 2])
        far, same = torch.cdist(e, e), kind[:, None] == kind
        nearest = far.masked_fill(same, torch.inf).min(1).values
        return F.relu(far.masked_fill(~same, -1.0).max(1).values - nearest + 0.3).mean() + torch.cdist(e, x, p=3.0).mean()


class Resized(nn.Module):
    """Images that are read elsewhere, brought to other sizes, cut into blocks and put together again."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.up = nn.ConvTranspose3d(1, 2, 2, stride=2)
        self.fc = nn.Linear(4, 6)

    def forward(self, x: Any) -> Any:
        h = self.conv(x[:, None, None] * x[:, None, :, None])
        theta = torch.tanh(self.fc(x)).view(-1, 2, 3) * 0.7
        h = F.grid_sample(h, F.affine_grid(theta, [3, 4, 5, 5]), padding_mode="border", align_corners=False)
        wide = F.interpolate(h, size=(6, 7), mode="bilinear", align_corners=True) + F.interpolate(h, (6, 7), mode="bicubic")
        blocks = F.fold(F.unfold(wide, 3, stride=2, padding=1), (6, 7), 3, stride=2, padding=1)
        return F.pixel_unshuffle(blocks[..., :6], 2).square().mean() + self.up(h[:, None]).square().mean()


class OneFloat(Base):
    """A part that is computed in float32 whatever the model is."""

    def forward(self, x: Any) -> Any:
        weights, picked = F.softmax(self.a(x), 1, dtype=torch.float).topk(2)
        weights = (weights / weights.sum(1, keepdim=True)).to(x.dtype)
        return (weights * self.b(x).gather(1, picked)).square().mean()


class WrittenTwice(Base):
    """A part that is written twice before the whole is read, in a pass that is recorded."""

    def forward(self, x: Any) -> Any:
        c = self.a(x).T @ self.b(x) * (1 if float(x.sum()) < 1e9 else 2)
        on = torch.diagonal(c).add_(-1).pow_(2).sum()
        return on + c.flatten()[:-1].view(3, 5)[:, 1:].flatten().square().sum()


class SameNumbers(Base):
    """Tensors of one line that hold the same numbers, and get other gradients."""

    def forward(self, x: Any) -> Any:
        h = self.a(x)
        return ((1 + h * h.cumsum(1) > 0).to(h.dtype) * self.b(h.cumsum(1)) + h.cumsum(1).abs()).square().mean()


class KeepsItsState(nn.Module):
    """A recurrent net that goes on where the batch before ended; its first batch was another one."""

    def __init__(self) -> None:
        super().__init__()
        self.rnn, self.state = nn.GRU(4, 3), torch.ones(1, 3, dtype=torch.float64)

    def forward(self, x: Any) -> Any:
        out, state = self.rnn(x, self.state)
        self.state = state.detach()
        return out.square().mean()


class CountsItsSteps(Base):
    """A part of the loss that comes in step by step, and what is drawn by Python and by NumPy."""

    def __init__(self) -> None:
        super().__init__()
        self.steps, self.seen = 3, [1.0]

    def forward(self, x: Any) -> Any:
        self.steps += 1
        self.seen.append(float(x[0, 0]))
        h = self.a(x).roll(random.randrange(4), 1) * np.random.rand()
        return h.square().mean() + self.steps * len(self.seen) / 10 * self.b(x).square().mean()


class MeanTeacher(Base):
    """A teacher whose weights follow, and weights that are made of length 1 before they are used."""

    def forward(self, x: Any) -> Any:
        with torch.no_grad():
            self.b.weight.data = 0.5 * self.b.weight.data + 0.5 * self.a.weight.data
            self.a.weight.copy_(F.normalize(self.a.weight.data.clone(), dim=1))
            goal = self.b(x)
        return (self.a(x) - goal).square().mean()


class SparseMatrix(Base):
    def forward(self, x: Any) -> Any:
        near = torch.sparse_coo_tensor(torch.tensor([[0, 1, 2], [1, 2, 0]]), x[:, 0].detach(), (3, 3))
        return torch.sparse.mm(near, self.a(x)).square().mean()


class Nested(Base):
    def forward(self, x: Any) -> Any:
        rows = torch.nested.nested_tensor([x[:1], x[1:]])
        return torch.nested.to_padded_tensor(self.a(rows), 0.0).square().mean()


PROGRAMS: dict[str, tuple[Callable[[], nn.Module], str]] = {
    "texts of several lengths": (UnsortedTexts, GIVES),
    "bags of words": (Bags, GIVES),
    "messages in a graph": (GraphAttention, GIVES),
    "a gradient in the loss": (GradientPenalty, GIVES),
    "a second derivative in the loss": (SecondDerivative, GIVES),
    "spectral norm": (SpectralNorm, GIVES),
    "a reentrant checkpoint": (ReentrantCheckpoint, GIVES),
    "attention with masks": (MaskedAttention, GIVES),
    "speech": (Speech, GIVES),
    "a text that is too long": (TooLong, GIVES),
    "rotations": (Rotated, GIVES),
    "fake quantisation": (Quantised, GIVES),
    "the hardest triplets": (HardestTriplet, GIVES),
    "images of other sizes": (Resized, GIVES),
    "a part in float32": (OneFloat, GIVES),
    "written twice": (WrittenTwice, GIVES),
    "the same numbers twice": (SameNumbers, GIVES),
    "a state that is kept": (KeepsItsState, GIVES),
    "a count of the steps": (CountsItsSteps, GIVES),
    "a teacher that follows": (MeanTeacher, GIVES),
    "a sparse matrix": (SparseMatrix, "sparse tensors are not imported"),
    "nested tensors": (Nested, "nested tensors are not imported"),
}
