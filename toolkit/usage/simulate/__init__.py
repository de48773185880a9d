"""Simulated usage logs: from a scenario to events."""
