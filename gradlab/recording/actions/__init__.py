"""The words of the lab language that record."""
