# Checks for the shell clients; sourced. Each prints one line, "ok NAME" or "FAIL NAME: why".
# A failed check does not end the script: the next ones tell more.

failures=0
ok() { echo "ok $*"; }
fail() { echo "FAIL $*"; failures=$((failures + 1)); }

why() { tr '\r' '\n' <"$INTEROP_WORK/.out" | grep -v '^ *$' | tail -n 3 | tr '\n' ' ' | cut -c 1-600; }

does() { # does NAME COMMAND…: the command succeeds
  local name=$1
  shift
  if "$@" >"$INTEROP_WORK/.out" 2>&1; then ok "$name"; else fail "$name: $(why)"; fi
}

refuses() { # refuses NAME COMMAND…: the command fails
  local name=$1
  shift
  if "$@" >"$INTEROP_WORK/.out" 2>&1; then fail "$name: it was let through"; else ok "$name"; fi
}

same() { # same NAME FILE FILE: equal bytes
  if cmp "$2" "$3" >"$INTEROP_WORK/.out" 2>&1; then ok "$1"; else fail "$1: $(why)"; fi
}

same_tree() { # same_tree NAME DIR DIR
  if diff -r "$2" "$3" >"$INTEROP_WORK/.out" 2>&1; then ok "$1"; else fail "$1: $(why)"; fi
}

prints() { # prints NAME EXPECTED COMMAND…: exactly this on standard output
  local name=$1 want=$2 got
  shift 2
  if ! got=$("$@" 2>"$INTEROP_WORK/.out"); then
    fail "$name: $(why)"
  elif [ "$got" != "$want" ]; then
    fail "$name: got $(printf %q "$got" | cut -c 1-400), want $(printf %q "$want" | cut -c 1-400)"
  else
    ok "$name"
  fi
}

shows() { # shows NAME PATTERN COMMAND…: standard output has a line that matches
  local name=$1 pattern=$2
  shift 2
  if ! "$@" >"$INTEROP_WORK/.shown" 2>"$INTEROP_WORK/.out"; then
    fail "$name: $(why)"
  elif ! grep -Eiq -- "$pattern" "$INTEROP_WORK/.shown"; then
    fail "$name: no /$pattern/ in $(tr '\n' ' ' <"$INTEROP_WORK/.shown" | cut -c 1-400)"
  else
    ok "$name"
  fi
}

status() { # status NAME CODE URL [CURL_ARGS…]: what a plain request gets
  local name=$1 want=$2 url=$3 got
  shift 3
  got=$(curl -s -g --max-time 60 -o "$INTEROP_WORK/.body" -w '%{http_code}' "$@" -- "$url") || got="no answer"
  if [ "$got" = "$want" ]; then ok "$name"; else fail "$name: $got, want $want: $(head -c 300 "$INTEROP_WORK/.body")"; fi
}

fetches() { # fetches NAME URL FILE: a plain GET gives this file's bytes
  if curl -s -g -f --max-time 60 -o "$INTEROP_WORK/.body" -- "$2" 2>"$INTEROP_WORK/.out"; then
    same "$1" "$INTEROP_WORK/.body" "$3"
  else
    fail "$1: cannot fetch $2"
  fi
}

link() { # link NAME URL FILE: a signed URL opens, and no longer when any part was changed
  fetches "$1: opens" "$2" "$3"
  status "$1: another signature" 403 "$(sed -E 's/(Signature=)[^&]{4}/\1AAAA/' <<<"$2")"
  status "$1: another key" 403 "$(sed -E 's/\?/x?/' <<<"$2")"
  status "$1: another method" 403 "$2" -X DELETE
  status "$1: another expiry" 403 "$(sed -E 's/(Expires=[0-9])[0-9]/\19/; s/(Expires=)([0-9]+)$/\19\2/' <<<"$2")"
}

finish() { [ "$failures" -eq 0 ]; }

# Files to send: small, empty and one that goes in parts.
printf 'hello, space\n' >small
: >empty
head -c $((64 << 20)) /dev/urandom >large

# Keys that clients and servers like to get wrong. One a line.
cat >keys <<'K'
with space
plus+sign
per%cent
per%20cent
ünïcødé
cafe´ 🪣
quo'te
amp&eq=q
#hash
tilde~dash-dot.
semi;colon:@
dir with/sub dir/leaf
(paren)[x]
K
