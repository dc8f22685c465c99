"""Tokens of the council's identity provider: which keys it signs with, and whether a token holds (DESIGN §7)."""
