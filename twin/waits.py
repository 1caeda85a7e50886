"""What vehicles do while time passes: generators of what is waited for, driven by SimPy."""

from collections.abc import Generator
from typing import Any

Waits = Generator[Any, Any, None]
"""Yields SimPy events."""
Goes = Generator[Any, Any, bool]
"""The same, and ends with a yes or a no."""
