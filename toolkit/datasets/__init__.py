"""Datasets: files of records that somebody published or handed over, declared in data/datasets/ and read as Parquet."""
