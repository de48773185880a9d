"""Usage events: their contract, the scenarios synthetic ones are made from, and the simulator."""
