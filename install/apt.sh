#!/bin/sh
# apt.sh PACKAGE...: installs Debian packages without questions; run as root.

# postgresql-common would start a server of its own on port 5432 as soon as PostgreSQL is installed. Nobody
# asked for that one, so it is told not to, for the length of this installation only.
conf=/etc/postgresql-common/createcluster.d/abat.conf
trap 'rm -f "$conf"; rmdir /etc/postgresql-common/createcluster.d /etc/postgresql-common 2>/dev/null' EXIT
trap 'exit 1' INT TERM HUP
mkdir -p "${conf%/*}"
echo 'create_main_cluster = false' >"$conf"

export DEBIAN_FRONTEND=noninteractive
# A package list of yesterday is better than none: an update without network is no reason to stop.
apt-get update -q || echo 'apt-get update failed; going on with the lists at hand'
apt-get install -q -y --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"
