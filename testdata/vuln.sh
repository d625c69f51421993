#!/usr/bin/env bash
# Looks for known vulnerabilities. Where the database (vuln.go.dev) can be reached govulncheck does. In any case every module
# of go.mod, and Go itself, has to be in testdata/vuln.txt in its version: an upgrade is looked at before it goes out.
#   vuln.sh          check          vuln.sh missing   print the lines that are missing, to be looked at and dated
set -u
cd "$(dirname "$0")/.."
go=${GO:-go} list=testdata/vuln.txt days=${VULN_DAYS:-90} check=golang.org/x/vuln/cmd/govulncheck@v1.1.4

needed() {
  sed -n 's/^go \([0-9.]*\)$/go \1/p' go.mod
  awk '$1 == "require" && $2 == "(" { inside = 1; next } $1 == ")" { inside = 0 } inside { print $1, $2 } $1 == "require" && $2 != "(" { print $2, $3 }' go.mod
}
missing=$(needed | sort -u | while read -r module version; do
  awk -v m="$module" -v v="$version" '$1 == m && $2 == v { found = 1 } END { exit !found }' "$list" || echo "$module $version"
done)
if [ "${1:-}" = missing ]; then echo "$missing"; exit; fi

failed=0
if [ -n "$missing" ]; then
  echo "not looked at in this version (write the line into $list, with the date and what is known):" >&2
  echo "$missing" >&2
  failed=1
fi
now=$(date +%s)
oldest=$(grep -v '^#' "$list" | awk 'NF { print $3 }' | sort | head -1)
age=$(( (now - $(date -d "$oldest" +%s 2>/dev/null || echo "$now")) / 86400 ))
[ "$age" -le "$days" ] || echo "NOTE: $list was looked at $age days ago, on $oldest: look again" >&2

out=$($go run $check ./... 2>&1)
status=$?
case $status in # 3: something was found (govulncheck -h)
0) echo "$out" ;;
3) echo "$out"; failed=1 ;;
*) echo "NOTE: govulncheck did not run, the list alone was checked ($(needed | wc -l) modules, the oldest look on $oldest): $(tail -1 <<<"$out")" >&2 ;;
esac
exit $failed
