"""Works through the imports that wait: checks, takes in, undoes; goes on after a crash."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from services.chassis import import_jobs, receipt
from services.chassis.deciding import Executed, Result, execute, execute_many
from services.chassis.event_store import EventStore
from services.chassis.events import Origin
from services.chassis.import_files import (
    FileGone,
    FileKey,
    content_of,
    drop_old,
    keep_file,
    keep_longer,
    key_of,
)
from services.chassis.import_jobs import Asked, Job, TakenOver
from services.chassis.import_rows import (
    Page,
    left_to_undo,
    note,
    note_undone,
    problems_of,
    rows_changed,
    undone_counts,
)
from services.chassis.importing import (
    AnyWork,
    ImportKind,
    Pass,
    TooManyTogether,
    Undoing,
    Upload,
    import_id_of,
)
from services.chassis.problems import NotFound, Problem, Unavailable, kebab
from services.chassis.receipt import (
    MOST_LISTED,
    FileImported,
    ImportUndone,
    RecordImport,
    RecordUndoing,
    stream_of,
)
from services.chassis.telemetry import log
from services.chassis.vault import Vault
from services.chassis.workbook import HeadersWrong, RowProblem, SheetNotFound
from services.chassis.workbook_file import NotAWorkbook, TooBig

if TYPE_CHECKING:
    from services.chassis.postgres import Connection, Pool

LOG = log("chassis.importer")
LOOK_EVERY = 1.0
DROP_EVERY = 300  # looks
UNDO_AT_ONCE = 100  # streams
UNDONE = "undone"


@dataclass(slots=True)
class Importer:
    """The kinds of file of one service, and what it takes to take them in."""

    pool: Pool
    store: EventStore
    vault: Vault
    kinds: Sequence[ImportKind]
    deps: Any
    refused: type[Exception]
    now: Callable[[], datetime]
    new_id: Callable[[], UUID]

    def kind(self, name: str) -> ImportKind:
        for kind in self.kinds:
            if kind.name == name:
                return kind
        raise NotFound

    # Asking

    async def begin(
        self, upload: Upload, *, kind: str, agency: str, by: str, state: str = import_jobs.CHECKING
    ) -> Job:
        """Keep the file and let it be checked (or, for a caller who will not wait, taken in)."""
        import_id = self.id_of(upload, kind=kind, agency=agency)
        asked = Asked(import_id, agency, kind, upload.sha256, by, self.new_id(), state)
        key = await key_of(self.vault, asked.file_id)
        async with self.store.transaction() as connection:
            if await import_jobs.begin(connection, asked):
                await keep_file(connection, key, upload.name, upload.content)
        return await self.job(import_id)

    def id_of(self, upload: Upload, *, kind: str, agency: str) -> UUID:
        return import_id_of(agency, self.kind(kind).name, upload.sha256)

    async def newest_receipt(self, import_id: UUID) -> FileImported:
        """The newest receipt; for a file refused as a whole, the reason."""
        told = [one for one in await self.receipts(import_id) if isinstance(one, FileImported)]
        job = await self.job(import_id)
        if job.state != import_jobs.ACCEPTED or not told:
            raise refusal_of(job)
        return told[-1]

    async def job(self, import_id: UUID, agency: str | None = None) -> Job:
        """This import, if it is this agency's."""
        found = await import_jobs.job_of(self.pool, import_id)
        if found is None or (agency is not None and found.agency != agency):
            raise NotFound
        return found

    async def receipts(self, import_id: UUID) -> list[FileImported | ImportUndone]:
        """Everything that was told about a file, the newest last; nothing when it never came."""
        return [recorded.event for recorded in await self.store.load(stream_of(import_id))]

    # Working

    async def run(self) -> None:
        """For as long as the process lives."""
        looked = 0
        while True:
            if looked % DROP_EVERY == 0:
                await drop_old(self.pool)
            looked += 1
            if not await self.work_once():
                await asyncio.sleep(LOOK_EVERY)

    async def work_once(self, import_id: UUID | None = None) -> bool:
        """Do the next step of the import that has waited longest, or of this one."""
        job = await import_jobs.take(self.pool, import_id)
        if job is None:
            return False
        try:
            await self._step(job)
        except TakenOver:
            LOG.warning("somebody else went on with an import", kind=job.kind)
        except Problem as why:
            await self._refuse(job, why)
        except Exception as error:
            LOG.error("an import fell over", kind=job.kind, state=job.state, exc_info=error)
            await import_jobs.let_go(self.pool, job)
        return True

    async def finished(self, import_id: UUID) -> Job:
        """Go on with an import until nothing waits; for callers who wait themselves."""
        while (job := await self.job(import_id)).state in import_jobs.WAITING:
            if not await self.work_once(import_id):
                await asyncio.sleep(0.2)  # somebody else is at it
        return job

    async def _step(self, job: Job) -> None:
        match job.state:
            case import_jobs.CHECKING:
                await self._check(job)
            case import_jobs.ACCEPTING:
                await self._accept(job)
            case import_jobs.UNDOING:
                await self._undo(job)

    async def _refuse(self, job: Job, why: Problem) -> None:
        """The file as a whole cannot be read; what it had recorded by then stays to be undone."""
        slug = kebab(type(why).__name__)
        fresh = job.state == import_jobs.CHECKING
        state = import_jobs.REFUSED if fresh else import_jobs.STOPPED
        async with self.store.transaction() as connection:
            await import_jobs.finish(connection, job, state, why, slug)

    # The steps

    async def _check(self, job: Job) -> None:
        await self._pass(job, commit=False)
        async with self.store.transaction() as connection:
            await import_jobs.finish(connection, job, import_jobs.CHECKED)

    async def _accept(self, job: Job) -> None:
        done, key = await self._pass(job, commit=True)
        taken = done.found.tally
        changed = await rows_changed(self.pool, job)
        taken.unchanged, taken.valid = taken.valid + taken.unchanged - changed, changed
        async with self.store.transaction() as connection:
            await note(connection, job, done.found, key)
        told = await self._receipt(job, done)
        await self._record(job, RecordImport(receipt=told), done.origin)
        async with self.store.transaction() as connection:
            await import_jobs.finish(connection, job, import_jobs.ACCEPTED)

    async def _pass(self, job: Job, *, commit: bool) -> tuple[Pass, FileKey]:
        content = await content_of(self.pool, self.vault, job.file_id)
        key = await key_of(self.vault, job.file_id)
        look = Pass(
            kind=self.kind(job.kind),
            deps=self.deps,
            job=job,
            origin=self._origin(job),
            store=self.store,
            refused=self.refused,
            commit=commit,
        )

        async def told() -> None:
            async with self.pool.acquire() as connection, connection.transaction():
                await note(connection, job, look.found, key)

        async with self.pool.acquire() as connection, connection.transaction():
            await import_jobs.start_over(connection, job)
        await keep_longer(self.pool, job.file_id)
        await look.over(content, told)
        await told()
        return look, key

    async def _receipt(self, job: Job, done: Pass) -> FileImported:
        tally = done.found.tally
        listed = [
            await problems_of(self.pool, job, None, Page(outcome=outcome, limit=MOST_LISTED))
            for outcome in ("rejected", "warning")
        ]
        problems, warnings = (tuple(_bare(one) for _, one in found) for found in listed)
        return FileImported(
            number=job.number,
            kind=job.kind,
            attempt=job.attempt,
            file_name=job.kind,
            sha256=job.sha256,
            imported_by=job.asked_by,
            imported_at=self.now(),
            rows=tally.rows,
            accepted=tally.valid + tally.unchanged,
            unchanged=tally.unchanged,
            rejected=tally.rejected,
            problems=problems,
            warnings=warnings,
        )

    # Undoing

    async def _undo(self, job: Job) -> None:
        origin = replace(self._origin(job), door=f"undo:{job.kind}")
        while streams := await left_to_undo(self.pool, job.import_id, UNDO_AT_ONCE):
            await self._undo_some(job, origin, streams)
        became = await undone_counts(self.pool, job)
        told = ImportUndone(
            number=job.number,
            attempt=job.attempt,
            undone_by=job.asked_by,
            undone_at=self.now(),
            facts=became.pop(UNDONE, 0),
            left=tuple(sorted(became.items())),
        )
        await self._record(job, RecordUndoing(receipt=told), origin)
        async with self.store.transaction() as connection:
            await import_jobs.finish(connection, job, import_jobs.UNDONE)

    async def _undo_some(self, job: Job, origin: Origin, streams: dict[str, set[UUID]]) -> None:
        kind = self.kind(job.kind)
        histories = await self.store.load_many(streams)
        work: list[AnyWork] = []
        became: dict[str, list[tuple[UUID, str]]] = {}
        for stream, added in streams.items():
            asked = Undoing(job.agency, origin, stream, histories[stream], frozenset(added))
            undo = await kind.undo(self.deps, asked)
            became[stream] = [(one, undo.left.get(one, UNDONE)) for one in sorted(added)]
            if undo.work is not None:
                work.append(undo.work)

        async def beside(connection: Connection, done: Sequence[tuple[AnyWork, Result]]) -> None:
            for one, result in done:
                if isinstance(result, Executed):
                    await note_undone(connection, job, became[one.stream])

        results = await execute_many(self.store, work, refused=self.refused, beside=beside)
        for one, result in zip(work, results, strict=True):
            if not isinstance(result, Executed):
                reason = kebab(type(result).__name__)
                became[one.stream] = [(event_id, reason) for event_id, _ in became[one.stream]]
            elif result.events:
                del became[one.stream]  # written down with them
        async with self.store.transaction() as connection:
            for told in became.values():
                await note_undone(connection, job, told)

    # Small things

    def _origin(self, job: Job) -> Origin:
        return Origin(
            actor=job.asked_by,
            door=f"import:{job.kind}",
            document=job.number,
            sha256=job.sha256,
        )

    async def _record(self, job: Job, command: receipt.Command, origin: Origin) -> None:
        await execute(
            self.store,
            receipt,
            stream_of(job.import_id),
            command,
            subject=job.import_id,
            agency=job.agency,
            origin=origin,
            effective_from=self.now().date(),
        )


def _bare(problem: RowProblem) -> RowProblem:
    """Without what stood in the cell: receipts are kept for ever."""
    return replace(problem, value_shown=None)


def refusal_of(job: Job) -> Problem:
    """Why a file as a whole was not taken, as it was said when it was read."""
    for reason in (NotAWorkbook, TooBig, SheetNotFound, HeadersWrong, TooManyTogether, FileGone):
        if kebab(reason.__name__) == job.problem:
            return reason(job.detail)
    return Unavailable()
