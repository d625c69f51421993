#!/usr/bin/env bash
# One engine, that runs: the contract of the store, and the control panel on a terminal, point by point (the tests of
# cmd/spaces named TestPoint…). One line for each, and what the table of engines (store/storetest/table.go) says is off.
#   engine.sh NAME ENDPOINT ACCESS_KEY SECRET_KEY
set -uo pipefail
export ENGINE=$1 ENGINE_ENDPOINT=$2 ENGINE_ACCESS_KEY=$3 ENGINE_SECRET_KEY=$4 POINTS_PROGRAM=$INTEROP_BINARY
status=0

# tests WHAT BINARY DIR ARGUMENTS…
tests() {
  local what=$1 binary=$2 dir=$3 began=$SECONDS out=$INTEROP_WORK/$1 failed=0
  shift 3
  (cd "$dir" && ENGINE_RESULTS=$INTEROP_RESULTS exec "$binary" -test.v "$@") >"$out" 2>&1 || failed=1
  sed -nE "s/^ *--- PASS: (Test[A-Za-z]*\/)?(\S+) \(.*/ok $what \2/p; s/^ *--- FAIL: (Test[A-Za-z]*\/)?(\S+) \(.*/FAIL $what \2/p; s/^ *(\S+\.go:[0-9]+: )?off: /   off: /p" "$out" |
    grep -v -E '(ok|FAIL) store TestStore'
  if [ "$failed" -ne 0 ]; then
    grep -v -E '^ *(=== |--- PASS|--- SKIP|PASS|ok )' "$out"
    status=1
  fi
  echo "   $what on $ENGINE took $((SECONDS - began)) s"
}

# Two points, one after the other, look at all Spaces: where there are none yet, and where there is one.
alone='^TestPoint(IndexInvites|AccessKeys)'
POINTS_EMPTY=1 tests first "$INTEROP_POINTS_TEST" "$INTEROP_POINTS" -test.run "$alone" -test.parallel 1 -test.timeout 5m
tests store "$INTEROP_STORE_TEST" "$INTEROP_STORE" -test.run '^TestStoreKeepsItsContractOnAnotherEngine$' -test.parallel 4 -test.timeout 10m
tests panel "$INTEROP_POINTS_TEST" "$INTEROP_POINTS" -test.run '^TestPoint' -test.skip "$alone" -test.parallel 4 -test.timeout 15m
exit "$status"
