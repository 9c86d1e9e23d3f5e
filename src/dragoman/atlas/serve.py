"""Serve the atlas on this machine, until it is stopped."""

from __future__ import annotations

import socket
import threading
import webbrowser
from collections.abc import Callable

import uvicorn

from dragoman.atlas.app import application
from dragoman.problem import DragomanError
from dragoman.state.world import World

#: The hosts that mean this machine alone.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def serve(
    world: World,
    host: str = "127.0.0.1",
    port: int = 8017,
    browser: bool = True,
    told: Callable[[str], None] = print,
) -> None:
    """Serve the atlas of a world at `host` and `port` (0: any that is free) until it is stopped.

    `told` is given the address once it can be opened. On a host other than this machine's own, it
    is open to whoever can reach that. Raises DragomanError where the port is taken or the host is
    none of this machine's.
    """
    listening = _listening(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listening.getsockname()[1]}/"
    hosts = (*LOOPBACK, "[::1]") if host in LOOPBACK else ("*",)
    told(address)
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    with listening:
        server(world, hosts).run(sockets=[listening])


def server(world: World, hosts: tuple[str, ...]) -> uvicorn.Server:
    """What serves the atlas of a world to requests that name one of the `hosts`."""
    config = uvicorn.Config(
        application(world, hosts),
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=5,
        h11_max_incomplete_event_size=16_384,
        limit_concurrency=1_000,
        lifespan="off",
    )
    return uvicorn.Server(config)


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens at the address. Raises DragomanError."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
    except OSError as error:
        reason = error.strerror or str(error)
        raise DragomanError(
            f"The atlas cannot be opened at {host}, port {port}: {reason}. "
            "Choose another with --port (0 takes any that is free)."
        ) from None
    return listening
