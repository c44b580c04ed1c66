#!/bin/sh
# audit.sh: bandit over the rooms and pip-audit over constraints.txt, in an environment of their own in build/.
# What cannot run here (no registry, no list of advisories in reach) is said and passes; a finding of bandit does
# not. An advisory is shown and passes: it is about a version pinned before, not about what was changed.
set -u
python=${PYTHON:-python3}
bandit=1.9.4
audit=2.10.1
place=build/audit
failed=0

if [ ! -x "$place/bin/bandit" ]; then
    mkdir -p build
    "$python" -m venv "$place" >build/audit.log 2>&1 &&
        "$place/bin/python" -m pip install --quiet --timeout 10 --retries 1 \
            "bandit==$bandit" "pip-audit==$audit" >>build/audit.log 2>&1 ||
        { echo "audit: bandit and pip-audit cannot be installed here (build/audit.log); not run"; exit 0; }
fi
if "$place/bin/bandit" --quiet --recursive --severity-level medium gis_core layers maps scripts data 2>build/bandit.log
then
    echo "audit: bandit found nothing of medium or high severity"
else
    failed=1
fi
"$place/bin/pip-audit" --requirement constraints.txt --no-deps --disable-pip >build/pip-audit.log 2>&1
code=$?
if grep -q "Dependency not found on PyPI\|ConnectionError\|Max retries\|ServiceError" build/pip-audit.log; then
    echo "audit: pip-audit does not reach its list of advisories here; not run (build/pip-audit.log)"
elif [ "$code" -eq 0 ]; then
    echo "audit: pip-audit knows nothing against the versions in constraints.txt"
else
    echo "audit: advisories against versions in constraints.txt; renew them by make constraints"
    cat build/pip-audit.log
fi
exit "$failed"
