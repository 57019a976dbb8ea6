#!/bin/sh
# Makes .venv as requirements-dev.lock says: `sh local/setup.sh [python]`, from the root of the checkout.
# uv comes through pip into a small environment of its own; nothing outside the checkout is changed but caches.
set -eu

UV_VERSION=0.13.9

fits() {
    # A pyenv shim may be found and still not run: only what answers counts.
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' >/dev/null 2>&1
}

if [ -z "${1:-}" ]; then
    set -- python3.12 python3.11 python3 python
fi

python=
for candidate in "$@"; do
    if fits "$candidate"; then
        # The real program: a shim asks the current folder which Python it is, and folders change.
        python=$("$candidate" -c 'import sys; print(sys.executable)')
        break
    fi
done
if [ -z "$python" ]; then
    echo "bellwether: needs Python 3.11 or 3.12, and found neither as: $*" >&2
    echo "            \`make PYTHON=/path/to/python …\` names one" >&2
    exit 1
fi

if ! [ "$(.tools/uv/bin/uv --version 2>/dev/null | cut -d' ' -f2)" = "$UV_VERSION" ]; then
    echo "installing uv $UV_VERSION into .tools"
    rm -rf .tools/uv
    if ! "$python" -m venv .tools/uv; then
        echo "bellwether: $python cannot make virtual environments (on Debian and Ubuntu: apt install python3-venv)" >&2
        exit 1
    fi
    .tools/uv/bin/python -m pip install --quiet --disable-pip-version-check "uv==$UV_VERSION"
fi

if ! fits .venv/bin/python; then
    .tools/uv/bin/uv venv --quiet --no-python-downloads --clear --python "$python" .venv
fi

# What pip has been told of a mirror holds for uv, which does not read pip's settings.
index=${PIP_INDEX_URL:-$(.tools/uv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$index" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then
    export UV_DEFAULT_INDEX="$index"
fi

# Compiled once, or every Airflow process spends 5 s compiling.
export UV_COMPILE_BYTECODE=1
sync="pip sync --quiet --require-hashes --python .venv/bin/python requirements-dev.lock"
echo "installing what requirements-dev.lock names into .venv (about a minute; 750 MB)"
# shellcheck disable=SC2086 # words of ours, without spaces
if ! .tools/uv/bin/uv $sync; then
    echo "trying again with the certificates of the system"
    .tools/uv/bin/uv --system-certs $sync
fi
touch .venv/.synced
