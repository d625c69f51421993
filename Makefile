# Targets for people: run, test. The rest is for those who change the program.
#   run      build and open the panel on the embedded store
#   test     every test, with the race detector (needs a C compiler; without one: without it, and says so)
#   bench    benchmarks of all packages        fuzz     each fuzz target of all packages for FUZZTIME (30s)
#   lint     formatting, vet, staticcheck      interop  clients against `spaces serve`
#   interop-engines   the client and the panel against `spaces serve`, Ceph RGW and versitygw
#   bench-clients    the clients that are installed, with the same work each: seconds, CPU, memory (N= MANY= LISTED= LARGE=
#                    CLIENTS= ROWS= ENDPOINT=; see testdata/interop/bench.sh; 20 minutes, 15 GiB on the disk)
#   interop-mirror    2,000 objects to a Ceph cluster that loses a store meanwhile, and back
#   interop-drill     a box is backed up while it is written to, lost, restored, and compared; by way of Ceph as well
#   interop-move      2,000 objects moved to a Ceph cluster and back, while its stores and the program are killed
#   torture  what takes long: 100 kills of moves between two servers, 5 GiB that are cut short (20 GiB on the disk),
#            and ten million objects moved in virtual time (an hour of the processor)
#   build    bin/spaces                        cross    every platform that must build
#   install  into GOBIN

GO       ?= go
BIN      := bin/spaces
FUZZTIME ?= 30s
SIMULATED ?= 10000000
RACE     := $(shell test "$$($(GO) env CGO_ENABLED)" = 1 && command -v "$$($(GO) env CC)" >/dev/null && echo -race)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.7.0

.PHONY: run build install test bench fuzz lint interop interop-engines interop-mirror interop-move interop-drill torture cross bench-clients

run:
	@echo 'building $(BIN) (the first time takes a minute)' >&2
	@$(MAKE) --no-print-directory build
	@$(BIN)

build:
	@CGO_ENABLED=0 $(GO) build -trimpath -ldflags '-s -w' -o $(BIN) ./cmd/spaces

install:
	CGO_ENABLED=0 $(GO) install -trimpath -ldflags '-s -w' ./cmd/spaces

test:
	@$(if $(RACE),,echo 'NOTE: no C compiler here, so the tests run WITHOUT the race detector; install gcc or clang to have it' >&2)
	$(GO) test $(RACE) -shuffle=on -timeout 20m $(TESTFLAGS) ./...

bench:
	$(GO) test -run '^$$' -bench . -benchmem -timeout 60m $(BENCHFLAGS) ./...

fuzz:
	@set -e; for pkg in $$($(GO) list ./...); do \
	  for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
	    echo "== $$pkg $$target"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
	  done; \
	done

lint:
	@unformatted=$$(gofmt -l cmd tui store server keys themes); test -z "$$unformatted" || { echo "gofmt: $$unformatted" >&2; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...

interop: build
	testdata/interop/run.sh $(BIN)

interop-engines: build
	testdata/interop/run.sh $(BIN) spaces versitygw ceph

bench-clients: build
	testdata/interop/bench.sh $(BIN)

interop-mirror: build
	testdata/interop/run.sh $(BIN) mirror

interop-move: build
	testdata/interop/run.sh $(BIN) move

interop-drill: build
	testdata/interop/run.sh $(BIN) drill

torture:
	TORTURE=1 $(GO) test -run 'TestKilledMovesLoseNothing|TestALargeFile' -v -count=1 -timeout 120m $(TESTFLAGS) ./cmd/spaces
	SPACES_SIMULATED=$(SIMULATED) $(GO) test -run ManyObjectsAreMoved -v -count=1 -timeout 24h $(TESTFLAGS) ./store/job

cross:
	@set -e; for os in linux darwin windows; do for arch in amd64 arm64; do \
	  echo "build $$os/$$arch"; CGO_ENABLED=0 GOOS=$$os GOARCH=$$arch $(GO) build -o /dev/null ./cmd/spaces; \
	done; \
	  test $$os = linux || { echo "vet $$os, with the tests"; CGO_ENABLED=0 GOOS=$$os GOARCH=amd64 $(GO) vet ./...; }; \
	done
