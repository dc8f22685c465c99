"""The case system without a connection: everything is left to people, as to-dos with what they need to copy."""

from usecases.case_system_ports import Capabilities, CaseSystemUnreachable, Command, Outcome, Receipt

_BY_HAND = "No connector is set (AUDIT_CASE_SYSTEM=manual): what is owed is done by hand."


class ManualCaseSystem:
    """Can do nothing by itself, so that nothing is ever sent to it."""

    def capabilities(self) -> Capabilities:
        return Capabilities(frozenset(), gives_receipts=False)

    def carry_out(self, command: Command) -> Outcome:  # noqa: ARG002
        raise CaseSystemUnreachable(_BY_HAND)

    def receipt_of(self, key: str) -> Receipt:  # noqa: ARG002
        raise CaseSystemUnreachable(_BY_HAND)
