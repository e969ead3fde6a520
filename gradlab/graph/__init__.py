"""The graph of operations, its compiled form, and the machines that run it."""
