"""Words of the lab language that need many runs."""
