"""Data: sets, tables and archives; what may be read from where, and what held-out data are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest

from gradlab.errors import ScenarioError
from gradlab.graph.turns import Turns
from gradlab.op import Array
from gradlab.scenario.language import Model
from gradlab.scenario.overrides import Overrides
from gradlab.session import build
from tests.scenario.reading import complaint, messages, traced


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder of a scenario with data in it, and a file outside."""
    inside = tmp_path / "scenario"
    (inside / "sub").mkdir(parents=True)
    (inside / "points.csv").write_text("a,b,label\n1,2,0\n3,4,1\n5,6,0\n7,8,1\n")
    (inside / "plain.csv").write_text("1;2\n\n3;4\n")
    (inside / "sub" / "deep.csv").write_text("1,2\n")
    (inside / "text.csv").write_text("a,b\n1,2\n3,[@click=app.quit]x[/]\n")
    (inside / "short.csv").write_text("a,b\n1,2\n3\n")
    np.savez(inside / "w.npz", W=np.arange(6.0).reshape(2, 3), f=np.asfortranarray(np.arange(6).reshape(2, 3)), s=np.float32(2))
    (tmp_path / "outside.csv").write_text("1,2\n")
    (inside / "link.csv").symlink_to(tmp_path / "outside.csv")
    return inside


def fed(model: Model, name: str, update: int = 0) -> Array:
    node = model.graph.find(name)
    assert node is not None
    assert node.feed is not None
    array = node.feed.value(model.seed, Turns(model.graph.objectives).batch(update))
    assert array.shape == node.shape
    return array


def test_columns_are_chosen_by_name_and_number(folder: Path) -> None:
    text = (
        'x = csv("points.csv", columns=["a", "b"])\nt = csv("points.csv", columns="label")\nu = csv("points.csv", columns=-1)'
    )
    model = traced(text, folder=folder)
    assert fed(model, "x").tolist() == [[1, 2], [3, 4], [5, 6], [7, 8]]
    assert fed(model, "t").tolist() == fed(model, "u").tolist() == [0, 1, 0, 1]


def test_a_table_without_a_header_and_with_another_delimiter(folder: Path) -> None:
    assert fed(traced('x = csv("plain.csv", delimiter=";")', folder=folder), "x").tolist() == [[1, 2], [3, 4]]
    assert fed(traced('x = csv("sub/deep.csv")', folder=folder), "x").tolist() == [[1, 2]]


def test_columns_of_one_file_stay_in_step(folder: Path) -> None:
    text = 'x = csv("points.csv", columns="a", batch=2)\nt = csv("points.csv", columns="b", batch=2)'
    model = traced(text, folder=folder)
    seen = set()
    for update in range(8):
        assert (fed(model, "t", update) - fed(model, "x", update)).tolist() == [1, 1]
        seen.add(tuple(fed(model, "x", update)))
    assert len(seen) > 2
    assert model.epoch == 2


def test_arrays_of_an_archive_are_values_and_inputs(folder: Path) -> None:
    model = traced('d = npz("w.npz")\nW = param(d["W"])\ny = d["f"] * d["s"]\nz = d["W"]', folder=folder)
    assert fed(model, "W").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert fed(model, "_input.0").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert fed(model, "z").tolist() == [[0, 1, 2], [3, 4, 5]]
    assert model.graph.nodes[0].op.name == "param"


