#!/bin/sh
# Starts everything of docs/deployment.md on this one machine, on loopback only: PostgreSQL, Redis, Celery workers,
# Dagster's code server, webserver and daemon. What runs already is left alone; stop.sh ends it.
#
#   deploy/local/start.sh FOLDER       state, logs and passwords go to FOLDER, and the data to FOLDER/data
#
# From the environment, with defaults: DATA (FOLDER/data), UI_PORT (3000), POSTGRES_PORT (55432), REDIS_PORT (56379),
# CODE_PORT (54000), WORKERS (2), SLOTS (2, runs at once on each worker), PYTHON_BIN (.venv/bin of this checkout),
# PARTS ("postgres redis dagster"; leave out what is elsewhere, and set its address in FOLDER/environment),
# SERVICE_USER (postgres; who runs PostgreSQL and Redis where root starts them, as PostgreSQL refuses to be root).
#
# Debian packages: postgresql redis-server. Python: uv sync --frozen --extra cluster
#
# Ports and the password are in the environment file; $unprivileged is a command with its arguments, or nothing.
# shellcheck disable=SC2154,SC2086
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=common.sh
. "$here/common.sh"

require() { # program, where it may be, what to do
    found=$(PATH="$PATH:$2" command -v "$1") || fail "$1 is missing; $3"
    echo "$found"
}

settle_environment() {
    if [ ! -f "$folder/environment" ]; then
        umask 077
        secret=$(od -An -N18 -tx1 /dev/urandom | tr -d ' \n')
        cat >"$folder/environment.new" <<END
export DAGSTER_HOME='$folder/home'
export DAGSTER_POSTGRES_URL='postgresql+psycopg2://dagster:$secret@127.0.0.1:${POSTGRES_PORT:-55432}/dagster'
export DAGSTER_REDIS_URL='redis://:$secret@127.0.0.1:${REDIS_PORT:-56379}/0'
export DAGSTER_LOGS_FOLDER='$folder/home/logs'
export DAGSTER_CODE_SERVER_HOST=127.0.0.1
export DAGSTER_CODE_SERVER_PORT=${CODE_PORT:-54000}
export PLAN_PIPELINE_DATA='${DATA:-$folder/data}'
secret=$secret
postgres_port=${POSTGRES_PORT:-55432}
redis_port=${REDIS_PORT:-56379}
ui_port=${UI_PORT:-3000}
END
        mv "$folder/environment.new" "$folder/environment"
        umask 022
    fi
    # shellcheck source=/dev/null
    . "$folder/environment"
    mkdir -p "$DAGSTER_HOME" "$PLAN_PIPELINE_DATA"
    cp "$here/../dagster.yaml" "$here/../workspace.yaml" "$DAGSTER_HOME/"
}

start_postgres() {
    cluster=$folder/postgres
    log=$logs/postgres.log
    if [ ! -f "$cluster/data/PG_VERSION" ]; then
        mkdir -p "$cluster"
        (umask 077 && printf '%s\n' "$secret" >"$cluster/password")
        own "$cluster"
        $unprivileged "$initdb" -D "$cluster/data" -U dagster --pwfile "$cluster/password" -A scram-sha-256 \
            -E UTF8 --locale C.UTF-8 >"$log" 2>&1 || fail "initdb failed" "$log"
    fi
    if ! $unprivileged "$pg_ctl" -D "$cluster/data" status >/dev/null 2>&1; then
        options="-c listen_addresses=127.0.0.1 -c port=$postgres_port -c unix_socket_directories=''"
        $unprivileged "$pg_ctl" -D "$cluster/data" -l "$cluster/log" -o "$options" -w -t 60 start >>"$log" 2>&1 ||
            fail "PostgreSQL did not start; is port $postgres_port free?" "$cluster/log"
    fi
    [ "$(sql postgres "SELECT count(*) FROM pg_database WHERE datname = 'dagster'")" = 1 ] ||
        sql postgres 'CREATE DATABASE dagster' >/dev/null
    say "PostgreSQL on 127.0.0.1:$postgres_port"
}

start_redis() {
    mkdir -p "$folder/redis"
    if ! redis ping; then
        (
            umask 077
            cat >"$folder/redis/redis.conf" <<END
bind 127.0.0.1
port $redis_port
requirepass $secret
dir $folder/redis
appendonly yes
maxmemory-policy noeviction
END
        )
        own "$folder/redis"
        launch redis $unprivileged "$redis_server" "$folder/redis/redis.conf"
    fi
    wait_for redis 30 redis ping
    say "Redis on 127.0.0.1:$redis_port"
}

start_dagster() {
    "$bin/dagster" instance migrate >"$logs/migrate.log" 2>&1 ||
        fail "Dagster's tables could not be brought up to date" "$logs/migrate.log"
    running code-server || launch code-server "$bin/dagster" code-server start -m plan_pipeline.definitions \
        -h 127.0.0.1 -p "$DAGSTER_CODE_SERVER_PORT" --location-name plan_pipeline
    number=1
    while [ "$number" -le "${WORKERS:-2}" ]; do
        running "worker-$number" || launch "worker-$number" "$bin/celery" -A plan_pipeline.worker worker \
            --hostname "worker-$number@%h" --concurrency "${SLOTS:-2}" --queues dagster --loglevel INFO \
            --without-gossip --without-mingle
        number=$((number + 1))
    done
    wait_for code-server 120 \
        "$bin/dagster" api grpc-health-check -h 127.0.0.1 -p "$DAGSTER_CODE_SERVER_PORT"
    running webserver || launch webserver "$bin/dagster-webserver" -w "$DAGSTER_HOME/workspace.yaml" -h 127.0.0.1 -p "$ui_port"
    running daemon || launch daemon "$bin/python" -m plan_pipeline.orchestration.dagster_internals.daemon run -w "$DAGSTER_HOME/workspace.yaml"
    number=1
    while [ "$number" -le "${WORKERS:-2}" ]; do
        wait_for "worker-$number" 120 grep -q ' ready\.$' "$logs/worker-$number.log"
        number=$((number + 1))
    done
    wait_for webserver 120 graphql "http://127.0.0.1:$ui_port/graphql"
    wait_for daemon 120 "$bin/dagster-daemon" liveness-check
}

parts=" ${PARTS:-postgres redis dagster} "
wanted() { case $parts in *" $1 "*) ;; *) return 1 ;; esac; }

start_wanted() {
    ! wanted postgres || start_postgres
    ! wanted redis || start_redis
    ! wanted dagster || start_dagster
}

if wanted postgres; then
    initdb=$(require initdb "$(newest /usr/lib/postgresql/*/bin)" 'install it: apt-get install postgresql')
    pg_ctl=$(require pg_ctl "$(newest /usr/lib/postgresql/*/bin)" 'install it: apt-get install postgresql')
fi
! wanted redis || redis_server=$(require redis-server "" 'install it: apt-get install redis-server')
for program in dagster dagster-webserver dagster-daemon celery; do
    ! wanted dagster || [ -x "$bin/$program" ] || fail "$bin/$program is missing; run: uv sync --frozen --extra cluster"
done
prepare_folder
settle_environment
start_wanted
! wanted dagster || say "Dagster on http://127.0.0.1:$ui_port, data in $PLAN_PIPELINE_DATA"
say "For a shell on this set-up: . $folder/environment"
