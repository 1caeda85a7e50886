"""The example that a stranger would copy first works as it stands."""

import re
from pathlib import Path

from twin.testing import check_policy

PAGE = Path(__file__).parents[2] / "policies" / "README.md"


def test_the_policy_in_the_readme_passes_the_conformance_suite():
    """The Python block of the page is a policy that holds to the contract."""
    code = re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert code is not None
    names: dict[str, object] = {}
    exec(compile(code[1], str(PAGE), "exec"), names)  # noqa: S102 # our own page

    check_policy(names["OneEach"])  # type: ignore[arg-type] # a class of that page
