#!/usr/bin/env bash
# OpenSSH's sftp and scp, and sshfs, on the port of the panel: trees there and back, compared through S3 as well; what is cut
# off, what is refused, and names that are hard.
set -euo pipefail
. "$INTEROP_LIB"

export AWS_ACCESS_KEY_ID=$INTEROP_KEY AWS_SECRET_ACCESS_KEY=$INTEROP_SECRET AWS_REGION=us-east-1
export SPACES_ACCESS_KEY_ID=$INTEROP_KEY SPACES_SECRET_ACCESS_KEY=$INTEROP_SECRET
spaces() { "$INTEROP_BINARY" "$@" --data "$INTEROP_DATA"; }
there() { "$INTEROP_BINARY" "$@" --endpoint "$INTEROP_ENDPOINT"; } # by S3, with the key of the environment

ssh-keygen -q -t ed25519 -N '' -C mine@laptop -f mine
ssh-keygen -q -t ed25519 -N '' -C guest@laptop -f guest
ssh-keygen -q -t rsa -b 3072 -N '' -C rsa@laptop -f rsa
ssh-keygen -q -t ed25519 -N '' -C stranger -f stranger
options=(-F none -o IdentitiesOnly=yes -o UserKnownHostsFile="$INTEROP_WORK/known" -o StrictHostKeyChecking=accept-new -o LogLevel=ERROR -o BatchMode=yes)
as() { # as KEY COMMAND ARGS…: with the options of OpenSSH's programs
  local key=$1 command=$2
  shift 2
  "$command" -P "$INTEROP_SSH_PORT" -i "$INTEROP_WORK/$key" "${options[@]}" "$@"
}
batch() { as "$1" sftp -b "$2" me@127.0.0.1; } # batch KEY FILE
cut_off() { # an upload whose client is killed in the middle
  # By exec, so that it is the client that is killed, and not a shell that leaves it to itself.
  (exec scp -P "$INTEROP_SSH_PORT" -i mine "${options[@]}" -l 40000 large me@127.0.0.1:/ssh-space/cut.bin) >/dev/null 2>&1 &
  local client=$!
  sleep 2
  kill -0 "$client" 2>/dev/null || { fail "the upload was to be cut off, and had ended"; return; }
  kill -9 "$client"
  wait "$client" 2>/dev/null || true
}

does "authorize a key as root" spaces keys authorize root mine.pub
does "and an RSA key" spaces keys authorize root rsa.pub
does "make a limited key" spaces keys create guest --grant ssh-space:read
does "authorize one as that" spaces keys authorize guest guest.pub
shows "they are listed" 'guest@laptop .*guest' spaces keys authorized

echo 'mkdir /ssh-space' >make
does "make a Space by sftp" batch mine make
echo 'ls -1 /' >look
shows "an RSA key comes in" '^/ssh-space' batch rsa look
refuses "a stranger does not" batch stranger look
refuses "no shell" ssh -p "$INTEROP_SSH_PORT" -i mine "${options[@]}" me@127.0.0.1 id
refuses "no forwarding" timeout 20 ssh -p "$INTEROP_SSH_PORT" -i mine "${options[@]}" -o ExitOnForwardFailure=yes -N -R 0:127.0.0.1:1 me@127.0.0.1
refuses "an old scp is told to be new" as mine scp -O small me@127.0.0.1:/ssh-space/old

mkdir -p tree
for i in $(seq 1000); do
  mkdir -p "tree/$((i % 13))/with space $((i % 3))"
  head -c $((i * 37)) large >"tree/$((i % 13))/with space $((i % 3))/file $i ü+%.bin"
done
printf 'put -r tree /ssh-space/\n' >up
does "put a tree of 1,000 files" batch mine up
does "it comes back by S3" there cp -r s3://ssh-space/tree/ by-s3/
same_tree "as it was" tree by-s3
does "it comes back by sftp" as mine sftp -r me@127.0.0.1:/ssh-space/tree by-sftp
same_tree "as it was, too" tree by-sftp
does "put 64 MiB by scp" as mine scp large me@127.0.0.1:/ssh-space/large
does "get them by scp" as mine scp me@127.0.0.1:/ssh-space/large large.back
same "the same" large large.back
does "put a tree by scp" as mine scp -r tree/1 me@127.0.0.1:/ssh-space/by-scp
does "get it by scp" as mine scp -r me@127.0.0.1:/ssh-space/by-scp scp.back
same_tree "the same tree" tree/1 scp.back
does "put with times and modes" as mine scp -p small me@127.0.0.1:/ssh-space/kept.txt
status "which makes nothing public" 403 "$INTEROP_ENDPOINT/ssh-space/kept.txt"

