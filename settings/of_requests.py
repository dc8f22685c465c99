"""How long and how large: requests, sessions, logs, and what settles by itself."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings


class OfRequests(BaseSettings):
    """What bounds a request, and what goes on beside them."""

    idempotency_days: int = Field(default=7, ge=1, description="How long the answer to an Idempotency-Key is kept")
    idempotency_wait_seconds: float = Field(
        default=5, gt=0, le=60, description="Longest a request waits for another with the same Idempotency-Key"
    )
    draw_seconds: float = Field(default=60, gt=0, description="Longest a draw of POST /v1/rules/draw may take")
    body_mebibytes: int = Field(default=1, ge=1, description="Largest body of a request")
    extract_mebibytes: int = Field(
        default=256, ge=1, description="Largest extract that POST /v1/caseload-imports takes"
    )
    extract_mapping: Path | None = Field(
        default=None,
        description="TOML file that says how your case system's extracts are to be read (docs/guides/extracts.md)",
    )
    sign_in_minutes: int = Field(default=15, ge=1, description="How long a one-time sign-in link works")
    session_hours: int = Field(default=12, ge=1, description="How long a browser stays signed in")
    log_format: Literal["text", "json"] = Field(default="json", description="`text` for people, `json` for a collector")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="`debug`, `info`, `warning` or `error`"
    )
    settle_minutes: int = Field(
        default=2,
        ge=0,
        le=1440,
        description="How long the scheduler leaves a new extract alone, so that whoever loads it can look at it first",
    )
    trail_roots: Path | None = Field(
        default=None,
        description="Folder for the trail's nightly roots, best one that is copied away; without it one below the data "
        "folder",
    )
