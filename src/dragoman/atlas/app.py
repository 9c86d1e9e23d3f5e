"""The atlas as a web application: addresses, safety, errors as pages.

It only reads. Whatever is asked of the world is asked in one thread of its own, and what must be
derived anew (through someone's eyes) in another, so neither a slow client nor a heavy question
keeps others waiting for long; what was rendered is kept while there is room.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import traceback
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dragoman.atlas import (
    arms,
    between,
    chart,
    day,
    density,
    dossiers,
    figures,
    judged,
    laws,
    proof,
    provisions,
    searching,
)
from dragoman.atlas.look import Look
from dragoman.atlas.page import Asked, Page, View
from dragoman.atlas.rendering import Renderer
from dragoman.problem import Ambiguous, DragomanError, NotFound
from dragoman.state.world import World

#: The views, by their addresses.
VIEWS: Mapping[str, View] = {
    address: view
    for room in (
        *(day, chart, density, proof, between, arms, dossiers),
        *(provisions, laws, judged, figures, searching),
    )
    for address, view in room.VIEWS.items()
}

#: Addresses longer than this are refused.
LONGEST = 4_000
#: So many bytes of rendered pages are kept, and no page that takes more than a part of them.
KEPT = 48_000_000
LARGEST_KEPT = KEPT // 8
#: Answers smaller than this, in bytes, are not packed; and how hard others are (gzip's level).
_SMALL, _PACKED = 1_000, 5
#: What a kept page takes beside its body and address, in bytes.
_BESIDE = 1_000

NONE: Mapping[str, str] = {}

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
#: What spreadsheets take for a formula: it begins with one of these and is no plain number.
_FORMULA = re.compile(r"[=+\-@\t\r](?!\d*([.,]\d+)*%?\Z)")
_FORMS = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
}


def application(world: World, hosts: tuple[str, ...] = ("127.0.0.1", "localhost")) -> Starlette:
    """The atlas of a world, for requests that name one of the `hosts` (`*`: any)."""
    desk = _Desk(world)
    routes = [
        Route("/", desk.opening),
        *(Route(address, desk.view(view), methods=["GET"]) for address, view in VIEWS.items()),
        Mount("/static", StaticFiles(packages=[("dragoman.atlas", "static")])),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(_Guarded),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
            Middleware(GZipMiddleware, minimum_size=_SMALL, compresslevel=_PACKED),
        ],
        exception_handlers={404: desk.nowhere},
    )


class _Guarded:
    """Gives every answer the headers that keep it safe, and lets only short addresses be read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = False

        async def guarded(message: Message) -> None:
            nonlocal began
            if message["type"] == "http.response.start":
                began = True
                own = [(k.lower().encode(), v.encode()) for k, v in _HEADERS.items()]
                message["headers"] = [*message.get("headers", ()), *own]
            await send(message)

        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            said = "The atlas is only read: GET and HEAD.\n"
            refused = Response(said, 405, {"Allow": "GET, HEAD"}, media_type="text/plain")
            await refused(scope, receive, guarded)
        elif len(scope["raw_path"] or b"") + len(scope["query_string"]) > LONGEST:
            refused = Response("The address is too long.\n", 414, media_type="text/plain")
            await refused(scope, receive, guarded)
        else:
            try:
                await self.app(scope, receive, guarded)
            except Exception:
                if began:
                    raise
                traceback.print_exc()
                failed = Response("Something went wrong.\n", 500, media_type="text/plain")
                await failed(scope, receive, guarded)


@dataclass(frozen=True, slots=True)
class _Made:
    """An answer as it is kept: in which form, packed where that is worth while."""

    body: bytes
    form: str
    packed: bool

    def to(self, request: Request) -> Response:
        """The answer to a request, packed if its sender can unpack it."""
        headers = {"Vary": "Accept-Encoding"} if self.packed else {}
        body = self.body
        if self.packed and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
        elif self.packed:
            body = gzip.decompress(body)
        return Response(body, 200, headers, media_type=_FORMS[self.form])


def _packed(answer: Response, form: str) -> _Made:
    """An answer as it is kept."""
    body = bytes(answer.body)
    if len(body) < _SMALL:
        return _Made(body, form, False)
    return _Made(gzip.compress(body, _PACKED, mtime=0), form, True)


