"""From data and notebooks to an edition: what changed is made again, whole or not at all."""
