"""Services that look like one of those the policy names but are not the same (P4, P5, A1).

Services are data and may be called anything, so an unknown one is no error. One called "MASH" or "home-first" where the
policy says "mash" or "home_first" would lose its first seat and its own auditors in silence: that is refused.
"""

import re
from collections.abc import Iterator

from rules.errors import Problem
from rules.policy.shape import Policy
from rules.sampling_frames import SamplingFrame

_BETWEEN_WORDS = re.compile(r"[\s_-]+")
_SHOWN = 60


def services_named(policy: Policy) -> set[str]:
    """Every service that the policy names: audited every cycle, audited by others of its own, or auditing itself."""
    eligibility = policy.eligibility
    auditing = (
        eligibility.auditors_of_re_audits,
        eligibility.auditors_of_the_rest,
        *eligibility.auditors_of_services.values(),
    )
    named = {service for who in auditing for service in who.services}
    return named | {*policy.programme.services_every_cycle, *eligibility.auditors_of_services}


def misspelt_services(frame: SamplingFrame, policy: Policy) -> Iterator[Problem]:
    """A problem for each team or auditor whose service differs from a named one by case, blanks, - or _ alone."""
    named = services_named(policy)
    meant = {_spoken(service): service for service in sorted(named)}
    for rows in ("teams", "auditors"):
        for place, row in enumerate(getattr(frame, rows)):
            service = row.service_id
            if service not in named and _spoken(service) in meant:
                yield _misspelt(f"/{rows}/{place}/service_id", service, meant[_spoken(service)])


def _misspelt(pointer: str, service: str, meant: str) -> Problem:
    sentence = (
        f"service_id is {service[:_SHOWN]!r}, and the policy has rules for {meant!r}: write {meant!r} if it is that "
        "service, or give another service an id that cannot be mistaken for it."
    )
    return Problem(pointer, sentence, service[:_SHOWN], "P4")


def _spoken(service: str) -> str:
    """What is left of a name when case and whatever stands between its words play no part."""
    return " ".join(filter(None, _BETWEEN_WORDS.split(service.casefold())))
