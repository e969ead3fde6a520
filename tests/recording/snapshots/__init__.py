"""Snapshots for tests: how one is made, without PyTorch, and one that was kept."""
