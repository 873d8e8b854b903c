"""Measurements: ratios in one run, both sides interleaved. Run with `python -m intake bench`."""
