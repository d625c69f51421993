# Targets for people: run, test. The rest is for those who change the program.
#   run      build and open the panel on the embedded store
#   test     every test, with the race detector (needs a C compiler; without one: without it, and says so)
#   bench    one table of the speed of server, client and panel, beside the last recorded run and the peers that are here (15 minutes,
#            15 GiB below TMPDIR; the first time some more to build peers): SIZE=0.05 is a try of a minute, ROWS= a pattern,
#            PEERS= names some, ON= servers that clients are tried on as well (versitygw, minio, ceph, this), BEFORE= a commit to compare
#            with; RECORD=1 keeps it, CHECK=1 fails when something is worse by over 10 %
#   bench-go    the Go benchmarks of all packages (BENCHFLAGS=)      fuzz     each fuzz target of all packages for FUZZTIME (30s)
#   bench-large    a store of N= objects (1,000,000) against one of a few, then a mixed load for MINUTES= (1), and start, fsck,
#                    scrub and backup: one table (ten million: 10 GiB on the disk)
#   lint     formatting, vet, staticcheck      interop  clients against `spaces serve`
#   interop-engines   the client and the panel against `spaces serve`, Ceph RGW and versitygw
#   interop-mirror    2,000 objects to a Ceph cluster that loses a store meanwhile, and back
#   interop-drill     a box is backed up while it is written to, lost, restored, and compared; by way of Ceph as well
#   interop-move      2,000 objects moved to a Ceph cluster and back, while its stores and the program are killed
#   torture  what is promised, tried at length: kills, power cuts, crashes, damage, histories, hostile requests (20 minutes;
#            PART= is a pattern), and a table of what came of it
#   endurance  what takes longer: 100 kills of moves between two servers, 5 GiB that are cut short (20 GiB on the disk),
#            and ten million objects moved in virtual time (an hour of the processor)
#   vuln     known vulnerabilities: govulncheck, and versions that nobody has looked at (testdata/vuln.txt)
#   mutations  takes out each sync, verification and decision on access in turn, and expects a test to notice (MUTANT= is a pattern; 10 minutes)
#   build    bin/spaces                        cross    every platform that must build
#   typecheck   that it would build on each, with the tests: a minute, where cross takes a quarter of an hour
#   install  program, man pages and completions below PREFIX (/usr/local); DESTDIR is put before it
#   package  bin/package/*.deb and *.rpm        dist     bin/dist/*: archives for six platforms, and SHA256SUMS
#   deb-cycle    the .deb on this machine (Debian, as root): install, serve, upgrade, remove, purge
#   fresh        the README's way from a fresh Debian machine, likewise
#   reproduce    what two clones of this commit pack is the same, to the byte

GO       ?= go
BIN      := bin/spaces
FUZZTIME ?= 30s
SIMULATED ?= 10000000
RACE     := $(shell test "$$($(GO) env CGO_ENABLED)" = 1 && command -v "$$($(GO) env CC)" >/dev/null && echo -race)
PREFIX   ?= /usr/local
VERSION  ?= $(shell git describe --tags --match 'v[0-9]*' 2>/dev/null | sed 's/^v//; s/-rc/~rc/; s/-\([0-9]*\)-g/+\1.g/' | grep . || \
  TZ=UTC git log -1 --abbrev=12 --date=format-local:%Y%m%d%H%M%S --format=0.0.0+%cd.%h)
EPOCH    = $(shell git log -1 --format=%ct)
PLATFORMS ?= linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
CROSS    ?= $(PLATFORMS)
ARCHES   ?= amd64 arm64
PACKAGERS ?= deb rpm
NFPM     := github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.45.2
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: run build install dist package deb-cycle fresh reproduce test bench bench-go bench-large fuzz lint interop interop-engines interop-mirror interop-move interop-drill torture endurance mutations cross typecheck vuln

run:
	@echo 'building $(BIN) (the first time takes a minute)' >&2
	@$(MAKE) --no-print-directory build
	@$(BIN)

build:
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/spaces

