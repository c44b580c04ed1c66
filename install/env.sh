# Sourced from the project's folder: which Python environment is ours. Sets `prefix`, and `own` to yes when
# it is .venv here, which we may build and mend; an active environment belongs to the user.

own=yes
prefix=$PWD/.venv
if [ -n "${VIRTUAL_ENV:-}" ] && [ -x "$VIRTUAL_ENV/bin/python" ]; then
    prefix=$VIRTUAL_ENV
elif [ -n "${CONDA_PREFIX:-}" ] && [ "${CONDA_DEFAULT_ENV:-base}" != base ] &&
    [ -x "$CONDA_PREFIX/bin/python" ]; then
    prefix=$CONDA_PREFIX  # never conda's base: it is the tool's own
fi
[ "$prefix" = "$PWD/.venv" ] || own=no
