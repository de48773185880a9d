"""Usage logs that somebody handed over: found, recognised, counted line by line, and kept without names or texts."""
