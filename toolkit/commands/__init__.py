"""The longer commands of `toolkit`, a module each: options, and what is printed; cli.py lists all commands."""
