"""What is wrong with a network, why it matters, and what to do about it."""
