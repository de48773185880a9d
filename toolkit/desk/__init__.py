"""The desk: one DuckDB database of everything reported, and the questions asked of it."""
