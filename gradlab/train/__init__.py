"""What a run looks like while it trains: layers, statistics of them, probes."""
