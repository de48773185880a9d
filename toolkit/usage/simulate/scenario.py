"""A scenario: a declared population, its tools, its incentives. Named by mechanism, never by firm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from toolkit.usage.simulate.draws import Quantiles


@dataclass(frozen=True)
class Quantity:
    """One declared value, its unit, and where it is from: a source's id, "calibration ..." or "assumption"."""

    value: float
    unit: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Limits:
    """What a parameter may be: its unit, least and greatest value, and whether it is a whole number."""

    unit: str
    low: float
    high: float
    whole: bool = False
    meaning: str = ""


PARAMETERS = {
    "developers": Limits("developer", 1, 5_000_000, True, "people in the population"),
    "weeks": Limits("week", 1, 520, True, "length of the log"),
    "team_size": Limits("developer/team", 1, 1_000, True, "people in a team"),
    "tokens_median": Limits("token/month", 1e3, 1e12, False, "all types, the median developer's mean month"),
    "tokens_sigma": Limits("1", 0, 3, False, "spread of log tokens between developers"),
    "tokens_cap": Limits("1", 0.5, 1, False, "quantile of developers above which tokens rise no more; 1: no cap"),
    "week_sigma": Limits("1", 0, 2, False, "spread of log tokens between the weeks of one developer"),
    "absent_share": Limits("1", 0, 0.95, False, "share of developer-weeks away from work"),
    "prs_median": Limits("pr/week", 0.01, 100, False, "merged requests of the median developer"),
    "prs_sigma": Limits("1", 0, 3, False, "spread of log merged requests between developers"),
    "prs_cap": Limits("pr/week", 0.1, 1_000, False, "greatest mean of a developer"),
    "prs_week_shape": Limits("1", 0.01, 1_000, False, "shape of the gamma effect of a week: small is uneven"),
    "output_link": Limits("1", -1, 1, False, "correlation of log tokens and log merged requests between developers"),
    "review_hours": Limits("hour/pr", 0, 100, False, "review that a merged request takes, mean"),
    "revert_share": Limits("1", 0, 1, False, "share of merged requests that are taken back"),
    "incident_share": Limits("1", 0, 1, False, "incidents for each merged request"),
    "cache_lifetime": Limits("second", 0, 1e6, False, "pause after which the cached context is gone"),
    "cache_prefix": Limits("token", 0, 1e6, True, "instructions and tools, cached even after a compaction"),
}
DISTRIBUTIONS = {
    "requests": Limits("request", 1, 1e5, True, "requests of a session"),
    "context": Limits("token", 1, 1e7, True, "input of the first request"),
    "output": Limits("token", 0, 1e6, True, "output of a request"),
    "appended": Limits("token", -1e7, 1e7, True, "what joins the context between two requests beside the answer"),
    "gap": Limits("millisecond", 0, 6e8, True, "from one request to the next"),
    "window": Limits("token", 1, 1e9, True, "context at which it is compacted"),
    "compacted": Limits("token", 1, 1e9, True, "context after that"),
}
SHARE = Limits("1", 0, 1)
PRICE = Limits("USD/million token", 0, 10_000)
PRICES = ("uncached", "cache_read", "cache_creation", "output")


@dataclass(frozen=True)
class Shape:
    """What sessions of one kind look like."""

    id: str
    agent: str
    operation: str
    rhythm: str
    headless: bool
    carries: bool  # whether answers join the context
    share: Quantity  # of ordinary sessions
    link: Quantity  # rank correlation of first context and number of requests, 0 or less
    start_factor: Quantity  # the first three additions to the context are this much larger
    distributions: Mapping[str, Quantiles]  # by the names of DISTRIBUTIONS


@dataclass(frozen=True)
class Rhythm:
    """When sessions start: shares of the 24 hours and the 7 weekdays from Monday."""

    id: str
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    source: str


@dataclass(frozen=True)
class Price:
    """List prices from a day on, in USD per million tokens, by the names of PRICES."""

    from_on: date
    by_type: Mapping[str, Quantity]


@dataclass(frozen=True)
class Model:
    """A model: who sells it, its share of sessions from a week on (weeks count from 0), and its prices."""

    id: str
    provider: str
    share: Quantity
    from_week: Quantity
    until_week: Quantity | None
    prices: tuple[Price, ...]


@dataclass(frozen=True)
class Twin:
    """An honest use that looks like padding."""

    id: str
    why: str
    shape: str
    developers: Quantity  # share of developers
    sessions: Quantity  # sessions a week
    from_week: Quantity
    until_week: Quantity | None


@dataclass(frozen=True)
class Incentive:
    """A pressure on use: who reacts, how, from when, how much, and what it costs.

    A developer is in reach if the quantile of their declared tokens lies in quantile_from to quantile_to; that does
    not depend on who else is in the population. Exactly one of sessions (a week), factor (of the developer's own
    sessions) and spend (a week, to be reached) says how much is added.
    """

    id: str
    mechanism: str
    described_by: tuple[str, ...]  # sources that report one
    share: Quantity  # of those in reach
    quantile_from: Quantity
    quantile_to: Quantity
    from_week: Quantity
    until_week: Quantity | None
    ramp_weeks: Quantity
    amount: str  # sessions, factor or spend
    much: Quantity
    idle_only: bool  # only in weeks without ordinary use
    how: tuple[tuple[str, Quantity], ...]  # shape, share of added sessions
    costs: Mapping[str, Quantity]  # for each added session, by the names of COSTS


COSTS = {
    "prs": Limits("pr/session", 0, 100),
    "review_hours": Limits("hour/session", 0, 100),
    "incidents": Limits("1/session", 0, 1),
}
AMOUNTS = {
    "sessions": Limits("session/week", 0, 10_000),
    "factor": Limits("1", 0, 1_000),
    "spend": Limits("USD/week", 0, 1_000_000),
}


@dataclass(frozen=True)
class Scenario:
    """A population under declared incentives. Weeks begin on Monday; all clocks show UTC."""

    id: str
    title: str
    start_on: date
    parameters: Mapping[str, Quantity]
    rhythms: tuple[Rhythm, ...]
    models: tuple[Model, ...]
    shapes: tuple[Shape, ...]
    twins: tuple[Twin, ...]
    incentives: tuple[Incentive, ...]

    def __getitem__(self, parameter: str) -> float:
        """The value of a parameter, in the unit that PARAMETERS gives it."""
        return self.parameters[parameter].value

    @property
    def log_name(self) -> str:
        """The name of the usage log it makes: it says synthetic."""
        return f"synthetic-{self.id}"

    def place(self, shape: str) -> int:
        """The number of a shape in `shapes`."""
        return [known.id for known in self.shapes].index(shape)
