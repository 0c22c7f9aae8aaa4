"""Measurements: `make bench`. Figures are ratios within one run, on one pinned core, never a pass or a fail."""
