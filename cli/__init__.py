"""The command line's door. Thin: each word opens the house and calls what the other doors call."""
