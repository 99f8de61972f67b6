"""Tables over many reports: a row for each target, and targets from level to level."""
