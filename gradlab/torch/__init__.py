"""What PyTorch users call: each name stands in `gradlab`. Nothing here imports torch before it is asked for a model."""
