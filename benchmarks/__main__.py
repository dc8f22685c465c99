"""`./run bench` measures everything, `./run bench NAME` one thing: the modules here that have a `main()`."""

import importlib
import sys
from pathlib import Path

NOT_MEASURED = {"__main__", "api_servers", "load", "side_by_side"}


def names() -> list[str]:
    """What can be measured, by the names of its files."""
    found = sorted(file.stem for file in Path(__file__).parent.glob("*.py"))
    return [
        name.replace("_", "-")
        for name in found
        if name not in NOT_MEASURED and hasattr(importlib.import_module(f"benchmarks.{name}"), "main")
    ]


def main(words: list[str]) -> int:
    known = names()
    unknown = [word for word in words if word not in known]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are: {', '.join(known)}.")
        return 2
    for name in words or known:
        importlib.import_module(f"benchmarks.{name.replace('-', '_')}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
