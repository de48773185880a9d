"""Numbers: units, kinds, operations, ranges, words; no third-party library but pint."""
