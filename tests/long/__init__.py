"""Proofs that take longer than a test may: `python -m tests.long NAME`, one module here for each, found by its file name."""
