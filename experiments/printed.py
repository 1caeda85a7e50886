"""What policies print: passed on to stderr, harmless to a terminal, and never a flood."""

import codecs
import os
from multiprocessing.connection import Connection
from typing import Final

from experiments.exits import printable
from experiments.streams import to_stderr

MOST_PASSED_ON: Final = 20_000
"""Characters of one day that reach stderr; the rest is dropped, and that is said."""
_READ_BYTES: Final = 1 << 16
_MOST_READS: Final = 64
"""At one look, so that a flood keeps nobody from looking at the watch."""


class Printed:
    """The driver's end of a pipe that a worker prints into.

    It must be read often: a worker whose pipe is full waits.
    """

    def __init__(self, label: str, pipe: Connection) -> None:
        self._label = label
        self._pipe = pipe
        self._decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
        self._left = MOST_PASSED_ON

    @property
    def waits_on(self) -> list[Connection]:
        """What becomes readable when there is something; nothing once it is over."""
        return [] if self._pipe.closed else [self._pipe]

    def pass_on(self) -> None:
        """Write what has come so far to stderr, without waiting for more."""
        for _ in range(_MOST_READS):
            if self._pipe.closed or not self._pipe.poll():
                return
            data = os.read(self._pipe.fileno(), _READ_BYTES)
            if not data:
                self._pipe.close()
            self._write(self._decoder.decode(data, final=not data))

    def close(self) -> None:
        """Pass on what is left and close the pipe."""
        self.pass_on()
        self._pipe.close()

    def _write(self, text: str) -> None:
        if self._left <= 0 or not text:
            return
        to_stderr(printable(text[: self._left]))
        self._left -= len(text)
        if self._left <= 0:
            to_stderr(
                f"\n{self._label} printed more than {MOST_PASSED_ON:,} characters; "
                "the rest is dropped\n"
            )
