"""What the service counts, in Prometheus' text format."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1.0)
CANDIDATES = (1, 10, 50, 100, 250, 500, 1_000)


class Metrics:
    """The metrics of one service."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "dmc12_requests", "Requests, by path and status.", ["path", "status"],
            registry=self.registry,
        )  # fmt: skip
        self.faults = Counter(
            "dmc12_faults", "Requests refused, by the fault's code.", ["code"],
            registry=self.registry,
        )  # fmt: skip
        self.seconds = Histogram(
            "dmc12_rank_seconds", "Seconds from a read /rank request to its response.",
            buckets=SECONDS, registry=self.registry,
        )  # fmt: skip
        self.candidates = Histogram(
            "dmc12_rank_candidates", "Candidates of a ranked context.",
            buckets=CANDIDATES, registry=self.registry,
        )  # fmt: skip
        self.unknown_plays = Counter(
            "dmc12_unknown_plays", "Plays of histories whose title the bundle does not know.",
            registry=self.registry,
        )  # fmt: skip
        self.reloads = Counter(
            "dmc12_bundle_reloads", "Bundles loaded or refused.", ["outcome"],
            registry=self.registry,
        )  # fmt: skip
        self.loaded = Gauge(
            "dmc12_bundle_loaded_timestamp_seconds", "When the served bundle was loaded.",
            registry=self.registry,
        )  # fmt: skip
        self.bundle = Gauge(
            "dmc12_bundle_info", "The served bundle: always 1.", ["bundle", "fingerprint"],
            registry=self.registry,
        )  # fmt: skip

    def to_text(self) -> bytes:
        """Return all metrics as text."""
        return generate_latest(self.registry)
