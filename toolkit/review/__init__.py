"""What a stranger needs to check an edition: its manifest, and what moved between two of them."""
