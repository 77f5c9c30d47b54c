# What start.sh and stop.sh share: names of places, and starting and finding processes by their pid files.
# shellcheck shell=sh disable=SC2154

case ${1:-} in
'' | -*) echo "usage: $0 FOLDER" >&2 && exit 2 ;;
esac
mkdir -p "$1" 2>/dev/null || { echo "$0: $1 cannot be made; name a folder that can be" >&2 && exit 1; }
folder=$(CDPATH='' cd -- "$1" && pwd)
logs=$folder/logs
bin=${PYTHON_BIN:-$(CDPATH='' cd -- "$here/../.." && pwd)/.venv/bin}

say() { printf '%s\n' "$*" >&2; }

fail() { # what is wrong, and the log that says more
    say "$0: $1"
    [ -z "${2:-}" ] || { say "the end of $2:" && tail -n 20 "$2" >&2; }
    exit 1
}

newest() { # the last of the folders that exist
    for last; do :; done
    [ -d "${last:-}" ] && printf '%s' "$last"
}

prepare_folder() {
    mkdir -p "$logs" "$folder/pids"
    $unprivileged test -x "$folder" || fail "$service_user cannot enter $folder; name a folder that it can"
}

service_user=${SERVICE_USER:-postgres}
unprivileged=
[ "$(id -u)" != 0 ] || unprivileged="setpriv --reuid $service_user --regid $service_user --init-groups"

own() { [ "$(id -u)" != 0 ] || chown -R "$service_user" "$1"; }

launch() { # name command…: in a session of its own, its output in a log, its pid in a file
    name=$1
    shift
    [ ! -f "$logs/$name.log" ] || mv "$logs/$name.log" "$logs/$name.log.before"
    (setsid env --default-signal=INT "$@" >"$logs/$name.log" 2>&1 </dev/null & echo $! >"$folder/pids/$name")
}

running() { # name
    [ -f "$folder/pids/$1" ] && kill -0 "$(cat "$folder/pids/$1")" 2>/dev/null
}

wait_for() { # name seconds command…: until it succeeds
    name=$1 left=$2
    shift 2
    until said=$("$@" 2>&1); do
        left=$((left - 1))
        [ "$left" -gt 0 ] || fail "$name is not ready: $said" "$logs/$name.log"
        running "$name" || fail "$name has ended" "$logs/$name.log"
        sleep 1
    done
}

sql() { PGPASSWORD=$secret psql -X -q -A -t -h 127.0.0.1 -p "$postgres_port" -U dagster -d "$1" -c "$2"; }

redis() { [ "$(REDISCLI_AUTH=$secret redis-cli -h 127.0.0.1 -p "$redis_port" "$@" 2>/dev/null)" = PONG ]; }

graphql() { # url: whether the webserver answers and the definitions are loaded; says why not
    "$bin/python" - "$1" <<'END'
import json, sys, urllib.request

query = "{workspaceOrError{... on Workspace{locationEntries{locationOrLoadError{__typename ... on PythonError{message}}}}}}"
request = urllib.request.Request(
    sys.argv[1], data=json.dumps({"query": query}).encode(), headers={"Content-Type": "application/json"}
)
with urllib.request.urlopen(request, timeout=10) as answer:
    entries = json.load(answer)["data"]["workspaceOrError"]["locationEntries"]
errors = [entry["locationOrLoadError"] or {"message": "not loaded yet"} for entry in entries]
sys.exit("; ".join(error["message"] for error in errors if "message" in error) or not entries)
END
}

cd / # which every user may enter
