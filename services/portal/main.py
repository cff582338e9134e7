"""The portal, wired: `python -m services.portal.main`. Pages over the services' doors."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import orjson
import uvicorn
from fastapi import FastAPI, Request
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import JSONResponse, Response

from services.chassis.serving import Listener, run_loop
from services.chassis.settings import CannotStart
from services.portal import clients, pages, settings
from services.portal.page import HERE, Page
from services.portal.session import SignIn

# No script, style or picture from anywhere else, and nothing inline.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def app(given: settings.Settings) -> FastAPI:
    """The portal's pages; the services are asked over HTTP."""
    sign_in = _sign_in(given)

    @asynccontextmanager
    async def running(portal: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            asked = await clients.opened(given.service_urls, sign_in, stack)
            portal.state.page = Page.of(given, sign_in, asked)
            yield

    portal = FastAPI(lifespan=running, openapi_url=None, docs_url=None, redoc_url=None)
    portal.middleware("http")(_guarded)
    if given.host in settings.LOOPBACK:
        # A page elsewhere that points its own name at this address does not get in.
        portal.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    portal.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for router in pages.ROUTERS:
        portal.include_router(router)
    pages.add_problems(portal)
    for name in ("live", "ready", "started"):
        portal.add_api_route(f"/health/{name}", _health, methods=["GET"])
    return portal


async def _health() -> JSONResponse:
    return JSONResponse({"status": "ok"})


async def _guarded(request: Request, call_next: RequestResponseEndpoint) -> Response:
    """A form sent from another site is refused; every page says what it may load."""
    if request.method == "POST" and not _same_site(request):
        return Response("Permintaan dari situs lain ditolak.", status_code=403, headers=SECURITY)
    response = await call_next(request)
    for name, value in SECURITY.items():
        if name != "Cache-Control" or not request.url.path.startswith("/static/"):
            response.headers[name] = value
    return response


def _same_site(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or origin == f"{request.url.scheme}://{request.url.netloc}"


def _sign_in(given: settings.Settings) -> SignIn:
    try:
        return SignIn(orjson.loads(given.sign_in_key.read_bytes()), given.agency)
    except (OSError, ValueError) as error:
        raise CannotStart(
            f"SIGN_IN_KEY: {given.sign_in_key} cannot be read ({type(error).__name__})."
        ) from None


async def serve(given: settings.Settings) -> None:
    """Serve until asked to stop."""
    config = uvicorn.Config(
        app(given),
        http=Listener,
        host=given.host,
        port=given.port,
        log_level="warning",
        access_log=False,
    )
    await uvicorn.Server(config).serve()


def main() -> int:
    try:
        run_loop(serve(settings.read()))
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
