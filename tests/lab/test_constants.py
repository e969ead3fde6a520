"""Constants of a script: what `let` keeps, and what `nudge` leaves behind."""

from __future__ import annotations

import pytest

from gradlab.actions._statement import check_script
from gradlab.errors import ActionError
from gradlab.lab.hidden import HiddenError
from gradlab.scenario.model import draft_text
from gradlab.session import Lab, build

MODEL = """
x = const([[1.0, -2.0], [3.0, 0.7]])
rate = 0.1
with layer("net"):
    W = param([[1.0], [2.0]])
    y = x @ W
loss = mean(y ** 2)
minimize(loss, sgd(rate))
"""


def after(*lines: str, model: str = MODEL) -> Lab:
    lab = build(model)
    for line in lines:
        lab.do(line)
    return lab


def refusal(*lines: str) -> str:
    with pytest.raises(ActionError) as error:
        after(*lines)
    return error.value.headline


def test_a_constant_stays_what_it_was_whatever_the_run_does() -> None:
    lab = after("forward", "let before = loss", "let W0 = net.W", "train 3", "forward")
    assert lab.do("expect loss < before").ok
    assert lab.do("expect W0 ~= [[1], [2]]").ok
    lab.do("undo" if lab.journal.deeds else "goto 0.f.end")
    assert lab.do("expect before ~= loss").ok


def test_it_says_its_number() -> None:
    assert [str(line.text) for line in after("forward").do("let a = 2 * rate").lines] == ["a = 0.2"]


def test_expressions_know_the_numbers_that_a_model_knows() -> None:
    lab = after()
    assert lab.do("expect cos(2 * pi) ~= 1").ok
    assert lab.do("expect 1 / inf ~= 0").ok
    assert lab.do("expect isnan(nan)").ok
    assert refusal("let pi = 3") == "error: `pi` is a number of the model; another name is needed"


def test_a_constant_can_be_kept_again() -> None:
    assert after("let a = 1", "let a = a + 1").do("expect a ~= 2").ok


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("let loss = 1", "`loss` is a node"),
        ("let net = 1", "`net` is a layer"),
        ("let rate = 1", "`rate` is a number of the model"),
        ("let mean = 1", "`mean` is a word of expressions"),
        ("let it = 1", "`it` is a word of expressions"),
        ("let 2a = 1", "`2a` is no name"),
        ("let a.b = 1", "`a.b` is no name"),
        ("let a", "`let` needs ` = ` with spaces around it"),
        ("let a = b", "unknown name `b`"),
        ("expect a > 0", "unknown name `a`"),
        ("let a = loss", "`loss` is pending at 0.f.0"),
    ],
)
def test_what_cannot_be_kept_is_refused(line: str, message: str) -> None:
    assert refusal(line).removeprefix("error: ").partition(";")[0] == message


def test_a_constant_is_no_node() -> None:
    assert refusal("let a = 1", "expect grad(a) > 0") == "error: `a` is a constant of the script, not a node"


def test_a_script_is_read_with_the_constants_of_its_lines_above() -> None:
    text = f"```python model\n{MODEL}\n```\n```lab\nforward\nexpect a > 0\nlet a = loss\nexpect a > 0\n```"
    read = draft_text(text)
    assert [problem.message for problem in check_script(read.script, read.known)] == ["unknown name `a`"]


def test_a_search_a_watch_and_other_data_know_a_constant() -> None:
    data = MODEL.replace("const([[1.0, -2.0], [3.0, 0.7]])", 'dataset("moons", n=8)[0]')
    lab = after("forward", "let before = loss", "watch loss / before", model=data)
    assert lab.do("run until loss < before / 2 for 100 updates").ok
    assert lab.do('expect on("train", loss) < before').ok


def test_fresh_runs_with_other_seeds_keep_their_own() -> None:
    model = "x = const([1.0, 2.0])\nW = param(shape=2, init=normal(1.0))\nloss = sum((x * W) ** 2)\nminimize(loss, sgd(0.01))"
    lab = after("forward", "let before = loss", "train 1", "forward", model=model)
    assert lab.do("expect seeds(0..3, loss < before)").ok


def test_what_a_nudge_predicts_and_finds_can_be_asked() -> None:
    lab = after("forward", "backward")
    lab.do("nudge net.W[0, 0] by 0.001")
    assert lab.do("expect predicted ~= 0.001 * grad(net.W[0, 0])").ok
    assert lab.do("expect actual ~= predicted tol 1%").ok
    lab.do("nudge net.W[0, 0] by 1")
    assert not lab.do("expect actual ~= predicted tol 1%").ok


def test_before_a_nudge_there_is_no_prediction() -> None:
    assert refusal("forward", "backward", "expect predicted > 0") == "error: unknown name `predicted`"


