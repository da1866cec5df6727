"""What is wrong with the data, the weights or the settings of an index: every problem at once."""

from __future__ import annotations

from geodata.errors import UserInputError


class IndexInputError(UserInputError):
    """The index cannot be computed from what was given; holds every problem found."""


class ConstantIndicatorError(IndexInputError, ValueError):
    """An indicator has fewer than two different values: it ranks nobody."""


class PerturbationError(IndexInputError):
    """A perturbation of the robustness analysis changes nothing: it would show a certainty that is not there."""
