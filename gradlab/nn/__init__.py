"""Initial values and layers, in terms of ops."""
