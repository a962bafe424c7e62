# Functions that packaging/run and packaging/test share. Sourced by bash with `set -euo pipefail` in force.

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build/release"

say() { printf '== %s\n' "$*"; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The packages of packages.txt (and those given) that this machine lacks, one per line.
missing_packages() {
    { sed -e 's/#.*//' "$root/packaging/packages.txt"; printf '%s\n' "$@"; } | tr -s ' \t' '\n' | sed '/^$/d' |
        while read -r package; do
            dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || echo "$package"
        done
}

# Installs what is missing with apt; does nothing when all is there.
install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "this is not Debian: nothing is installed; CMake will name what it does not find"
        return
    fi
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        say "all packages are installed"
        return
    fi
    say "installing with apt: ${missing[*]}"
    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "packages are missing and there is no sudo; as root: apt-get install ${missing[*]}"
        as_root=(sudo)
    fi
    # --update alone is not in Debian 12's apt, and a fresh machine has no lists.
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

# One compiler per core, but never more than the memory carries: a file that sees LibTorch takes up to 3 GB.
build_jobs() {
    local cores memory_gb jobs
    cores="$(nproc)"
    memory_gb="$(awk '/MemAvailable/ {print int($2 / 1048576)}' /proc/meminfo 2>/dev/null || echo 6)"
    jobs=$((memory_gb / 3))
    [ "$jobs" -ge 1 ] || jobs=1
    [ "$jobs" -le "$cores" ] || jobs="$cores"
    echo "$jobs"
}

# build_release [target…]: configures the preset "release" and builds the targets, or everything.
build_release() {
    local jobs targets=()
    jobs="$(build_jobs)"
    [ "$#" -eq 0 ] || targets=(--target "$@")
    say "configuring in $build"
    (cd "$root" && cmake --preset release)
    say "building with $jobs job(s)"
    cmake --build "$build" --parallel "$jobs" "${targets[@]}"
}
