"""Whose tokens and keys are believed, and for how long."""

from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings

from settings.addresses import is_safe

ASYMMETRIC = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512")


class OfSignIn(BaseSettings):
    """The identity provider, API keys, and refusals."""

    oidc_issuer: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_ISSUER",
        description="Your identity provider, exactly as its tokens name it in `iss`; without it API keys alone work",
    )
    oidc_audience: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_AUDIENCE",
        description="What its tokens for this service name in `aud`",
    )
    oidc_tenant: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_TENANT",
        description="For Microsoft Entra: your tenant's id, which `tid` must be; people are then known by `oid`",
    )
    oidc_token_version: str = Field(
        default="2.0", validation_alias="AUDIT_OIDC_TOKEN_VERSION", description="For Entra: what `ver` must be"
    )
    oidc_jwks_url: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_JWKS_URL",
        description="Where the provider's keys are; without it as its discovery document says",
    )
    oidc_algorithms: str = Field(
        default="RS256",
        validation_alias="AUDIT_OIDC_ALGORITHMS",
        description="Ways of signing that are accepted, with commas: of " + ", ".join(ASYMMETRIC),
    )
    oidc_roles_claim: str = Field(
        default="roles",
        validation_alias="AUDIT_OIDC_ROLES_CLAIM",
        description="Which claim lists the roles that the provider gives",
    )
    oidc_roles: str | None = Field(
        default=None,
        validation_alias="AUDIT_OIDC_ROLES",
        description='What they mean here, as JSON instead of the names in the guide: `{"Team Lead": "team_manager"}`',
    )
    api_key_days: int = Field(
        default=365, ge=1, le=1826, description="How long an API key works unless it is made for another time; longest"
    )
    refusal_minutes: int = Field(
        default=5, ge=1, le=1440, description="For how long refused API keys of an address are counted together"
    )
    refusals: int = Field(
        default=30, ge=1, description="How many refused API keys an address may send in that time before it has to wait"
    )

    @model_validator(mode="after")
    def _refuse_half_a_provider(self) -> Self:
        """Tokens checked by half of what they must say would let in whoever the provider knows."""
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            missing = "AUDIT_OIDC_ISSUER" if self.oidc_issuer is None else "AUDIT_OIDC_AUDIENCE"
            raise ValueError(f"{missing} is missing: tokens are checked by issuer and audience together.")
        unsafe = [url for url in (self.oidc_issuer, self.oidc_jwks_url) if url is not None and not is_safe(url)]
        if unsafe:
            raise ValueError(f"{unsafe[0]} is neither https nor on this machine: take the provider's https address.")
        odd = [name for name in listed(self.oidc_algorithms) if name not in ASYMMETRIC]
        if odd or not listed(self.oidc_algorithms):
            raise ValueError(
                f"AUDIT_OIDC_ALGORITHMS names {', '.join(odd) or 'none'}: choose of {', '.join(ASYMMETRIC)}."
            )
        return self


def listed(words: str) -> tuple[str, ...]:
    """A setting of several words, with commas between them."""
    return tuple(word.strip() for word in words.split(",") if word.strip())
