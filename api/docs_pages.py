"""`/docs`: the OpenAPI document as a page to read and to try; `/` leads there. All of it comes from this server.

Outside of local mode it is for those who are signed in.
"""

from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.dependencies import open_on_this_machine, open_to_anyone
from api.routers import Router

_FOLDER = Path(__file__).parent / "docs_page"
_ONLY_OURS = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
_FILES = {
    "/docs": ("index.html", "text/html; charset=utf-8"),
    "/docs/page.css": ("page.css", "text/css; charset=utf-8"),
    "/docs/page.js": ("page.js", "text/javascript; charset=utf-8"),
}

router = Router("docs")


def _serve(path: str, name: str, media_type: str) -> None:
    content = (_FOLDER / name).read_bytes()

    async def send_file() -> Response:
        return Response(content, media_type=media_type, headers={"Content-Security-Policy": _ONLY_OURS})

    router.add_api_route(
        path, send_file, dependencies=[open_on_this_machine()], include_in_schema=False, response_class=Response
    )


@router.get("/", dependencies=[open_to_anyone()], include_in_schema=False, response_class=Response)
async def lead_to_the_docs() -> Response:
    """Whoever opens the address that the start prints comes to the page that tells what there is."""
    return RedirectResponse("/docs", HTTPStatus.SEE_OTHER)


@router.get("/openapi.json", dependencies=[open_on_this_machine()], include_in_schema=False, response_class=Response)
async def tell_what_there_is(request: Request) -> Response:
    """The OpenAPI document, as docs/openapi.json has it."""
    return JSONResponse(request.app.openapi())


for _path, (_name, _media_type) in _FILES.items():
    _serve(_path, _name, _media_type)
