"""Networks for sequences."""

import math
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from tests.importers.ladder.rung import Rung


class Tagger(nn.Module):
    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.rnn = kind(6, 10, num_layers=2, batch_first=True)
        self.fc = nn.Linear(10, 3)

    def forward(self, x: Any) -> Any:
        out, _ = self.rnn(x)
        return self.fc(out[:, -1, :])


def lstm() -> Rung:
    return Rung(Tagger(nn.LSTM), (torch.randn(3, 8, 6),), F.cross_entropy, torch.randint(0, 3, (3,)), small=True)


def gru() -> Rung:
    return Rung(Tagger(nn.GRU), (torch.randn(3, 8, 6),), F.cross_entropy, torch.randint(0, 3, (3,)), small=True)


class CharRNN(nn.Module):
    def __init__(self, vocabulary: int = 20, hidden: int = 16) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, 8)
        self.i2h = nn.Linear(8 + hidden, hidden)
        self.h2o = nn.Linear(hidden, vocabulary)
        self.hidden = hidden

    def forward(self, tokens: Any) -> Any:
        h = torch.zeros(tokens.shape[0], self.hidden, dtype=self.i2h.weight.dtype)
        outputs = []
        for t in range(tokens.shape[1]):
            h = torch.tanh(self.i2h(torch.cat((self.embed(tokens[:, t]), h), 1)))
            outputs.append(self.h2o(h))
        return torch.stack(outputs, dim=1)


def per_token(logits: Any, target: Any) -> Any:
    return F.cross_entropy(logits.view(-1, logits.size(-1)), target.view(-1))


def char_rnn() -> Rung:
    tokens = torch.randint(0, 20, (3, 9))
    return Rung(CharRNN(), (tokens[:, :-1],), per_token, tokens[:, 1:].contiguous(), small=True)


class CausalSelfAttention(nn.Module):
    def __init__(self, dim: int, heads: int, size: int, fused: bool) -> None:
        super().__init__()
        self.c_attn, self.c_proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.heads, self.dim, self.fused = heads, dim, fused
        self.attn_dropout, self.resid_dropout = nn.Dropout(0.1), nn.Dropout(0.1)
        self.register_buffer("bias", torch.tril(torch.ones(size, size)).view(1, 1, size, size))

    def forward(self, x: Any) -> Any:
        B, T, C = x.size()
        q, k, v = self.c_attn(x).split(self.dim, dim=2)
        k = k.view(B, T, self.heads, C // self.heads).transpose(1, 2)
        q = q.view(B, T, self.heads, C // self.heads).transpose(1, 2)
        v = v.view(B, T, self.heads, C // self.heads).transpose(1, 2)
        if self.fused:
            y = F.scaled_dot_product_attention(q, k, v, is_causal=True)
        else:
            att = (q @ k.transpose(-2, -1)) * (1.0 / math.sqrt(k.size(-1)))
            att = att.masked_fill(self.bias[:, :, :T, :T] == 0, float("-inf"))
            att = self.attn_dropout(F.softmax(att, dim=-1))
            y = att @ v
        y = y.transpose(1, 2).contiguous().view(B, T, C)
        return self.resid_dropout(self.c_proj(y))


class GPTBlock(nn.Module):
    def __init__(self, dim: int, heads: int, size: int, fused: bool) -> None:
        super().__init__()
        self.ln_1, self.ln_2 = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.attn = CausalSelfAttention(dim, heads, size, fused)
        self.mlp = nn.Sequential(nn.Linear(dim, 4 * dim), nn.GELU(approximate="tanh"), nn.Linear(4 * dim, dim), nn.Dropout(0.1))

    def forward(self, x: Any) -> Any:
        x = x + self.attn(self.ln_1(x))
        return x + self.mlp(self.ln_2(x))


class GPT(nn.Module):
    def __init__(self, fused: bool, vocabulary: int = 32, dim: int = 32, depth: int = 3, size: int = 16) -> None:
        super().__init__()
        self.transformer = nn.ModuleDict(
            {
                "wte": nn.Embedding(vocabulary, dim),
                "wpe": nn.Embedding(size, dim),
                "drop": nn.Dropout(0.1),
                "h": nn.ModuleList([GPTBlock(dim, 4, size, fused) for _ in range(depth)]),
                "ln_f": nn.LayerNorm(dim),
            }
        )
        self.lm_head = nn.Linear(dim, vocabulary, bias=False)
        self.transformer["wte"].weight = self.lm_head.weight

    def forward(self, idx: Any) -> Any:
        pos = torch.arange(0, idx.size(1), dtype=torch.long)
        x = self.transformer["drop"](self.transformer["wte"](idx) + self.transformer["wpe"](pos))
        for block in self.transformer["h"]:
            x = block(x)
        return self.lm_head(self.transformer["ln_f"](x))


def _gpt(fused: bool) -> Rung:
    tokens = torch.randint(0, 32, (2, 13))
    return Rung(GPT(fused), (tokens[:, :-1],), per_token, tokens[:, 1:].contiguous())


def gpt() -> Rung:
    return _gpt(False)


def gpt_fused() -> Rung:
    return _gpt(True)


class Bert(nn.Module):
    def __init__(self, vocabulary: int = 30, dim: int = 16) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, dim, padding_idx=0)
        self.position_embeddings = nn.Embedding(12, dim)
        self.token_type_embeddings = nn.Embedding(2, dim)
        self.LayerNorm = nn.LayerNorm(dim, eps=1e-12)
        self.encoder = nn.TransformerEncoder(
            nn.TransformerEncoderLayer(dim, 2, 32, dropout=0.0, activation="gelu", batch_first=True),
            2,
            enable_nested_tensor=False,
        )
        self.pooler = nn.Linear(dim, dim)
        self.classifier = nn.Linear(dim, 2)

    def forward(self, ids: Any) -> Any:
        positions = torch.arange(ids.size(1)).unsqueeze(0)
        x = self.word_embeddings(ids) + self.position_embeddings(positions)
        x = x + self.token_type_embeddings(torch.zeros_like(ids))
        x = self.encoder(self.LayerNorm(x), src_key_padding_mask=ids == 0)
        return self.classifier(torch.tanh(self.pooler(x[:, 0])))


def bert_tiny() -> Rung:
    ids = torch.randint(1, 30, (3, 10))
    ids[1, 7:], ids[2, 5:] = 0, 0
    return Rung(Bert(), (ids,), F.cross_entropy, torch.randint(0, 2, (3,)), small=True)
