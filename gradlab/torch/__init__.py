"""What users of PyTorch call: each name stands in `gradlab`, and PyTorch is imported when it is called."""
