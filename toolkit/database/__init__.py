"""The database: one DuckDB file of everything reported, and the questions asked of it."""
