"""Take in the nominatif: new people, and what has changed about those on record."""

from __future__ import annotations

from services.chassis.deciding import AlreadyReserved
from services.chassis.importing import Batch, ImportKind
from services.profile.adapters.present_row import PresentRow
from services.profile.adapters.staff_workbook import (
    BORN,
    NUMBER,
    OF_SEX,
    PERMANENT,
    POST,
    RANK,
    READERS,
    SINCE,
    STATUS,
    TEMPLATE,
)
from services.profile.commands.present import Columns, Places, present_commands
from services.profile.commands.undoing import undo_facts
from services.profile.deps import Deps
from services.profile.domain.facts import NoSuchGolongan
from services.profile.domain.identifiers import (
    AppointmentDiffers,
    BirthDateDiffers,
    NumberOfOtherKind,
    SexDiffers,
)
from services.profile.domain.registration import EmploymentBeforeTheLast

COLUMNS: Columns = {
    BirthDateDiffers: BORN,
    SexDiffers: OF_SEX,
    NumberOfOtherKind: STATUS,
    AppointmentDiffers: SINCE,
    EmploymentBeforeTheLast: PERMANENT,
    NoSuchGolongan: RANK,
    AlreadyReserved: NUMBER,
}


async def staff_commands(deps: Deps, batch: Batch[PresentRow]) -> None:
    await present_commands(deps, batch, Places(RANK, POST, COLUMNS))


STAFF = ImportKind(
    template=TEMPLATE, readers=READERS, commands=staff_commands, undo=undo_facts, columns=COLUMNS
)
