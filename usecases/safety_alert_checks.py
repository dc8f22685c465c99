"""Whether each safety alert stands where a walk of its steps says that it stands (W1 to W6)."""

from collections.abc import Iterator

from db.queries import safety_alerts
from rules.errors import Refusal
from usecases.ladder_records import why_astray
from usecases.safety_alert_steps import AlertOnItsWay
from usecases.staff_on_the_day import staff_today
from usecases.work import Work


def alerts_astray(work: Work) -> Iterator[str]:
    """What is wrong with each alert whose row says other than its steps, by its reference. Changes nothing."""
    staff = staff_today(work)
    for alert in safety_alerts.every_alert(work.session):
        try:
            walked = AlertOnItsWay.of(work, alert, staff).as_recorded()
        except Refusal as why:
            yield f"{alert.reference} cannot be walked: {why.sentence}"
            continue
        astray = why_astray(alert, walked)
        if astray is not None:
            yield astray
