"""Reading recordings from strangers: cut, edited, newer, planted, large, at random."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from gradlab.cli import main
from gradlab.errors import GradlabError
from gradlab.recording.form import DEEDS, KINDS, LONGEST, Fingerprint, RecordedLine, RecordingHeader, encoded
from gradlab.recording.kind import kind_of, kind_of_bytes
from gradlab.recording.parsing import Malformed, read_header, read_line
from gradlab.recording.player import Player
from gradlab.recording.reader import open_recording
from gradlab.recording.replay import replay
from tests.long.cuts import cut_and_parsed, cut_and_replayed
from tests.recording.making import NEURON, recorded

HEAD = encoded(RecordingHeader("text", scenario="x.md").record())


def of(tmp_path: Path, *lines: bytes | dict[str, Any]) -> Path:
    """Write a recording with some lines behind its header."""
    path = tmp_path / "x.gradlab"
    path.write_bytes(HEAD + b"".join(line if isinstance(line, bytes) else encoded(line) for line in lines))
    return path


def wrong(path: Path) -> str:
    """Return what is wrong with a recording, without the name of the file."""
    with pytest.raises(GradlabError) as caught:
        list(open_recording(path).lines())
    return str(caught.value).replace(str(path), "x.gradlab")


def test_every_line_is_read_as_it_was_written(tmp_path: Path) -> None:
    for data in recorded(tmp_path).read_bytes().splitlines(keepends=True)[1:]:
        assert encoded(read_line(data, 2).record()) == data


def test_a_header_is_read_as_it_was_written() -> None:
    header = RecordingHeader(
        "text", "x.md", True, "0.1.0", 3, "float32", "eval", "jit", "openblas", 1, "a CPU", "2026-01-01",
        {"x.csv": "sha256:00"},
        {"x": "sha256:11"}, ("plugin 1.0",), 2, ("lr=3",), True, "/home/x",
    )  # fmt: skip
    assert read_header(encoded(header.record())) == header


def test_numbers_that_json_has_no_word_for_are_read_as_they_were_written() -> None:
    line = RecordedLine("do", "step", prints=Fingerprint("00", root=float("inf"), some=(float("-inf"), 1e-320, -0.0)), at=None)
    data = encoded(line.record() | {"at": "0.f.1"})
    found = read_line(data, 2).prints
    assert found is not None and repr((found.root, found.some)) == "(inf, (-inf, 1e-320, -0.0))"


def test_a_recording_cut_at_any_byte_loses_no_line_before_the_cut(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    assert cut_and_parsed(path, range(path.stat().st_size + 1)) == []


def test_a_recording_cut_behind_any_line_has_the_same_bits(tmp_path: Path) -> None:
    assert cut_and_replayed(recorded(tmp_path)) == []


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b"{]\n", "line 2: column 2: expecting property name enclosed in double quotes"),
        (b"[1]\n", "line 2: a line is an object, got `[1]`"),
        (b"\xff\n", "line 2: byte 1 is no UTF-8"),
        (b"\n", "line 2: column 1: expecting value"),
        (b'{"do": NaN}\n', "line 2: `NaN` is no number of JSON"),
        (b"[" * 100_000 + b"\n", "line 2: this is no JSON that can be read"),
        (b'{"t": ' + b"9" * 5000 + b"}\n", "line 2: this is no JSON that can be read"),
        ({"do": "forward"}, "line 2: it does not say where the run stands: there is no `at`"),
        ({"do": 5, "at": "0.f.1"}, "line 2: `do` is `5`, not a text"),
        ({"do": "forward", "at": "0.x.1"}, "line 2: `at` is `\"0.x.1\"`, not a position such as 0.f.9"),
        ({"do": "x", "at": "0.f.1", "line": -1}, "line 2: `line` is `-1`, not a whole number from 0 to 9223372036854775807"),
        ({"do": "forward", "at": "0.f.1", "line": True}, "line 2: `line` is `true`, not a whole number"),
        ({"do": "forward", "at": "0.f.1", "digest": "xyz"}, "line 2: `digest` is `\"xyz\"`, not hexadecimal digits"),
        ({"do": "forward", "at": "0.f.1", "digest": "", "some": ["x"]}, "line 2: `some` is `\"x\"`, not a number"),
        ({"do": "a\nb", "at": "0.f.1"}, "line 2: `do` holds the character U+000A, which is not allowed"),
        ({"do": "say \x1b]52;c;x\x07", "at": "0.f.1"}, "line 2: `do` holds the character U+001B, which is not allowed"),
        ({"do": "say \u202e", "at": "0.f.1"}, "line 2: `do` holds the character U+202E, which is not allowed"),
        (b'{"do": "say \\ud800", "at": "0.f.1"}\n', "line 2: `do` holds the character U+D800, which is not allowed"),
        ({"wish": "x"}, f"line 2: it says none of {', '.join(f'`{kind}`' for kind in KINDS)}"),
        ({"do": "x" * 100_001, "at": "0.f.1"}, "line 2: `do` is longer than 100,000 characters"),
    ],
)  # fmt: skip
def test_a_line_that_is_none_is_told_with_its_place(tmp_path: Path, line: bytes | dict[str, Any], why: str) -> None:
    assert wrong(of(tmp_path, line, {"view": "show health"})) == f"error: `x.gradlab`, {why}"


def test_a_newer_form_says_who_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"
    path.write_bytes(b'{"gradlab": 2, "version": "9.1.0", "story": []}\n')
    assert wrong(path) == (
        "error: `x.gradlab`, line 1: the form 2 of recordings is unknown, 1 is what this version reads; it is by gradlab 9.1.0"
    )


def test_a_file_cut_within_its_header_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"
    path.write_bytes(HEAD[:40])
    assert wrong(path) == "error: `x.gradlab` is cut within its first line: nothing of it can be read"


def test_a_line_without_an_end_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = of(tmp_path)
    with path.open("r+b") as file:
        file.truncate(1 << 30)
    assert wrong(path) == f"error: `x.gradlab`, line 2: it is longer than {LONGEST >> 20} MiB"


def test_a_million_lines_are_read_one_by_one_with_progress(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"
    with path.open("wb") as file:
        file.write(HEAD)
        for _ in range(1000):
            file.write(b'{"view":"show health"}\n' * 1000)
    shares: list[float] = []
    assert sum(1 for _ in open_recording(path).lines(shares.append)) == 1_000_000
    assert shares[0] < 1e-4 and shares == sorted(shares) and shares[-1] == 1.0


@pytest.mark.parametrize("name", ["../x.csv", "/etc/passwd", "C:\\x.csv", "..\\x.csv"])
def test_a_planted_path_reads_nothing(tmp_path: Path, name: str) -> None:
    path = tmp_path / "x.gradlab"
    path.write_bytes(encoded(RecordingHeader(NEURON, data={name: "sha256:00"}).record()))
    with pytest.raises(GradlabError, match="data are read from the folder of the scenario or below it only"):
        Player(open_recording(path))


def test_a_planted_record_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.gradlab"
    target = tmp_path / "planted.gradlab"
    lines = [encoded({"do": f"record {target}", "at": "0.f.0"}), encoded({"do": "forward", "at": "0.f.4"})]
    path.write_bytes(encoded(RecordingHeader(NEURON).record()) + b"".join(lines))
    assert main(["replay", str(path)]) == 1
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.gradlab"]


def test_planted_markup_is_shown_as_it_is(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "x.gradlab"
    deed = "say [@click=app.bell]x[/] [/]"
    path.write_bytes(encoded(RecordingHeader(NEURON).record()) + encoded({"do": deed, "at": "0.f.1"}))
    assert main(["replay", str(path)]) == 1
    assert capsys.readouterr().out.splitlines()[0] == f"line 2, `{deed}` at 0.f.1, is not as recorded: here it is at 0.f.0"


def mutations(data: bytes, dice: random.Random, number: int) -> Iterator[bytes]:
    """Yield a line with a few of its bytes, or a value of it, replaced."""
    values: tuple[Any, ...] = (None, True, -1, 1e400, "\x00", "x" * 99, [], {}, [[[]]], 2**70, "0.f.1", "nan")
    for _ in range(number):
        if dice.random() < 0.5:
            record = json.loads(data)
            record[dice.choice([*record, *DEEDS, "mark", "text"])] = dice.choice(values)
            yield json.dumps(record).encode() + b"\n"
        else:
            changed = bytearray(data)
            for _ in range(dice.randint(1, 4)):
                changed[dice.randrange(len(changed))] = dice.randrange(256)
            yield bytes(changed)


def test_whatever_a_line_holds_it_is_read_or_refused(tmp_path: Path) -> None:
    dice = random.Random(0)
    read = 0
    for number, data in enumerate(recorded(tmp_path).read_bytes().splitlines(keepends=True)):
        for mutation in mutations(data, dice, 200):
            try:
                read_header(mutation) if number == 0 else read_line(mutation, 2)
            except Malformed:
                continue
            read += 1
    assert read > 100


def test_whatever_a_recording_holds_it_is_replayed_or_refused(tmp_path: Path) -> None:
    dice, whole = random.Random(1), recorded(tmp_path).read_bytes().splitlines(keepends=True)
    for _ in range(60):
        lines = list(whole)
        place = dice.randrange(len(lines))
        lines[place] = next(mutations(lines[place], dice, 1))
        if dice.random() < 0.3:
            lines.insert(dice.randrange(1, len(lines)), dice.choice(whole[1:]))
        path = tmp_path / "mutation.gradlab"
        path.write_bytes(b"".join(lines))
        with suppress(GradlabError):
            assert replay(open_recording(path)).lines()


def test_a_file_is_told_by_its_first_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = recorded(tmp_path)
    assert kind_of(path.rename(tmp_path / "x.zip")) == "recording"
    assert kind_of_bytes(b'{ "gradlab" : 1}') == "recording"
    assert kind_of_bytes(b"PK\x03\x04....") == "zip"
    assert kind_of(tmp_path / "neuron.md") == "scenario"
    assert kind_of(tmp_path / "none") == "scenario"
