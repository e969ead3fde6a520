"""Sweeps: one scenario run many times, each time with something set to another value."""
