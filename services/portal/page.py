"""What every page needs: its templates, its words, who is reading, whom to ask."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

from services.portal import findings, import_words, words
from services.portal.clients import Clients
from services.portal.session import COOKIE, NAMES, Reader, SignIn
from services.portal.settings import Settings
from services.portal.words import Clock

HERE = Path(__file__).parent


class SignInFirst(Exception):
    """Nobody is signed in; the page that was asked for is kept for afterwards."""

    def __init__(self, onward: str) -> None:
        super().__init__(onward)
        self.location = f"/masuk?ke={quote(onward, safe='/')}"


@dataclass(frozen=True, slots=True)
class Page:
    """Renders pages in the agency's words and time zone."""

    clock: Clock
    sign_in: SignIn
    asks: Clients
    templates: Environment
    verifier_file: Path | None = None

    @classmethod
    def of(cls, settings: Settings, sign_in: SignIn, asks: Clients) -> Page:
        templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        clock = Clock(settings.time_zone)
        spoken = {
            name: said
            for module in (words, findings, import_words)
            for name, said in vars(module).items()
            if callable(said) and not name.startswith("_")
        }
        templates.globals["words"] = SimpleNamespace(
            **spoken,
            instant=clock.instant,
            zone=clock.label,
            reader_named=lambda subject: NAMES.get(subject, "petugas"),
        )
        return cls(clock, sign_in, asks, templates, settings.verifier_file)

    def render(
        self, template: str, reader: Reader | None, *, status: int = 200, **values: Any
    ) -> HTMLResponse:
        html = self.templates.get_template(template).render(
            reader=reader, here=values.pop("here", None), **values
        )
        return HTMLResponse(html, status_code=status)


def page_of(request: Request) -> Page:
    page: Page = request.app.state.page
    return page


def reader_or_none(request: Request) -> Reader | None:
    return page_of(request).sign_in.reader(request.cookies.get(COOKIE))


def reader_of(request: Request) -> Reader:
    """Whoever is signed in; anybody else is sent to the sign-in and back."""
    reader = reader_or_none(request)
    if reader is None:
        asked = request.url.path if request.method == "GET" else "/"
        raise SignInFirst(asked)
    return reader


ThePage = Annotated[Page, Depends(page_of)]
TheReader = Annotated[Reader, Depends(reader_of)]
