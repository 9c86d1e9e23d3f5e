"""Promise: whatever is asked of it, the atlas answers safely, in words, and within its bounds."""

from __future__ import annotations

import csv
import io
import random
import socket
import time
import urllib.parse
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import anyio
import httpx2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Message

import dragoman
from dragoman import World
from dragoman.atlas import app as atlas
from dragoman.atlas.app import application
from dragoman.atlas.page import Asked, Page

from ..conftest import SMALL, write_world
from .addresses import VIEWS
from .serving import served

HERE = "http://127.0.0.1:8017"
EXACTLY = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
Answer = httpx2.Response


@pytest.fixture(scope="module")
def client(world: World) -> Iterator[TestClient]:
    """What asks the atlas of the shipped world; it follows no redirect, and hides no failure."""
    yield TestClient(application(world), HERE, follow_redirects=False)


def words(answer: Answer) -> str:
    """The text of an answer, held to be one for people: with no trace of the program in it."""
    assert "Traceback" not in answer.text
    assert "dragoman/" not in answer.text
    return answer.text


# --- every answer ------------------------------------------------------------------------------

#: Addresses of every sort, with the status that each is answered with.
ANSWERS: Mapping[str, int] = {
    **dict.fromkeys(VIEWS.values(), 200),
    **{f"{address}{'&' if '?' in address else '?'}as=json": 200 for address in VIEWS.values()},
    **{f"{address}{'&' if '?' in address else '?'}as=csv": 200 for address in VIEWS.values()},
    "/": 307,
    "/day/1922-04-17/": 307,
    "/static/atlas.css": 200,
    "/static/atlas.js": 200,
    "/static/icon.svg": 200,
    "/static/nothing.js": 404,
    "/static/": 404,
    "/nowhere": 404,
    "/day/soon": 400,
    "/day/soon?as=json": 400,
    "/day/soon?as=csv": 400,
    "/day/1922": 400,
    "/day/1922-02-30": 400,
    "/day/999999999-01-01": 400,
    "/day/1922-04-17?eyes=nobody+at+all": 404,
    "/day/1922-04-17?account=nobody": 404,
    "/day/1922-04-17?without=estonia": 404,
    "/day/1922-04-17?law=nothing": 404,
    "/day/1922-04-17?law=treaties&from=0": 400,
    "/day/1922-04-17?law=treaties&from=%C2%B2": 400,
    "/day/1922-04-17?law=treaties&from=99999999999": 400,
    "/why": 400,
    "/why?fact=in_force": 400,
    "/why?fact=in_force%28": 400,
    "/why?fact=stands%28germany%29": 404,
    "/why?fact=in_force%28germany%29": 400,
    "/why?fact=in_force%28nothing%29": 404,
    "/why?fact=in_force%28treaty-of-rapallo-1922%29&on=never": 400,
    f"/day/{'1' * 5_000}": 414,
    f"/day/1922-04-17?eyes={'x' * 5_000}": 414,
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("address", ANSWERS, ids=lambda address: address[:60])
def test_every_answer_has_its_status_and_is_kept_safe(
    method: str, address: str, client: TestClient
) -> None:
    answer = client.request(method, address)
    assert answer.status_code == ANSWERS[address]
    assert EXACTLY.items() <= answer.headers.items()
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "set-cookie" not in answer.headers
    assert "access-control-allow-origin" not in answer.headers
    if answer.status_code == 307:
        assert answer.headers["location"].removeprefix(HERE).startswith("/day/")
    else:
        assert answer.headers["content-type"]
        assert method == "HEAD" or words(answer).strip()
    if answer.is_error and "as=json" in address:
        assert method == "HEAD" or answer.json()["rows"][0]["error"]


def test_an_error_says_what_is_near(client: TestClient) -> None:
    assert "germany" in words(client.get("/day/1922-04-17?eyes=germny"))
    assert "30" in words(client.get("/day/1922-02-30"))
    assert "in_force(treaty" in words(client.get("/why"))


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"])
@pytest.mark.parametrize("address", ["/", "/day/1922-04-17", "/static/atlas.css", "/nowhere"])
def test_the_atlas_is_only_read(method: str, address: str, client: TestClient) -> None:
    answer = client.request(method, address)
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert EXACTLY.items() <= answer.headers.items()


@pytest.mark.parametrize(
    "host", ["example.com", "127.0.0.1.example.com", "localhost.", "", "127.0.0.2", "evil@"]
)
def test_who_names_another_host_is_refused(host: str, client: TestClient) -> None:
    answer = client.get("/day/1922-04-17", headers={"host": host})
    assert answer.status_code == 400
    assert "Rapallo" not in words(answer)
    assert EXACTLY.items() <= answer.headers.items()


def test_a_redirect_leads_nowhere_else(client: TestClient) -> None:
    for host in ("127.0.0.1:1/example.com", "127.0.0.1#@example.com", "127.0.0.1:80@example.com"):
        answer = client.get("/day/1922-04-17/", headers={"host": host})
        assert answer.is_error or "example.com" not in answer.headers.get("location", "")
    answer = client.get("//example.com/%2e%2e/")
    assert answer.is_error


# --- odd addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        *("/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py"),
        *("/static/%2e%2e%2f%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd", "/static//etc/passwd"),
        *("/static/%00", "/static/atlas.css%00.txt", "/static/..%5capp.py", "/static/.", "/.."),
        *("/day/..%2f..%2fetc%2fpasswd", "/templates/day.html", "/day/", "/day//"),
    ],
)
def test_no_path_leads_out_of_the_atlas(path: str, two: World) -> None:
    status, text = sent(two, path.encode())
    assert status in (400, 404)
    assert "root:" not in text
    assert "import" not in text


