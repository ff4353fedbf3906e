"""The same runs on a Dask cluster: one on this machine, or one that is running already. An extra: pip install changemaking[dask]."""

from __future__ import annotations

import logging
import pickle
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..errors import RunError, UsageError
from ..executor import Job, Results, Task, attempt, default_workers, packer, sheltered_start
from ..progress import Progress, Report
from ..signals import interrupts

if TYPE_CHECKING:
    from ...scenarios.schema import Scenario

AHEAD = 2  # chunks that wait at each worker
CHUNK = 4  # runs in a chunk
GOODBYE = 5  # seconds in which a scheduler may take leave
TRIES = 3  # a run is sent that often, each time to the end of Dask's patience with it, before it counts as failed

# A worker of ours that was killed is started again. After 15 seconds Dask gives up one that is not back yet, and on a busy machine all
# of them, with nobody left to do what waits.
PATIENT = {"distributed.deploy.lost-worker-timeout": "1 day"}


def check_address(on: str) -> None:
    """Raises UsageError unless `on` is "dask" or an address at which somebody answers: sooner, and more quietly, than Dask would."""
    if on == "dask":
        return
    found = re.fullmatch(r"(?:tcp|tls)://(\[[^\]]+\]|[^:/]+):(\d{1,5})", on)
    if not found:
        raise UsageError(f'--on: takes "dask" or the address of a Dask scheduler, tcp://HOST:PORT, got {on!r}')
    try:
        socket.create_connection((found[1].strip("[]"), int(found[2])), timeout=10).close()
    except (OSError, OverflowError) as error:
        raise UsageError(f"--on: no Dask scheduler answers at {on}: {error}") from None


def run_on_dask(
    jobs: Iterable[Job],
    total: int,
    scenarios: Mapping[str, Scenario],
    workers: int | None,
    progress: bool | Report | None,
    task: Task,
    on: str,
) -> Results:
    """Do `total` different jobs on a cluster, handed over as they are done. `on` is "dask" for a cluster of this machine, or an address.

    The cluster's workers need the same changemaking. Ctrl-C once sends nothing more and waits for what was sent.
    Raises UsageError without Dask or for an address nobody answers at.
    """
    try:
        import dask
        import distributed  # noqa: F401
    except ImportError:
        raise UsageError("--on: needs Dask, which is not installed; remedy: pip install 'changemaking[dask]'") from None
    with interrupts() as stop, dask.config.set(PATIENT if on == "dask" else {}):
        yield from _on(jobs, total, packer(scenarios), workers, progress, task, on, stop)


def _on(
    jobs: Iterable[Job],
    total: int,
    packed: Callable[[str], bytes],
    workers: int | None,
    progress: bool | Report | None,
    task: Task,
    on: str,
    stop: list[int],
) -> Results:
    from distributed import Client, KilledWorker, LocalCluster, as_completed
    from distributed.client import ClosedClientError

    cluster: Any = None
    if on == "dask":
        with sheltered_start():
            cluster = LocalCluster(
                n_workers=workers or default_workers(), threads_per_worker=1, dashboard_address=None,
                silence_logs=logging.CRITICAL, preload=[__name__],
            )  # fmt: skip
    try:
        client = Client(cluster or on, timeout="10s", set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise UsageError(f"--on: no Dask scheduler answers at {on}: {error}") from None
    waiting = iter(jobs)

    def send(chunk: list[Job], tries: int = 1) -> Any:
        known = {key: packed(key) for key in dict.fromkeys(key for key, _ in chunk)}
        future = client.submit(do_chunk, chunk, known, task, pure=False)
        sent[future.key] = chunk, tries
        return future

    def next_chunk() -> list[Job]:
        return list(islice(waiting, CHUNK))

    sent: dict[Any, tuple[list[Job], int]] = {}
    try:
        at_once = AHEAD * max(1, len(client.scheduler_info(n_workers=-1)["workers"]))
        with Progress(total, progress) as shown:
            flying = as_completed([send(chunk) for _ in range(at_once) if not stop and (chunk := next_chunk())], loop=client.loop)
            for future in flying:
                if not stop and (chunk := next_chunk()):
                    flying.add(send(chunk))
                chunk, tries = sent.pop(future.key)
                try:
                    lost = future.exception()  # waits, where its worker was killed after it was done: it is done again
                    found = future.result() if lost is None else []
                except KilledWorker as error:  # with it the last time
                    lost, found = error, []
                if lost is not None and tries < TRIES:  # workers were lost with it: each run by itself, to know which is to blame
                    for job in chunk:
                        flying.add(send([job], tries + 1))
                elif lost is not None:
                    why = f"{type(lost).__name__}: {lost}"
                    found = [(job, False, (why, why)) for job in chunk]
                for result in found:
                    shown.done()
                    yield result
    except (OSError, TimeoutError, CancelledError, ClosedClientError) as error:
        raise RunError(f"the Dask cluster at {on} was lost: {error}; finished runs are kept, run the sweep again") from None
    finally:
        with suppress(TimeoutError):  # whoever stops at once does not wait for a scheduler that does not answer
            client.close(timeout=GOODBYE)
        if cluster is not None:
            cluster.close()


def dask_setup(worker: Any) -> None:
    """What Dask calls in each worker of ours when it starts: Ctrl-C reaches the whole group, the parent alone decides what it means."""
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def do_chunk(jobs: list[Job], packed: dict[str, bytes], task: Task) -> list[tuple[Job, bool, Any]]:
    """A chunk, in a worker of the cluster."""
    worlds = {key: pickle.loads(data) for key, data in packed.items()}
    return [attempt(worlds[job[0]], job, task) for job in jobs]