install: build
	@rm -rf bin/files && $(BIN) files bin/files
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/man/man1' '$(DESTDIR)$(PREFIX)/share/bash-completion/completions' \
	  '$(DESTDIR)$(PREFIX)/share/zsh/site-functions' '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'
	install -m 755 $(BIN) '$(DESTDIR)$(PREFIX)/bin/spaces'
	install -m 644 bin/files/man/*.1 '$(DESTDIR)$(PREFIX)/share/man/man1'
	install -m 644 bin/files/completions/spaces.bash '$(DESTDIR)$(PREFIX)/share/bash-completion/completions/spaces'
	install -m 644 bin/files/completions/_spaces '$(DESTDIR)$(PREFIX)/share/zsh/site-functions'
	install -m 644 bin/files/completions/spaces.fish '$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d'

# What goes out is built by the Go that go.mod names, from a clone: the version is that of the tag, or the commit's date and name.
release = CGO_ENABLED=0 GOAMD64=v1 GOARM64=v8.0 GOTOOLCHAIN=go$(shell sed -n 's/^go //p' go.mod) \
  $(GO) build -trimpath -buildvcs=true -ldflags '-s -w -X main.release=v$(VERSION)'
files   = CGO_ENABLED=0 SOURCE_DATE_EPOCH=$(EPOCH) $(GO) run -trimpath -ldflags '-s -w -X main.release=v$(VERSION)' ./cmd/spaces files

dist:
	@rm -rf bin/stage bin/dist && mkdir -p bin/dist
	@$(files) bin/stage/files
	@set -e; for platform in $(PLATFORMS); do \
	  os=$${platform%/*} arch=$${platform#*/}; dir=bin/stage/all/spaces_$(VERSION)_$${os}_$$arch; \
	  echo "build $$platform"; mkdir -p $$dir; cp LICENSE README.md $$dir; \
	  if [ $$os = windows ]; then exe=spaces.exe; else exe=spaces; cp -R bin/stage/files/man bin/stage/files/completions $$dir; fi; \
	  GOOS=$$os GOARCH=$$arch $(release) -o $$dir/$$exe ./cmd/spaces; \
	done
	@CGO_ENABLED=0 $(GO) run -trimpath ./cmd/dist $(EPOCH) bin/stage/all bin/dist
	@rm -rf bin/stage; cat bin/dist/SHA256SUMS

package:
	@rm -rf bin/package && mkdir -p bin/package/stage
	@$(files) bin/package/stage
	@gzip -9n bin/package/stage/man/*
	@set -e; for arch in $(ARCHES); do \
	  GOOS=linux GOARCH=$$arch $(release) -o bin/package/stage/spaces ./cmd/spaces; \
	  for kind in $(PACKAGERS); do \
	    SOURCE_DATE_EPOCH=$(EPOCH) VERSION=$(VERSION) ARCH=$$arch CGO_ENABLED=0 $(GO) run -trimpath $(NFPM) package -f cmd/spaces/package/nfpm.yaml -p $$kind -t bin/package/; \
	  done; \
	done
	@rm -rf bin/package/stage

deb-cycle:
	testdata/interop/deb.sh

fresh:
	testdata/interop/fresh.sh

reproduce:
	testdata/interop/reproduce.sh

test:
	@$(if $(RACE),,echo 'NOTE: no C compiler here, so the tests run WITHOUT the race detector; install gcc or clang to have it' >&2)
	$(GO) test $(RACE) -shuffle=on -timeout 20m $(TESTFLAGS) ./...

bench:
	@CGO_ENABLED=0 $(GO) build -trimpath -o bin/bench ./cmd/bench
	@SIZE='$(SIZE)' ROWS='$(ROWS)' PEERS='$(PEERS)' ON='$(ON)' BEFORE='$(BEFORE)' RECORD='$(RECORD)' CHECK='$(CHECK)' bin/bench

bench-go:
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m $(BENCHFLAGS) ./...

# As it is built, and as `serve` collects garbage: without C, that is where Pebble's cache is.
bench-large:
	@CGO_ENABLED=0 GOGC=50 LARGE=$(or $(N),1000000) MINUTES=$(or $(MINUTES),1) $(GO) test -run TestALargeStore -count=1 -timeout 24h ./server/storage -v

fuzz:
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

# With the settings of build, so that what was compiled for that is compiled once.
as_built = CGO_ENABLED=0 GOFLAGS=-trimpath

lint:
	@unformatted=$$(gofmt -l cmd tui store server keys themes); test -z "$$unformatted" || { echo "gofmt: $$unformatted" >&2; exit 1; }
	$(as_built) $(GO) vet ./...
	$(as_built) $(GO) run $(STATICCHECK) ./...

vuln:
	@GO='$(GO)' testdata/vuln.sh

interop: build
	testdata/interop/run.sh $(BIN)

interop-engines: build
	testdata/interop/run.sh $(BIN) spaces versitygw ceph

interop-mirror: build
	testdata/interop/run.sh $(BIN) mirror

interop-move: build
	testdata/interop/run.sh $(BIN) move

interop-drill: build
	testdata/interop/run.sh $(BIN) drill

torture:
	@GO='$(GO)' testdata/torture.sh '$(PART)'

endurance:
	ENDURANCE=1 $(GO) test -run 'TestKilledMovesLoseNothing|TestALargeFile' -v -count=1 -timeout 120m $(TESTFLAGS) ./cmd/spaces
	SPACES_SIMULATED=$(SIMULATED) $(GO) test -run ManyObjectsAreMoved -v -count=1 -timeout 24h $(TESTFLAGS) ./store/job

mutations:
	$(GO) run ./cmd/mutate $(MUTANT)

typecheck:
	@$(as_built) $(GO) run ./cmd/typecheck $(CROSS)

cross:
	@set -e; for platform in $(CROSS); do \
	  export GOOS=$${platform%/*} GOARCH=$${platform#*/}; \
	  echo "build $$platform"; $(as_built) $(GO) build -o /dev/null ./cmd/spaces; \
	  test $$GOOS = linux || { echo "vet $$platform, with the tests"; $(as_built) $(GO) vet ./...; }; \
	done
