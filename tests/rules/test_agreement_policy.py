"""An edition whose figures of agreement cannot be used says why (M5)."""

import dataclasses
from typing import Any

import pytest

from rules.policy.agreement_checks import agreement_contradictions
from rules.policy.load import load_edition
from rules.policy.shape import Policy

POLICY = load_edition()


def _with(key: str, value: int) -> Policy:
    figures: dict[str, Any] = {key: value}
    return dataclasses.replace(POLICY, agreement=dataclasses.replace(POLICY.agreement, **figures))


SPOILT = [
    ("least_pairs", 1, "agreement.least_pairs (1) should be 2 or more: one pair says nothing of others."),
    ("confidence_level", 49, "agreement.confidence_level (49) should be 50 to 99 per cent."),
    ("confidence_level", 100, "agreement.confidence_level (100) should be 50 to 99 per cent."),
]


@pytest.mark.parametrize(("key", "value", "sentence"), SPOILT)
def test_a_figure_that_cannot_hold_is_told_in_a_sentence(key: str, value: int, sentence: str) -> None:
    spoilt = _with(key, value)

    assert list(agreement_contradictions(spoilt)) == [sentence]


@pytest.mark.parametrize(("key", "value"), [("least_pairs", 2), ("confidence_level", 50), ("confidence_level", 99)])
def test_a_figure_at_the_edge_is_allowed(key: str, value: int) -> None:
    edge = _with(key, value)

    assert list(agreement_contradictions(edge)) == []
