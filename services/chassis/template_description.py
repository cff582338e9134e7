"""A template as one service describes it to another, and one workbook of several descriptions."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from services.chassis import cells
from services.chassis.template import Column, Form, Kind, Shape, Template


class TemplateColumn(BaseModel):
    """A column in words: what it is called, what its cells hold."""

    name: str
    says: str
    shape: Shape
    choices: list[str]
    help: str
    example: str
    blank: bool


class TemplateSheet(BaseModel):
    """A sheet. `apart`: it is not in the workbook that its template is a part of."""

    name: str
    about: str
    columns: list[TemplateColumn]
    key: list[str]
    apart: bool

    def form(self) -> Form:
        columns = {one.name: _column(one) for one in self.columns}
        return Form(
            self.name,
            tuple(columns.values()),
            key=tuple(columns[name] for name in self.key),
            about=self.about,
        )


class TemplateDescription(BaseModel):
    """What a template's workbook looks like; whoever has it can make one that is understood."""

    name: str
    title: str
    about: str
    part_of: str | None
    forms: list[TemplateSheet]

    @classmethod
    def of(cls, template: Template) -> TemplateDescription:
        return cls(
            name=template.name,
            title=template.title,
            about=template.about,
            part_of=template.part_of,
            forms=[_form(form) for form in template.forms],
        )


def together(name: str, title: str, about: str, parts: Sequence[TemplateDescription]) -> Template:
    """One workbook of all parts, to be handed out; reading it is left to each part's owner."""
    forms = [form.form() for part in parts for form in part.forms if not form.apart]
    return Template(name, title, about, tuple(forms))


def _form(form: Form) -> TemplateSheet:
    return TemplateSheet(
        name=form.name,
        about=form.about,
        columns=[
            TemplateColumn(
                name=one.name,
                says=one.kind.says,
                shape=one.kind.shape,
                choices=list(one.kind.choices),
                help=one.help,
                example=one.example,
                blank=one.blank,
            )
            for one in form.columns
        ],
        key=[one.name for one in form.key],
        apart=form.apart,
    )


def _column(told: TemplateColumn) -> Column[str]:
    kind = Kind(cells.text, told.says, told.shape, tuple(told.choices))
    return Column(told.name, kind, told.help, told.example, blank=told.blank)