def test_a_cell_that_is_no_number_is_named_with_its_place(folder: Path) -> None:
    assert complaint('x = csv("text.csv")', folder=folder) == (
        "error: text.csv:3: column `b`: `[@click=app.quit]x[/]` is no number\n"
        "  --> <model>:1:9\n"
        "  |\n"
        '1 | x = csv("text.csv")\n'
        "  |         ^^^^^^^^^^"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('csv("short.csv")', "short.csv:3: 1 cells, the rows before have 2"),
        ('csv("pionts.csv")', "there is no file `pionts.csv` beside the scenario; did you mean `points.csv`?"),
        ('csv("../outside.csv")', "`../outside.csv`: data are read from the folder of the scenario or below it only"),
        ('csv("sub/../points.csv")', "`sub/../points.csv`: data are read from the folder of the scenario or below it only"),
        ('csv("/etc/passwd")', "`/etc/passwd`: data are read from the folder of the scenario or below it only"),
        ('csv("C:\\\\x.csv")', "`C:\\x.csv`: data are read from the folder of the scenario or below it only"),
        ('csv("..\\\\x.csv")', "`..\\x.csv`: data are read from the folder of the scenario or below it only"),
        ('csv("")', "``: data are read from the folder of the scenario or below it only"),
        ('csv("a\\0b")', "`a�b`: data are read from the folder of the scenario or below it only"),
        ('csv("link.csv")', "`link.csv` leads out of the folder of the scenario"),
        ('csv("sub")', "there is no file `sub` beside the scenario"),
        ('csv("points.csv", columns="lable")', "`points.csv` has no column `lable`; did you mean `label`?"),
        ('csv("plain.csv", delimiter=";", columns="x")', "`plain.csv` has no column `x`; it has no header line"),
        ('csv("points.csv", columns=7)', "a column of `points.csv` is a name or a number from 0 to 2, got 7"),
        ('csv("points.csv", delimiter="::")', "a delimiter is one character"),
        ('csv("w.npz")', "`w.npz` is not UTF-8"),
        ('npz("points.csv")["x"]', "`points.csv` is no .npz archive"),
        ('npz("w.npz")["V"]', "`w.npz` has no array `V`; it has W, f, s"),
        ('npz("w.npz")[0]', "an array of an archive is chosen by its name, got a number"),
        ("csv(3)", "`csv` takes the name of a file, got a number"),
        ('csv("points.csv", folds=5, split="train")', "cannot make 5 folds of 4 rows"),
        ('csv("points.csv", augment="flip")', "`flip` changes images (channels, height, width), the rows of `points.csv`"),
        ('csv("points.csv", scale="pca", components=4)', "`components` of `points.csv` is at most 3: there are 3 features"),
        ('csv("points.csv", batch=9)', "`batch` of `points.csv` is at most 4, the rows that it has, got 9"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_data_file(folder: Path, text: str, message: str) -> None:
    (said,) = messages(f"x = {text}", folder=folder)
    assert said.startswith(message)


def test_a_folder_that_leads_out_is_refused(folder: Path) -> None:
    (folder / "away").symlink_to(folder.parent)
    assert messages('x = csv("away/outside.csv")', folder=folder) == [
        "`away/outside.csv` leads out of the folder of the scenario"
    ]


def test_a_model_without_a_file_reads_no_data() -> None:
    assert messages('x = csv("a.csv")') == ["`a.csv`: a model without a file has no folder to read data from"]


def archive(path: Path, header: str, data: bytes = b"", name: str = "x.npy") -> None:
    """Write an archive with one array whose header says what it likes."""
    text = header.encode().ljust(117) + b"\n"
    raw = b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text + data
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(name, raw)


def test_an_array_with_objects_is_never_unpickled(folder: Path) -> None:
    np.savez(folder / "o.npz", x=np.array([{}], dtype=object))
    assert messages('x = npz("o.npz")["x"]', folder=folder) == ["`o.npz`: `x` holds object, numbers are allowed"]


def test_a_header_that_promises_too_much_is_refused_before_reading(folder: Path) -> None:
    archive(folder / "big.npz", "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }")
    (said,) = messages('x = npz("big.npz")["x"]', folder=folder)
    assert said == "`big.npz`: `x` of shape (1000000000000,) takes 7.63e+06 MiB, 683 MiB of --max-memory are left"


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4,), }", "nonsense",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }",
        "{'descr': 'zz', 'fortran_order': False, 'shape': (1,), }",
    ],
)  # fmt: skip
def test_a_broken_archive_is_a_problem(folder: Path, header: str) -> None:
    archive(folder / "bad.npz", header, b"\0" * 8)
    (said,) = messages('x = npz("bad.npz")["x"]', folder=folder)
    assert said in ("`bad.npz`: `x` cannot be read", "`bad.npz`: `x` is cut short")


