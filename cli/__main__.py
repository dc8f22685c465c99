"""`python -m cli` is `practice-audit`."""

from cli.main import main

main()
