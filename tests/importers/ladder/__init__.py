"""Seventeen models as people write them, with random weights and a batch: each function gives a `Rung`."""