def test_an_archive_that_unpacks_to_far_more_is_not_unpacked(folder: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("x.npy", b"\0" * (64 << 20))
    (folder / "bomb.npz").write_bytes(buffer.getvalue())
    assert messages('x = npz("bomb.npz")["x"]', folder=folder) == ["`bomb.npz`: `x` cannot be read"]


DIGITS = """
x, t = dataset("iris", split="train", batch=30, scale="standard")
h = tanh(dense(x, 5))
logits = dense(h, 3)
loss = cross_entropy(logits, t)
minimize(loss, sgd(0.1))
"""


def test_a_data_set_is_dealt_out_in_batches() -> None:
    model = traced(DIGITS)
    assert model.epoch == 4
    assert fed(model, "x").shape == (30, 4)
    assert fed(model, "t").shape == (30,)
    assert fed(model, "x", 0).tolist() != fed(model, "x", 1).tolist()


def test_held_out_data_are_one_batch_of_the_same_program() -> None:
    train, test = traced(DIGITS), traced(DIGITS, Overrides(split="test"))
    assert (test.mode, test.split, test.graph.objectives) == ("eval", "test", [])
    assert fed(test, "x").shape == (30, 4)
    assert [(p.key, p.shape) for p in test.graph.params] == [(p.key, p.shape) for p in train.graph.params]
    rows = {tuple(row) for update in range(4) for row in fed(train, "x", update)}
    assert len(rows & {tuple(row) for row in fed(test, "x")}) < 3


def test_nothing_held_out_is_a_problem_of_the_test_split_only() -> None:
    assert traced('x, t = dataset("iris")').epoch == 1
    with pytest.raises(ScenarioError, match=r'nothing is held out: load data with split="train"'):
        traced('x, t = dataset("iris")', Overrides(split="test"))


def test_objectives_that_take_turns_see_the_same_batch() -> None:
    model = traced(DIGITS + "minimize(loss, sgd(0.1))\n")
    assert model.epoch == 8
    assert fed(model, "x", 0).tolist() == fed(model, "x", 1).tolist() != fed(model, "x", 2).tolist()


AUGMENTED = """
x, t = dataset("digits", split="train", batch=30, validation=0.1, scale="whiten", components=40,
               augment="shift(1), noise(0.02)")
loss = cross_entropy(dense(x, 10), t)
minimize(loss, sgd(0.1))
"""


def test_a_model_augments_and_whitens_its_training_batches_only() -> None:
    train = traced(AUGMENTED)
    assert fed(train, "x").shape == (30, 40)
    assert fed(train, "x", 5).tobytes() == fed(traced(AUGMENTED), "x", 5).tobytes() != fed(train, "x", 4).tobytes()
    for split, rows in (("test", 359), ("validation", 180), ("train", 1258)):
        plain = traced(AUGMENTED.replace("shift(1), noise(0.02)", "noise(0)"), Overrides(split=split))
        held = fed(traced(AUGMENTED, Overrides(split=split)), "x")
        assert held.shape == (rows, 40) and held.tobytes() == fed(plain, "x").tobytes()


def test_all_rows_are_not_augmented_either_when_they_are_asked_about() -> None:
    text = 'x, t = dataset("iris", augment="noise(0.1)")'
    raw = fed(traced('x, t = dataset("iris")'), "x").tobytes()
    assert fed(traced(text), "x").tobytes() != raw == fed(traced(text, Overrides(split="train")), "x").tobytes()


def test_files_are_split_scaled_and_augmented_as_data_sets_are(folder: Path) -> None:
    x = fed(traced('x = csv("points.csv", columns=["a", "b"], scale="center")', folder=folder), "x")
    assert x.tolist() == [[-3, -3], [-1, -1], [1, 1], [3, 3]]
    seen = [
        fed(traced(f'x = csv("points.csv", columns="a", split="test", folds=4, fold={i})', folder=folder), "x")
        for i in range(4)
    ]
    assert sorted(np.concatenate(seen).tolist()) == [1, 3, 5, 7]
    np.savez(folder / "images.npz", x=np.arange(1.0, 33.0).reshape(2, 4, 4))
    images = traced('x = npz("images.npz", augment="flip(1)")["x"]', folder=folder)
    assert fed(images, "x").tolist() == np.arange(1.0, 33.0).reshape(2, 4, 4)[:, :, ::-1].tolist()


def test_an_unknown_data_set_names_the_nearest() -> None:
    assert complaint("x, t = dataset('digts')") == (
        "error: unknown data set 'digts'\n"
        "  --> <model>:1:16\n"
        "  |\n"
        "1 | x, t = dataset('digts')\n"
        "  |                ^^^^^^^ did you mean `digits`?"
    )


def test_options_that_a_data_set_does_not_take_are_problems() -> None:
    assert messages("x, t = dataset('moons', nosie=1)")[0].startswith("`moons` has no argument `nosie`")
    assert messages("x, t = dataset('moons', n=10**12)") == ["`n` of `moons` is from 2 to 1,000,000, got 1,000,000,000,000"]
    assert messages("x, t = dataset('iris', 3)")[0].startswith("`dataset` takes the name of a data set")


SPLITS = """
x, t = dataset("iris", split="train", validation=0.2, batch=10)
v, s = dataset("iris", split="validation", validation=0.2, batch=10)
u, r = dataset("iris", split="test", validation=0.2, batch=10)
"""


def rows_of(text: str, split: str) -> set[bytes]:
    """Return the rows of a split of iris, whole."""
    model = traced(f'x, t = dataset("iris", split="{split}", {text})')
    return {row.tobytes() for row in fed(model, "x")}


@pytest.mark.parametrize(("asked", "x"), [("train", "train"), ("test", "test"), ("validation", "validation")])
def test_a_data_set_that_is_written_as_a_split_stays_that_one(asked: str, x: str) -> None:
    model = traced(SPLITS, Overrides(split=asked))
    for name, split in (("x", x), ("v", "validation"), ("u", "test")):
        assert {row.tobytes() for row in fed(model, name)} == rows_of("validation=0.2", split)


def test_on_train_does_not_split_validation_rows_again() -> None:
    lab = build(f"{SPLITS}w = param(1.0)\na = mean(w * x)\nb = mean(w * v)\n", backend="plain")
    lab.do("forward")
    whole = build('x, t = dataset("iris", split="validation", validation=0.2)\nb = mean(x)\n', backend="plain")
    whole.do("forward")
    wanted = float(whole.value("b"))
    for split in ("train", "test", "validation"):
        assert lab.do(f'expect on("{split}", b) ~= {wanted!r}').ok
    assert lab.do('expect on("validation", a) ~= on("train", b)').ok


def test_a_model_of_validation_rows_alone_holds_no_test_out() -> None:
    alone = 'x, t = dataset("iris", split="validation", validation=0.2)'
    assert len(fed(traced(alone, Overrides(split="validation")), "x")) == 30
    with pytest.raises(ScenarioError, match="nothing is held out"):
        traced(alone, Overrides(split="test"))


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        ("(True, 2)", "`bad.npz`: `x` cannot be read"),
        (
            "(0, 1152921504606846976)",
            "`bad.npz`: `x` of shape (0, 1152921504606846976) takes 8.8e+12 MiB, 683 MiB of --max-memory are left",
        ),
        ("(" + "1, " * 70 + ")", "`bad.npz`: `x` has 70 axes, allowed are 8"),
        ("(" + "1, " * 33 + ")", "`bad.npz`: `x` has 33 axes, allowed are 8"),
        ("(-1,)", "`bad.npz`: `x` cannot be read"),
        ("(1.5,)", "`bad.npz`: `x` cannot be read"),
        ("(2, (3,))", "`bad.npz`: `x` cannot be read"),
        ("[2]", "`bad.npz`: `x` cannot be read"),
        ("(((", "`bad.npz`: `x` cannot be read"),
        ('"""', "`bad.npz`: `x` cannot be read"),
    ],
)
def test_a_shape_in_a_header_that_is_none_is_refused(folder: Path, shape: str, said: str) -> None:
    archive(folder / "bad.npz", f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}", b"\0" * 16)
    assert messages('x = npz("bad.npz")["x"]', folder=folder) == [said]


