#!/bin/sh
# install.sh run|test: whatever is missing to run Abat, or to test it too. Called by make from the project's
# folder; says nothing and is quick when nothing is missing. docs/install.md tells it in words.
set -eu

level=$1
unset PYTHONPATH PYTHONHOME  # they would lend us packages that the next machine lacks
. ./install/env.sh
stamp=$prefix/abat-installed
unfinished=$prefix/abat-unfinished

say() { printf '%s\n' "$*"; }
give_up() { say "$*" >&2; exit 1; }
has() { command -v "$1" >/dev/null 2>&1; }
step() { sh install/step.sh "$@"; }
version() { "$1" -ISc 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }
new_enough() { case $(version "$1") in 3.1[1-9] | 3.[2-9]? | [4-9].*) ;; *) return 1 ;; esac; }

# ---- what is there already

there() {  # one sign of apt-packages.txt
    case $1 in
    /*) [ -e "$1" ] ;;
    */*) [ -e "$prefix/$1" ] ;;
    *) has "$1" ;;
    esac
}

missing_packages() {  # Debian names, for this level
    while read -r use package signs; do
        case $use in '#'* | '') continue ;; esac
        [ "$use" = run ] || [ "$level" = test ] || continue
        # A server elsewhere will do to work, not to test.
        [ "$package$level" != postgresql-postgisrun ] || [ -z "${ABAT_DATABASE_URL:-}" ] || continue
        found=
        for sign in $signs; do ! there "$sign" || found=yes; done
        [ -n "$found" ] || printf '%s ' "$package"
    done <apt-packages.txt
}

state() { printf '%s %s %s' "$(cat pyproject.toml constraints.txt | cksum)" "$(version "$prefix/bin/python")" "$PWD"; }

installed() {
    [ -f "$stamp" ] || return 1
    here=$(state)
    [ "$(cat "$stamp")" = "test $here" ] || [ "$(cat "$stamp")" = "$level $here" ]
}

missing=$(missing_packages)
if [ -z "$missing" ] && installed; then exit 0; fi

# ---- one at a time

if [ -z "${ABAT_INSTALLING:-}" ] && has flock && flock --version >/dev/null 2>&1; then
    place=.
    [ "$own" = yes ] || place=$prefix
    while :; do
        code=0
        ABAT_INSTALLING=yes flock --nonblock --conflict-exit-code 75 --close "$place" sh "$0" "$level" || code=$?
        [ "$code" -eq 75 ] || exit "$code"
        step 'Another make is installing here; waiting' flock "$place" true
    done
fi

# ---- a Python, and the system's packages

find_python() {
    python=${PYTHON:-}
    if [ -n "$python" ]; then
        new_enough "$python" || give_up "PYTHON=$python is no Python 3.11 or newer."
        return 0
    fi
    for python in python3.11 python3 python3.12 python3.13 python3.14; do
        if has "$python" && new_enough "$python"; then return 0; fi
    done
    python=
}

pip_works() { "$1" -m pip --version >/dev/null 2>&1; }

sound() {  # is the .venv here worth mending
    [ ! -e "$unfinished" ] || return 1
    if [ -e "$stamp" ]; then case $(cat "$stamp") in *" $PWD") ;; *) return 1 ;; esac; fi
    new_enough .venv/bin/python && { pip_works .venv/bin/python || has uv; }
}

can=no
if has apt-get; then
    if [ "$(id -u)" = 0 ]; then can=root; elif has sudo && sudo -n true 2>/dev/null; then can=sudo; fi
fi

if [ "$own" = no ]; then
    new_enough "$prefix/bin/python" || give_up "The active environment $prefix has Python \
$(version "$prefix/bin/python"); Abat needs 3.11 or newer. Leave it (deactivate) and call make again."
    [ -w "$prefix" ] || give_up "The active environment $prefix may not be written to. \
Leave it (deactivate) and call make again."
else
    find_python
    if [ -e .venv ] && ! sound; then
        say 'The environment .venv is half made, moved here, or of another Python; making it anew'
        rm -rf .venv
    fi
    if [ -z "$python" ]; then
        missing="${missing}python3 python3-venv "
    elif [ ! -e .venv ] && ! "$python" -c 'import ensurepip' 2>/dev/null; then
        # Debian keeps ensurepip in a package of its own; uv or a pip elsewhere can stand in for it.
        if [ "$can" != no ] || ! { has uv || pip_works "$python"; }; then
            missing="${missing}python$(version "$python")-venv "
        fi
    fi
