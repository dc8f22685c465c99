"""The clock's door: ticks, and calls what is due."""