def test_a_header_that_python_2_wrote_is_read(folder: Path) -> None:
    archive(folder / "old.npz", "{'descr': '<f8', 'fortran_order': False, 'shape': (2L,), }", b"\0" * 16)
    assert messages('x = npz("old.npz")["x"]', folder=folder) == []


def test_what_is_packed_wrongly_cannot_be_read(folder: Path) -> None:
    np.savez_compressed(folder / "packed.npz", x=np.arange(1000.0))
    data = bytearray((folder / "packed.npz").read_bytes())
    data[60:90] = b"\xff" * 30
    (folder / "packed.npz").write_bytes(data)
    assert messages('x = npz("packed.npz")["x"]', folder=folder) == ["`packed.npz`: `x` cannot be read"]


def test_a_table_without_columns_is_dealt_out(folder: Path) -> None:
    np.savez(folder / "none.npz", x=np.zeros((6, 0)))
    assert traced('x = npz("none.npz", split="train", batch=2)["x"]', folder=folder).graph.nodes[0].shape == (2, 0)


@pytest.mark.parametrize("word", ["csv", "npz"])
def test_a_name_that_is_too_long_for_a_file_is_a_missing_file(folder: Path, word: str) -> None:
    (said,) = messages(f'x = {word}("a" * 300)', folder=folder)
    assert said.startswith(f"there is no file `{'a' * 300}` beside the scenario")
    assert f"`{'a' * 79}…`" in complaint(f'x = {word}("a" * 300)', folder)


@pytest.mark.parametrize("scale", ["standard", "unit", "center", "pca", "whiten", "zca"])
@pytest.mark.parametrize(("cell", "said"), [("inf", "finite"), ("nan", "finite"), ("1e308\n1e308", "finite"), ("", "none")])
def test_rows_that_say_no_scale_are_refused(folder: Path, scale: str, cell: str, said: str) -> None:
    rows = np.array([float(one) for one in cell.split()]).reshape(-1, 1)
    np.savez(folder / "odd.npz", x=rows if len(rows) == 0 else np.concatenate([rows, [[1.0], [2.0]]]))
    (message,) = messages(f'x = npz("odd.npz", scale="{scale}")["x"]', folder=folder)
    assert message.startswith(f'`scale="{scale}"` of `odd.npz` asks')
    assert said in message
