"""The scan for fences agrees with Markdown's own parser."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gradlab.scenario.fences import Fence, find_fences, parsed_fences, scanned_fences

LINES = [
    "```",
    "````",
    "~~~",
    "```lab",
    "```python model",
    "~~~ lab",
    "``` a`b",
    "text",
    "",
    "# head",
    "- item",
    "1. one",
    "> quote",
    "  ```",
    "   ```lab",
    "    ```",
    "- ```lab",
    "> ```",
    "<div>",
    "<!-- x",
    "-->",
    "[a]: b",
    "=====",
    "---",
    "  text",
    "\t```",
    "```  ",
    "~~~~",
    "``` ```",
]


def said(fences: list[Fence]) -> list[tuple[str, int, tuple[tuple[int, str], ...]]]:
    """Return what matters: where the end of a fence that is never closed lies does not."""
    return [(f.info, f.first, tuple(line for line in f.content)) for f in fences]


def trimmed(fences: list[Fence]) -> list[tuple[str, int, tuple[tuple[int, str], ...]]]:
    """Return the same without empty lines at the end of the content: Markdown drops them when nothing closes the fence."""
    result = []
    for info, first, content in said(fences):
        lines = list(content)
        while lines and not lines[-1][1].strip():
            lines.pop()
        result.append((info, first, tuple(lines)))
    return result


@given(st.lists(st.sampled_from(LINES), max_size=14))
def test_fences_are_found_as_markdown_finds_them(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert trimmed(find_fences(text)) == trimmed(parsed_fences(text))


def test_the_plain_case_needs_no_parser() -> None:
    text = "# A\n\n```python model\nx = 1\n\n```\ntext\n~~~lab\nforward\n~~~\n"
    assert said(scanned_fences(text)) == said(parsed_fences(text))
    assert [fence.info for fence in scanned_fences(text)] == ["python model", "lab"]


def test_a_fence_in_a_comment_is_none() -> None:
    assert find_fences("<!--\n```lab\nforward\n```\n-->\n") == []
