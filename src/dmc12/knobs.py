"""The project's knobs: every setting of `dbt_project.yml` under `vars: dmc12:`, typed and checked.

The values stand in `dbt_project.yml` alone; here stand their types and the rules between them.
`resolve` is what dbt's macros call (through `adapter.call`) and what Python models use.
"""

import itertools
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from dmc12.encoders import FEATURES, ORACLE_FEATURES
from dmc12.metrics import METRICS, PLACES, MetricSpec, check_slice, compared, slice_tags
from dmc12.names import check_name, shortened
from dmc12.rankers import ranker_specs
from dmc12.sampling import Aim, check_aims
from dmc12.tags import Tag
from dmc12.world.spec import WorldSpec

SPLITS = ("train", "validation", "test")
SOURCES = ("plays", "profiles", "titles", "impressions")

Name = Annotated[str, BeforeValidator(check_name)]
Slice = Annotated[str, BeforeValidator(check_slice)]
Split = Literal["train", "validation", "test"]
EvaluatedSplit = Literal["validation", "test"]
Source = Literal["plays", "profiles", "titles", "impressions"]


def _in_utc(moment: datetime) -> datetime:
    """Take a moment without a zone as UTC, which is what the whole project runs in."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _no_number(moment: Any) -> Any:
    """Refuse numbers, which pydantic would read as seconds since 1970."""
    if isinstance(moment, int | float):
        raise ValueError("expected a date such as '2026-06-18', got a number")  # noqa: TRY004
    return moment


def _ascending(values: list[Any]) -> list[Any]:
    """Refuse a list that is not strictly ascending."""
    if any(later <= earlier for earlier, later in itertools.pairwise(values)):
        raise ValueError("expected strictly ascending values")
    return values


def _all_or_count(candidates: Any) -> Any:
    """Refuse what is neither `all` nor a number of candidates."""
    if candidates != "all" and not (type(candidates) is int and candidates >= 1):
        raise ValueError("expected all, or a number of candidates")
    return candidates


Candidates = Annotated[int | str, BeforeValidator(_all_or_count)]
Moment = Annotated[
    datetime, Field(strict=False), BeforeValidator(_no_number), AfterValidator(_in_utc)
]
Ascending = AfterValidator(_ascending)
Strategy = Literal["uniform", "popularity", "impressions", "hard", "own"]
Rate = Annotated[float, Field(gt=0, le=1)]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class AlsParams(BaseModel):
    """Parameters of implicit-feedback ALS, by the names that Spark's documentation explains."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    rank: Count
    iterations: Count
    alpha: Annotated[float, Field(ge=0)]
    regularisation: Annotated[float, Field(gt=0)]


