"""The command line in this process: exit codes, texts, JSON, JUnit, and every kind of bad input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from gradlab.commands import group
from gradlab.scenario import shelf
from tests.calling import Call

NEURON = """\
---
title: A neuron
---
```python model
w, x = param(2.0), input(-1.0)
f = sigmoid(w*x)
```
```lab
{script}
```
"""


@pytest.fixture
def neuron(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a scenario with a script."""

    def write(script: str) -> Path:
        path = tmp_path / "neuron.md"
        path.write_text(NEURON.format(script=script), encoding="utf-8")
        return path

    return write


def scenario(folder: Path, model: str) -> Path:
    """Write a scenario with a model and no script."""
    path = folder / "case.md"
    path.write_text(f"# Case\n\n```python model\n{model}\n```\n", encoding="utf-8")
    return path


def test_help_names_every_command_and_the_exit_codes(call: Call) -> None:
    code, out, err = call("--help")
    assert (code, err) == (0, "")
    assert {"check", "doctor", "list", "open", "ops", "run"} <= {line.split()[0] for line in out.splitlines() if line.split()}
    assert "130 interrupted" in " ".join(out.split())


@pytest.mark.parametrize("name", sorted(group.commands) or ["check", "doctor", "list", "open", "ops", "run"])
def test_each_command_has_help(name: str, call: Call) -> None:
    code, out, err = call(name, "--help")
    assert (code, err) == (0, "")
    assert out.startswith(f"Usage: gradlab {name}")


def test_the_version_is_one_line(call: Call) -> None:
    import gradlab

    assert call("--version") == (0, f"gradlab {gradlab.__version__}\n", "")


def test_an_unknown_command_is_told_the_nearest_one(call: Call) -> None:
    code, out, err = call("chekc")
    assert (code, out) == (2, "")
    assert err.startswith("error: unknown command `chekc`: did you mean `check`?\n")
    assert "error: unknown command `diff`: there are check, compare, diagnose, doctor" in call("diff")[2]


@pytest.mark.parametrize(
    "arguments",
    [["ops", "--what"], ["run"], ["open"], ["open", "a", "b"], ["check", "--timeout", "0"], ["run", "x", "--backend", "gpu"]],
)
def test_bad_usage_is_exit_2_with_the_usage_line(arguments: list[str], call: Call) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
    assert f"Usage: gradlab {arguments[0]}" in err


@pytest.mark.parametrize(
    "arguments",
    [["check", "x", "--timeout", "inf"], ["check", "x", "--timeout", "nan"], ["run", "x", "--seed", str(2**63)]],
)
def test_a_number_that_a_file_may_not_say_is_bad_usage_in_an_option_too(arguments: list[str], call: Call) -> None:
    code, out, err = call(*arguments)
    assert (code, out) == (2, "")
    assert err.startswith(f"error: Invalid value for '{arguments[2]}'")


def test_a_mistake_of_our_own_is_one_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> list[str]:
        raise RuntimeError("two\nlines")

    monkeypatch.setattr(shelf, "names", broken)
    monkeypatch.delenv("GRADLAB_TRACEBACK", raising=False)
    text = "internal error: RuntimeError: two lines (set GRADLAB_TRACEBACK=1 for the traceback)\n"
    assert call("list") == (70, "", text)
    monkeypatch.setenv("GRADLAB_TRACEBACK", "1")
    code, _, err = call("list")
    assert code == 70
    assert err.startswith("Traceback (most recent call last):")
    assert err.endswith(text)


def test_ops_shows_the_formula_of_every_operation_that_a_model_may_call(call: Call) -> None:
    from gradlab.ops import OPS

    _, out, _ = call("ops", "operations")
    listed = {line.strip().partition("(")[0] for line in out.splitlines()[2:]}
    assert listed == {op.name for op in OPS.values() if not op.is_leaf and not op.update_only}
    assert "multiply: z = x · y" in out


