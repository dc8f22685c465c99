"""Names that nobody could take for a real person's: every family name says that it is made up.

Some carry accents and apostrophes, so that the encodings of extracts are put to the test.
"""

from samples.chance import Chance

_GIVEN = (
    "Ada", "Amara", "Bilal", "Carys", "Chidi", "Dana", "Eilidh", "Farah", "Gwen", "Hamza", "Imogen", "Jokubas",
    "José", "Kezia", "Leila", "Mina", "Noor", "Olu", "Priya", "Rhys", "Saoirse", "Siân", "Tariq", "Zoë",
)  # fmt: skip

_FAMILY = (
    "Dummerton", "Examplethwaite", "Fabricant", "Fictionby", "Inventley", "Madeupham", "Mockridge", "Notreal",
    "O’Sample", "Placeholder", "Pretendergast", "Samplewood", "Sandboxley", "Syntheticson", "Testington",
)  # fmt: skip

_PLAIN = str.maketrans({"é": "e", "â": "a", "ë": "e", "’": ""})


class MadeUpNames:
    """Hands out each pair of a given and a family name once."""

    def __init__(self, chance: Chance) -> None:
        pairs = [f"{given} {family}" for family in _FAMILY for given in _GIVEN]
        self._left = chance.shuffled(pairs)

    def next(self) -> str:
        """A name that nobody else in the council has."""
        return self._left.pop()


def address_of(name: str, domain: str = "example.org") -> str:
    """An e-mail address under a domain that is reserved for examples and can never deliver."""
    given, _, family = name.lower().translate(_PLAIN).partition(" ")
    return f"{given}.{family}@{domain}"
