"""``twin init``: a scenario file to begin with."""

import os
import re
from pathlib import Path
from shlex import quote

from experiments.exits import Exit, say
from scenarios.load import library, library_text, load_text
from twin.errors import InputError

_NAME_LINE = re.compile(r"^name: *[\w-]+", re.MULTILINE)


def init(name: str, template: str, *, quiet: bool) -> Exit:
    """Write a scenario file from a template; one that exists is never touched.

    Raises
    ------
    InputError
        If there is such a file, no such template, or the name cannot be a scenario's.
    """
    path = Path(name if name.endswith(".yaml") else f"{name}.yaml")
    if template not in library():
        listed = ", ".join(library()) or "none"
        raise InputError(
            f"template {template!r}", [f"there is none of that name, expected one of {listed}"]
        )
    shipped = library_text(template)
    text = re.sub(
        r"^name: *[\w-]+", lambda _: f"name: {path.stem}", shipped, count=1, flags=re.MULTILINE
    )
    if not path.parent.is_dir():
        problem = "there is no such folder, expected one that is there; make it first"
        raise InputError(str(path.parent), [problem])
    load_text(text, str(path), path.parent)  # refuses a name that no scenario can have
    try:
        # Exclusive: of two that write at once, one is told.
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise InputError(
            str(path), ["there is such a file and it stays as it is; choose another name"]
        ) from None
    if not quiet:
        typed = quote(str(path))
        say(f"wrote {path}; next: twin check {typed}, then twin run {typed}")
    return Exit.OK
