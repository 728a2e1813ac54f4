# Installs the named packages as root, without starting or creating a server, and puts back what it had to change.
set -eu
# What a command prints may be read by a shell: none of this is for it.
exec 1>&2
export DEBIAN_FRONTEND=noninteractive
policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.conf
kept=$(mktemp -d)

restore() {
    rm -f "$policy" "$cluster"
    if [ -e "$kept/policy" ]; then cp -a "$kept/policy" "$policy"; fi
    if [ -e "$kept/cluster" ]; then
        cp -a "$kept/cluster" "$cluster"
    elif [ -e /usr/share/postgresql-common/createcluster.conf ]; then
        cp /usr/share/postgresql-common/createcluster.conf "$cluster"
    fi
    rm -rf "$kept"
}

if [ -e "$policy" ]; then cp -a "$policy" "$kept/policy"; fi
if [ -e "$cluster" ]; then cp -a "$cluster" "$kept/cluster"; fi
trap restore EXIT
trap 'exit 130' HUP INT TERM

# Every "start the service" of a package is refused, and PostgreSQL makes no "main" cluster.
printf '#!/bin/sh\nexit 101\n' > "$policy"
chmod 755 "$policy"
mkdir -p "$(dirname "$cluster")"
echo 'create_main_cluster = false' > "$cluster"

apt-get update -qq
apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120 \
    -o Dpkg::Options::=--force-confold "$@"
