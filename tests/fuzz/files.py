"""Data files and whole scenarios as bytes: tables, archives, front matter, fences; right as a rule, and broken in all ways."""

from __future__ import annotations

import io
import struct
import zipfile
from random import Random

import numpy as np

from tests.fuzz.numbers import WILD, chance, number, shape, whole

CELLS = ("1", "2.5", "-3e4", "nan", "inf", "1e400", "", " ", "a", "1,5", "0x10", "1_0", "\u0665", '"1"', '"a""b"', "2024-01-02",
         "9" * 400, "\u202e", "\0", "True")  # fmt: skip
DTYPES = ("<f8", ">f8", "<f4", "<i8", "|u1", "|b1", "<f2", "<c16", "<U3", "|S4", "<M8[s]", "|O", "|V8")
SHAPES = (
    "(True, 2)", "(2,)", "(0, 2**62)", "(0, 4611686018427387904)", "(4611686018427387904, 4)", "(-1,)", "(1.5,)", "(2L,)",
    "(None,)", "()", "(" + "1, " * 70 + ")", "(" + "1, " * 33 + ")", "[2]", "2", "('a',)", "(2, (3,))", "(0, 3)", "(3, 0)",
)  # fmt: skip


def scalar(rng: Random) -> str:
    """Return a cell of a table, a number as a rule."""
    return number(rng) if chance(rng, 0.99) else rng.choice(CELLS)


def table(rng: Random) -> bytes:
    """Return the bytes of a CSV file."""
    columns, mark = rng.randint(1, 4), "," if chance(rng, 0.85) else rng.choice(";\t| ")
    rows = [[scalar(rng) for _ in range(columns)] for _ in range(rng.randint(0 if chance(rng, 0.1) else 2, 12))]
    if chance(rng, 0.6):
        names = ["a", "b", "c", "d"][:columns]
        rows.insert(0, names if chance(rng, 0.8) else [rng.choice(("a", "", "1", "a b", "\u00e9", '"x,y"')) for _ in names])
    if rows and chance(rng, 0.1):
        rng.choice(rows).append("7")
    text = rng.choice(("\n", "\n", "\r\n", "\r")).join(mark.join(row) for row in rows)
    data = text.encode(rng.choice(("utf-8",) * 6 + ("utf-8-sig", "utf-16")))
    return broken(rng, data) if chance(rng, 0.1) else data


def archive(rng: Random) -> bytes:
    """Return the bytes of an .npz file."""
    file = io.BytesIO()
    packed = rng.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(file, "w", packed) as made:
        for name in ("x", "t")[: rng.randint(1, 2)]:
            made.writestr(
                f"{name}.npy" if chance(rng, 0.95) else rng.choice((name, "../x.npy", ".npy", "x.npy.npy")), member(rng)
            )
    data = file.getvalue()
    return broken(rng, data) if chance(rng, 0.1) else data


def member(rng: Random) -> bytes:
    """Return the bytes of one array with its header."""
    if chance(rng, 0.8):
        file = io.BytesIO()
        kind = np.dtype(rng.choice(DTYPES[:7]))
        made = np.zeros(shape(rng), kind) if chance(rng, 0.3) else (np.ones(shape(rng)) * rng.randint(0, 9)).astype(kind)
        np.save(file, np.asfortranarray(made) if chance(rng, 0.2) else made, allow_pickle=False)
        return file.getvalue()
    order = rng.choice(("True", "False", "1"))
    header = f"{{'descr': {rng.choice(DTYPES)!r}, 'fortran_order': {order}, 'shape': {rng.choice(SHAPES)}, }}"
    if chance(rng, 0.1):
        header = rng.choice(("", "{}", "[" * 500, header * 300, "{'shape': (2,)}", "\xff"))
    text = header.encode("latin1") + b"\n"
    version = rng.choice((b"\x01\x00", b"\x01\x00", b"\x02\x00", b"\x03\x00", b"\x09\x09"))
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text) if len(text) < 65_536 else 65_535)
    return b"\x93NUMPY" + version + length + text + rng.randbytes(rng.choice((0, 8, 16, 64, 3)))


