"""Run as a program of its own: reads what is to be set as JSON, writes a PDF. Knows typst and the standard library.

A process for each file, because typst keeps the last ten documents in memory for good (300 MB after some long ones),
and so that a document that takes for ever can be ended without the service.
"""

import json
import math
import sys
from datetime import datetime

REFUSED = 3


def main() -> int:
    """Exit code 0, or REFUSED with typst's sentence on standard error."""
    import typst

    asked = json.load(sys.stdin.buffer)
    _end_after(asked["seconds"])
    # Our fonts and those inside typst; none of the machine's, so that every machine makes the same file.
    fonts = typst.Fonts(include_system_fonts=False, font_paths=[asked["fonts"]])
    try:
        pdf = typst.compile(
            asked["template"].encode(),
            font_paths=fonts,
            sys_inputs={"page": json.dumps(asked["page"])},
            pdf_standards="ua-1",  # refuses a picture without words, a document without title or language
            timestamp=datetime.fromisoformat(asked["made_at"]),
        )
    except typst.TypstError as why:
        sys.stderr.write(why.message)
        return REFUSED
    sys.stdout.buffer.write(pdf)
    return 0


def _end_after(seconds: float) -> None:
    """Ends this process by itself when it has worked so long, also where nobody waits for it any more."""
    if sys.platform != "win32":
        import resource

        limit = max(1, math.ceil(seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit))


if __name__ == "__main__":
    sys.exit(main())