class EarlierRanker(BaseModel):
    """A ranker of a bundle, by the bundle's directory and, to pin it, its fingerprint."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    bundle: Annotated[str, Field(min_length=1)]
    ranker: Name
    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


class Knobs(BaseModel):
    """All knobs. A field's description is its documentation; its unit stands in its name."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)

    world: WorldSpec | None = Field(
        None, description="the simulated world in seeds/; none for real input", strict=False
    )
    facts_end_at: Moment = Field(
        description="facts at or after this moment are rejected as lying in the future"
    )
    max_strength: Annotated[float, Field(gt=0, le=1e15)] = Field(
        description="a stronger fact is rejected: sums of strengths must stay finite"
    )
    has_impressions: bool = Field(description="whether raw_impressions is supplied")
    max_rejected_share: dict[Source, Share] = Field(
        description="share of a source's raw rows beyond whose rejection a build stops"
    )

    publish_delay_hours: Annotated[float, Field(ge=0)] = Field(
        description="a fact is visible to features only so long after it happened"
    )
    expected_facts: Count | None = Field(
        description="facts expected of each day; none: the median of the same weekday before"
    )
    expected_facts_weeks: Count = Field(description="weeks that this median is taken over")
    min_completeness: Annotated[float, Field(ge=0)] = Field(
        description="share of a day's expected facts below which a build stops"
    )
    accepted_days: list[Moment] = Field(description="days that are right though they are short")
    backfill: Annotated[list[Moment], Field(max_length=2)] = Field(
        description="first and last day to make anew in the tables by day; none: what has changed"
    )

    context_policy: Literal["sessions", "calendar"] = Field(
        description="sessions: a context at each visit; calendar: each known profile at given dates"
    )
    session_idle_hours: Annotated[float, Field(gt=0)] = Field(
        description="a visit starts with a play that follows the one before by at least this"
    )
    calendar_dates: Annotated[list[Moment], Ascending] = Field(
        description="the moments of calendar contexts"
    )
    label_horizon_hours: Annotated[float, Field(gt=0)] = Field(
        description="labels come from facts in [context_at, context_at + horizon)"
    )
    label_thresholds: Annotated[list[float], Field(min_length=1, max_length=30), Ascending] = Field(
        description="a label counts the thresholds that the strongest fact's strength reaches"
    )

    train_starts_at: Moment = Field(description="contexts before it only warm up the features")
    validation_starts_at: Moment = Field(description="train ends here, label windows included")
    test_starts_at: Moment = Field(description="validation ends here, label windows included")

    tags: Annotated[dict[Name, Tag], Field(min_length=1)] = Field(
        description="name -> expression over the tagger's columns, type, description"
    )

    strata: list[Name] = Field(description="tags whose values make a stratum")
    sampling: dict[Split, Aim] = Field(
        description="split -> rate, or count and maybe shares (tag -> value -> share);"
        " floor and cap of a stratum"
    )
    sampling_method: Literal["exact", "bernoulli"] = Field(
        description="exact: the numbers asked for; bernoulli: each context by itself, by rate alone"
    )
    context_weighting: Literal["plain", "population"] = Field(
        description="weight of a context in training: 1, or 1 / inclusion probability"
    )
    empty_contexts: dict[Split, Literal["keep", "drop"]] = Field(
        description="what becomes of contexts without a positive item"
    )
    sampling_salt: str = Field(description="a new salt is a new draw of contexts and negatives")

    train_candidates: Literal["sampled", "all"] = Field(
        description="items of a train context: positives and drawn negatives, or all candidates"
    )
    negatives_per_context: Count = Field(description="negatives drawn for a train context")
    negative_shares: Annotated[dict[Strategy, Rate], Field(min_length=1)] = Field(
        description="strategy -> share of the negatives; they draw in this order and add to 1"
    )
    negatives_exclude_played: bool = Field(
        description="whether only the strategy own draws what the profile played before"
    )
    negative_weights: Literal["one", "inverse_inclusion"] = Field(
        description="weight of a drawn item: 1, or 1 / its inclusion probability"
    )
    popularity_exponent: Annotated[float, Field(ge=0)] = Field(
        description="popularity negatives are drawn in proportion to plays ^ exponent"
    )
    popularity_fit_dates: Annotated[list[Moment], Ascending] = Field(
        description="plays before it make the weights; a context uses the last one before it"
    )

    evaluation_candidates: dict[EvaluatedSplit, Candidates] = Field(
        description="items of a context beside its positives: all candidates, or so many drawn"
    )
    evaluation_salt: str = Field(description="a new salt is a new draw of evaluation candidates")

    features: Annotated[list[Name], Field(min_length=1)] = Field(
        description="features that dmc12_featurized holds, in this order"
    )
    coplay_fit_dates: Annotated[list[Moment], Ascending] = Field(
        description="when title_coplays is fitted anew; a context uses the last fit before it"
    )
    coplay_neighbours: Count = Field(description="neighbours kept of each title")

    als_fit_dates: Annotated[list[Moment], Ascending] = Field(
        description="when title_factors is fitted anew; a context uses the last fit before it"
    )
    als: AlsParams = Field(description="parameters of these fits", strict=False)
    earlier_ranker: EarlierRanker | None = Field(
        description="bundle, ranker and maybe fingerprint of the one that earlier_score is by",
        strict=False,
    )
    leakage_share: Share = Field(
        description="share of contexts whose features are made again with other futures"
    )
    max_feature_psi: Annotated[float, Field(gt=0)] = Field(
        description="population stability index against train beyond which a feature has drifted"
    )

    rankers: Annotated[dict[Name, dict[str, Any]], Field(min_length=1)] = Field(
        description="name -> trainer, features (none: all but the oracle's), params, grid or"
        " search, weights, label_gain, scored, guardrails; an ensemble comes after its bases"
    )
    control_ranker: str = Field(description="the ranker that others are compared with")
    training_threads: Count | None = Field(
        description="threads of one training; none: a machine's cores, divided by what it trains"
    )
    training_task_cpus: Count | None = Field(
        description="cpus that a training claims of a cluster's executor; none: one, as any task"
    )
    scored_splits: Annotated[list[Split], Field(min_length=1)] = Field(
        description="splits whose contexts are scored"
    )

    bundle_rankers: list[str] = Field(
        description="rankers that bundles hold (none: all that are scored and blind to the truth)"
    )
    bundle_days: Count = Field(description="latest days whose snapshots the served bundle holds")
    bundles_kept: Count = Field(description="earlier bundles of a name that a release leaves")
    parity_contexts: Annotated[int, Field(ge=0)] = Field(
        description="test contexts that are ranked online before a bundle is released; 0: none"
    )

    metrics: Annotated[dict[Name, MetricSpec], Field(min_length=1)] = Field(
        description="name -> whether taken at the whole list, at metric_ks, or both"
    )
    metric_ks: Annotated[list[Count], Field(min_length=1), Ascending] = Field(
        description="cut-offs of the metrics that take one"
    )
    metric_discount: Literal["log2", "lenskit"] = Field(
        description="discount of rank r in DCG: 1 / log2(1 + r), or 1 / log2(max(r, 2))"
    )
    metric_slices: list[Slice] = Field(
        description="tags by whose values metrics are sliced; a/b: by the values of both at once"
    )

    propensity_weight_cap: Annotated[float, Field(ge=1)] = Field(
        description="1 / propensity counts no more than this in the capped off-policy estimate"
    )

    compared_metrics: Annotated[list[str], Field(min_length=1)] = Field(
        description="metrics by which rankers are compared with the control, at all their places"
    )
    winner_metric: str = Field(description="the compared metric that the winner is best in")
    bootstrap_replicates: Annotated[int, Field(ge=100, le=10_000)] = Field(
        description="replicates of the bootstrap that gives differences their errors"
    )
    significance: Annotated[float, Field(gt=0, lt=0.5)] = Field(
        description="chance of a wrong finding; intervals hold 1 - significance"
    )
    test_power: Annotated[float, Field(gt=0.5, lt=1)] = Field(
        description="chance that a test shows the effect it is made for"
    )

    experiment: Name = Field(description="the A/B test that profiles are allotted to; its salt")
    member_metric_days: Count = Field(
        description="days before facts_end_at over which member metrics are taken"
    )
    smallest_effects: Annotated[
        list[Annotated[float, Field(gt=0)]], Field(min_length=1), Ascending
    ] = Field(description="relative changes of a member metric that an A/B test should show")

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Check the rules between knobs."""
        moments = [
            ("train_starts_at", self.train_starts_at),
            ("validation_starts_at", self.validation_starts_at),
            ("test_starts_at", self.test_starts_at),
            ("facts_end_at", self.facts_end_at),
        ]
        for (earlier, start), (later, end) in itertools.pairwise(moments):
            if start >= end:
                raise ValueError(f"{later} ({end}) must come after {earlier} ({start})")
        if self.backfill and not (len(self.backfill) == 2 and self.backfill[0] <= self.backfill[1]):
            raise ValueError("backfill takes a first and a last day, in this order")
        if self.context_policy == "calendar" and not self.calendar_dates:
            raise ValueError("calendar_dates is empty, but context_policy is calendar")
        for name, needed in (
            ("max_rejected_share", SOURCES if self.has_impressions else SOURCES[:-1]),
            ("sampling", SPLITS),
            ("empty_contexts", SPLITS),
            ("evaluation_candidates", SPLITS[1:]),
        ):
            missing = [key for key in needed if key not in getattr(self, name)]
            if missing:
                raise ValueError(f"{name} lacks {', '.join(missing)}")
        self._agree_on_negatives()
        _known_names("features", self.features, FEATURES)
        for name, what in (("features", "feature"), ("strata", "tag"), ("metric_slices", "tag")):
            if len(set(getattr(self, name))) < len(getattr(self, name)):
                raise ValueError(f"{name} names a {what} twice")
        uses_truth = sorted(ORACLE_FEATURES.intersection(self.features))
        if uses_truth and self.world is None:
            raise ValueError(f"feature {uses_truth[0]} needs a world, and none is declared")
        if "als_score" in self.features and not self.als_fit_dates:
            raise ValueError("feature als_score needs a date in als_fit_dates, and there is none")
        if "earlier_score" in self.features and self.earlier_ranker is None:
            raise ValueError("feature earlier_score needs knob earlier_ranker, and it is null")
        specs = ranker_specs(self.rankers, self.features, oracle_features=ORACLE_FEATURES)
        for spec in specs:
            if self.context_weighting == "population" and any(
                getattr(one.params, "weights", "none") == "both" for one in spec.sets
            ):
                raise ValueError(
                    f"ranker {spec.name}: weights both counts a context's inclusion probability "
                    "twice, as context_weighting population has it in the items' weights"
                )
        scored = scored_rankers(self)
        _known_names("control_ranker", [self.control_ranker], scored)
        _known_names("bundle_rankers", self.bundle_rankers, scored)
        blind = bundled_rankers(self)
        untold = [name for name in self.bundle_rankers if name not in blind]
        if untold:
            raise ValueError(f"bundle_rankers: {untold[0]} uses the truth, which no bundle has")
        if not blind:
            raise ValueError("bundle_rankers: every ranker uses the truth, which no bundle has")
        if self.parity_contexts and "test" not in self.scored_splits:
            raise ValueError("parity_contexts needs test among scored_splits")
        _known_names("strata", self.strata, self.tags)
        check_aims(self.sampling, self.strata, self.sampling_method)
        slices = slice_tags(self.metric_slices)
        if len({frozenset(tags) for tags in slices.values()}) < len(slices):
            raise ValueError("metric_slices names the same tags twice, in another order")
        _known_names("metric_slices", list(itertools.chain(*slices.values())), self.tags)
        _known_names("metrics", list(self.metrics), METRICS)
        for name, metric in self.metrics.items():
            _known_names(f"metrics.{name}.at", list(metric.at), PLACES.get(name, metric.at))
        _known_names("compared_metrics", self.compared_metrics, self.metrics)
        columns = [
            metric.column
            for metric in compared(self.metrics, self.metric_ks, self.compared_metrics)
        ]
        _known_names("winner_metric", [self.winner_metric], columns)
        for spec in specs:
            for name, guardrail in spec.guardrails.items():
                place = f"rankers.{spec.name}.guardrails.{name}"
                _known_names(f"{place}.metric", [guardrail.metric], columns)
                _known_names(f"{place}.slice", [guardrail.slice], ["all", *slices])
        return self

    def _agree_on_negatives(self) -> None:
        """Check that the mix adds up and that each strategy has what it draws from."""
        shares = self.negative_shares
        if abs(sum(shares.values()) - 1) > 1e-9:
            raise ValueError(f"negative_shares add to {sum(shares.values()):g}, not to 1")
        if "impressions" in shares and not self.has_impressions:
            raise ValueError(
                "negative_shares: impressions needs the input raw_impressions; supply it and set "
                "has_impressions, or leave the strategy out"
            )
        fits = {"popularity": "popularity_fit_dates", "hard": "coplay_fit_dates"}
        for strategy, dates in fits.items():
            if strategy in shares and not getattr(self, dates):
                raise ValueError(f"negative_shares: {strategy} needs a date in {dates}")


def scored_rankers(knobs: Knobs) -> list[str]:
    """Return the rankers whose scores the tables hold, in the order of their declaration."""
    return [name for name, declared in knobs.rankers.items() if declared.get("scored", True)]


def bundled_rankers(knobs: Knobs) -> list[str]:
    """Return the rankers that bundles hold, in the order of their declaration."""
    specs = ranker_specs(knobs.rankers, knobs.features, oracle_features=ORACLE_FEATURES)
    chosen = knobs.bundle_rankers or scored_rankers(knobs)
    return [
        spec.name
        for spec in specs
        if spec.name in chosen and not ORACLE_FEATURES.intersection(spec.features)
    ]


def _known_names(knob: str, names: list[str], known: Any) -> None:
    """Raise for the first of `names` that is not among `known`, with the likely meant one."""
    for name in names:
        if name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else f"; known: {', '.join(known)}"
            raise ValueError(f"{knob}: {shortened(name)} is not known{hint}")


def check(project_vars: Mapping[str, Any]) -> Knobs:
    """Return the checked knobs; raise one ValueError that names every knob at fault."""
    try:
        return Knobs.model_validate(dict(project_vars))
    except ValidationError as error:
        faults = "\n".join(f"  {_fault(fault)}" for fault in error.errors())
        raise ValueError(
            f"dbt_project.yml, vars: dmc12: {error.error_count()} knob(s) at fault\n{faults}"
        ) from None


def knobs_of(model_vars: Mapping[str, Any]) -> Knobs:
    """Return the knobs among the vars that a Python model sees; the others are other packages'."""
    return check({name: value for name, value in model_vars.items() if name in Knobs.model_fields})


def resolve(project_vars: Mapping[str, Any]) -> dict[str, Any]:
    """Return the checked knobs as plain values for Jinja; moments 'YYYY-MM-DD HH:MM:SS.ffffff'."""
    return {name: _plain(value) for name, value in check(project_vars).model_dump().items()}


def _plain(value: Any) -> Any:
    """Give moments the form of a SQL timestamp literal, in lists too."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, list):
        return [_plain(element) for element in value]
    return value


def _fault(fault: Any) -> str:
    """Say one of pydantic's faults in a line: the knob's path, what is wrong, the value."""
    # of a name at fault pydantic's path ends in the name itself and [key]
    parts = fault["loc"][:-2] if fault["loc"][-1:] == ("[key]",) else fault["loc"]
    path = ".".join(str(part) for part in parts)
    if fault["type"] == "extra_forbidden":
        close = get_close_matches(path, Knobs.model_fields, n=1)
        return f"{path}: unknown knob" + (f"; did you mean {close[0]}?" if close else "")
    if fault["type"] == "missing":
        return f"{path}: missing"
    message = fault["msg"].removeprefix("Value error, ")
    return f"{path}: {message} (got {shortened(fault['input'])})" if path else message
