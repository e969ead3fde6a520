"""Networks of the field, written as short as the language allows: each is a scenario whose claims hold.

`python -m tests.long networks` checks all of them; here are those that take few seconds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gradlab.commands._headless import check_file
from gradlab.scenario import shelf
from gradlab.scenario.catalogue import head_of

FOLDER = Path(__file__).parent
NETWORKS = {path.relative_to(FOLDER).with_suffix("").as_posix(): path for path in shelf.files_in(FOLDER)}
QUICK = [name for name, path in NETWORKS.items() if "slow" not in head_of(path).tags]


@pytest.mark.parametrize("name", QUICK)
def test_the_claims_of_a_network_hold(name: str) -> None:
    report = check_file(name, NETWORKS[name])
    assert (report.status, report.failures, report.error) == ("ok", (), "")
    assert report.passed
