"""`practice-audit api`: one API process, in production."""

from contextlib import closing

import structlog

from api.main import create_app
from cli import listening
from cli.database import open_database
from cli.database_faults import SECONDS_FOR_A_STARTING_SERVER, refuse_unusable
from cli.house import refuse_other_schema
from cli.stopping import stop_in_order
from cli.word_app import word_app
from clock import Clock
from db.session import make_sessions
from logs import write_logs
from rules.policy.load import load_whole_edition
from settings import Settings, listed

app = word_app()
_log = structlog.get_logger("api.start")


@app.command()
def api() -> None:
    """Serve the API only. Run `practice-audit migrate` first, and `practice-audit scheduler` beside it."""
    settings = Settings()
    write_logs(settings.log_format, settings.log_level)
    with stop_in_order(), closing(listening.bind(settings)) as taken, open_database(settings, "api") as engine:
        refuse_unusable(engine, patience=SECONDS_FOR_A_STARTING_SERVER)
        refuse_other_schema(engine)
        application = create_app(settings, Clock(), make_sessions(engine), load_whole_edition(settings.policy))
        say_what_is_missing(settings)
        listening.run(application, taken, lambda: None, proxies=listed(settings.proxies))


def say_what_is_missing(settings: Settings) -> None:
    """Nobody should find out by being turned away."""
    if settings.oidc_issuer is None and not settings.local_mode:
        _log.warning("api_keys_alone_work", kind="AUDIT_OIDC_ISSUER is not set, so people cannot sign in")
    if settings.public_url is None and not settings.local_mode:
        _log.warning("any_host_name_is_answered", kind="AUDIT_PUBLIC_URL is not set")