def test_ops_lists_every_group_of_words_with_a_line_for_each_word(call: Call) -> None:
    from gradlab.scenario import glossary

    code, out, err = call("ops")
    assert (code, err) == (0, "")
    assert [line.split()[0] for line in out.splitlines() if line[:1].strip()] == list(glossary.GROUPS)
    assert sum(line.startswith("  ") for line in out.splitlines()) == len(glossary.entries())


def test_help_shows_the_page_that_help_of_an_action_names(call: Call) -> None:
    code, out, _ = call("help", "plot")
    assert code == 0
    assert "`help plot trace`: plot trace EXPR" in out
    code, out, _ = call("help", "plot", "trace")
    assert code == 0
    assert out.startswith("plot trace EXPR")


def test_the_json_of_ops_has_the_schema_of_its_help(call: Call) -> None:
    document = json.loads(call("ops", "warmup", "--json")[1])
    (entry,) = document["results"]
    assert (document["command"], document["ok"]) == ("ops", True)
    assert entry["doc"].startswith(f"{entry['summary']}. It stands around")
    assert {key: value for key, value in entry.items() if key not in ("doc", "summary", "source")} == {
        "name": "warmup", "group": "schedules", "usage": "warmup(rate, updates)",
        "arguments": [
            {"name": "rate", "default": None, "text": "number or schedule: the value after the warm-up"},
            {"name": "updates", "default": None, "text": "number, from 1: updates up to the full value"},
        ],
        "formula": "", "derivatives": [], "kinked": False, "surrogate": "", "aliases": [],
        "examples": [
            {
                "code": "minimize(loss, adam(warmup(0.001, updates=100)))\n"
                "minimize(loss, sgd(warmup(cosine_decay(0.1, updates=1000), updates=50)))",
                "gives": "",
            }
        ],
    }  # fmt: skip
    (op,) = json.loads(call("ops", "leaky_relu", "--json")[1])["results"]
    assert set(op) == set(entry)
    assert op["arguments"] == [
        {"name": "x", "default": None, "text": "a node, or numbers"},
        {"name": "slope", "default": "0.01", "text": "number: what negative numbers are multiplied by"},
    ]
    assert (op["formula"], op["kinked"]) == ("z = x where x > 0 else slope · x", True)


def test_the_json_of_a_group_and_of_all_words_has_every_word(call: Call) -> None:
    from gradlab.scenario import glossary

    names = [entry["name"] for entry in json.loads(call("ops", "--json")[1])["results"]]
    assert names == [entry.name for entry in glossary.entries()]
    clips = [entry["name"] for entry in json.loads(call("ops", "clips", "--json")[1])["results"]]
    assert clips == ["clip_each", "clip_norm", "clip_value"]


def test_ops_with_a_name_says_all_about_it(call: Call) -> None:
    code, out, err = call("ops", "leaky_relu")
    assert (code, err) == (0, "")
    assert out.startswith("leaky_relu(x, slope=0.01)    ")
    assert "kink" in out


def test_an_unknown_word_is_told_the_nearest_one(call: Call) -> None:
    assert call("ops", "rely") == (2, "", "error: unknown word `rely`: did you mean `relu`?\n")
    assert call("ops", "rely", "--json") == (2, "", "error: unknown word `rely`: did you mean `relu`?\n")


def test_doctor_tells_versions_cache_and_scenarios(call: Call) -> None:
    code, out, err = call("doctor", "--json")
    facts = {entry["what"]: entry["is"] for entry in json.loads(out)["results"]}
    assert (code, err) == (0, "")
    assert {"gradlab", "python", "numba", "BLAS threads", "cache", "cache size", "kernels float64", "scenarios"} <= set(facts)
    assert Path(facts["cache"]).is_dir()