printf 'chmod 644 /ssh-space/kept.txt\n' >open
does "let everybody read" batch mine open
status "everybody can" 200 "$INTEROP_ENDPOINT/ssh-space/kept.txt"
does "overwrite it" as mine scp empty me@127.0.0.1:/ssh-space/kept.txt
status "it stays public" 200 "$INTEROP_ENDPOINT/ssh-space/kept.txt"
printf 'chmod 600 /ssh-space/kept.txt\n' >shut
does "and nobody any more" batch mine shut
status "nobody can" 403 "$INTEROP_ENDPOINT/ssh-space/kept.txt"

printf 'rename /ssh-space/by-scp /ssh-space/renamed\nls /ssh-space/renamed\n' >move
shows "rename a folder" 'with space' batch mine move
refuses "the old one is gone" there stat s3://ssh-space/by-scp/
refuses "a limited key writes nothing" as guest scp small me@127.0.0.1:/ssh-space/guest.txt
does "but reads" as guest scp me@127.0.0.1:/ssh-space/kept.txt guest.txt
does "make another Space" there mb s3://ssh-other
prints "which a limited key does not see" "/ssh-space" bash -c "$(declare -f as); options=(${options[*]@Q}); as guest sftp -q -b look me@127.0.0.1 | grep -v sftp\\> | xargs"
cut_off
refuses "an upload that was cut leaves nothing" there stat s3://ssh-space/cut.bin

if [ -w /dev/fuse ]; then
  mkdir -p at
  trap 'fusermount -u at 2>/dev/null || true' EXIT
  does "mount by sshfs" sshfs -p "$INTEROP_SSH_PORT" -o IdentityFile="$INTEROP_WORK/mine" "${options[@]}" me@127.0.0.1:/ at
  does "copy a tree to the mount" cp -r tree/2 at/ssh-space/mounted
  same_tree "it is the same there" tree/2 at/ssh-space/mounted
  does "by S3 as well" there cp -r s3://ssh-space/mounted/ mounted.back/
  same_tree "the same" tree/2 mounted.back
  does "append" bash -c 'printf one >at/ssh-space/log && printf two >>at/ssh-space/log'
  prints "appended" onetwo cat at/ssh-space/log
  does "write in the middle" bash -c 'printf X | dd of=at/ssh-space/log bs=1 seek=1 conv=notrunc 2>/dev/null'
  prints "written" oXetwo cat at/ssh-space/log
  does "cut it" truncate -s 2 at/ssh-space/log
  prints "cut" oX there cat s3://ssh-space/log
  does "rename over another" mv -f at/ssh-space/log at/ssh-space/kept.txt
  prints "renamed" oX cat at/ssh-space/kept.txt
  does "make folders" mkdir -p "at/ssh-space/deep/er/x"
  does "rename one" mv at/ssh-space/deep at/ssh-space/deeper
  prints "it is there" er ls at/ssh-space/deeper
  does "names that are hard" bash -c 'cd at/ssh-space && for n in " lead" "-rf" "a\\b" "quote'"'"'s" "tab	x" "日本語" "‮rtl" "*" ; do printf %s "$n" >"$n" && [ "$(cat "./$n")" = "$n" ] || exit 1; done'
  shows "are keys as they are" '^日本語$' there ls s3://ssh-space/
  does "remove everything" bash -c 'rm -r at/ssh-space/*'
  prints "nothing is left" "" ls at/ssh-space
  does "unmount" fusermount -u at
else
  echo "no /dev/fuse here, so sshfs is NOT run"
fi
does "revoke" spaces keys revoke mine@laptop
refuses "who was revoked does not come in" batch mine look
finish
