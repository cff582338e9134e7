"""Backups of a PostgreSQL server, and one database set back to a moment while others work.

A base backup copies the whole server while it works; from then on the server keeps every finished
piece of its journal (WAL) beside it. To restore one service, a second server is brought to the
moment asked for on a copy of the backup, that service's database is carried over under another
name, and the two change places. Nothing is dropped: the database that was there stays beside it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.children import Sorry, free_port, group_of
from deploy.local.postgres import Postgres, give, home, program, psql, server_user

STAMP = "%Y%m%dT%H%M%S%fZ"
ARCHIVED_WITHIN = 60.0
CARRIED_ON_WITHIN = 3600.0


@dataclass(frozen=True, slots=True)
class Backups:
    """Where a server's backups lie: `base/<moment>` and the journal since the first of them."""

    folder: Path

    @property
    def place(self) -> Path:
        return home(self.folder)

    @property
    def journal(self) -> Path:
        return self.place / "wal"

    def settings(self) -> Mapping[str, str]:
        """What the server must be started with. Nothing is kept before there is a backup."""
        wal = f"'{self.journal}'"
        keep = f"test -f {wal}/%f || (cp %p {wal}/%f.part && mv {wal}/%f.part {wal}/%f)"
        return {
            "archive_mode": "on",
            "archive_timeout": "60s",
            "archive_command": f"test ! -d {wal} || {keep}",
        }

    # Making one

    def make(self, url: str) -> Path:
        """A base backup of a working server; the moment of its end is its name."""
        for folder in (self.place, self.journal, self.place / "base"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            give(folder)
        self.place.chmod(0o711)  # the second server's folder lies below it
        draft = self.place / "base" / "draft"
        shutil.rmtree(draft, ignore_errors=True)
        copy = [program("pg_basebackup"), "-d", url, "-D", str(draft)]
        _run([*copy, "-X", "stream", "--checkpoint=fast", "--no-sync"], "no backup was made")
        made = draft.with_name(datetime.now(UTC).strftime(STAMP))
        draft.rename(made)
        return made

    def bases(self) -> list[tuple[datetime, Path]]:
        """Every base backup, the oldest first."""
        found = sorted((self.place / "base").glob("2*Z")) if self.place.exists() else []
        return [(datetime.strptime(one.name, STAMP).replace(tzinfo=UTC), one) for one in found]

    def before(self, moment: datetime) -> Path:
        """The newest base backup that was finished by then."""
        fitting = [path for made, path in self.bases() if made <= moment]
        if not fitting:
            raise Sorry(f"No backup was finished by {moment.isoformat()}.")
        return fitting[-1]

    # Restoring from one

    def restore(
        self,
        url: Callable[[str], str],
        database: str,
        owner: str,
        moment: datetime,
        tell: Callable[[str], None] = lambda _: None,
    ) -> str:
        """Set one database of a working server back; the name under which the other one stays.

        `url` gives a superuser's address of any database on the server.
        """
        base = self.before(moment)
        tell(f"backup {base.name}; carrying the journal on to {moment.isoformat()}")
        self._close_journal(url("postgres"))
        scratch = self.place / "scratch"
        dump = self.place / f"{database}.dump"
        server = self._at(base, scratch, moment, urlsplit(url("postgres")).password)
        try:
            tell("copying the database")
            there = server.url(database)
            _run([program("pg_dump"), "-d", there, "-Fc", "-Z0", "-f", str(dump)], "no copy made")
        finally:
            server.stop()
            shutil.rmtree(scratch, ignore_errors=True)
        try:
            return self._carry_over(url, database, owner, dump, tell)
        finally:
            dump.unlink()

    def _close_journal(self, url: str) -> None:
        """The piece that is being written is finished and kept, so that nothing up to now lacks."""
        wanted = psql(url, "SELECT pg_walfile_name(pg_switch_wal())")
        until = time.monotonic() + ARCHIVED_WITHIN
        while not (self.journal / wanted).exists():
            if time.monotonic() > until:
                raise Sorry(f"The journal {wanted} was not kept; see the server's log.")
            time.sleep(0.1)

    def _at(self, base: Path, scratch: Path, moment: datetime, password: str | None) -> Postgres:
        """A second server, on a copy of the backup, as the first one was at that moment."""
        shutil.rmtree(scratch, ignore_errors=True)
        shutil.copytree(base, scratch, symlinks=True)
        (scratch / "recovery.signal").touch()
        for path in (scratch, *scratch.rglob("*")):
            if not path.is_symlink():
                give(path)
        server = Postgres(
            scratch,
            free_port(),
            self.place / "restore.log",
            password=password,
            settings={
                "restore_command": f"cp '{self.journal}'/%f %p",
                "recovery_target_time": moment.isoformat(),
                "recovery_target_action": "promote",
                "hot_standby": "off",  # it answers when it is there
                "archive_mode": "off",
                "fsync": "off",  # it lives for moments
            },
        )
        server.start(within=CARRIED_ON_WITHIN)
        return server

    def _carry_over(
        self,
        url: Callable[[str], str],
        database: str,
        owner: str,
        dump: Path,
        tell: Callable[[str], None],
    ) -> str:
        stamp = datetime.now(UTC).strftime("%Y%m%d_%H%M%S")
        fresh, kept = f"{database}_restored", f"{database}_before_{stamp}"
        psql(url("postgres"), f"DROP DATABASE IF EXISTS {fresh}")
        psql(url("postgres"), f"CREATE DATABASE {fresh} OWNER {owner}")
        psql(url("postgres"), f"REVOKE ALL ON DATABASE {fresh} FROM PUBLIC")
        into = [program("pg_restore"), "-d", url(fresh), "--no-owner", f"--role={owner}"]
        _run([*into, "--exit-on-error", str(dump)], "the copy was not taken in")
        tell("the databases change places")
        psql(
            url("postgres"),
            f"""
            ALTER DATABASE {database} ALLOW_CONNECTIONS false;
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = '{database}';
            ALTER DATABASE {database} RENAME TO {kept};
            ALTER DATABASE {fresh} RENAME TO {database};
            """,  # noqa: S608 - names of ours
        )
        return kept


def _run(command: Sequence[str], otherwise: str) -> None:
    """One of PostgreSQL's own programs, as the server's user."""
    done = subprocess.run(
        command,
        user=server_user(),
        group=group_of(server_user()),
        extra_groups=[] if server_user() else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd="/",
        env={**os.environ, "HOME": "/"},
        check=False,
    )
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise Sorry(f"PostgreSQL says why {otherwise}: {lines[-1] if lines else 'nothing'}")
