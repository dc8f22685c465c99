"""`practice-audit scheduler`: one scheduler process, in production."""

import signal

from cli.database import open_database
from cli.database_faults import SECONDS_FOR_A_STARTING_SERVER, refuse_unusable
from cli.house import refuse_other_schema
from cli.stopping import stop_in_order
from cli.word_app import word_app
from clock import Clock
from db.session import make_sessions
from logs import write_logs
from rules.policy.load import load_whole_edition
from scheduler import main as door
from settings import Settings

app = word_app()


@app.command()
def scheduler() -> None:
    """Run the scheduler only. Any number may run beside each other; each duty happens once."""
    settings = Settings()
    write_logs(settings.log_format, settings.log_level)
    with stop_in_order(), open_database(settings, "scheduler", statement_seconds=600) as engine:
        refuse_unusable(engine, patience=SECONDS_FOR_A_STARTING_SERVER)
        refuse_other_schema(engine)
        metronome = door.start(settings, Clock(), make_sessions(engine), load_whole_edition(settings.policy))
        try:
            signal.pause()
        finally:
            metronome.stop()
