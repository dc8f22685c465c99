"""Backups: every table in one file, whole as of one moment, readable by any later release and any PostgreSQL.

No program of PostgreSQL's is needed: tables travel in the text form of COPY, the schema by its migration.
"""

from db.backups.archives import BackupFile, BrokenBackup, Manifest, TableKept, open_backup
from db.backups.loading import is_unused, load_tables
from db.backups.saving import AboutBackup, save_tables
from db.backups.trail_heads import trail_heads

__all__ = [
    "AboutBackup",
    "BackupFile",
    "BrokenBackup",
    "Manifest",
    "TableKept",
    "is_unused",
    "load_tables",
    "open_backup",
    "save_tables",
    "trail_heads",
]
