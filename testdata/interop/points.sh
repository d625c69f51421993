#!/usr/bin/env bash
# The control panel on a terminal, point by point, against another engine: the tests of cmd/spaces named TestPoint…
#   points.sh ENDPOINT ACCESS_KEY SECRET_KEY [WHAT_IT_LACKS]
set -uo pipefail
cd "$INTEROP_POINTS" || exit 1
POINTS_PROGRAM=$INTEROP_BINARY POINTS_ENDPOINT=$1 POINTS_ACCESS_KEY=$2 POINTS_SECRET_KEY=$3 POINTS_LACKS=${4:-} \
  "$INTEROP_POINTS_TEST" -test.run '^TestPoint' -test.v -test.parallel 4 -test.timeout 15m >"$INTEROP_WORK/points" 2>&1
status=$?
sed -nE 's/^--- PASS: (\S+).*/ok \1/p; s/^--- SKIP: (\S+).*/not done: \1/p; s/^--- FAIL: (\S+).*/FAIL \1/p' "$INTEROP_WORK/points"
[ "$status" -eq 0 ] || grep -v -E '^(=== |--- |PASS|FAIL|ok )' "$INTEROP_WORK/points"
exit "$status"
