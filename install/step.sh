#!/bin/sh
# step.sh TITLE COMMAND...: runs the command and shows that it lives, second by second. What the command
# says is kept back, and shown when it fails.

title=$1
shift
mkdir -p build
log=build/step.$$.log
columns=0
[ -t 1 ] && columns=$(tput cols 2>/dev/null || echo 80)

tick() {
    seconds=0
    while sleep 1 >/dev/null 2>&1 && kill -0 "$1" 2>/dev/null; do
        seconds=$((seconds + 1))
        if [ "$columns" -gt 0 ]; then
            now=$(tail -n 1 "$log" | LC_ALL=C tr -cd ' -~' | cut -c "1-$((columns > 60 ? columns - 50 : 10))")
            printf '\r\033[K%s ... %s s  %s' "$title" "$seconds" "$now"
        else
            printf .
        fi
    done
}

printf '%s ...' "$title"
began=$(date +%s)
: >"$log"
tick $$ &
ticker=$!
trap 'kill "$ticker" 2>/dev/null; rm -f "$log"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

"$@" >"$log" 2>&1 </dev/null
code=$?

kill "$ticker" 2>/dev/null
wait "$ticker" 2>/dev/null
[ "$columns" -gt 0 ] && printf '\r\033[K%s ...' "$title"
took=$(($(date +%s) - began))
if [ "$code" -eq 0 ]; then
    printf ' %s s\n' "$took"
else
    printf ' failed after %s s (exit %s)\n' "$took" "$code"
    tail -n "${STEP_TAIL:-40}" "$log"
fi
exit "$code"