def test_a_node_of_the_name_goes_before_what_a_nudge_leaves() -> None:
    lab = after("forward", "backward", model=MODEL.replace("y =", "predicted =").replace("y **", "predicted **"))
    lab.do("nudge net.W[0, 0] by 0.1")
    assert lab.do("expect size(net.predicted) ~= 2").ok


def test_an_open_question_hides_its_number_in_constants() -> None:
    lab = after("forward", "backward", "let a = grad(net.W)[0, 0]", "quiz grad(net.W[0, 0])")
    assert lab.do("watch a").lines[0].text.endswith("= ?")
    with pytest.raises(HiddenError):
        lab.do("expect a > 0")
    with pytest.raises(HiddenError):
        lab.do("let b = grad(net.W)[0, 0]")
    lab.do("nudge net.W[0, 0] by 0.5")
    with pytest.raises(HiddenError):
        lab.do("expect predicted > 0")
    lab.nudge("net.W", 0, 0.25)
    with pytest.raises(HiddenError):
        lab.do("let c = actual")
    lab.do("reveal")
    assert lab.do("expect predicted ~= 0.25 * a").ok


@pytest.mark.parametrize(
    "kept",
    [
        "a = 2 * grad(net.W)",
        "a = norm(grad(net.W)) + 1",
        "a = at(here, grad(net.W)[0, 0]) * 2",
        'a = 2 * on("train", grad(net.W)[0, 0])',
        "a = 2 * seeds(0..0, grad(net.W)[0, 0])",
        'a = each("*.W", 3 * grad(it))',
    ],
)
def test_an_open_question_hides_what_a_constant_was_worked_out_from(kept: str) -> None:
    lab = after("goto 0.b.end", "mark here", f"let {kept}", "let b = a - 1")
    lab.do("quiz grad(net.W[0, 0])")
    for name in ("a", "b"):
        assert lab.do(f"watch {name}").lines[0].text.endswith("= ?")
        with pytest.raises(HiddenError, match=f"`{name}` may tell"):
            lab.do(f"answer {name}")
    lab.do("reveal")
    assert lab.do("expect b ~= a - 1").ok


def test_an_open_question_hides_what_a_constant_was_worked_out_from_the_past() -> None:
    lab = after("curve norm(grad(net.W))", "train 1", "let a = history(norm(grad(net.W)))[0] + 1", "quiz grad(net.W[0, 0])")
    with pytest.raises(HiddenError, match="`a` may tell"):
        lab.do("expect a > 0")


def test_a_constant_of_other_numbers_may_be_read_while_a_question_is_open() -> None:
    lab = after("forward", "backward", "let g = 2 * grad(net.W)", "let held = loss", "train 2", "forward", "backward")
    lab.do("quiz grad(net.W[0, 0])")
    assert lab.do("expect g[0, 0] > -100").ok
    assert lab.do("expect held > 0").ok


def test_a_script_that_keeps_what_an_open_question_asks_for_does_not_tell_it() -> None:
    text = (
        f"```python model\n{MODEL}\n```\n```lab\nforward\nbackward\nquiz grad(net.W[0, 0])\nlet a = 2 * grad(net.W)[0, 0]\n```"
    )
    read = draft_text(text)
    lab = Lab(read.finish(check_script(read.script, read.known)))
    told = [str(lab.next_line()) for _ in lab.script]
    assert told[-1] == "a = ?"


def test_lines_that_read_constants_are_claims_and_questions_of_the_lesson_from_the_beginning() -> None:
    text = f"```python model\n{MODEL}\n```\n```lab\nforward\nlet a = loss\nexpect a > 0\nquiz 2 * a\n```"
    read = draft_text(text)
    lab = Lab(read.finish(check_script(read.script, read.known)))
    assert [role.part for role in lab.roles()] == ["line", "aside", "claim", "question"]
    assert [question.text for question in lab.questions()] == ["2 * a"]


def test_the_names_of_constants_stand_in_the_snapshot() -> None:
    assert after("forward", "let before = loss", "backward", "nudge net.W[0, 0] by 0.1").snapshot().constants == (
        "before", "predicted", "actual",
    )  # fmt: skip


def test_a_question_whose_way_goes_over_a_constant_is_graded() -> None:
    text = (
        f"```python model\n{MODEL}\n```\n```lab\nforward\nlet before = loss\nquiz loss / before\ntrain 1\n"
        "let later = loss\nforward\nexpect loss < before\n```"
    )
    read = draft_text(text)
    lab = Lab(read.finish(check_script(read.script, read.known)))
    while lab.cursor_line < len(lab.script):
        assert lab.next_line().ok