fi

if [ -n "$missing" ]; then
    code=0
    case $can in
    root) step "Debian packages: $missing" sh install/apt.sh $missing || code=$? ;;
    sudo) step "Debian packages (sudo): $missing" sudo -n sh install/apt.sh $missing || code=$? ;;
    no)
        [ "$own" = no ] || [ -n "$python" ] || say "No Python 3.11 or newer, only: $(python3 --version 2>&1 || true)" >&2
        say "Missing on this machine: $missing" >&2
        ! has apt-get || say "Ask somebody with root rights for this, then call make again:
    sudo apt-get install --no-install-recommends $missing" >&2
        give_up 'Other ways: docs/install.md, "Without root".'
        ;;
    esac
    [ "$code" -eq 0 ] || give_up 'apt could not install them; above is what it said. Mend it and call make again.'
    still=$(missing_packages)
    [ -z "$still" ] || give_up "Installed, and yet not found: $still(see apt-packages.txt)."
fi

# ---- the environment

if [ "$own" = yes ] && [ ! -e .venv ]; then
    find_python
    [ -n "$python" ] || give_up "No Python 3.11 or newer here, only: $(python3 --version 2>&1 || true).
Install one, or name it: make PYTHON=/path/to/python3.11"
    mkdir .venv
    : >"$unfinished"
    if "$python" -c 'import ensurepip' 2>/dev/null; then
        step "Environment .venv, Python $(version "$python")" "$python" -m venv .venv
    else
        "$python" -m venv --without-pip .venv
        if ! has uv || ! step 'pip, by uv' uv pip install --python .venv/bin/python pip; then
            step 'pip' "$python" -m pip --python .venv/bin/python install pip
        fi
    fi
fi

# ---- Python packages

what=.
[ "$level" = run ] || what='.[test]'
set -- -e "$what"
# constraints.txt is a set that is known to work, on Python 3.11; conda keeps a set of its own.
if [ ! -d "$prefix/conda-meta" ] && [ "$(version "$prefix/bin/python")" = 3.11 ]; then
    set -- -c constraints.txt "$@"
fi

with_pip() {
    step 'Python packages (pip)' "$prefix/bin/python" -m pip install --disable-pip-version-check --no-input \
        --no-user --no-compile --progress-bar off "$@"
}

with_uv() { step 'Python packages (uv)' uv pip install --python "$prefix/bin/python" "$@"; }

# uv does not read pip's settings. Where pip was told to use another index, or none, and uv was told nothing,
# uv would go past that: then it is pip's turn.
uv_may() {
    has uv || return 1
    [ -z "${UV_INDEX_URL:-}${UV_DEFAULT_INDEX:-}${UV_INDEX:-}${UV_CONFIG_FILE:-}${UV_FIND_LINKS:-}" ] || return 0
    [ ! -e "${XDG_CONFIG_HOME:-${HOME:-}/.config}/uv/uv.toml" ] && [ ! -e /etc/uv/uv.toml ] || return 0
    ! "$prefix/bin/python" -m pip config list 2>/dev/null | grep -qE '\.(index-url|no-index)='
}

: >"$unfinished"
rm -f "$stamp"
if ! uv_may || ! STEP_TAIL=5 with_uv "$@"; then
    pip_works "$prefix/bin/python" || give_up "There is no pip in $prefix, and uv could not do it."
    if ! with_pip "$@"; then
        rm -f "$unfinished"  # pip leaves what was there as it was
        give_up 'The Python packages could not be installed: docs/install.md, "When it fails".'
    fi
fi
printf '%s %s' "$level" "$(state)" >"$stamp"
rm -f "$unfinished"

# Where Python may not keep what it compiles, every command would compile a thousand modules again.
if [ -n "${PYTHONDONTWRITEBYTECODE:-}" ] && [ "$own" = yes ]; then
    STEP_TAIL=1 step 'Bytecode' "$prefix/bin/python" -m compileall -q -j 0 "$prefix/lib" gis_core layers maps scripts \
        || say 'Some modules could not be compiled; commands start more slowly.'
fi

# Every verb is imported once, so that the first command need not wait in silence for Python to compile.
STEP_TAIL=1 step 'First start' "$prefix/bin/python" -W ignore -c 'if True:
    import importlib, pkgutil, scripts
    for module in pkgutil.iter_modules(scripts.__path__, "scripts."):
        importlib.import_module(module.name)' || say 'Installed, and yet a command does not start: see above.'
