"""The database: tables, the questions asked of them, and sessions. The only place with SQL."""