def sent(world: World, target: bytes) -> tuple[int, str]:
    """Status and text of the answer to an address that comes as it stands, whatever bytes it has.

    No client sends some of these; a server might hand them on.
    """
    told: list[Message] = []
    path, _, query = target.partition(b"?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": urllib.parse.unquote(path.decode("latin-1")),
        "raw_path": path,
        "root_path": "",
        "query_string": query,
        "headers": [(b"host", b"127.0.0.1")],
        "server": ("127.0.0.1", 8017),
    }

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        told.append(message)

    anyio.run(application(world), scope, receive, send)
    headers = dict(told[0]["headers"])
    assert EXACTLY.items() <= {k.decode(): v.decode() for k, v in headers.items()}.items()
    body = b"".join(message.get("body", b"") for message in told[1:])
    assert "Traceback" not in body.decode()
    return told[0]["status"], body.decode()


ODD = st.one_of(
    st.binary(max_size=60),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from([b"%", b"%zz", b"%ff", b"%ed%a0%80", b"\xff\xfe", b"%00", b"..;/", b"&&==&"]),
)


@pytest.fixture(scope="module")
def two(own_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> World:
    """The small world, for the whole module."""
    return dragoman.open(write_world(tmp_path_factory.mktemp("two"), SMALL))


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(start=b"/day/1922-04-17?eyes=", odd=b"\xff\xfe", end=b"")
@given(
    start=st.sampled_from([b"/", b"/day/", b"/why?fact=", b"/static/", b"/day/1922-04-17?eyes="]),
    odd=ODD,
    end=st.sampled_from([b"", b"&as=json", b"&as=csv", b"&on=1922-04-17"]),
)
def test_odd_bytes_are_answered_in_words(two: World, start: bytes, odd: bytes, end: bytes) -> None:
    status, _ = sent(two, start + odd + end)
    assert status < 500


def test_what_fails_is_told_in_words_and_to_the_terminal(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(asked: Asked) -> Page:
        raise ZeroDivisionError("a secret of the program")

    monkeypatch.setattr(atlas, "VIEWS", {"/day/{day}": broken})
    for form in ("html", "json", "csv"):
        answer = TestClient(application(world), HERE).get(f"/day/1922-04-17?as={form}")
        assert answer.status_code == 500
        assert "a secret" not in words(answer)
        assert EXACTLY.items() <= answer.headers.items()
        assert "a secret of the program" in capsys.readouterr().err


def test_what_fails_in_telling_of_it_is_told_in_words_too(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = application(world)

    def broken(*given: object) -> str:
        raise ZeroDivisionError("a secret of the program")

    monkeypatch.setattr("dragoman.atlas.rendering.Renderer.render", broken)
    answer = TestClient(made, HERE).get("/day/1922-04-17")
    assert answer.status_code == 500
    assert "a secret" not in words(answer)
    assert EXACTLY.items() <= answer.headers.items()
    assert "a secret of the program" in capsys.readouterr().err


# --- spreadsheets ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ('=HYPERLINK("http://example.com")', '\'=HYPERLINK("http://example.com")'),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("-2+3", "'-2+3"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("-5", "-5"),
        ("+3.5%", "+3.5%"),
        ("-1,234,567", "-1,234,567"),
        ("-5\n=1", "'-5\n=1"),
        ("Germany = de jure", "Germany = de jure"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(
    text: str, shown: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one(asked: Asked) -> Page:
        return Page("One", "error.html", {"said": ""}, [{"cell": text}], ["cell"])

    monkeypatch.setattr(atlas, "VIEWS", {"/day/{day}": one})
    client = TestClient(application(world), HERE)
    read = list(csv.reader(io.StringIO(client.get("/day/1922-04-17?as=csv").text, newline="")))
    assert read == [["cell"], [shown]] or (text == "" and read[0] == ["cell"])
    assert client.get("/day/1922-04-17?as=json").json()["rows"] == [{"cell": text}]


# --- what is kept ------------------------------------------------------------------------------


class Sized:
    """A world's atlas whose every page is of a size that its address names, and counts itself."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.made: list[str] = []

        def view(asked: Asked) -> Page:
            self.made.append(asked.words["q"])
            told = random.Random(asked.words["q"]).randbytes(int(asked.words["size"])).hex()
            return Page(asked.words["q"], "error.html", {"said": told})

        monkeypatch.setattr(atlas, "VIEWS", {"/day/{day}": view})
        self.desks: list[atlas._Desk] = []
        desk = atlas._Desk

        def remembered(world: World) -> atlas._Desk:
            self.desks.append(desk(world))
            return self.desks[-1]

        monkeypatch.setattr(atlas, "_Desk", remembered)
        self.world = world
        self.client = TestClient(application(world), HERE)

    @property
    def desk(self) -> atlas._Desk:
        """The desk of the atlas that was made last."""
        return self.desks[-1]

    def get(self, q: object, size: int = 0) -> Answer:
        """The page with this title, of at least so many bytes however it is packed."""
        return self.client.get(f"/day/1922-04-17?q={q}&size={size}")


@pytest.fixture
def sized(small: World, monkeypatch: pytest.MonkeyPatch) -> Sized:
    """An atlas of pages of any size, of which 200,000 bytes are kept."""
    monkeypatch.setattr(atlas, "KEPT", 200_000)
    monkeypatch.setattr(atlas, "LARGEST_KEPT", 50_000)
    return Sized(small, monkeypatch)


def test_what_is_kept_stays_within_its_bound(sized: Sized) -> None:
    dice = random.Random(1922)
    for n in range(300):
        sized.get(dice.randrange(60), dice.choice([10, 1_000, 20_000, 45_000, 90_000]))
        kept = sized.desk.kept
        assert sum(len(page.body) + len(at) for at, page in kept.items()) <= atlas.KEPT
        assert sized.desk.size <= atlas.KEPT
        assert all(len(page.body) <= atlas.LARGEST_KEPT for page in kept.values())
        assert len(kept) <= atlas.KEPT // 1_000, n
    assert sized.desk.kept
    assert len(sized.made) < 300


def test_what_is_kept_is_not_made_anew_and_what_was_asked_last_stays(sized: Sized) -> None:
    first = sized.get("often", 20_000)
    for n in range(40):
        sized.get(n, 20_000)
        assert sized.get("often", 20_000).content == first.content
    assert sized.made.count("often") == 1
    sized.get(0, 20_000)
    assert sized.made.count("0") == 2


def test_pages_asked_for_at_once_are_made_and_counted_once(sized: Sized) -> None:
    with (
        served(sized.world) as place,
        httpx2.Client(base_url=place) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        for n in range(30):
            same = [f"/day/1922-04-17?q={n % 9}&size=30000"] * 8
            assert {answer.status_code for answer in pool.map(client.get, same)} == {200}
    assert len(sized.made) == 30
    kept = sized.desk.kept
    assert kept
    assert sized.desk.size == sum(atlas._weight(at, page) for at, page in kept.items())


@pytest.mark.parametrize("address", ["/day/1922-04-17", "/day/1922-04-17?as=csv"])
def test_packed_or_not_an_answer_is_the_same(address: str, client: TestClient) -> None:
    for _ in range(2):
        plain = client.get(address, headers={"accept-encoding": "identity"})
        packed = client.get(address, headers={"accept-encoding": "gzip"})
        assert "content-encoding" not in plain.headers
        assert packed.headers["content-encoding"] == "gzip"
        assert "Accept-Encoding" in plain.headers["vary"]
        assert "Accept-Encoding" in packed.headers["vary"]
        assert int(packed.headers["content-length"]) * 3 < int(plain.headers["content-length"])
        assert plain.content == packed.content


def test_errors_are_not_kept(sized: Sized) -> None:
    for n in range(50):
        assert sized.client.get(f"/day/soon-{n}").status_code == 400
        assert sized.client.get(f"/day/1922-04-17?eyes=x{n}").status_code == 404
    assert not sized.desk.kept
    assert sized.desk.size == 0


def test_addresses_that_differ_in_a_word_are_never_mixed_up(
    client: TestClient, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    differing = [
        "/day/1922-04-17?",
        "/day/1922-04-16?",
        "/day/1922-04-17?eyes=poland",
        "/day/1922-04-17?eyes=germany",
        "/day/1922-04-17?law=treaties",
        "/day/1922-04-17?law=recognition",
        VIEWS["proof"],
        VIEWS["proof"].replace("treaty-of-rapallo-1922", "treaty-of-brest-litovsk-1918"),
    ]
    asked = [f"{address}&as={form}" for address in differing for form in ("html", "json", "csv")]
    with monkeypatch.context() as patch:
        patch.setattr(atlas, "LARGEST_KEPT", 0)
        alone = [client.get(address).content for address in asked]
    assert len(set(alone)) == len(asked)
    order = [*range(len(asked))] * 3
    random.Random(1922).shuffle(order)
    for n in order:
        assert client.get(asked[n]).content == alone[n], asked[n]


@pytest.mark.parametrize(
    "twin",
    [
        "/day/1922-04-16%3Feyes=poland",
        "/day/1922-04-16%3F",
        "/day/1922-04-16%23",
        "/day/1922-04-16%3Fas=json%23",
    ],
)
def test_what_looks_like_another_address_is_not_kept_for_it(twin: str, world: World) -> None:
    client = TestClient(application(world), HERE, follow_redirects=False)
    odd = client.get(twin)
    others = ["/day/1922-04-16", "/day/1922-04-16?eyes=poland", "/day/1922-04-16?as=json"]
    fresh = TestClient(application(world), HERE)
    for other in others:
        assert client.get(other).content == fresh.get(other).content
    assert client.get(twin).content == odd.content


def test_a_host_cannot_stand_for_another_address(world: World) -> None:
    client = TestClient(application(world, ("*",)), HERE)
    for host in ("127.0.0.1:1/day/1922-04-16?#", "x/day/1922-04-16?", "x#", "x/day/1922-04-16"):
        client.get("/day/1919-01-01", headers={"host": host})
    assert "16 April 1922" in client.get("/day/1922-04-16").text
    assert "1 January 1919" not in client.get("/day/1922-04-16").text


def test_of_worlds_that_eyes_have_seen_few_are_kept(small: World) -> None:
    client = TestClient(application(small), HERE)
    for n in range(1, 29):
        assert client.get(f"/day/1922-02-{n:02}?eyes=germany").status_code == 200
        assert client.get(f"/day/1922-03-{n:02}?eyes=france").status_code == 200
    assert 0 < len(small.variants) <= 24


# --- slow readers ------------------------------------------------------------------------------


def test_slow_clients_do_not_stall_others(address: str) -> None:
    host, _, port = address.removeprefix("http://").partition(":")
    request = b"GET /day/1922-04-17 HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
    slow = [socket.create_connection((host, int(port)), timeout=5) for _ in range(50)]
    try:
        for one in slow[:25]:  # they send a byte at a time
            one.sendall(request)
        for one in slow[25:]:  # they ask for much, and do not read what comes
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1_024)
            one.sendall(request.replace(b"X-Slow: ", b"\r\n"))
        took: list[float] = []
        with httpx2.Client(base_url=address, timeout=5) as client:
            client.get("/day/1922-04-17")
            for _ in range(10):
                for one in slow[:25]:
                    one.sendall(b"x")
                began = time.perf_counter()
                assert client.get("/day/1922-04-17").status_code == 200
                took.append(time.perf_counter() - began)
                time.sleep(0.05)
        assert sorted(took)[len(took) // 2] < 0.5
    finally:
        for one in slow:
            one.close()