def broken(rng: Random, data: bytes) -> bytes:
    """Return data with some bytes changed, or cut short."""
    if not data:
        return data
    if chance(rng, 0.3):
        return data[: rng.randrange(len(data))]
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def readers(rng: Random) -> str:
    """Return the model that reads `d.csv` or `d.npz`, the file's name first: `csv: x = csv("d.csv")`."""
    options = (
        f", batch={whole(rng)}", ", split='train', batch=2", ", split='train'", ", scale='standard'",
        ", test=0.5, split='test'", ", split='validation', validation=0.3, batch=1", f", components={whole(rng)}, scale='pca'",
        ", folds=3, fold=1, split='train'", f", batch={rng.choice(WILD)}", f", test={number(rng)}",
        f", scale={rng.choice(WILD)}",
    )  # fmt: skip
    more = "" if chance(rng, 0.5) else rng.choice(options)
    tail = rng.choice(
        ("", "", "\ny = x * 2", "\ny = dense(x, 2)\nloss = mean(y * y)\nminimize(loss, sgd(0.1))", "\nW = param(x)")
    )
    if chance(rng, 0.15):
        by = rng.choice(("", "", ", by='word'", ", by='line'", f", length={whole(rng)}", f", by={rng.choice(WILD)}"))
        return rng.choice((f'x = text("d.csv"{by}{more}){tail}', f'x = npy("d.npy"{more}){tail}'))
    if chance(rng, 0.5):
        columns = rng.choice(("'a'", whole(rng), "['a', 'b']", "[0]", rng.choice(WILD)))
        mark = rng.choice(("';'", rng.choice(WILD)))
        given = rng.choice(("", "", "", f", columns={columns}", f", delimiter={mark}"))
        given += rng.choice(
            ("", "", "", "", "", ", missing='drop'", ", missing='mean'", f", missing={number(rng)}", ", decimal=','")
        )
        given += rng.choice(("", "", "", "", "", "", ", header=True", ", header=False", ", labels=['a', 'b']"))
        if chance(rng, 0.1):
            return f'x, t = csv("d.csv", t={columns}{given}{more}){tail}'
        return f'x = csv("d.csv"{given}{more}){tail}'
    return f'x = npz("d.npz"{more})["{"x" if chance(rng, 0.95) else "a" * 300}"]{tail}'


HEADS = (
    "title: A title", "title: A title: with a colon", "seed: 3", "seed: -1", "seed: 99999999999999999999",
    "dtype: float32", "dtype: int8", "mode: eval", "timeout: 5", "timeout: nan", "tags: [a, b]", "tags: [[a]]",
    "level: x", "about: !!python/x y", "a: &a b", "seed: *a", "title: [", "source: 'x'", "title: \"a: b\"", "- a",
    "title: {a: b}", "title: |\n  two\n  lines", "seed: 1\nseed: 2", "titel: x", "title: a #b: c", "title: @x",
    "title: %x", "\ttitle: x",
)  # fmt: skip


def scenario(rng: Random, model: str, script: str) -> str:
    """Return a Markdown text with front matter, a model and a script."""
    head = "---\n" + "\n".join(rng.choice(HEADS[:1] * 10 + HEADS) for _ in range(rng.randint(1, 2))) + "\n---\n"
    fence = rng.choice(("```", "```", "```", "~~~", "````"))
    parts = [
        head if chance(rng, 0.6) else "", rng.choice(("# Title\n", "", "Some *prose* with `code`.\n", "> quote\n", "- item\n")),
        f"\n{fence}python model\n{model}\n{fence}\n", rng.choice(("", "\nProse: 3 < 4 & so on.\n", "\n| a | b |\n|---|---|\n")),
        f"\n{fence}lab\n{script}\n{fence}\n",
    ]  # fmt: skip
    if chance(rng, 0.1):
        rng.shuffle(parts)
    return "".join(parts)
