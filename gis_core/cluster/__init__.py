"""A private PostGIS server in a folder: started on first use, stopped when nobody needs it.

The rule. Every process that uses the cluster holds a shared lock on one file, which the kernel gives back
however the process dies. When the last user is gone, a small watchdog waits `linger` seconds and stops the
server; a file `keep` in the folder tells it to leave the server running until `Cluster.stop()`.

The server listens on a unix socket only, never on a port. The socket stands in a folder that only the
server's own user may enter (0700), which is why the server asks for no password (`trust`): the door is the
folder. Root can enter it too, and PostgreSQL refuses to run as root: root's server runs as an ordinary user.

    with Cluster(Path("~/.abat/postgres")) as cluster:
        cluster.ensure_database("astana")
        engine = create_engine(cluster.url("astana"))

Needs nothing but the standard library; Linux and macOS.
"""

from gis_core.cluster.binaries import find_binaries
from gis_core.cluster.lifecycle import Cluster
from gis_core.cluster.status import Status

__all__ = ["Cluster", "Status", "find_binaries"]
