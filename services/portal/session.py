"""Who is reading: the one place where signing in happens.

This is the development sign-in: it lists one invented person per role and signs their tokens
itself. A deployment puts its own identity provider here; the pages only know `Reader`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from services.chassis import auth
from services.chassis.problems import NotSignedIn

COOKIE = "jenjang"
AUDIENCE = "portal"
LIFETIME = 3600
INVENTED = UUID("5f0c7d7e-4a3b-4f2e-9d53-0d2f6a6f2b11")


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """An invented person who can be chosen at the development sign-in."""

    key: str
    name: str
    role: str
    scope: str = "agency"

    @property
    def subject(self) -> str:
        return str(uuid5(INVENTED, self.key))


PERSONAS = (
    Persona(key="analis", name="Laras Widuri", role="officer"),
    Persona(key="pejabat", name="Bramantyo Sekar", role="official"),
    Persona(key="auditor", name="Ratna Kinasih", role="auditor"),
    Persona(key="penilai", name="Galih Prasaja", role="assessor"),
    Persona(key="pelatihan", name="Mira Anggun", role="provider_manager"),
    Persona(key="operator", name="Teguh Lintang", role="operator"),
    Persona(key="pegawai", name="Seorang pegawai", role="employee", scope="self"),
)
NAMES = {persona.subject: persona.name for persona in PERSONAS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Whoever reads a page."""

    subject: str
    role: str
    agency: str
    scope: str

    @property
    def name(self) -> str:
        return NAMES.get(self.subject, "Pegawai")


@dataclass(frozen=True, slots=True)
class SignIn:
    """Signs sessions and tokens with the development sign-in's key."""

    jwk: Mapping[str, Any]
    agency: str
    now: Callable[[], float] = time.time

    def session_of(self, persona: Persona, subject: str | None = None) -> str:
        """The cookie's value: a token that is good at the portal alone."""
        reader = Reader(
            subject=subject or persona.subject,
            role=persona.role,
            agency=self.agency,
            scope=persona.scope,
        )
        return self.token_for(AUDIENCE, reader, LIFETIME)

    def reader(self, cookie: str | None) -> Reader | None:
        """Whose session the cookie is, or None when it is no session (any more)."""
        if not cookie:
            return None
        trusted = auth.trusted_key(auth.public_part(self.jwk))
        verifier = auth.Verifier(AUDIENCE, {str(self.jwk["kid"]): trusted}, self.now)
        try:
            principal = verifier.principal(cookie)
        except NotSignedIn:
            return None
        return Reader(
            subject=principal.subject,
            role=principal.role,
            agency=principal.agency,
            scope=principal.scope,
        )

    def token_for(self, audience: str, reader: Reader, lifetime: int = 120) -> str:
        """A short-lived token with which the portal asks a service in the reader's name."""
        return auth.issue(
            self.jwk,
            audience=audience,
            subject=reader.subject,
            role=reader.role,
            agency=reader.agency,
            scope=reader.scope,
            lifetime=lifetime,
            now=self.now,
        )


def persona_named(key: str) -> Persona | None:
    return next((persona for persona in PERSONAS if persona.key == key), None)
