"""Foreign files into chunks of rows, read in a child process that may not hurt this one."""

from gis_core.reading.parent import Chunk, Source, open_source

__all__ = ["Chunk", "Source", "open_source"]
