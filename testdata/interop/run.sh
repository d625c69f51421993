#!/usr/bin/env bash
# The S3 clients people use, against `spaces serve`; and this program's own client against other engines: spaces (its own
# server), ceph, versitygw.
#
#   testdata/interop/run.sh PATH_TO_BINARY [CLIENT…]
#
# CLIENT is one of those below; all of them when none is named, s3fs only where the machine has
# /dev/fuse, which is said, as of sshfs within ssh; engines, mirror, move and drill only when they are named. Every distinct version found along PATH is run. The JavaScript libraries
# come by `npm ci`, in the versions of js/package-lock.json, into a directory of the user's cache
# (INTEROP_CACHE names another). Exit status 0 means that every check of every client passed.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
binary=${1:?usage: run.sh PATH_TO_BINARY [CLIENT…]}
binary=$(cd "$(dirname "$binary")" && pwd)/$(basename "$binary")
shift
clients=("$@")
if [ ${#clients[@]} -eq 0 ]; then
  clients=(s3cmd awscli rclone boto3 restic duplicity browser js-v3 js-v2 minio-js java-links ruby registry git-annex barman gdal website ssh)
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
    boto3 | java-links) ;; # boto3 is looked for in every python3
    js-v3 | js-v2 | minio-js) need node "Node 18 or later (apt-get install nodejs)"; need npm "npm (apt-get install npm)" ;;
    ruby) need ruby "Ruby and its SDK (apt-get install ruby-aws-sdk-s3)" ;;
    registry) need docker-registry "docker-registry (apt-get install docker-registry)"; need s3cmd "s3cmd (apt-get install s3cmd)" ;;
    git-annex) need git-annex "git-annex (apt-get install git-annex)"; need gpg "GnuPG (apt-get install gnupg)"; need s3cmd "s3cmd (apt-get install s3cmd)" ;;
    barman) need barman-cloud-wal-archive "barman-cloud (apt-get install barman-cli-cloud)" ;;
    gdal) need gdal_translate "GDAL (apt-get install gdal-bin)" ;;
    website) need s3cmd "s3cmd (apt-get install s3cmd)"; need aws "the AWS command line (apt-get install awscli, or pip install awscli)" ;;
    ssh)
      for command in ssh sftp scp ssh-keygen; do need "$command" "OpenSSH's client (apt-get install openssh-client)"; done
      [ ! -w /dev/fuse ] || need sshfs "sshfs (apt-get install sshfs)" ;;
    spaces) need go "Go" ;;
    mirror | move) need ceph-osd "Ceph (apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common)" ;;
    drill) need ssh-keygen "OpenSSH's client (apt-get install openssh-client)" ;;
    ceph)
      need go "Go"
      for command in ceph-mon ceph-osd radosgw radosgw-admin ceph; do
        need "$command" "Ceph (apt-get install --no-install-recommends ceph-mon ceph-osd radosgw ceph-common)"
      done ;;
    versitygw) need go "Go" ;;
    *) die "unknown client $client; known are s3cmd, awscli, rclone, boto3, restic, duplicity, s3fs, browser, js-v3, js-v2, minio-js, java-links, ruby, registry, git-annex, barman, gdal, website, ssh; engines are spaces, ceph, versitygw; and mirror, move, drill" ;;
  esac
done

# javascript installs what js/package-lock.json names, once for each state of it, and tells where. It
# lands whole or not at all, also when two runs do it at a time. npm reads the user's own settings here.
cache=${INTEROP_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/spaces-interop}
javascript() {
  local dir new
  dir=$cache/js-$(cat "$here"/js/{package.json,package-lock.json} | sha256sum | cut -c 1-16)
  if [ ! -d "$dir" ]; then
    mkdir -p "$cache"
    new=$(mktemp -d "$dir.XXXXXX")
    cp "$here"/js/{package.json,package-lock.json,.npmrc} "$new"
    (cd "$new" && npm ci --ignore-scripts --no-audit --no-fund >&2) || { rm -rf "$new"; die "npm could not install the JavaScript clients"; }
    mv -T "$new" "$dir" 2>/dev/null || rm -rf "$new"
  fi
  echo "$dir"
}
case " ${clients[*]} " in
  *" js-v3 "* | *" js-v2 "* | *" minio-js "*)
    INTEROP_MODULES=$(javascript)
    export INTEROP_MODULES ;;
esac

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

# gotool COMMAND MODULE PATH VERSION: an executable that Go builds of a module, once for each version, and where it is.
gotool() {
  local dir=$cache/$1-$4
  if [ ! -x "$dir/$1" ]; then
    mkdir -p "$dir"
    GOBIN=$dir go install "$2$3@$4" >&2 || die "$1 could not be built"
  fi
  echo "$dir/$1"
}

case " ${clients[*]} " in
  *" spaces "* | *" ceph "* | *" versitygw "*) # built where Go finds the user's own caches
    export INTEROP_POINTS=$here/../../cmd/spaces INTEROP_POINTS_TEST=$tmp/points.test INTEROP_BINARY=$binary
    export INTEROP_STORE=$here/../../store INTEROP_STORE_TEST=$tmp/store.test INTEROP_RESULTS=$tmp/results
    (cd "$INTEROP_POINTS" && go test -c -o "$INTEROP_POINTS_TEST" . && cd "$INTEROP_STORE" && go test -c -o "$INTEROP_STORE_TEST" .) ||
      die "the tests of the store and the panel do not build" ;;
