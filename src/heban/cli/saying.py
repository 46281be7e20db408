"""How the command line speaks: messages on stderr, progress, and no traceback for an expected no."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from heban.domain.errors import HebanError

err = Console(stderr=True, highlight=False, soft_wrap=True)


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn an expected no into its message and exit code 1, without a traceback."""
    try:
        yield
    except HebanError as no:
        err.print(f"heban: {no}", markup=False)
        sys.exit(1)
    except OSError as no:
        if no.filename is None and no.errno != errno.ENOSPC:
            raise
        what = f"{str(no.filename)!r} cannot be used" if no.filename is not None else "nothing can be written"
        err.print(
            f"heban: {what} ({no.strerror}). Look whether the path is right, whether you may read and write "
            "there, and whether the disk has room.",
            markup=False,
        )
        sys.exit(1)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Show the step that is being worked on, on stderr, so that stdout holds results only."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal) as bar:
        task = bar.add_task("…", total=None)
        yield lambda description: bar.update(task, description=description)
