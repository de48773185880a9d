"""Statistics on numbers: what a spread implies, and how sure one may be."""
