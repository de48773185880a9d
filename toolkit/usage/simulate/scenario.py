"""A scenario: a declared population, its tools, its incentives. Incentives are named by mechanism, never by firm."""

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
    """What a parameter may be: its unit, least and greatest value (both allowed), and whether it is a whole number."""

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
    "reasoning_share": Limits("1", 0, 0.5, False, "reasoning in an answer, mean; each has 0 to twice that"),
    "error_share": Limits("1", 0, 1, False, "share of requests answered with an error, which keep their tokens"),
    "team_projects": Limits("project/team", 1, 1_000, True, "projects that the sessions of a team are about"),
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
PRICES = ("uncached", "cache_read", "cache_creation", "output")  # types of tokens, each with a price of its own


@dataclass(frozen=True)
class Shape:
    """What sessions of one kind look like."""

    id: str
    agent: str  # gen_ai.agent.name of its events
    operation: str  # gen_ai.operation.name of its events
    rhythm: str  # id of a Rhythm
    headless: bool  # run by a program, with nobody at the keyboard
    carries: bool  # whether the context keeps the answers
    share: Quantity  # of ordinary sessions, before all shares are made to add up to 1
    side_share: Quantity  # of its sessions: runs of a sub-agent
    link: Quantity  # rank correlation of first context and number of requests, 0 or less
    start_factor: Quantity  # the first three additions to the context are multiplied by it
    distributions: Mapping[str, Quantiles]  # by the names of DISTRIBUTIONS


@dataclass(frozen=True)
class Rhythm:
    """When sessions start: shares of the 24 hours (UTC) and of the 7 weekdays from Monday, each adding up to 1."""

    id: str
    hours: tuple[float, ...]
    weekdays: tuple[float, ...]
    source: str


@dataclass(frozen=True)
class Price:
    """List prices from a day on, in USD per million tokens."""

    from_on: date
    by_type: Mapping[str, Quantity]  # by the names of PRICES


@dataclass(frozen=True)
class Model:
    """A model: who sells it, its share of the sessions of its weeks, and its prices."""

    id: str
    provider: str
    share: Quantity
    from_week: Quantity
    until_week: Quantity | None
    prices: tuple[Price, ...]  # one or more, by from_on


@dataclass(frozen=True)
class Twin:
    """An honest use that looks like padding."""

    id: str
    why: str
    shape: str  # id of a Shape
    developers: Quantity  # share of developers who have it
    sessions: Quantity  # of one such developer, a week
    from_week: Quantity
    until_week: Quantity | None


@dataclass(frozen=True)
class Incentive:
    """A pressure on use: who adds sessions (padding), which ones, from when, how many, and what they cost.

    A developer is in reach if their quantile lies in quantile_from to quantile_to: the quantile in the declared
    distribution of tokens, which does not depend on who else is in the population. How many sessions are added
    is declared as sessions (a week), as factor (of the developer's ordinary sessions), or as spend (in USD a week,
    up to which ordinary use is filled).
    """

    id: str
    mechanism: str
    described_by: tuple[str, ...]  # ids of sources that report such an incentive
    share: Quantity  # of those in reach: who react
    quantile_from: Quantity
    quantile_to: Quantity
    from_week: Quantity
    until_week: Quantity | None
    ramp_weeks: Quantity  # until all of it is added
    amount_kind: str  # one of AMOUNTS: what `amount` is
    amount: Quantity
    idle_only: bool  # only in weeks without ordinary use
    shapes: tuple[tuple[str, Quantity], ...]  # of the added sessions: id of a shape, its share
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
    """A population under declared incentives.

    Weeks begin on Monday, UTC, and count from 0; from_week is the first week of a part, until_week the first one after
    it (None: it has no end). Rhythms, models, shapes,
    twins and incentives are numbered from 0 in their order.
    """

    id: str
    title: str
    start_on: date  # a Monday
    parameters: Mapping[str, Quantity]  # by the names of PARAMETERS
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
        """The name of the usage log: synthetic-<id>."""
        return f"synthetic-{self.id}"

    def place(self, shape: str) -> int:
        """The number of a shape in `shapes`, from 0. Raises ValueError for an unknown id."""
        return [declared.id for declared in self.shapes].index(shape)
