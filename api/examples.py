"""Examples for the OpenAPI document."""

from collections.abc import Mapping
from typing import Any


def answered(examples: Mapping[str, Any], code: int = 200) -> dict[int | str, dict[str, Any]]:
    """`responses=answered({"name": {…}})`: what a route answers, by example."""
    named = {name: {"value": value} for name, value in examples.items()}
    return {code: {"content": {"application/json": {"examples": named}}}}
