"""A case system in memory, for tests and for showing the product: it does what a real one does, and what goes wrong."""

from collections import deque
from dataclasses import dataclass, field
from threading import Lock

from usecases.case_system_ports import (
    Capabilities,
    CaseSystemUnreachable,
    Command,
    Done,
    NeverArrived,
    Operation,
    Outcome,
    Receipt,
    Uncertain,
)

EVERYTHING = frozenset({Operation.UPLOAD_DOCUMENT, Operation.RECORD_NOTE})


@dataclass(slots=True)
class FakeCaseSystem:
    """Keeps what it was told to do in `made`, once for each key if it gives receipts.

    `answers` are given instead of its own, one a command, before anything is done; after `silences` commands more are
    done it does not answer them; while it is `is_down` nothing reaches it.
    """

    can: Capabilities = field(default_factory=lambda: Capabilities(EVERYTHING, gives_receipts=True))
    made: list[tuple[str, Command]] = field(default_factory=list)
    answers: deque[Outcome] = field(default_factory=deque)
    silences: int = 0
    is_down: bool = False
    _lock: Lock = field(default_factory=Lock)

    def capabilities(self) -> Capabilities:
        self._refuse_while_down()
        return self.can

    def carry_out(self, command: Command) -> Outcome:
        self._refuse_while_down()
        with self._lock:
            if self.answers:
                return self.answers.popleft()
            done = self._known(command.key) if self.can.gives_receipts else None
            if done is None:
                done = Done(f"DOC-{len(self.made) + 1}")
                self.made.append((done.reference, command))
            if self.silences:
                self.silences -= 1
                return Uncertain("It did not answer in time.")
            return done

    def receipt_of(self, key: str) -> Receipt:
        self._refuse_while_down()
        with self._lock:
            return self._known(key) or NeverArrived()

    def _known(self, key: str) -> Done | None:
        return next((Done(reference) for reference, command in self.made if command.key == key), None)

    def _refuse_while_down(self) -> None:
        if self.is_down:
            raise CaseSystemUnreachable("The case system is down.")
