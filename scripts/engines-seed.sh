# shellcheck shell=bash
# The image and the containers that scripts/engines puts on its engines; tests name them.
# Usage: sourced by scripts/engines, which sets `folder`.
# shellcheck disable=SC2154  # folder

# One root folder with busybox and the programs of the containers, as one tar: imported, it is busybox:test.
make_image() {
    local image=$folder/image name
    mkdir -p "$image"/{app,bin,data,etc,shared,tmp}
    cp "$(type -P busybox)" "$image/bin/busybox"
    for name in $("$image/bin/busybox" --list); do
        [[ $name == busybox ]] || ln -sf busybox "$image/bin/$name"
    done
    printf 'root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n' >"$image/etc/passwd"
    write_programs "$image/app"
    chmod +x "$image"/app/*
    tar -C "$image" --owner 0 --group 0 -cf "$folder/image.tar" .
}

write_programs() {
    # Stays until it is told to end; as process 1 it would ignore SIGTERM without the trap.
    cat >"$1/stay" <<-'SH'
	#!/bin/sh
	trap 'exit 0' TERM INT
	while :; do sleep 3600 & wait; done
	SH
    # 40 lines at once, then silence: a log that two programs can compare.
    cat >"$1/web" <<-'SH'
	#!/bin/sh
	n=1
	while [ $n -le 10 ]; do
	    echo "10.0.0.$n - GET /orders/$n HTTP/1.1 200 $((n * 37))"
	    echo "{\"level\":\"info\",\"msg\":\"order served\",\"order\":$n,\"ms\":$((n * 3))}"
	    echo "warning: order $n has no invoice" >&2
	    echo "{\"level\":\"error\",\"msg\":\"invoice service: connection refused\",\"order\":$n}" >&2
	    n=$((n + 1))
	done
	exec /app/stay
	SH
    cat >"$1/db" <<-'SH'
	#!/bin/sh
	echo 'LOG:  starting PostgreSQL 16.2 on x86_64-pc-linux-musl'
	echo 'LOG:  listening on Unix socket "/var/run/postgresql/.s.PGSQL.5432"'
	echo '{"level":"info","msg":"database system is ready to accept connections","port":5432}'
	echo 'ERROR:  relation "orders_old" does not exist at character 15' >&2
	exec /app/stay
	SH
    # Colours, several bytes a character, 20,000 characters a line (more than one log frame), both streams; then one a second.
    cat >"$1/worker" <<-'SH'
	#!/bin/sh
	trap 'exit 0' TERM INT
	line() {
	    case $(($1 % 4)) in
	        0) printf '\033[32mINFO\033[0m job %s done\n' "$1" ;;
	        1) printf 'job %s: 日本語 ñandú Ω 🚀 fertig\n' "$1" ;;
	        2) printf '\033[1;31mERROR\033[0m job %s: café is closed\n' "$1" >&2 ;;
	        3) printf 'job %s queued\n' "$1" >&2 ;;
	    esac
	}
	n=1
	while [ $n -le 28 ]; do line $n; n=$((n + 1)); done
	echo "$(head -c 20000 /dev/zero | tr '\0' x)"
	# An odd first byte: the engine cuts at 16 KiB, in the middle of a character.
	echo "x$(yes é | head -n 19999 | tr -d '\n')" >&2
	while :; do
	    line $n
	    n=$((n + 1))
	    sleep 1 & wait
	done
	SH
    cat >"$1/crash" <<-'SH'
	#!/bin/sh
	echo 'reading /etc/app.conf'
	echo 'fatal: /etc/app.conf: no such file' >&2
	exit 3
	SH
    cat >"$1/terminal" <<-'SH'
	#!/bin/sh
	printf '\033[36mwelcome\033[0m to the terminal\n'
	printf 'progress 10%%\rprogress 100%%\n'
	echo 'an error on a terminal comes on the same stream' >&2
	exec /app/stay
	SH
}

# seed_engine NAME: images, then all containers at once, then waits until every state is settled.
seed_engine() {
    local socket=$folder/$1/docker.sock
    local at=(quietly docker -H "unix://$socket")
    mkdir -p "$folder/$1/shared"
    echo 'shared with the host' >"$folder/$1/shared/readme"
    seed_images && run_all "$1" && wait_for 60 "$(<"$folder/$1/pid")" settled "$socket" && return
    say "engine $1: its containers can't be made, or do not settle"
    docker -H "unix://$socket" ps -a >&2
    return 1
}

seed_images() {
    "${at[@]}" import --message 'busybox and small programs' -c 'CMD ["/app/stay"]' "$folder/image.tar" busybox:test &&
        "${at[@]}" tag busybox:test shop/web:1.2 &&
        "${at[@]}" tag busybox:test registry.example:5000/team/api:2.0 &&
        "${at[@]}" import -c 'ENV PATH=/bin APP_HOME=/app' -c 'LABEL org.opencontainers.image.title=rich maintainer=shop@example.org' \
            -c 'HEALTHCHECK --interval=30s --timeout=3s --retries=2 CMD ["/bin/true"]' -c 'USER app' -c 'EXPOSE 8080/tcp 9090/udp' \
            -c 'VOLUME /data' -c 'WORKDIR /app' -c 'CMD ["/app/stay"]' "$folder/image.tar" shop/rich:1.0 &&
        "${at[@]}" import -c 'LABEL stage=dangling' "$folder/image.tar" &&
        # A second layer, so that an image's history has more than one row.
        "${at[@]}" create --name layer --network none busybox:test /app/stay &&
        "${at[@]}" cp "$folder/image/etc/passwd" layer:/data/passwd &&
        "${at[@]}" commit -m 'add data' -c 'LABEL layers=2' layer shop/layers:0.3 &&
        "${at[@]}" rm layer
}

run_all() {
    local names=(zero one two three four five six seven eight nine) jobs=() job failed=0 own=$1
    [[ $own != [1-9] ]] || own=${names[$own]}
    local make=("${at[@]}" create --network none --name) run=("${at[@]}" run -d --network none --name)
    local shop=(--label com.docker.compose.project=shop --label)
    # These two need time to settle, so they come first.
    "${run[@]}" restarting --restart always busybox:test sh -c 'echo "cannot reach db"; exit 1' & jobs+=("$!")
    "${run[@]}" unhealthy --health-cmd 'echo "no answer on port 8080"; exit 1' --health-interval 3s --health-retries 1 \
        busybox:test /app/stay & jobs+=("$!")
    "${run[@]}" healthy --health-cmd 'echo fine' --health-interval 3s --health-retries 1 busybox:test /app/stay & jobs+=("$!")
    "${run[@]}" web "${shop[@]}" com.docker.compose.service=web --env PORT=8080 --expose 8080 shop/web:1.2 /app/web & jobs+=("$!")
    "${run[@]}" db "${shop[@]}" com.docker.compose.service=db --env POSTGRES_USER=app --env POSTGRES_PASSWORD=hunter2-db \
        --env AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY \
        --env DATABASE_URL=postgres://app:s3cret@db:5432/shop --env GREETING=hello busybox:test /app/db & jobs+=("$!")
    "${run[@]}" worker "${shop[@]}" com.docker.compose.service=worker registry.example:5000/team/api:2.0 /app/worker & jobs+=("$!")
    "${run[@]}" crashed busybox:test /app/crash & jobs+=("$!")
    "${run[@]}" tty -t busybox:test /app/terminal & jobs+=("$!")
    { "${run[@]}" paused busybox:test /app/stay && persistently "${at[@]}" pause paused; } & jobs+=("$!")
    "${make[@]}" created busybox:test /app/stay & jobs+=("$!")
    "${run[@]}" limited --memory 64m --cpus 0.5 --volume cache:/data --volume "$folder/$1/shared:/shared:ro" \
        busybox:test /app/stay --verbose --token=tok-hunter2-limited & jobs+=("$!")
    "${run[@]}" "only-$own" busybox:test /app/stay & jobs+=("$!")
    for job in "${jobs[@]}"; do wait "$job" || failed=1; done
    return "$failed"
}

# Succeeds once the health checks have spoken, `web` has logged all, and `restarting` waits seconds between its attempts.
settled() {
    (($(docker -H "unix://$1" logs web 2>&1 | wc -l) == 40)) &&
        docker -H "unix://$1" inspect --format '{{.RestartCount}} {{.State.Status}} {{if .State.Health}}{{.State.Health.Status}}{{end}}' \
            restarting crashed healthy unhealthy paused |
            awk 'NR == 1 { a = $1 >= 5 } { b = b " " $2 " " $3 } END { exit !(a && b == " restarting  exited  running healthy running unhealthy paused ") }'
}

seed_podman() {
    local at=(quietly podman_here)
    "${at[@]}" import "$folder/image.tar" busybox:test &&
        "${at[@]}" run -d --network none --name web --label com.docker.compose.project=shop \
            --label com.docker.compose.service=web busybox:test /app/web &&
        "${at[@]}" run -d --network none --name crashed busybox:test /app/crash &&
        "${at[@]}" wait crashed
}

# On a busy machine the kernel now and then can't freeze what has just started.
persistently() {
    local attempt
    for attempt in 1 2 3 4; do
        "$@" && return
        sleep "$attempt"
    done
    "$@"
}

# The command's output is shown only when it fails.
quietly() {
    local output
    output=$("$@" 2>&1 </dev/null) && return
    local code=$?
    say "failed ($code): $*" "$output"
    return "$code"
}
