"""A web application on a port of its own, in the running loop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

from starlette.applications import Starlette


@contextlib.asynccontextmanager
async def serve(app: Starlette, *, port: int = 0, host: str = "127.0.0.1") -> AsyncIterator[str]:
    """Any application on a port (0: a free one), without touching the process's signals."""
    # Imported here: whoever answers on the terminal needs none.
    import uvicorn

    class Server(uvicorn.Server):
        ready = asyncio.Event()

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            self.ready.set()

        @contextlib.contextmanager
        def capture_signals(self) -> Iterator[None]:
            yield

    # Named TCP, because asyncio switches Nagle's algorithm off for such sockets only: 40 ms a request otherwise.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        configuration = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", ws="none", timeout_graceful_shutdown=1
        )
        server = Server(configuration)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            await server.ready.wait()
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving
