"""What the shell asks for, and what it gets; and what a person is told who did not use it."""

from __future__ import annotations

import pytest

from gradlab.actions import words
from gradlab.cli import main
from gradlab.commands import group
from gradlab.scenario import shelf


@pytest.fixture
def complete(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    """Return a function that gives what bash is offered behind some words, the last one unfinished."""

    def offered(*typed: str) -> list[str]:
        monkeypatch.setenv("_GRADLAB_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", " ".join(["gradlab", *typed]))
        monkeypatch.setenv("COMP_CWORD", str(len(typed)))
        assert main([]) == 0
        return capsys.readouterr().out.split()

    return offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_GRADLAB_COMPLETE", f"{shell}_source")
    assert main([]) == 0
    assert f"_GRADLAB_COMPLETE={shell}_complete" in capfd.readouterr().out


def test_no_shell_is_bad_usage(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("_GRADLAB_COMPLETE", "cmd_source")
    assert main([]) == 2
    assert "is bash_source, zsh_source or fish_source, got `cmd_source`" in capsys.readouterr().err


def test_commands_are_completed(complete) -> None:  # type: ignore[no-untyped-def]
    assert complete("") == [f"plain,{name}" for name in group.list_commands(None)]  # type: ignore[arg-type]
    assert complete("do") == ["plain,doctor"]


@pytest.mark.parametrize("command", ["run", "open", "check", "compare"])
def test_scenarios_are_completed_by_their_name_and_by_its_last_part(command: str, complete) -> None:  # type: ignore[no-untyped-def]
    whole = [f"plain,{name}" for name in shelf.names() if name.startswith("circuits/")]
    assert complete(command, "circuits/") == [*whole, "file,circuits/"]
    assert "plain,circuits/sigmoid-neuron" in complete(command, "sigmoid-n")


def test_actions_are_completed(complete) -> None:  # type: ignore[no-untyped-def]
    assert complete("run", "sigmoid-neuron", "ba") == [f"plain,{word}" for word in words() if word.startswith("ba")]
    assert "plain,train" in complete("run", "sigmoid-neuron", "step", "tr")


def test_words_of_the_model_language_are_completed(complete) -> None:  # type: ignore[no-untyped-def]
    assert "plain,sigmoid" in complete("ops", "sigm")
    assert "plain,optimizers" in complete("ops", "opt")


@pytest.mark.parametrize("command", [["open"], ["run"], ["check"]])
def test_a_name_that_is_wrong_gets_the_nearest(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "sigmoid-nueron", *(["step"] if command == ["run"] else [])]) == 2
    text = "there is no file and no scenario `sigmoid-nueron`; did you mean `circuits/sigmoid-neuron`?"
    assert text in capsys.readouterr().err
