#!/usr/bin/env bash
# The S3 clients people use, against `spaces serve`.
#
#   testdata/interop/run.sh PATH_TO_BINARY [CLIENT…]
#
# CLIENT is s3cmd, awscli, rclone, boto3, restic, duplicity, s3fs or browser; all of them when none is
# named, s3fs only where the machine has /dev/fuse, which is said. Every distinct version found along
# PATH is run. Exit status 0 means that every check of every client passed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${1:?usage: run.sh PATH_TO_BINARY [CLIENT…]}
binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")
shift
clients=("$@")
if [ ${#clients[@]} -eq 0 ]; then
  clients=(s3cmd awscli rclone boto3 restic duplicity browser)
  if [ -w /dev/fuse ]; then clients+=(s3fs); else echo "interop: no /dev/fuse here, so s3fs is NOT run" >&2; fi
fi

die() { echo "interop: $*" >&2; exit 1; }

need() { # need COMMAND WHAT_TO_INSTALL
  command -v "$1" >/dev/null || die "$1 is missing: install $2"
}
[ -x "$binary" ] || die "$binary is not an executable; build it first"
need python3 "Python 3"
need curl "curl"
for client in "${clients[@]}"; do
  case $client in
    s3cmd) need s3cmd "s3cmd (apt-get install s3cmd)" ;;
    awscli) need aws "the AWS command line (apt-get install awscli, or pip install awscli)" ;;
    rclone) need rclone "rclone (apt-get install rclone)" ;;
    restic) need restic "restic (apt-get install restic)" ;;
    duplicity) need duplicity "duplicity (apt-get install duplicity python3-boto3)"; need s3cmd "s3cmd (apt-get install s3cmd)" ;;
    s3fs) need s3fs "s3fs (apt-get install s3fs)"; need s3cmd "s3cmd (apt-get install s3cmd)" ;;
    browser) need chromium "Chromium (apt-get install chromium)" ;;
    boto3) ;; # looked for in every python3
    *) die "unknown client $client; known are s3cmd, awscli, rclone, boto3, restic, duplicity, s3fs, browser" ;;
  esac
done

server=
tmp=$(mktemp -d "${TMPDIR:-/tmp}/spaces-interop.XXXXXX")
cleanup() {
  trap - EXIT INT TERM
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$tmp"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

# Nothing of the user's own configuration may leak in.
for name in $(compgen -e); do
  case $name in
    AWS_* | RCLONE_* | S3CMD* | BOTO* | SPACES_* | XDG_* | *_proxy | *_PROXY) unset "$name" ;;
  esac
done
export HOME=$tmp/home LC_ALL=C.UTF-8 NO_PROXY='*' PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here AWS_EC2_METADATA_DISABLED=true
mkdir -p "$HOME"

port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export INTEROP_HOST=127.0.0.1:$port INTEROP_PORT=$port INTEROP_ENDPOINT=http://127.0.0.1:$port
export INTEROP_KEY=INTEROPKEY0123456789 INTEROP_SECRET='interop/Secret+With=Specials0123456789ab'
export INTEROP_LIB=$here/lib.sh

SPACES_ACCESS_KEY_ID=$INTEROP_KEY SPACES_SECRET_ACCESS_KEY=$INTEROP_SECRET \
  "$binary" serve --data "$tmp/data" --listen "$INTEROP_HOST" >"$tmp/server.log" 2>&1 &
server=$!
for i in $(seq 100); do
  kill -0 "$server" 2>/dev/null || { cat "$tmp/server.log" >&2; die "the server ended at once"; }
  curl -s -o /dev/null --max-time 2 "$INTEROP_ENDPOINT/" && break
  [ "$i" -lt 100 ] || { cat "$tmp/server.log" >&2; die "the server did not answer in 10 s"; }
  sleep 0.1
done

passed=0 failed=0

# run NAME COMMAND…: a script's lines "ok …" and "FAIL …" are counted; ending badly is a failure too.
run() {
  local name=$1 dir=$tmp/$((passed + failed)) status=0
  shift
  echo "== $name"
  mkdir -p "$dir"
  (cd "$dir" && INTEROP_WORK=$dir "$@") >"$tmp/out" 2>&1 </dev/null || status=$?
  sed 's/^/   /' "$tmp/out"
  passed=$((passed + $(grep -c '^ok ' "$tmp/out" || true)))
  failed=$((failed + $(grep -c '^FAIL ' "$tmp/out" || true)))
  if [ "$status" -ne 0 ] && ! grep -q '^FAIL ' "$tmp/out"; then
    echo "   FAIL $name ended with status $status"
    failed=$((failed + 1))
  fi
  if ! grep -q '^ok ' "$tmp/out"; then
    echo "   FAIL $name checked nothing"
    failed=$((failed + 1))
  fi
  rm -rf "$dir"
  kill -0 "$server" 2>/dev/null || { tail -50 "$tmp/server.log" >&2; die "the server died during $name"; }
}

# versions COMMAND VERSION_ARGS…: the executables of that name along PATH, one of each version.
versions() {
  local name=$1 path version seen=$'\n'
  shift
  for path in $(which -a "$name" | awk '!seen[$0]++'); do
    version=$("$path" "$@" 2>/dev/null) || continue
    case $seen in *$'\n'"$version"$'\n'*) continue ;; esac
    seen+=$version$'\n'
    echo "$path"
  done
}

for client in "${clients[@]}"; do
  case $client in
    s3cmd)
      run "$(s3cmd --version)" "$here/s3cmd.sh" ;;
    awscli)
      found=$(versions aws --version)
      [ -n "$found" ] || die "no aws along PATH runs: install awscli again"
      for aws in $found; do
        run "$("$aws" --version 2>&1 | cut -d' ' -f1)" env INTEROP_AWS="$aws" "$here/awscli.sh"
      done ;;
    rclone)
      run "$(rclone version | head -1)" "$here/rclone.sh" ;;
    restic)
      run "$(restic version | cut -d' ' -f1-2)" "$here/restic.sh" ;;
    duplicity)
      run "$(duplicity --version | head -1)" "$here/duplicity.sh" ;;
    s3fs)
      run "$(s3fs --version | head -1 | grep -o 'V[0-9.]*' | sed 's/^/s3fs /')" "$here/s3fs.sh" ;;
    browser)
      found=$(versions python3 -c 'import boto3; print(boto3.__version__)')
      python=${found%%$'\n'*}
      [ -n "$python" ] || die "boto3 is missing: install python3-boto3 (apt-get install python3-boto3)"
      run "$(chromium --version 2>/dev/null | cut -d' ' -f1-2)" "$python" "$here/browser.py" ;;
    boto3)
      found=$(versions python3 -c 'import boto3, botocore; print(boto3.__version__, botocore.__version__)')
      [ -n "$found" ] || die "boto3 is missing: install python3-boto3 (apt-get install python3-boto3, or pip install boto3)"
      for python in $found; do
        run "boto3 $("$python" -c 'import boto3; print(boto3.__version__)')" "$python" "$here/boto3_client.py"
      done ;;
  esac
done

if [ "$failed" -gt 0 ] && [ -n "${INTEROP_KEEP_LOG:-}" ]; then
  cp "$tmp/server.log" "$INTEROP_KEEP_LOG"
fi
echo "interop: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
