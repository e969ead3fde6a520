"""The page of a lesson: what is in the file."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gradlab import load
from gradlab.cli import main
from gradlab.exporters._page.page import page_of
from gradlab.recording.performance import Performance

ONE_QUESTION = Path(__file__).parent / "one_question.md"

HOSTILE = """---
title: "</title><script>alert(1)</script>"
source: "<b onclick=x>"
---
# <script>alert(2)</script>

[here](javascript:alert(3)) and ![](http://example.org/a.png) and <img src=x onerror=alert(4)>

```python model
w = param(2.0)
s = square(w)  # </pre><script>alert(5)</script>
```

```lab
say "</script><script>alert(6)</script>"
forward
quiz "</script> <b>?" s
```
"""


def opened(tmp_path: Path, text: str) -> Performance:
    """Return what a page shows of a text."""
    file = tmp_path / "lesson.md"
    file.write_text(text, encoding="utf-8")
    return Performance(file)


def data_of(page: str) -> dict[str, Any]:
    """Return what the page walks through."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    read: dict[str, Any] = json.loads(found[1])
    return read


def test_a_page_has_every_op_of_a_small_lesson_and_the_numbers_of_the_run() -> None:
    found = data_of(page_of(Performance("circuits/add-mul")))
    lab = load("circuits/add-mul", backend="plain")
    told = [one["told"] for one in found["moments"]]
    ops = [node.name for node in lab.nodes if not node.is_leaf]
    for name in ops:
        assert any(f": {name} was computed" in text for text in told), name
        assert any(f": {name} sent its gradient back" in text for text in told), name
    lab.do("forward")
    texts = ["".join(text for text, _ in line) for line in found["rows"]]
    for name in ops:
        assert any(f"{float(lab.value(name)):+.4g}".rstrip("0").rstrip(".") in text for text in texts), name


def test_a_value_without_elements_is_shown_without_numbers(tmp_path: Path) -> None:
    model = "x = param([[1.0, 2.0]])\ne = square(x[0:0])\ns = sum(e) + sum(x)"
    page = page_of(opened(tmp_path, f"```python model\n{model}\n```\n\n```lab\nforward\nbackward\n```\n"))
    assert any(": e sent its gradient back" in one["told"] for one in data_of(page)["moments"])


def test_a_page_allows_itself_alone() -> None:
    page = page_of(Performance("circuits/sigmoid-neuron"))
    (style,), (script,) = re.findall(r"<style>(.*?)</style>", page, re.S), re.findall(r"<script>(.*?)</script>", page, re.S)
    for text in (style, script):
        assert f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" in page
    assert "default-src 'none'" in page
    assert not re.search(r"""(src|href)=["'](?!data:|https?://)""", page)
    assert not re.search(r"""<(img|script|link|iframe)[^>]*(src|href)=["']http""", page)


def test_what_a_stranger_wrote_is_text(tmp_path: Path) -> None:
    page = page_of(opened(tmp_path, HOSTILE))
    body = re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL)
    assert len(re.findall(r"<script", body)) == 1
    assert 'href="javascript' not in body
    assert not re.search(r"<(img|b)\b", body)
    assert "<\\/script" not in page
    assert page.count("</script>") == 2


def test_a_question_hides_its_number_and_what_was_said_of_it() -> None:
    page = page_of(Performance(str(ONE_QUESTION)))
    found = data_of(page)
    (first, *_) = found["questions"]
    rows = found["rows"]
    boxes: dict[int, tuple[int, int]] = {}
    for moment in found["moments"][: first["moment"] + 1]:
        boxes |= {box: (value, delta) for box, value, delta in moment["boxes"]}
    seen = ["".join(text for text, _ in rows[number]) for pair in boxes.values() for number in pair]
    assert any(text.split() == ["v", "?"] for text in seen)
    assert not any("0.25" in text for text in seen)
    assert first["answer"] == "loss_line = 0.25"
    for veiled in re.findall(rf'<div data-veiled="[^"]*" data-while="{first["number"]}" hidden>(.*?)</div>\n', page, re.DOTALL):
        assert "0.25" not in veiled


def test_two_processes_write_the_same_page(tmp_path: Path) -> None:
    files = [tmp_path / "one.html", tmp_path / "two.html"]
    for file in files:
        subprocess.run([sys.executable, "-m", "gradlab", "export", "html", "circuits/matmul", file], check=True)
    one, two = (file.read_bytes() for file in files)
    assert len(one) > 10_000
    assert one == two


def test_a_recording_is_shown_line_by_line(tmp_path: Path) -> None:
    kept, file = tmp_path / "kept.gradlab", tmp_path / "page.html"
    assert main(["run", "circuits/matmul", "forward", "set W = 2", "backward", "--record", str(kept)]) == 0
    assert main(["export", "html", str(kept), str(file)]) == 0
    page = file.read_text(encoding="utf-8")
    assert {one["stop"] for one in data_of(page)["moments"]} == {"page:0", "line:2", "line:3", "line:4"}
    lines = re.findall(r'<div class="line"><code>(.*?)</code>', page)
    assert [re.sub("<.*?>", "", line) for line in lines] == ["forward", "set W = 2", "backward"]


@pytest.mark.parametrize("name", ["mlp/xor-trained", "recurrent/lstm", "errata/adam-as-printed"])
def test_a_page_is_small(name: str) -> None:
    assert len(page_of(Performance(name)).encode()) < 1_000_000


def test_a_plot_that_the_script_opens_stands_below_its_line(tmp_path: Path) -> None:
    lesson = tmp_path / "lesson.md"
    text = "---\ntitle: A plot\n---\n```python model\nx = input([[1.0, -2.0]])\n```\n\n```lab\nforward\nplot matrix x\n```\n"
    lesson.write_text(text, encoding="utf-8")
    page = page_of(Performance(lesson))
    shown = re.findall(r'<p class="said">(.*?)</p>', page)
    words = [re.sub(r"<[^>]*>", "", line).split() for line in shown]
    assert words == [["x,", "1", "x", "2"], ["0", "1"], ["0", "+1.00000", "-2.00000"]]
