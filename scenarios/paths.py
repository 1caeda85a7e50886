"""Which files a scenario may name: those in its own folder or below."""

from pathlib import Path

from scenarios.problems import shown


def inside(base_dir: Path, given: str) -> Path | str:
    """Return the path of a file that a scenario names, or in words why it may not name it."""
    words = (
        f"a path out of the scenario's folder ({shown(given)}), expected a file in it or below; "
        "copy the file there"
    )
    if "\0" in given or "\\" in given or Path(given).is_absolute():
        return words
    if not (base_dir / given).resolve().is_relative_to(base_dir.resolve()):
        return words
    return base_dir / given
