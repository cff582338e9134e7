"""The JP rules that an agency has set for itself, each by decree and from a day on.

A form without a rule of the agency has the one that is shipped (`forms.json`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from services.training.domain.jp_rules import FormRule, Rule, checked
from services.training.domain.terms import Form, Refused

DECREED = "decree"

# What may be asked


@dataclass(frozen=True, slots=True, kw_only=True)
class SetJpRule:
    """`rule` None: from that day on the shipped one again."""

    form: Form
    rule: Rule | None
    decree_number: str
    on: date


Command = SetJpRule


# What may have happened


@dataclass(frozen=True, slots=True, kw_only=True)
class JpRuleSet:
    form: Form
    rule: Rule | None
    decree_number: str
    on: date


Event = JpRuleSet
State = tuple[JpRuleSet, ...]
initial: State = ()


# What is refused


class DecreeSaysOtherwise(Refused):
    """This decree is on record with another rule for this form."""


# The rules


def decide(command: Command, state: State) -> list[Event]:
    told = JpRuleSet(
        form=command.form,
        rule=command.rule and checked(command.rule),
        decree_number=command.decree_number,
        on=command.on,
    )
    if told in state:
        return []
    if any((one.form, one.decree_number) == (told.form, told.decree_number) for one in state):
        raise DecreeSaysOtherwise
    return [told]


def evolve(state: State, event: Event) -> State:
    return (*state, event)


def rules_on(shipped: Mapping[Form, FormRule], state: State, day: date) -> dict[Form, FormRule]:
    """Which rule each form has on a day. Of two decrees of one day the later recorded counts."""
    rules = dict(shipped)
    for told in sorted((one for one in state if one.on <= day), key=lambda one: one.on):
        usual = shipped[told.form]
        rules[told.form] = usual if told.rule is None else _decreed(usual, told, told.rule)
    return rules


def _decreed(usual: FormRule, told: JpRuleSet, rule: Rule) -> FormRule:
    return replace(usual, rule=rule, verification=DECREED, source=told.decree_number)
