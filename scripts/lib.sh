# shellcheck shell=bash
# Small functions that the scripts share.   Usage: source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# shellcheck disable=SC2034  # read by the scripts that source this file
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# A bare CI job may have no HOME; the tools below want one.
export HOME=${HOME:-~}

# Messages go to stderr: some scripts print what another program reads.
say() { printf '%s\n' "$*" >&2; }

die() {
    say "$(basename "$0"): $*"
    exit 1
}

# need_packages PKG... installs the Debian packages that are missing.
# COMMAND=PKG means: PKG only when COMMAND is not there (people have Docker's own packages in place of docker.io).
need_packages() {
    local wanted package missing=()
    for wanted in "$@"; do
        package=${wanted#*=}
        if [[ $wanted == *=* ]]; then
            type -P "${wanted%%=*}" >/dev/null || missing+=("$package")
        elif [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) != installed ]]; then
            missing+=("$package")
        fi
    done
    ((${#missing[@]})) || return 0
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    type -P apt-get >/dev/null || die "these Debian packages, or their like, are needed: ${missing[*]}"
    ((EUID == 0)) || die "packages are missing. Run: sudo apt-get install --no-install-recommends ${missing[*]}"
    say "installing ${missing[*]}"
    local apt=(apt-get -q -o DPkg::Lock::Timeout=120)
    "${apt[@]}" update >&2 || { sleep 5 && "${apt[@]}" update >&2; } || say "apt-get update failed; trying with the old lists"
    DEBIAN_FRONTEND=noninteractive "${apt[@]}" install -y --no-install-recommends "${missing[@]}" >&2 </dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# The release build: one binary, with libcurl and libyaml as its only libraries beside the system's.
build_product() {
    type -P swift >/dev/null || die "no swift in PATH. Install Swift 6.3: https://www.swift.org/install"
    need_packages libcurl4-openssl-dev libyaml-dev pkg-config=pkg-config
    swift build --package-path "$root" -c release --static-swift-stdlib --product docker-mcp-secure
}

# use_engines [engines up's arguments]: sets the environment of running engines. Those that the caller's environment
# names (by ENGINE_1_SOCKET) are taken; else throwaway ones start, and end with this script.
use_engines() {
    [[ -z ${ENGINE_1_SOCKET:-} ]] || return 0
    ENGINES_FOLDER=$(mktemp -d /tmp/dmsXXXXXX)
    export ENGINES_FOLDER
    trap '"$root/scripts/engines" down' EXIT
    trap 'exit 130' INT TERM
    "$root/scripts/engines" up "$@"
    eval "$("$root/scripts/engines" env)"
}
