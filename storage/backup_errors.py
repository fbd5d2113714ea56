"""What can keep a copy of the database from being made or put back; each says what to do about it."""

from __future__ import annotations

from pathlib import Path


class BackupError(Exception):
    """The text is one or two sentences for whoever runs Greenroom.

    BackupError
      NothingStoredError   the database is empty
      BackupExistsError    the file is there already
      DatabaseInUseError   the database has something in it
      NotABackupError      the file is something else, or damaged
      OtherDatabaseError   a copy of the other kind of database
      NewerBackupError     made by a newer Greenroom
      ToolMissingError     pg_dump or pg_restore is not installed
      ToolFailedError      pg_dump or pg_restore gave up
    """


class NothingStoredError(BackupError):
    def __init__(self) -> None:
        super().__init__("There is nothing to back up: the database of GREENROOM_DATABASE_URL is empty.")


class BackupExistsError(BackupError):
    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already. Choose another name, or delete it first.")


class DatabaseInUseError(BackupError):
    def __init__(self) -> None:
        super().__init__(
            "The database of GREENROOM_DATABASE_URL has something in it. "
            "Stop Greenroom and add --force to replace all of it by the backup."
        )


class NotABackupError(BackupError):
    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} cannot be restored: {why}. Nothing was changed.")


class OtherDatabaseError(BackupError):
    def __init__(self, file: Path, made_of: str, configured: str) -> None:
        super().__init__(f"{file} is a backup of {made_of}, but GREENROOM_DATABASE_URL names {configured}.")


class NewerBackupError(BackupError):
    def __init__(self, revision: str) -> None:
        super().__init__(f"The backup was made by a newer Greenroom (tables {revision}). Install that version first.")


class ToolMissingError(BackupError):
    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name} is needed and is not on the PATH. Install the PostgreSQL client tools, "
            "such as postgresql-client, in the version of your server or newer."
        )


class ToolFailedError(BackupError):
    def __init__(self, name: str, said: str) -> None:
        super().__init__(f"{name} gave up: {said}")
