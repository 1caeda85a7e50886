"""The first page shows a scenario that can be used as it stands."""

import re
from pathlib import Path

from scenarios.load import load_text

PAGE = Path(__file__).parents[2] / "README.md"


def test_the_scenario_of_the_readme_loads():
    """The YAML block of the page is a whole scenario."""
    text = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert text is not None

    assert load_text(text[1], "README.md", PAGE.parent).spec.name == "downtown"
