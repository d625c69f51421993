#!/usr/bin/env bash
# Compares what the engines of this run have done with the table of engines, and prints that.
set -uo pipefail
cd "$INTEROP_POINTS" || exit 1
if "$INTEROP_POINTS_TEST" -test.v -test.run '^TestTableOfEngines' -test.timeout 1m >"$INTEROP_WORK/table" 2>&1; then
  sed -nE 's/^ *(\S+\.go:[0-9]+: )?\|/|/p' "$INTEROP_WORK/table"
  echo "ok the table holds"
else
  cat "$INTEROP_WORK/table"
  echo "FAIL the table does not hold"
  exit 1
fi
