"""The forms of charts, one module each."""
