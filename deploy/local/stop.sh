#!/bin/sh
# Ends what start.sh started in FOLDER, workers after the runs they are at; the state stays.
#
#   deploy/local/stop.sh FOLDER
# $unprivileged is a command with its arguments, or nothing.
# shellcheck disable=SC2154,SC2086
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

end() { # name seconds: asks it to end, then makes it
    if running "$1"; then
        pid=$(cat "$folder/pids/$1")
        kill -TERM "$pid"
        left=$2
        while kill -0 "$pid" 2>/dev/null && [ "$left" -gt 0 ]; do
            left=$((left - 1))
            sleep 1
        done
        kill -KILL "-$pid" 2>/dev/null || true
    fi
    rm -f "$folder/pids/$1"
}

for name in daemon webserver; do end "$name" 30; done
for file in "$folder"/pids/worker-*; do [ ! -f "$file" ] || end "$(basename "$file")" 60; done
end code-server 30
end redis 30
if [ -f "$folder/postgres/data/postmaster.pid" ]; then
    pg_ctl=$(PATH="$PATH:$(newest /usr/lib/postgresql/*/bin)" command -v pg_ctl) || fail "pg_ctl is missing"
    $unprivileged "$pg_ctl" -D "$folder/postgres/data" -m fast -w -t 60 stop >/dev/null || fail "PostgreSQL did not stop"
fi
say "stopped; $folder keeps the state"
