"""YAML files in data/, read with the line of every entry."""
