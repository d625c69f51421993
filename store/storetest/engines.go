package storetest

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"

	"spaces/store"
)

// Feature is something that an engine does or does not: a row of the table of engines, and a check of the contract.
type Feature string

// Features that points of the panel need: without one of them such a point is off.
const (
	Permissions   Feature = "Private and public files"
	PublicListing Feature = "Public file listing"
	Tags          Feature = "Tags"
	AccessKeys    Feature = "Access keys"
	VersionTimes  Feature = "Times of older versions"
)

// Gap is what an engine has not, or does in another way than S3 says. Everything that is no Gap works; a Gap that works
// is a mistake in the table.
type Gap struct {
	Why  string     // one sentence, for people
	Kind store.Kind // of the error that tells: it is off. "": it is there and differs
}

// Engine is a kind of endpoint: a column of the table of engines.
type Engine struct {
	Name  string // in the environment and on the command line
	Title string
	Gaps  map[Feature]Gap
}

// Lacks says why an engine has not a feature, as far as it is declared.
func (e Engine) Lacks(f Feature) (Gap, bool) {
	gap, lacks := e.Gaps[f]
	return gap, lacks
}

// State is what the table of engines has of a feature: it works, it is off, or it differs.
func (e Engine) State(f Feature) string {
	switch gap, lacks := e.Lacks(f); {
	case !lacks:
		return Works
	case gap.Kind == "":
		return Differs
	}
	return Off
}

// The states in the table.
const (
	Works   = "✓"
	Off     = "–"
	Differs = "≈"
)

// EngineNamed is one of Engines.
func EngineNamed(name string) (Engine, error) {
	for _, e := range Engines {
		if e.Name == name {
			return e, nil
		}
	}
	return Engine{}, fmt.Errorf("there is no engine %q in the table", name)
}

// holds runs the check of a feature. Where the engine has it, it passes. Where it is declared to be off, it ends at an
// error that says so; where it is declared to differ, something fails.
func (e Engine) holds(t *testing.T, f Feature, run func(t testing.TB)) {
	gap, lacks := e.Lacks(f)
	if !lacks {
		run(t)
		return
	}
	a := try(t, run)
	switch {
	case !a.Failed():
		t.Errorf("it works, and the table of engines says: %s", gap.Why)
	case gap.Kind != "" && !errors.Is(a.first, gap.Kind):
		t.Errorf("it is declared to be off with the kind %q, and what happens is:\n%s", gap.Kind, a)
	default:
		t.Logf("off: %s: %s\n%s", f, gap.Why, a)
	}
}

// attempt is a test that may fail. It keeps what it would have told.
type attempt struct {
	testing.TB
	first error // that ended it, before anything else was wrong
	told  []string
}

// try runs a test to its end.
func try(t testing.TB, run func(t testing.TB)) *attempt {
	a := &attempt{TB: t}
	done := make(chan struct{})
	go func() { // a test ends its goroutine
		defer close(done)
		run(a)
	}()
	<-done
	return a
}

func (a *attempt) String() string { return strings.Join(a.told, "\n") }
func (a *attempt) Failed() bool   { return len(a.told) > 0 }
func (a *attempt) Helper()        {}

func (a *attempt) Error(args ...any) { a.told = append(a.told, fmt.Sprint(args...)) }
func (a *attempt) Errorf(format string, args ...any) {
	a.told = append(a.told, fmt.Sprintf(format, args...))
}

func (a *attempt) Fatal(args ...any) {
	if err, ok := args[0].(error); ok && !a.Failed() {
		a.first = err
	}
	a.Error(args...)
	a.FailNow()
}

func (a *attempt) Fatalf(format string, args ...any) {
	a.Errorf(format, args...)
	a.FailNow()
}

func (a *attempt) FailNow() { runtime.Goexit() }