def test_a_scenario_that_holds_is_one_line_and_exit_0(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("check", neuron("forward\nexpect f ~= 0.119203 tol 1e-6\nquiz f"))
    first, last = out.splitlines()
    assert (code, err) == (0, "")
    assert first.startswith("ok ")
    assert "1 ok, 1 quiz skipped" in first
    assert last.startswith("1 scenario: 1 ok; 1 assertion held, 1 quiz skipped; ")


def test_a_failing_assertion_names_both_numbers_and_the_line(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("check", neuron("forward\nexpect f ~= 0.25 tol 1e-6\nexpect f < 1"))
    assert (code, err) == (1, "")
    assert "1 ok, 1 failed" in out
    assert "line 10 " in out
    assert "0.25" in out
    assert "0.1192" in out


def test_the_json_of_check_has_the_schema_of_its_help(neuron: Callable[[str], Path], call: Call) -> None:
    path = neuron("forward\nexpect f ~= 0.25")
    code, out, _ = call("check", "--json", path)
    document = json.loads(out)
    (entry,) = document["results"]
    (failure,) = entry.pop("failures")
    seconds = entry.pop("seconds")
    assert (code, document["command"], document["ok"], seconds > 0) == (1, "check", False, True)
    counts = {"passed": 0, "skipped": 0, "right": 0}
    said = {"error": "", "warnings": [], "findings": [], "lesson": []}
    assert entry == {"name": str(path), "title": "A neuron", "status": "failed", **said, **counts}
    assert (failure["line"], failure["action"]) == (10, "expect f ~= 0.25")


def test_a_junit_file_has_a_case_for_each_scenario(neuron: Callable[[str], Path], call: Call, tmp_path: Path) -> None:
    bad = tmp_path / "worse.md"
    bad.write_text("no model")
    report = tmp_path / "report.xml"
    code, _, _ = call("check", neuron("forward\nexpect f ~= 0.25"), bad, "--junit", report)
    suite = ElementTree.parse(report).getroot()[0]
    assert code == 2
    assert {key: suite.get(key) for key in ("tests", "failures", "errors")} == {"tests": "2", "failures": "1", "errors": "1"}
    assert [case.get("name") for case in suite] == ["neuron.md", "worse.md"]
    assert suite[0][0].tag == "failure"
    assert "line 10" in (suite[0][0].text or "")
    assert suite[1][0].tag == "error"


def test_a_junit_file_that_cannot_be_written_is_exit_2(neuron: Callable[[str], Path], call: Call, tmp_path: Path) -> None:
    place = tmp_path / "no" / "report.xml"
    code, _, err = call("check", neuron("forward"), "--junit", place)
    assert (code, err) == (2, f"error: `{place}` No such file or directory\n")


def test_check_takes_folders_and_names_and_runs_the_rest_after_a_bad_file(
    neuron: Callable[[str], Path], call: Call, tmp_path: Path
) -> None:
    neuron("forward\nexpect f < 1")
    (tmp_path / "README.md").write_text("no scenario, and not taken for one")
    (tmp_path / "broken.md").write_text("```python model\nf = sigmiod(1)\n```\n")
    code, out, err = call("check", tmp_path, "circuits/sigmoid-neuron")
    marks = [(line.split()[0], Path(line.split()[1]).name) for line in out.splitlines()[:-1]]
    assert code == 2
    assert marks == [("BAD", "broken.md"), ("ok", "neuron.md"), ("ok", "sigmoid-neuron")]
    assert "did you mean `sigmoid`?" in err


def test_a_folder_without_scenarios_is_bad_usage(call: Call, tmp_path: Path) -> None:
    assert call("check", tmp_path) == (2, "", f"error: no scenario in the folder `{tmp_path}`\n")


def test_a_scenario_that_takes_too_long_is_stopped(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "long.md"
    path.write_text(
        "```python model\nw = param(1.0)\nloss = w*w\nminimize(loss, sgd(lr=0.1))\n```\n```lab\ntrain 100000000\n```\n"
    )
    code, out, err = call("check", path, "--timeout", "0.5")
    assert code == 1
    assert out.startswith("TIMEOUT ")
    assert err == f"error: `{path}` did not end within 0.5 s; {path}:7 was running: train 100000000\n"


def test_an_action_that_cannot_be_done_makes_a_file_bad(neuron: Callable[[str], Path], call: Call) -> None:
    path = neuron("forward to g")
    code, out, err = call("check", path)
    assert code == 2
    assert out.startswith("BAD ")
    assert f"{path}:9:" in err
    assert "^" in err


def test_run_does_each_action_and_says_what_came_of_it(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("run", neuron(""), "forward", "# a remark", "expect f ~= 0.119203 tol 1e-6")
    assert (code, err) == (0, "")
    assert out.splitlines()[-1].startswith("ok ")


def test_run_does_not_run_the_script_of_the_file(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, _ = call("run", neuron("forward\nexpect f ~= 5"), "forward")
    assert code == 0
    assert "fail" not in out


def test_a_failing_expectation_in_run_is_exit_1_and_the_rest_is_done(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("run", neuron(""), "forward", "expect f ~= 0.5", "expect f < 1")
    assert (code, err) == (1, "")
    assert [line.split()[0] for line in out.splitlines()[-2:]] == ["fail", "ok"]


def test_an_action_that_cannot_be_done_ends_the_run_with_exit_2(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("run", neuron(""), "forward", "exptec f", "expect f < 1")
    assert code == 2
    assert "did you mean `expect`?" in err
    assert "ok " not in out


def test_the_json_of_run_has_the_schema_of_its_help(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("run", "--json", neuron(""), "forward", "expect f ~= 0.5", "nonsense")
    document = json.loads(out)
    first, second, third = document["results"]
    assert (code, document["command"], document["ok"]) == (2, "run", False)
    assert (first["action"], first["ok"], first["position"]) == ("forward", True, "0.f.2")
    assert (second["ok"], [line["kind"] for line in second["lines"]]) == (False, ["fail"])
    assert third["ok"] is False
    assert third["error"] in err


def test_a_seed_changes_the_drawn_weights_and_the_same_seed_repeats_them(call: Call, tmp_path: Path) -> None:
    path = scenario(tmp_path, "w = param(shape=3, init=normal(1.0))\nf = sum(w)")
    texts = [call("run", path, "--seed", seed, "forward")[1] for seed in (1, 2, 1)]
    assert texts[0] == texts[2] != texts[1]


def test_a_bound_of_memory_that_is_too_small_says_what_is_needed(call: Call, tmp_path: Path) -> None:
    model = "x = const(shape=(100, 100))\nw = param(shape=(100, 3))\nloss = mean((x @ w) ** 2)\nminimize(loss, sgd(lr=0.1))"
    (tmp_path / "wide.md").write_text(f"```python model\n{model}\n```\n", encoding="utf-8")
    file = str(tmp_path / "wide.md")
    for command in (["run", file, "step"], ["check", file], ["open", file]):
        code, _, said = call(*command, "--max-memory", "100K")
        assert code == 2
        assert "error: values and gradients need at least 0.15 MiB, allowed are 0.098 MiB" in said
        assert call(*command, "--max-memory", "1M", "--budget", "16K")[0] == 0
    slow = "going back is slow: a budget of 10K keeps the last two updates only, 3K each"
    assert slow in call("run", file, "--budget", "10000", "train 3", "back 2 update")[1]
    assert slow not in call("run", file, "--budget", "16K", "train 3")[1]
    assert call("run", file, "step", "--budget", "a lot")[0] == 2


def test_both_backends_say_the_same(neuron: Callable[[str], Path], call: Call) -> None:
    path = neuron("")
    plain, jit = (call("run", path, "--backend", name, "forward", "backward", "explain w") for name in ("plain", "jit"))
    assert plain == jit
    assert plain[0] == 0


def test_open_without_a_terminal_prints_nodes_and_script(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("open", neuron("forward"), "--at", "0.f.1")
    assert (code, err) == (0, "")
    assert out.startswith("A neuron    float64, seed 0, train, at 0.f.1\n")
    assert "sigmoid" in out
    assert out.endswith("script\n    forward\n")


def test_open_at_a_position_that_there_is_not_is_exit_2(neuron: Callable[[str], Path], call: Call) -> None:
    code, out, err = call("open", neuron("forward"), "--at", "0.x.1")
    assert (code, out) == (2, "")
    assert err.startswith("error: ")
