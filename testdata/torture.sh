#!/usr/bin/env bash
# What is promised, tried at length, and a table of what came of it. Seeds are chance's, and printed with what fails:
# SPACES_SEED=n does it again. Power cuts and full disks need root on Linux; without it they say so in the table.
#   torture.sh [PATTERN]     only the parts whose name matches
set -uo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go} only=${1:-.} out=$(mktemp -d "${TMPDIR:-/tmp}/spaces-torture.XXXXXX")
trap 'rm -rf "$out"' EXIT
trap 'exit 130' INT TERM
export SPACES_TORTURE=1

figures() { sed -n 's/^ *=== ATTR  *[^ ]* figure //p' "$1"; }

failed=0
part() { # part NAME PACKAGE TESTS
  [[ $1 =~ $only ]] || return 0
  local began=$SECONDS how=
  $go test -v -count=1 -timeout 30m -run "$3" ${TESTFLAGS:-} "$2" >"$out/log" 2>&1
  if [ $? != 0 ]; then
    failed=1 how=', FAILED'
    cat "$out/log" >&2
  fi
  printf '%s (%d s)%s\n' "$1" $((SECONDS - began)) "$how" | tee -a "$out/table"
  figures "$out/log" | sed 's/^/  /' | tee -a "$out/table"
}

part 'crashes and failing disks' ./server/storage 'TestACrash|TestAFail|TheEngineDoes|NotSynced'
part 'many clients at once' ./server 'HistoriesOf|OneOfManyWho|IsListedAtOnce|ReadersSeeWhole|PartsThatRace|TenThousand|ListsAreComplete|PartsAreListedWhile|AsTheReference'
part 'hostile requests' ./server 'TestRequestsByAGrammar|TestNoStreamHasASideDoor|TestADiskThatCannotBeRead'
part 'hostile requests at the other doors' ./server/local 'TestTheDoors'
part 'hostile packets by sftp' ./store/sftpd 'TestPacketsThatAreNearlyRight'
part 'what is sent and read' ./store 'TestWhatAnEndpointTakes|TestTwoProgramsShare|TestThePaceFollows|TestWhatIsRefusedByChance|TestWhatIsSentDirectly|TestMutatedListings|TestWhatIsRefusedAtAnyRate|TestDigitalOceansRates|TestAPackThatIsNearlyRight'
part 'kills, power cuts, full disks' ./cmd/spaces 'TestKilledServerKeeps|TestKilledOnTheWay|TestAPowerCut|TestAFullDisk|TestOneOfMany|TestWhatADownload'
part 'damage' ./cmd/spaces 'TestNoDamage'
part 'slow clients and memory' ./cmd/spaces 'TestMemoryIsBounded|TestAHealthyClientIsServed'

printf '\n== in all %d s\n' "$SECONDS"
cat "$out/table"
exit $failed
