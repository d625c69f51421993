# What a script needs that takes objects from an embedded server to a Ceph cluster and back; sourced. It takes BINARY as the first
# argument of the script or $INTEROP_BINARY, works in $INTEROP_WORK or a directory of its own, and ends what it started.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
binary=$(realpath "${1:-${INTEROP_BINARY:?which spaces? $(basename "$0") BINARY}}")
own=
if [ -z "${INTEROP_WORK:-}" ]; then
  own=$(mktemp -d "${TMPDIR:-/tmp}/spaces-interop.XXXXXX")
  export INTEROP_WORK=$own
fi
. "$here/cluster.sh"
cd "$INTEROP_WORK"
. "$here/lib.sh"

servers=() working=
end() {
  trap - EXIT INT TERM
  [ -z "$working" ] || kill "$working" 2>/dev/null || true
  for pid in "${servers[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${servers[@]}"; do wait "$pid" 2>/dev/null || true; done
  stop
  [ -z "$own" ] || rm -rf "$own"
}
trap end EXIT
trap 'exit 130' INT TERM

for name in $(compgen -e); do
  case $name in AWS_* | SPACES_* | XDG_* | CEPH_* | *_proxy | *_PROXY) unset "$name" ;; esac
done
export HOME=$INTEROP_WORK/home AWS_EC2_METADATA_DISABLED=true NO_PROXY='*'
export SPACES_ACCESS_KEY_ID=$key SPACES_SECRET_ACCESS_KEY=$secret
mkdir -p "$HOME/.config/spaces"

serve() { # serve NAME [FLAGS…]: an embedded server of that name
  local at
  at=$(port)
  "$binary" serve --data "$INTEROP_WORK/$1" --listen "127.0.0.1:$at" "${@:2}" >"$1.log" 2>&1 &
  servers+=($!)
  curl -s -o /dev/null --retry 100 --retry-delay 1 --retry-max-time 60 --retry-connrefused "http://127.0.0.1:$at/"
  profile "$1" "$at"
}

profile() { # profile NAME PORT
  printf '[profiles.%s]\nendpoint = "http://127.0.0.1:%s"\ncredentials = "keys"\naccess_key_id = "%s"\nsecret_access_key = "%s"\n' "$1" "$2" "$key" "$secret" \
    >>"$HOME/.config/spaces/config.toml"
  chmod 600 "$HOME/.config/spaces/config.toml"
  eval "$1=http://127.0.0.1:$2,$key,$secret"
}

python=
for path in $(which -a python3); do
  if [ -z "$python" ] && "$path" -c 'import boto3' 2>/dev/null; then python=$path; fi
done
[ -n "$python" ] || { echo "FAIL boto3 is missing: install python3-boto3"; exit 1; }
field() { "$python" -c 'import json, sys; print(json.loads(open(sys.argv[1]).read().splitlines()[-1])[sys.argv[2]])' "$@"; }
wait_for() { wait "$1" || { cat "${@:2}"; return 1; }; } # wait_for PID OUTPUT…
kill_work() { # the program at work, with no chance to say anything
  kill -KILL "$working" && { wait "$working" 2>/dev/null || true; }
}
