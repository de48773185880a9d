"""What a notebook needs, and how it is run."""
