"""Figures, never timed tests: how fast and how large, beside other ways of doing the same."""
