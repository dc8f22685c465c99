"""The framework's services and ten teams (FRAMEWORK P4), with how work comes and goes in each."""

from dataclasses import dataclass

SERVICES = {
    "mash": "Multi-Agency Safeguarding Hub",
    "home_first": "Home First Service",
    "care_management": "Care Management",
    "community_learning_disability": "Community Learning Disability Service",
    "review": "Review Service",
    "send": "Special Educational Needs and Disabilities (17+)",
    "nelft": "North East London Foundation Trust",
    "quality_assurance": "Quality Assurance",
    "care_and_support": "Care and Support",
}

TRUST = "Sample Health Trust (made up)"
TRUST_DOMAIN = "trust.invalid"


@dataclass(frozen=True, slots=True)
class SampleTeam:
    """A team. `usual_caseload` is what a full-time practitioner holds; `usual_days` how long half of the work has
    been with its practitioner; `advanced` how many of its practitioners also audit."""

    id: str
    name: str
    service: str
    practitioners: int
    usual_caseload: int
    usual_days: int
    advanced: int = 0
    employer: str | None = None

    @property
    def contact_email(self) -> str | None:
        """A team of another employer is reached through a named contact (P4)."""
        return f"contact.{self.id.removeprefix('SYN-').lower()}@{TRUST_DOMAIN}" if self.employer else None


TEAMS = (
    SampleTeam("SYN-MASH", "MASH", "mash", 16, 9, 40, advanced=2),
    SampleTeam("SYN-CART", "Community Assessment and Reablement Team", "home_first", 18, 14, 130, advanced=1),
    SampleTeam("SYN-HART", "Hospital Assessment and Reablement Team", "home_first", 16, 13, 110, advanced=1),
    SampleTeam("SYN-CMT", "Care Management Team", "care_management", 26, 20, 700, advanced=3),
    SampleTeam(
        "SYN-CLDT", "Community Learning Disability Team", "community_learning_disability", 14, 21, 900, advanced=1
    ),
    SampleTeam("SYN-REV", "Review Team", "review", 14, 24, 300, advanced=2),
    SampleTeam("SYN-SEND", "SEND (17+) Team", "send", 10, 17, 420, advanced=1),
    SampleTeam("SYN-OMHT", "Older Adults Mental Health Team", "nelft", 14, 18, 520, advanced=1, employer=TRUST),
    SampleTeam(
        "SYN-BITS", "Brief Intervention and Treatment Service", "nelft", 10, 15, 220, advanced=1, employer=TRUST
    ),
    SampleTeam("SYN-CRT", "Community Recovery Team", "nelft", 12, 18, 640, employer=TRUST),
)

# What the case system's list of organisations also holds: neither is a team that is audited.
PROVIDER_IN_THE_LIST = ("SYN-PROV-01", "Sample Homecare Limited (provider)")
CLOSED_TEAM = ("SYN-OLD-EAST", "East Locality Team (closed 2019)")
