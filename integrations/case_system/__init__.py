"""The case system: what comes from it, and what goes to it."""
