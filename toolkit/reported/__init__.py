"""What others reported: claims, the sources that put numbers on them, and long series."""
