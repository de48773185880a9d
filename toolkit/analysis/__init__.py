"""Statistics on numbers: what a distribution implies, and how sure one may be."""
