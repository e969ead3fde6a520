"""A name of another library is no word, and the error says what is written here instead."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import pytest

import gradlab
from gradlab import manual
from gradlab.errors import GradlabError, ScenarioError
from gradlab.scenario import foreign, glossary
from gradlab.scenario.vocabulary import is_documented


def words_in(written: str) -> set[str]:
    return {
        node.func.id for node in ast.walk(ast.parse(written)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


def test_a_name_of_another_library_is_no_word() -> None:
    assert [name for name in foreign.names() if is_documented(name)] == []


def test_no_two_pages_claim_one_name() -> None:
    pages = {entry.doc for entry in glossary.entries()}
    claimed = Counter(name for page in pages for name in manual.known_as(page))
    assert {name: times for name, times in claimed.items() if times > 1} == {}


def test_what_is_written_instead_calls_words_that_there_are() -> None:
    forms = [form for entry in glossary.entries() for form in manual.known_as(entry.doc).values() if form]
    assert len(forms) > 20
    assert {form: words_in(form) for form in forms if not all(map(is_documented, words_in(form)))} == {}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("detach", "stop_gradient(x)"), ("clamp", "clip(x, low=None, high=None)"), ("masked_fill", "where(mask, value, x)"),
        ("mse_loss", 'mse(x, t, reduction="mean", sample_weights=None)'),
        ("view", "reshape(x, shape)"), ("cat", "concat([x, …], axis=0)"),
        ("sigmoid_", "sigmoid(x)"), ("unsqueeze", "x[:, None]"), ("squeeze", "reshape(x, shape)"),
        ("permute", "transpose(x, axes=None)"), ("bmm", "x @ y"), ("mm", "x @ y"),
        ("BatchNorm1d", "batch_norm(…)"),
        ("Linear", "dense(x, units, init=xavier, bias=True, W=None, b=None)"), ("Conv1d", "conv_signal(…)"),
        ("Conv2d", "conv(…)"), ("Conv2D", "conv(…)"),
        ("leakyrelu", "leaky_relu(x, slope=0.01)"), ("LeakyReLU", "leaky_relu(x, slope=0.01)"),
        ("hstack", "concat([x, y], axis=1)"), ("xavier_normal_", "glorot_normal"),
        ("StepLR", "step_decay(start, every, factor=0.1)"), ("BCELoss", "bce_probabilities(…)"),
        ("binary_cross_entropy", "bce_probabilities(…)"), ("RMSNorm", "rms_norm(x, gamma=None, eps=1e-05, axes=1)"),
        ("InstanceNorm2d", "instance_norm(…)"), ("local_response_norm", "lrn(x, size, alpha=0.0001, beta=0.75, k=1.0)"),
        ("LocalResponseNorm", "lrn(x, size, alpha=0.0001, beta=0.75, k=1.0)"), ("Conv3d", "conv3d(…)"),
        ("MaxPool3d", "max_pool3d(…)"), ("MaxPooling3D", "max_pool3d(…)"), ("AvgPool3d", "avg_pool3d(…)"),
        ("AveragePooling3D", "avg_pool3d(…)"), ("ConvTranspose1d", "conv_transpose1d(…)"),
        ("AdaptiveAvgPool2d", "adaptive_avg_pool2d(x, output_size)"),
        ("interpolate", "upsample_bilinear(x, scale_factor=2, size=None)"),
        ("ReflectionPad2d", 'pad(x, widths, mode="reflect")'), ("ReplicationPad2d", 'pad(x, widths, mode="replicate")'),
        ("CircularPad2d", 'pad(x, widths, mode="circular")'),
    ],
)  # fmt: skip
def test_it_says_what_is_written_instead(name: str, written: str) -> None:
    assert foreign.meant(name) == f"here it is `{written}`"


@pytest.mark.parametrize("name", ["qqqq", "reluu", ""])
def test_a_name_that_no_library_has_means_nothing(name: str) -> None:
    assert foreign.meant(name) == ""


MODEL = """x = input([[1.0, 2.0]])
a = clamp(x, 0, 1)
b = nn.Linear(x, 3)
c = x.frobnicate()
h = dense(x, 3, init=kaiming_uniform_)
y = cat + x
"""
COMPLAINTS = [
    ("unknown function `clamp`", "here it is `clip(x, low=None, high=None)`"),
    ("`.Linear` is not part of the model language", "here it is `dense(x, units, init=xavier, bias=True, W=None, b=None)`"),
    ("`.frobnicate` is not part of the model language", "a model reads `.shape`, `.T`, `.classes` and nodes of a layer: `h.W`"),
    ("unknown name `kaiming_uniform_`", "here it is `he_uniform`"),
    ("unknown name `cat`", "here it is `concat([x, …], axis=0)`"),
]


def test_a_model_with_names_of_other_libraries_is_told(tmp_path: Path) -> None:
    path = tmp_path / "model.md"
    path.write_text(f"# Model\n\n```python model\n{MODEL}```\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        gradlab.load(path)
    assert [(problem.message, problem.label) for problem in error.value.problems] == COMPLAINTS


def test_a_function_of_scripts_that_a_model_calls_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "model.md"
    lines = ("x = param([1.0, 2.0])", "a = share(x)", "b = shape(x)", "c = accuracy(x, x)", "d = shar(x)")
    path.write_text("\n".join(["# Model", "", "```python model", *lines, "```"]), encoding="utf-8")
    with pytest.raises(ScenarioError) as error:
        gradlab.load(path)
    assert [(problem.message, problem.label) for problem in error.value.problems] == [
        ("unknown function `share`", "it is a function of scripts, as in `expect`"),
        ("unknown function `shape`", "a model reads `x.shape`"),
        ("unknown function `accuracy`", "it is a function of scripts, as in `expect`"),
        ("unknown function `shar`", "did you mean `shared`?"),
    ]


def test_a_page_of_another_library_s_name_is_told_too() -> None:
    with pytest.raises(GradlabError) as error:
        glossary.about("clamp")
    assert str(error.value) == "unknown word `clamp`: here it is `clip(x, low=None, high=None)`"


def test_names_are_read_to_the_end_of_their_lines() -> None:
    page = "A word.\n\nKnown as: one; two: f(x, 2);\nthree.\nSource: Somebody, 1999.\n"
    assert manual.known_as(page) == {"one": "", "two": "f(x, 2)", "three": ""}
    assert manual.source(page) == "Somebody, 1999."
    assert manual.known_as("A word.") == {}
