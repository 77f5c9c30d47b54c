"""MRC: a course in percent of threshold, for any rider."""

from typing import Final

from plan_pipeline.formats.erg_text import Unit, read, written
from plan_pipeline.formats.reading import ReadSession
from plan_pipeline.formats.session import Session
from plan_pipeline.formats.session_files import SessionFiles


class MrcFormat:
    """Reads and writes MRC."""

    suffix = ".mrc"
    suffixes = (".mrc",)

    def write(self, session: Session) -> bytes:
        return written(session, Unit.PERCENT)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        return read(content, Unit.PERCENT, ftp_watts)


READER: Final = MrcFormat()
EXPORTER: Final = SessionFiles(READER)
