"""DuckDB: opened here and nowhere else, its files named, its refusals put into the toolkit's words."""
