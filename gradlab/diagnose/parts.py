"""What a rule can say that it reads of an examination, and what each part is called in front of people."""

from __future__ import annotations

EARLY = 5
"""The early update that is looked at."""
PARTS = {
    "graph": "model", "first": "first update", "early": f"update {EARLY}", "last": "last update", "losses": "losses",
    "again": "second run", "roles": "roles", "depth": "layers", "series": "training", "objective": "training",
    "optimizer": "training", "begun": "training", "ended": "training", "ended_train": "training", "held_out": "held-out data",
    "curvature": "training", "chance": "loss of chance", "epochs": "whole epoch", "used": "gradients but its own",
    "start": "beginning of its own",
}  # fmt: skip
"""Attributes of an examination that are None, or empty, where there is none of it, and their names."""
