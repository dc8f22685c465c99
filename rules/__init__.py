"""The practice audit framework as a library: facts in, decisions with their reasons out.

Standard library only. No clock, no database, no input or output except reading its own policy files when asked.
"""
