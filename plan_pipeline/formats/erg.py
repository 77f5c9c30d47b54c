"""ERG: a course in watts, which are the rider's own."""

from typing import Final

from plan_pipeline.formats.erg_text import Unit, read, written
from plan_pipeline.formats.reading import ReadSession
from plan_pipeline.formats.session import Session
from plan_pipeline.formats.session_files import SessionFiles


class ErgFormat:
    """Reads and writes ERG."""

    suffix = ".erg"
    suffixes = (".erg",)

    def write(self, session: Session) -> bytes:
        return written(session, Unit.WATTS)

    def read(self, content: bytes, ftp_watts: float | None = None) -> ReadSession:
        return read(content, Unit.WATTS, ftp_watts)


READER: Final = ErgFormat()
EXPORTER: Final = SessionFiles(READER)
