"""What can happen: one function per thing, called alike by the API, the scheduler and the command line.

A use case loads facts, lets the rules decide, and saves all that follows. It never commits: the door does, once.
"""
