"""Take in people from the export of SIASN."""

from __future__ import annotations

from services.chassis.deciding import AlreadyReserved
from services.chassis.importing import Batch, ImportKind
from services.profile.adapters.present_row import PresentRow
from services.profile.adapters.siasn_export import (
    BORN,
    FORM,
    NUMBER,
    OF_SEX,
    PERMANENT,
    POST,
    RANK,
    SINCE,
    STATUS,
    TEMPLATE,
    read_row,
)
from services.profile.commands.present import Columns, Places, present_commands
from services.profile.commands.undoing import undo_facts
from services.profile.deps import Deps
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
    AlreadyReserved: NUMBER,
}


async def siasn_commands(deps: Deps, batch: Batch[PresentRow]) -> None:
    await present_commands(deps, batch, Places(RANK, POST, COLUMNS))


SIASN_EXPORT = ImportKind(
    template=TEMPLATE,
    readers={FORM: read_row},
    commands=siasn_commands,
    undo=undo_facts,
    columns=COLUMNS,
)