class _Desk:
    """Takes requests, has views make pages of them, and keeps what was rendered."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.opens_on = world.opens_on
        self.renderer = Renderer(world)
        self.reading = anyio.CapacityLimiter(1)
        self.deriving = anyio.CapacityLimiter(1)
        self.kept: OrderedDict[str, _Made] = OrderedDict()
        self.size = 0

    async def opening(self, request: Request) -> Response:
        """The day on which the atlas opens."""
        return RedirectResponse(f"/day/{self.opens_on}", 307)

    async def nowhere(self, request: Request, error: Exception) -> Response:
        """There is no such address."""
        page = _error("There is no such page", "Begin again from a day.", 404)
        return await run_sync(self.respond, page, Look(self.opens_on), "html", "/")

    def view(self, view: View) -> Callable[[Request], Awaitable[Response]]:
        """What answers the requests for a view."""

        async def answer(request: Request) -> Response:
            path = quote(request.scope["path"])
            address = f"{path}?{request.scope['query_string'].decode('latin-1')}"
            known = self.kept.get(address)
            if known is not None:
                self.kept.move_to_end(address)
                return known.to(request)
            words = {**dict(request.query_params), **request.path_params}
            asked = request.query_params.multi_items()
            form = words.get("as", "html")
            look = Look(self.opens_on)
            try:
                look = await run_sync(self.look, asked, words, limiter=self.reading)
                world = self.world
                if look.partial:
                    world = await run_sync(look.seen, world, limiter=self.deriving)
                given = (view, world, look, words, form, path)
                async with self.reading:
                    # Another may have asked for it meanwhile.
                    made: _Made | Response | None = self.kept.get(address)
                    if made is None:
                        made = await run_sync(self.made, *given)
                    if isinstance(made, _Made):
                        self.keep(address, made)
                        return made.to(request)
                    return made
            except (NotFound, Ambiguous) as error:
                page = _error("Nothing bears that name", str(error), 404)
                return await run_sync(self.respond, page, look, form, "/")
            except DragomanError as error:
                page = _error("That cannot be asked", str(error), 400)
                return await run_sync(self.respond, page, look, form, "/")
            except Exception:
                traceback.print_exc()
                said = "Dragoman itself failed; the terminal in which it runs tells more."
                page = _error("Something went wrong", said, 500)
                return await run_sync(self.respond, page, look, form, "/")

        return answer

    def look(self, asked: list[tuple[str, str]], words: Mapping[str, str]) -> Look:
        """How the request looks at the world."""
        named = words.get("day", "")
        pairs = [*asked, *([("on", named)] if named else [])]
        return Look.of(self.world, pairs, self.opens_on)

    def made(
        self,
        view: View,
        world: World,
        look: Look,
        words: Mapping[str, str],
        form: str,
        path: str,
    ) -> _Made | Response:
        """The answer that a view gives: to be kept, unless there is no such thing."""
        page = view(Asked(self.world, world, look, words))
        form = form if form in _FORMS else "html"
        answer = self.respond(page, look, form, path, words)
        return _packed(answer, form) if page.status == 200 else answer

    def respond(
        self, page: Page, look: Look, form: str, path: str, words: Mapping[str, str] = NONE
    ) -> Response:
        """A page in the form asked for."""
        if form == "json":
            said = json.dumps(
                {"title": page.title, "rows": page.rows}, ensure_ascii=False, default=_plain
            )
        elif form == "csv":
            buffer = io.StringIO()
            writer = csv.writer(buffer)
            writer.writerow(page.columns)
            writer.writerows([_harmless(text) for text in row] for row in page.cells())
            said = buffer.getvalue()
        else:
            form, said = "html", self.renderer.render(page, look, path, words)
        return Response(said, page.status, media_type=_FORMS[form])

    def keep(self, address: str, made: _Made) -> None:
        """Keep an answer while there is room; those not asked for longest make way."""
        if _weight(address, made) > LARGEST_KEPT:
            return
        if address in self.kept:
            self.size -= _weight(address, self.kept.pop(address))
        self.kept[address] = made
        self.size += _weight(address, made)
        while self.size > KEPT:
            self.size -= _weight(*self.kept.popitem(last=False))


def _weight(address: str, kept: _Made) -> int:
    """About so many bytes are taken by a page that is kept."""
    return len(kept.body) + len(address) + _BESIDE


def _harmless(text: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe before what looks so."""
    return f"'{text}" if _FORMULA.match(text) else text


def _error(title: str, said: str, status: int) -> Page:
    rows = [{"error": said}]
    return Page(title, "error.html", {"said": said}, rows, ("error",), status=status)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)
