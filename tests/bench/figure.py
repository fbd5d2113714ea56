"""One measured ratio, and what it must not exceed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`ours` and `bare` in the same unit; the ratio is good when it is at most (or, for rates, at least) the bound."""

    name: str
    ours: float
    bare: float
    bound: float
    unit: str = "s"
    higher_is_better: bool = False

    @property
    def ratio(self) -> float:
        return self.ours / self.bare

    @property
    def is_met(self) -> bool:
        return self.ratio >= self.bound if self.higher_is_better else self.ratio <= self.bound

    @property
    def used(self) -> float:
        """The share of what is allowed; up to 1 it is met."""
        return self.bound / self.ratio if self.higher_is_better else self.ratio / self.bound

    def __str__(self) -> str:
        sign = ">=" if self.higher_is_better else "<="
        verdict = "met" if self.is_met else "NOT MET"
        return (
            f"{self.name:<52} {self.ours:9.3f} {self.unit} against {self.bare:9.3f} {self.unit}"
            f"   ratio {self.ratio:5.2f} ({sign} {self.bound:g}: {verdict})"
        )
