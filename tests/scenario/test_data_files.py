"""Data files as people have them: texts, labels, empty cells, decimal commas, dates; arrays and texts."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from gradlab.op import Array
from gradlab.scenario.language import Model
from gradlab.scenario.overrides import Overrides
from gradlab.session import load
from tests.scenario.reading import messages, traced

PEOPLE = """\
name;height;sex;species;when
Anna;1,70;f;setosa;2024-01-05
Bo;1,80;m;virginica;2024-01-06
Cy;;m;setosa;2024-01-07
Di;1,65;f;versicolor;2024-01-08
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a scenario with data in it."""
    files = {
        "people.csv": PEOPLE,
        "holes.csv": "a,b,c\n1,2,3\nNA,?,4\n5,NaN,6\nnull, ,x\n",
        "empty.csv": "a,b\n,1\n,2\n",
        "twice.csv": "a,b,a\n1,2,3\n",
        "mixed.csv": "a\nyes\n3\n",
        "words.csv": "red,1\nblue,2\nred,3\n",
        "index.csv": ",a\n0,5\n1,6\n",
        "answers.csv": "x,t\n1,no\n2,yes\n3,maybe\n",
        "names.txt": "emma\nava\n\nzoë\n",
        "poem.txt": "a rose is\na rose\n",
        "blank.txt": "",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "tab.csv").write_text("a\tb\n1\t2\n")
    (tmp_path / "latin.csv").write_bytes("a,b\n1,é\n".encode("latin-1"))
    (tmp_path / "mac.csv").write_bytes(b"a,b\r1,2\r")
    (tmp_path / "long.csv").write_text(f"a,b\n1,{'9' * 200_000}\n")
    (tmp_path / "open.csv").write_text('a,b\n1,"2\n3,4\n')
    (tmp_path / "p\x1bints.csv").write_text("1")
    np.savez(tmp_path / "none.npz")
    crowd = b"PK\x01\x02" + bytes(42)
    end = b"PK\x05\x06" + bytes(4) + struct.pack("<HHIIH", 0xFFFF, 0xFFFF, 200_000 * len(crowd), 0, 0)
    (tmp_path / "crowd.npz").write_bytes(crowd * 200_000 + end)
    np.save(tmp_path / "x.npy", np.arange(6.0).reshape(3, 2))
    np.save(tmp_path / "o.npy", np.array([{}], dtype=object), allow_pickle=True)
    np.save(tmp_path / "s.npy", np.float32(3))
    return tmp_path


def fed(model: Model, name: str, update: int = 0) -> Array:
    node = model.graph.find(name)
    assert node is not None and node.feed is not None
    return node.feed.value(model.seed, update)


def labels(model: Model, name: str) -> tuple[str, ...]:
    node = model.graph.find(name)
    assert node is not None
    return tuple(node.attrs["labels"])


def test_texts_that_are_not_asked_for_do_no_harm(folder: Path) -> None:
    model = traced('x = csv("people.csv", columns="height", decimal=",", missing=0)', folder=folder)
    assert fed(model, "x").tolist() == [1.7, 1.8, 0, 1.65]


def test_texts_that_are_asked_for_are_numbered_in_the_order_of_their_names(folder: Path) -> None:
    model = traced('t = csv("people.csv", columns="species")\nn = const(t.classes)', folder=folder)
    assert fed(model, "t").tolist() == [0, 2, 0, 1]
    assert labels(model, "t") == ("setosa", "versicolor", "virginica")
    assert fed(model, "n") == 3


def test_x_and_t_are_read_at_once(folder: Path) -> None:
    model = traced('x, t = csv("people.csv", columns=["sex"], t="species", split="train", test=1, batch=2)', folder=folder)
    pairs = {(float(a), float(b)) for u in range(8) for a, b in zip(fed(model, "x", u)[:, 0], fed(model, "t", u), strict=True)}
    assert pairs < {(0, 0), (1, 2), (1, 0), (0, 1)} and len(pairs) == 3
    assert fed(model, "t").shape == (2,)
    assert labels(model, "t")[0] == "setosa"


def test_without_columns_all_are_read_but_that_of_t(folder: Path) -> None:
    model = traced('x, t = csv("answers.csv", t="t")', folder=folder)
    assert fed(model, "x").tolist() == [[1], [2], [3]]
    assert fed(model, "t").tolist() == [1, 2, 0]


def test_labels_that_are_given_are_numbered_in_their_order(folder: Path) -> None:
    model = traced('x, t = csv("answers.csv", t="t", labels=["no", "yes", "maybe", "never"])', folder=folder)
    assert fed(model, "t").tolist() == [0, 1, 2]
    assert labels(model, "t") == ("no", "yes", "maybe", "never")
    numbered = traced('t = csv("words.csv", columns=1, labels=["3", "2", "1"])', folder=folder)
    assert fed(numbered, "t").tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("missing", "x"),
    [('"drop"', [[1, 2]]), ("-1", [[1, 2], [-1, -1], [5, -1], [-1, -1]]), ('"mean"', [[1, 2], [3, 2], [5, 2], [3, 2]])],
)
def test_what_becomes_of_empty_cells(folder: Path, missing: str, x: list[list[float]]) -> None:
    model = traced(f'x = csv("holes.csv", columns=["a", "b"], missing={missing})', folder=folder)
    assert fed(model, "x").tolist() == x


def test_the_mean_that_is_put_in_is_that_of_the_training_rows(folder: Path) -> None:
    rows = "".join(f"{'' if i == 4 else i},{i}\n" for i in range(10))
    (folder / "long.csv").write_text("a,b\n" + rows)
    text = 'x = csv("long.csv", columns=["a", "b"], missing="mean", split="{}", test=5)'
    train, test = (fed(traced(text.format(split), folder=folder), "x") for split in ("train", "test"))
    known = train[train[:, 1] != 4][:, 0]
    (put,) = [row[0] for row in (*train, *test) if row[1] == 4]
    assert put == pytest.approx(known.mean(), abs=1e-15)
    assert known.mean() != np.delete(np.arange(10.0), 4).mean()


def test_a_tab_or_a_semicolon_is_recognised(folder: Path) -> None:
    assert fed(traced('x = csv("tab.csv")', folder=folder), "x").tolist() == [[1, 2]]
    assert fed(traced('x = csv("people.csv", columns=["sex"])', folder=folder), "x").tolist() == [[0], [1], [1], [0]]


@pytest.mark.parametrize(
    ("text", "x"),
    [
        ("3,14\n2,71\n", [[3.14], [2.71]]),
        ("a\n3,14\n2,71\n", [[3.14], [2.71]]),
        ("3,14\t5\n2,71\t6\n", [[3.14, 5], [2.71, 6]]),
        ('"3,14","1,5"\n"2,71","7"\n', [[3.14, 1.5], [2.71, 7]]),
        ('a,b\n"3,14","1,5"\n', [[3.14, 1.5]]),
    ],
)
def test_a_decimal_comma_cuts_no_number_in_two(folder: Path, text: str, x: list[list[float]]) -> None:
    (folder / "comma.csv").write_text(text)
    assert fed(traced('x = csv("comma.csv", decimal=",")', folder=folder), "x").tolist() == x


def test_a_label_that_reads_as_an_empty_cell_is_one_where_the_author_says_so(folder: Path) -> None:
    (folder / "help.csv").write_text("x,t\n1,none\n2,some\n3,none\n")
    model = traced('x, t = csv("help.csv", t="t", labels=["none", "some"], missing="drop")', folder=folder)
    assert fed(model, "t").tolist() == [0, 1, 0]


def test_labels_are_shown_without_what_could_draw_over_a_terminal(folder: Path) -> None:
    (folder / "odd.csv").write_text('x,t\n1,\x1b[2Jcat\n2,"two\nlines"\n3,\u202edog\n')
    model = traced('x, t = csv("odd.csv", t="t")', folder=folder)
    assert labels(model, "t") == ("�[2Jcat", "two lines", "�dog")
    assert fed(model, "t").tolist() == [0, 1, 2]


def test_a_text_of_characters_that_are_objects_takes_a_few_bytes_a_token(folder: Path) -> None:
    (folder / "long.txt").write_text("\u4e2d\u6587\u5b57\n" * 100_000)
    tracemalloc.start()
    model = traced('x = text("long.txt")', folder=folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert fed(model, "x").size == 400_000
    assert peak < 400_000 * 40


def test_the_first_line_is_a_header_or_not_as_one_says(folder: Path) -> None:
    (folder / "years.csv").write_text("1990,1991\n1,2\n")
    assert fed(traced('x = csv("years.csv")', folder=folder), "x").tolist() == [[1990, 1991], [1, 2]]
    assert fed(traced('x = csv("years.csv", header=True, columns="1991")', folder=folder), "x").tolist() == [2]
    assert fed(traced('x = csv("mixed.csv", header=False, labels=["a", "yes", "3"])', folder=folder), "x").tolist() == [
        [0],
        [1],
        [2],
    ]
    assert fed(traced('x = csv("index.csv")', folder=folder), "x").tolist() == [[0, 5], [1, 6]]


def test_a_range_of_columns(folder: Path) -> None:
    (folder / "wide.csv").write_text(",".join(map(str, range(60))) + "\n")
    assert fed(traced('x = csv("wide.csv", columns=range(50))', folder=folder), "x").tolist() == [list(range(50))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('csv("people.csv", t="species")', "people.csv:2: column `name`: `Anna` is no number: choose the `columns` without it"),
        ('csv("people.csv", columns=["when"])', "people.csv:2: column `when`: `2024-01-05` is a date, no number: keep year, m"),
        ('csv("holes.csv", columns=["a", "b"])', "`holes.csv`: 5 cells are empty, the first in line 3, column `a`: `missing` "),
        ('csv("people.csv", columns="height", decimal=",")', "`people.csv`: a cell is empty, in line 4, column `height`: `mis"),
        ('csv("holes.csv", columns="c")', "holes.csv:5: column `c`: `x` is no number"),
        ('csv("empty.csv", missing="drop")', "`empty.csv`: all 2 rows have an empty cell, and none is left"),
        ('csv("empty.csv", missing="mean")', "`empty.csv`: all cells of column `a` are empty, so they have no mean"),
        ('csv("people.csv")', "people.csv:2: column `name`: `Anna` is no number"),
        ('csv("twice.csv", columns="a")', "`twice.csv` has 2 columns `a`: choose one by its number"),
        ('csv("mixed.csv", columns="a")', "mixed.csv:3: column `a`: `3` is a number in a column of texts"),
        ('csv("words.csv")', "words.csv:1: column 0: `red` is no number: choose the `columns` without it, or with it, and its"),
        ('csv("answers.csv", t="t", labels=["no", "yse"])', "answers.csv:3: column `t`: `yes` is no label of it; did you mean"),
        ('csv("answers.csv", columns="t", labels=["no"])', "answers.csv:3: column `t`: `yes` is no label of it; the labels ar"),
        ('csv("answers.csv", labels=["no"])', "`labels` of `csv` are those of `t`, or of a single column"),
        ('csv("answers.csv", t="t", labels=["no", "no"])', "`labels` of `csv` has a label twice"),
        ('csv("answers.csv", t="t", labels="no")', '`labels` of `csv` is a list of texts, such as ["no", "yes"]'),
        ('csv("people.csv", columns=["height"])', 'people.csv:2: column `height`: `1,70` is no number; `decimal=","` reads it'),
        ('csv("latin.csv")', "`latin.csv` is not UTF-8: byte 6"),
        ('csv("x.csv", decimal=";")', '`decimal` of `csv` is one of ".", ",", got ";"'),
        ('csv("x.csv", delimiter=".")', "`delimiter` and `decimal` of `csv` cannot be the same character"),
        ('csv("x.csv", missing="median")', '`missing` of `csv` is one of None, "drop", "mean", got "median"'),
        ('csv("blank.txt")', "`blank.txt` has no rows of numbers"),
        ('csv("mixed.csv", t="a")', "`mixed.csv` has no column to read but that of `t`"),
        ('csv("mac.csv")', "mac.csv:1: a carriage return stands in the middle of a line: save the file with line feeds at the"),
        ('csv("long.csv")', "long.csv:2: a cell is longer than 131,072 characters"),
        ('csv("open.csv")', "open.csv:3: column `b`: `2 3,4` is no number: choose the `columns` without it, or with it, and i"),
        ('csv("pints.csv")', "there is no file `pints.csv` beside the scenario; did you mean `p�ints.csv`?"),
        ('npz("none.npz")["y"]', "`none.npz` has no array `y`; it has none"),
        ('npz("crowd.npz")["y"]', "`crowd.npz` is no .npz archive"),
        ('npy("o.npy")', "`o.npy` holds object, numbers are allowed"),
        ('npy("people.csv")', "`people.csv` is no .npy file"),
        ('npy("s.npy", batch=1)', "`s.npy` is a single number and has no rows to deal out"),
        ('text("blank.txt")', "`blank.txt` has no text in it"),
        ('text("latin.csv")', "`latin.csv` is not UTF-8: byte 6"),
        ('text("names.txt", by="letter")', '`by` of `text` is one of "char", "word", "line", got "letter"'),
        ('text("names.txt", by="line", length=3)', '`length` of `text` cuts one row, by="char" or "word"'),
        ('text("names.txt", length=99)', "`length` of `text` is at most 14, the tokens there are, got 99"),
        ("text(3)", "`text` takes the name of a file, got a number"),
        ("input(3, batch=1)", "a single number has no rows to deal out"),
        ("input(shape=3, batch=1)", "an `input` with a shape alone has no rows yet to deal out"),
        ("input([1, 2, 3]).classes", "`.classes` counts the labels of texts that come from a file"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file(folder: Path, text: str, message: str) -> None:
    (said,) = messages(f"x = {text}", folder=folder)
    assert said.startswith(message)


def test_columns_whose_rows_would_be_out_of_step_are_refused(folder: Path) -> None:
    text = 'x = csv("holes.csv", columns="a", missing="drop")\nt = csv("holes.csv", columns="b", missing="drop")'
    assert messages(text, folder=folder) == [
        "`holes.csv`: other rows have empty cells here than in the columns that were read before"
    ]


def test_a_row_of_a_million_columns_is_refused(folder: Path) -> None:
    (folder / "wide.csv").write_text("1," * 999_999 + "1\n")
    assert messages('x = csv("wide.csv")', folder=folder) == ["wide.csv:1: a row is longer than 1,048,576 bytes"]


def test_ten_thousand_labels_are_none(folder: Path) -> None:
    (folder / "ids.csv").write_text("id\n" + "".join(f"p{i}\n" for i in range(10_001)))
    assert messages('x = csv("ids.csv", columns="id")', folder=folder) == [
        "ids.csv:10002: column `id`: `p10000` is its text number 10,001: these are no labels"
    ]


def test_a_label_that_no_training_row_has_is_warned_of(folder: Path) -> None:
    (folder / "rare.csv").write_text("x,t\n" + "1,common\n" * 9 + "2,rare\n")
    for seed in range(10):
        model = traced('x, t = csv("rare.csv", t="t", split="train", test=5)', Overrides(seed=seed), folder)
        seen = 1 in fed(model, "t")
        said = [problem.message for problem in model.warnings]
        assert said == ([] if seen else ["no training row has the label `rare`: nothing is learned of it"])


def test_of_a_label_nothing_is_said_where_other_rows_are_read_than_those_for_training(folder: Path) -> None:
    (folder / "rare.csv").write_text("x,t\n" + "1,common\n" * 9 + "2,rare\n")
    held, whole = 'a, b = csv("rare.csv", t="t", split="test", test=9)', 'x, t = csv("rare.csv", t="t", batch=10)'
    for text in (held, f"{held}\n{whole}"):
        assert not any(problem.message.startswith("no training row") for problem in traced(text, folder=folder).warnings)


def test_a_target_that_is_missing_has_no_mean(folder: Path) -> None:
    assert messages('x, t = csv("holes.csv", columns=["a"], t="b", missing="mean")', folder=folder) == [
        'a target that is missing has no mean: `missing="drop"` leaves its row out'
    ]


def test_an_array_of_a_file_is_a_value_and_is_dealt_out(folder: Path) -> None:
    model = traced('x = npy("x.npy")\nW = param(npy("x.npy"))\nb = npy("x.npy", batch=1)', folder=folder)
    assert fed(model, "x").tolist() == fed(model, "W").tolist() == [[0, 1], [2, 3], [4, 5]]
    assert fed(model, "b").shape == (1, 2)


def test_the_lines_of_a_text_are_rows_of_characters(folder: Path) -> None:
    model = traced('x = text("names.txt", by="line")\nn = const(x.classes)', folder=folder)
    assert labels(model, "x") == ("⏎", "a", "e", "m", "o", "v", "z", "ë")
    assert fed(model, "x").tolist() == [[2, 3, 3, 1, 0], [1, 5, 1, 0, 0], [6, 4, 7, 0, 0]]
    assert fed(model, "n") == 8


def test_a_text_is_one_row_of_characters_or_words(folder: Path) -> None:
    words = traced('x = text("poem.txt", by="word")', folder=folder)
    assert labels(words, "x") == ("⏎", "a", "is", "rose")
    assert fed(words, "x").tolist() == [1, 3, 2, 0, 1, 3, 0]
    characters = traced('x = text("poem.txt", length=4)', folder=folder)
    assert fed(characters, "x").shape == (4, 4)
    assert "".join(labels(characters, "x")[int(i)] for i in fed(characters, "x").ravel()) == "a rose is⏎a rose"


def test_inline_numbers_are_dealt_out_side_by_side() -> None:
    model = traced("x = input([[1, 10], [2, 20], [3, 30], [4, 40]], batch=2)\nt = input([1, 2, 3, 4], batch=2)")
    assert model.epoch == 2
    seen = set()
    for update in range(8):
        assert fed(model, "x", update)[:, 0].tolist() == fed(model, "t", update).tolist()
        seen.add(tuple(fed(model, "t", update)))
    assert len(seen) > 2


def test_the_labels_are_shown_with_the_value(folder: Path) -> None:
    (folder / "s.md").write_text('# S\n```python model\nt = csv("people.csv", columns="species")\ny = t * 2\n```\n')
    lab = load(folder / "s.md")
    assert lab.formula(lab.known.nodes["t"], 1) == (
        "t: input",
        "t[1] = 2, virginica",
        "labels: 0 setosa, 1 versicolor, 2 virginica",
    )
