"""`/metrics`: what a monitor watches, in the text form of Prometheus.

Figures of the work come from the database and are the same from each process; requests are those of the process that
was asked. Labels are names of routes, states and jobs: never an id, a person or a word that somebody typed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from api.dependencies import WorkDep, requires
from api.permissions import Permission
from api.routers import Router
from db.queries import jobs, measures
from usecases.work import Work

# From what nobody notices to what somebody gives up on.
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_NO_ROUTE = "none"
_NOT_SETTLED = ("pending", "leased", "manual", "refused", "uncertain")

router = Router("operations")


class RequestMeasures:
    """Counts the requests of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("method", "route")
        self._requests = Counter(
            "practice_audit_requests", "Requests answered", (*labels, "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "practice_audit_request_seconds", "Time to answer", labels, registry=self.registry, buckets=_SECONDS
        )

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """A request was answered. One that found no route counts under none, so that strangers make no labels."""
        route = getattr(scope.get("route"), "path", _NO_ROUTE)
        method = scope["method"] if route != _NO_ROUTE else _NO_ROUTE
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)


@router.get(
    "/metrics",
    operation_id="read_metrics",
    dependencies=[requires(Permission.READ_METRICS)],
    response_class=Response,
    responses={
        200: {
            "description": "Figures in the text form of Prometheus, for a monitor that sends a key as bearer token",
            "content": {"text/plain": {"example": "practice_audit_notices_waiting 0.0\n"}},
        }
    },
)
def read_metrics(request: Request, work: WorkDep) -> Response:
    """What waits, what is late, how old the extracts are, whether the scheduler ticks, and how requests fare."""
    counted: RequestMeasures = request.app.state.measures
    text = generate_latest(counted.registry) + generate_latest(_OfTheWork(list(figures(work))))
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4)


@dataclass(frozen=True, slots=True)
class _OfTheWork(Collector):
    """Figures that were asked for this one answer."""

    families: Sequence[Metric]

    def collect(self) -> Sequence[Metric]:
        return self.families


def figures(work: Work) -> Iterator[Metric]:
    """The figures of the work, from the database."""
    yield from _outbox(work)
    yield from _safety_alerts(work)
    yield from _case_system(work)
    audits = measures.audits_of_open_cycles(work.session)
    yield _by("practice_audit_audits", "Audits of the open cycles", "state", audits)
    overdue = measures.overdue(work.session, work.today)
    yield _by("practice_audit_deadlines_overdue", "Running deadlines past their day", "time_limit", overdue)
    yield _ages_of_extracts(work)
    yield from _jobs(work)


def _outbox(work: Work) -> Iterator[Metric]:
    outbox = measures.outbox(work.session, work.now)
    late = (work.now - outbox.due_since).total_seconds() if outbox.due_since else 0.0
    yield GaugeMetricFamily("practice_audit_notices_waiting", "Messages not sent yet", outbox.waiting)
    yield GaugeMetricFamily("practice_audit_notices_late_seconds", "How late the longest due message is", late)
    yield GaugeMetricFamily("practice_audit_notices_parked", "Messages that wait for a person", outbox.parked)


def _safety_alerts(work: Work) -> Iterator[Metric]:
    alerts = measures.safety_alerts(work.session, work.now)
    late = (work.now - alerts.due_since).total_seconds() if alerts.due_since else 0.0
    words = "Open safety alerts of which nobody who could act could be told: ring somebody"
    yield GaugeMetricFamily("practice_audit_safety_alerts_open", "Open safety alerts", alerts.open)
    yield GaugeMetricFamily("practice_audit_safety_alerts_told_to_nobody", words, alerts.told_to_nobody)
    yield GaugeMetricFamily("practice_audit_safety_alerts_late_seconds", "How long the oldest message waits", late)


def _case_system(work: Work) -> Iterator[Metric]:
    stuck = dict.fromkeys(_NOT_SETTLED, 0) | measures.case_system_commands(work.session)
    yield _by("practice_audit_case_system_commands", "Commands for the case system, not settled", "state", stuck)
    due_since = measures.case_system_due_since(work.session, work.now)
    late = (work.now - due_since).total_seconds() if due_since else 0.0
    yield GaugeMetricFamily("practice_audit_case_system_late_seconds", "How late the longest due command is", late)


def _ages_of_extracts(work: Work) -> Metric:
    family = GaugeMetricFamily(
        "practice_audit_extract_age_days", "Days since the newest extract was made", labels=("kind",)
    )
    for kind, extracted_on in measures.days_of_newest_extracts(work.session):
        if extracted_on is not None:
            family.add_metric((kind,), (work.today - extracted_on).days)
    return family


def _jobs(work: Work) -> Iterator[Metric]:
    since = GaugeMetricFamily(
        "practice_audit_job_seconds_since_success", "Time since the job last ended well", labels=("job",)
    )
    failures = GaugeMetricFamily("practice_audit_job_failures", "Runs of the job in a row that failed", labels=("job",))
    for run in jobs.last_runs(work.session):
        if run.succeeded_at is not None:
            since.add_metric((run.job,), (work.now - run.succeeded_at).total_seconds())
        failures.add_metric((run.job,), run.failures_in_a_row)
    yield since
    yield failures


def _by(name: str, words: str, label: str, counts: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=(label,))
    for value, count in counts.items():
        family.add_metric((value,), count)
    return family
