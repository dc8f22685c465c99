"""`practice-audit api`: one API process, in production."""

from contextlib import closing

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
from rules.policy.load import load_edition
from settings import Settings

app = word_app()


@app.command()
def api() -> None:
    """Serve the API only. Run `practice-audit migrate` first, and `practice-audit scheduler` beside it."""
    settings = Settings()
    write_logs(settings.log_format, settings.log_level)
    with stop_in_order(), closing(listening.bind(settings)) as taken, open_database(settings, "api") as engine:
        refuse_unusable(engine, patience=SECONDS_FOR_A_STARTING_SERVER)
        refuse_other_schema(engine)
        application = create_app(settings, Clock(), make_sessions(engine), load_edition(settings.policy))
        listening.run(application, taken, lambda: None)
