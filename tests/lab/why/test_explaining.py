"""What `explain` says of rows that add nothing, and `stats` of numbers that are very small."""

from __future__ import annotations

from gradlab.session import build


def rows(text: str, name: str) -> list[str]:
    """Return the rows of a ledger as they are said."""
    lab = build(text)
    lab.do("backward")
    return [line.text for line in lab.do(f"explain {name}").lines[1:]]


def test_a_gradient_of_zero_has_rows_without_shares() -> None:
    assert rows("x, y = param(4.0), param(2.0)\nf = maximum(x, y)\n", "y") == ["  f  +1.000000 × 0 = +0.000000"]


def test_nothing_is_no_negative_share() -> None:
    found = rows("a, b, c = param(2.0), const(0.0), const(-1.0)\nf = a * b + a * c\n", "a")
    assert [row.rpartition("  ")[2] for row in found] == ["100.0 %", "0.0 %"]


def test_a_small_number_keeps_its_exponent_in_the_table_of_layers() -> None:
    lab = build("z = param([-1.23456789e-7, -1.23456789e-7, 3.7e-12])\nh = tanh(z)\n")
    lab.do("forward")
    row = lab.do("stats").lines[1].text.split()
    assert row[:3] == ["h", "-8.23e-08", "5.82e-08"]