esac
case " ${clients[*]} " in
  *" versitygw "*)
    versitygw_version=v1.8.0
    INTEROP_VERSITYGW=$(gotool versitygw github.com/versity/versitygw /cmd/versitygw "$versitygw_version")
    export INTEROP_VERSITYGW ;;
esac

# Nothing of the user's own configuration may leak in.
for name in $(compgen -e); do
  case $name in
    AWS_* | RCLONE_* | S3CMD* | BOTO* | SPACES_* | XDG_* | GIT_* | NODE_* | RUBY* | GDAL_* | CPL_* | REGISTRY_* | *_proxy | *_PROXY) unset "$name" ;;
  esac
done
export HOME=$tmp/home LC_ALL=C.UTF-8 NO_PROXY='*' PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=$here AWS_EC2_METADATA_DISABLED=true
mkdir -p "$HOME"

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
port=$(free_port)
INTEROP_SSH_PORT=$(free_port)
export INTEROP_SSH_PORT INTEROP_BINARY=$binary INTEROP_DATA=$tmp/data
export INTEROP_HOST=127.0.0.1:$port INTEROP_PORT=$port INTEROP_ENDPOINT=http://127.0.0.1:$port
export INTEROP_KEY=INTEROPKEY0123456789 INTEROP_SECRET='interop/Secret+With=Specials0123456789ab'
export INTEROP_LIB=$here/lib.sh INTEROP_WEBSITES=sites.test

SPACES_ACCESS_KEY_ID=$INTEROP_KEY SPACES_SECRET_ACCESS_KEY=$INTEROP_SECRET \
  "$binary" serve --data "$tmp/data" --listen "$INTEROP_HOST" --ssh "127.0.0.1:$INTEROP_SSH_PORT" --website-domain "$INTEROP_WEBSITES" >"$tmp/server.log" 2>&1 &
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
  local began=$SECONDS
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
  echo "   $((SECONDS - began)) s"
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

javascript_version() { node -p "require('$INTEROP_MODULES/node_modules/$1/package.json').version"; }

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
      run "$(chromium --version 2>/dev/null | cut -d' ' -f1-2)" "$python" "$here/browser.py"
      run "$(chromium --version 2>/dev/null | cut -d' ' -f1-2), pages of links" "$python" "$here/receive.py" ;;
    boto3)
      found=$(versions python3 -c 'import boto3, botocore; print(boto3.__version__, botocore.__version__)')
      [ -n "$found" ] || die "boto3 is missing: install python3-boto3 (apt-get install python3-boto3, or pip install boto3)"
      for python in $found; do
        run "boto3 $("$python" -c 'import boto3; print(boto3.__version__)')" "$python" "$here/boto3_client.py"
      done ;;
    js-v3)
      run "aws-sdk-js $(javascript_version @aws-sdk/client-s3)" node --no-warnings "$here/js/sdk3.mjs"
      run "aws-sdk-js $(javascript_version @aws-sdk/client-s3), links and forms" node --no-warnings "$here/js/sdk3_links.mjs" ;;
    js-v2)
      run "aws-sdk-js $(javascript_version aws-sdk)" node --no-warnings "$here/js/sdk2.mjs" ;;
    minio-js)
      run "minio-js $(javascript_version minio)" node --no-warnings "$here/js/minio.mjs" ;;
    java-links)
      run "links in the forms of aws-sdk-java" python3 "$here/java_links.py" ;;
    ruby)
      run "aws-sdk-ruby $(ruby -e 'require "aws-sdk-s3"; print Aws::S3::GEM_VERSION')" ruby "$here/ruby_client.rb" ;;
    registry)
      run "docker-registry $(docker-registry --version | cut -d' ' -f3)" "$here/registry.sh" ;;
    git-annex)
      run "git-annex $(git-annex version --raw)" "$here/gitannex.sh" ;;
    barman)
      run "$(barman-cloud-wal-archive --version | sed 's/wal-archive //')" "$here/barman.sh" ;;
    gdal)
      found=$(versions python3 -c 'from osgeo import gdal; print(gdal.__version__)')
      python=${found%%$'\n'*}
      [ -n "$python" ] || die "GDAL's Python module is missing: install python3-gdal (apt-get install python3-gdal)"
      run "$(gdal_translate --version | cut -d, -f1)" "$python" "$here/gdal_client.py" ;;
    website)
      run "websites" "$here/website.sh" ;;
    ssh)
      run "$(ssh -V 2>&1 | cut -d, -f1)" "$here/ssh.sh" ;;
    spaces)
      run "spaces serve, in another process" "$here/spaces.sh" ;;
    ceph)
      run "Ceph $(radosgw --version | cut -d' ' -f3)" "$here/ceph.sh" ;;
    mirror)
      run "the way out to Ceph $(radosgw --version | cut -d' ' -f3), and back" "$here/mirror.sh" "$binary" ;;
    move)
      run "moves to Ceph $(radosgw --version | cut -d' ' -f3) and back, with kills" "$here/move.sh" "$binary" ;;
    drill)
      run "the loss of a box, and its backups" "$here/drill.sh" "$binary" ;;
    versitygw)
      run "versitygw ${versitygw_version}" "$here/versitygw.sh" ;;
  esac
done

# What came out on the engines is what the table of engines says, and README has that table.
if [ -n "${INTEROP_RESULTS:-}" ]; then
  run "the table of engines" env ENGINE_RESULTS="$INTEROP_RESULTS" "$here/table.sh"
fi

if [ "$failed" -gt 0 ] && [ -n "${INTEROP_KEEP_LOG:-}" ]; then
  cp "$tmp/server.log" "$INTEROP_KEEP_LOG"
fi
echo "interop: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
