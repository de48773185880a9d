"""Opens DuckDB and names files to it."""
