"""The outside world: mail, identity, the case system. Implements the ports of the use cases."""
