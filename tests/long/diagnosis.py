"""`python -m tests.long diagnosis [ID | LESSON …]`: every rule on its two models with five seeds, and all lessons that train.

Of a rule: with how many seeds it fires on its faulty model, whether it is the headline there, and with how many something
alarms at its twin. Of the lessons that learn: which have an error or a warning. About half an hour of CPU for all.
"""

from __future__ import annotations

import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import click

from gradlab.diagnose import doing, examination, plan
from gradlab.diagnose.diagnosis import Diagnosis
from gradlab.diagnose.doing import diagnosed
from gradlab.diagnose.rules import RULES
from gradlab.errors import GradlabError
from gradlab.lab import core
from gradlab.scenario import shelf
from gradlab.session import build, load

SEEDS = 5
LESSON = "lesson"


@dataclass(frozen=True, slots=True)
class Job:
    """One run. what: faulty, healthy or lesson.   name: of the rule, or the lesson."""

    what: str
    name: str
    seed: int = 0
    fix: bool = False
    seconds: float | None = None


@click.command("diagnosis", help=__doc__)
@click.argument("names", nargs=-1)
@click.option("--jobs", default=os.cpu_count() or 1, show_default=True, help="Processes.")
@click.option("--seeds", default=SEEDS, show_default=True, help="Seeds of each model of a rule.")
@click.option("--fix", is_flag=True, help="Try fixes, too.")
@click.option("--seconds", type=float, help="For each run, in place of what the file allows.")
@click.option("--rules/--no-rules", default=True, help="Whether the rules are run.")
@click.option("--lessons/--no-lessons", default=True, help="Whether the lessons are run.")
@click.option("--out", type=click.Path(path_type=Path), help="A file for what was found, as JSON lines.")
def COMMAND(
    names: tuple[str, ...],
    jobs: int,
    seeds: int,
    fix: bool,
    seconds: float | None,
    rules: bool,
    lessons: bool,
    out: Path | None,
) -> None:
    """Run all, print a table, and end with 1 if a rule or the lessons miss what is asked of them."""
    mine = [rule for rule in RULES.values() if rule.faulty and (not names or {rule.id, rule.name} & {*names})]
    work = [
        Job(what, rule.name, seed, fix, seconds)
        for rule in mine
        for what in ("faulty", "healthy")
        for seed in range(seeds)
        if rules
    ]
    work += [Job(LESSON, name, 0, fix, seconds) for name in shelf.names() if lessons and (not names or name in names)]
    found: dict[Job, dict[str, Any]] = {}
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        for one in as_completed([pool.submit(run, job) for job in work]):
            job, result = one.result()
            found[job] = result
            if job.what == LESSON and (result.get("error") or (result.get("learned") and alarms(result))):
                print(f"{job.name}: {result.get('error') or told(alarms(result))}", flush=True)
            if out is not None:
                with out.open("a", encoding="utf-8") as file:
                    file.write(json.dumps([job.what, job.name, job.seed, result]) + "\n")
    missed = sum([not rule_told(rule.name, found, seeds) for rule in mine] if rules else [])
    sys.exit(bool(missed) | (not lessons_told(found) if lessons else False))


def run(job: Job) -> tuple[Job, dict[str, Any]]:
    """Do one run, and return what it gave. Its time is that of the processor: others may work here, too."""
    for module in (core, doing, examination, plan):
        module.monotonic = time.process_time  # type: ignore[attr-defined]
    began = time.perf_counter()
    try:
        if job.what == LESSON:
            lab = load(job.name)
            if not lab.run.timeline.trains or not lab.runs:
                return job, {"learned": None, "findings": [], "seconds": 0.0}
            found = diagnosed(lab, None, job.seconds, fix=job.fix)
        else:
            rule = RULES[job.name]
            found = diagnosed(build(getattr(rule, job.what), job.seed), rule.updates, job.seconds, fix=job.fix)
    except GradlabError as error:
        return job, {"error": str(error), "learned": None, "findings": []}
    return job, {**_plain(found), "seconds": round(time.perf_counter() - began, 2)}


def _plain(found: Diagnosis) -> dict[str, Any]:
    findings = [[one.rule, one.level, one.headline, one.text] for one in found.findings]
    share = found.end / found.chance if found.end is not None and found.chance else None
    return {
        "learned": found.learned, "share": share, "updates": found.updates, "stopped": found.stopped, "findings": findings,
        "skipped": list(found.skipped),
    }  # fmt: skip


def alarms(result: dict[str, Any]) -> list[Any]:
    """Return the findings that are an error or a warning."""
    return [one for one in result["findings"] if one[1] != "info"]


def told(findings: list[Any]) -> str:
    """Return findings as one line."""
    return "; ".join(f"{level} {rule}: {text}" for rule, level, _, text in findings)


def rule_told(name: str, found: dict[Job, dict[str, Any]], seeds: int) -> bool:
    """Print the line of a rule, and return whether it holds."""
    rule = RULES[name]
    faulty = [result for job, result in found.items() if (job.what, job.name) == ("faulty", name)]
    healthy = [result for job, result in found.items() if (job.what, job.name) == ("healthy", name)]
    fires = sum(any(one[0] == rule.id for one in result["findings"]) for result in faulty)
    heads = sum(any(one[0] == rule.id and one[2] for one in result["findings"]) for result in faulty)
    wrong = [one for result in healthy for one in alarms(result)]
    other = sorted({one[0] for result in faulty for one in result["findings"] if one[2] and one[0] != rule.id})
    loud = sum(bool(alarms(result)) for result in healthy)
    failed = sorted({why for result in (*faulty, *healthy) for _, why in result.get("skipped", ()) if "failed" in why})
    line = f"{rule.id:<4} {name:<22} fires {fires}/{seeds}  headline {heads}/{seeds}  twin alarmed {loud}/{seeds}"
    print(f"{line}  {f'headlines {other}  ' if other else ''}{told(wrong[:2])}{failed or ''}", flush=True)
    return fires >= min(rule.fires, seeds) and not loud and not failed


def lessons_told(found: dict[Job, dict[str, Any]]) -> bool:
    """Print how many lessons that learn are alarmed, and return whether they are few enough."""
    lessons = {job.name: result for job, result in found.items() if job.what == LESSON}
    learned = {name: result for name, result in lessons.items() if result["learned"]}
    loud = [name for name, result in learned.items() if alarms(result)]
    failed = sorted(
        {f"{rule}: {why}" for result in lessons.values() for rule, why in result.get("skipped", ()) if "failed" in why}
    )
    unlearned = [name for name, result in lessons.items() if result["learned"] is False]
    print(f"{len(loud)} of {len(learned)} lessons that learn are alarmed: {', '.join(loud)}")
    print(f"{len(unlearned)} do not learn: {', '.join(unlearned)}")
    for text in failed:
        print(text)
    return len(loud) * 20 <= len(learned) and not failed


if __name__ == "__main__":
    COMMAND()
