"""Data files as they are read: only beside a scenario or below it, in bounded memory, every complaint with its place."""
