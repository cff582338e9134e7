"""What may be asked of the JP rules: which hold on a day, and an agency's own by decree."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.chassis.deciding import Executed, execute, fold
from services.chassis.events import Origin
from services.training.adapters.form_rules import shipped_rules
from services.training.deps import Deps
from services.training.domain import jp_setting
from services.training.domain.jp_rules import FormRule
from services.training.domain.jp_setting import SetJpRule, rules_on
from services.training.domain.terms import Form
from services.training.streams import jp_rules_id_of, jp_rules_stream


async def set_jp_rule(deps: Deps, agency: str, command: SetJpRule, origin: Origin) -> Executed[Any]:
    """A decree of the agency says how the JP of a form are counted."""
    rules_id = jp_rules_id_of(agency)
    return await execute(
        deps.store, jp_setting, jp_rules_stream(rules_id), command,
        subject=rules_id, agency=agency, origin=origin,
    )  # fmt: skip


async def rules_of(deps: Deps, agency: str, day: date) -> dict[Form, FormRule]:
    """The rule of every form in an agency on a day, read from the record itself."""
    history = await deps.store.load(jp_rules_stream(jp_rules_id_of(agency)))
    state = fold(jp_setting, [recorded.event for recorded in history])
    return rules_on(shipped_rules(), state, day)
