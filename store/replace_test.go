package store_test

import (
	"errors"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// replaced saves text in the place of what is there, with a fault on the first PUT.
func replaced(t *testing.T, f *storetest.Fixture, text string, fault storetest.Fault) (store.Info, error) {
	t.Helper()
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a.txt", "old")
	r := store.Ref{Space: "media", Key: "a.txt"}
	was, err := f.Store.Head(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "a.txt"), Times: 1, Fault: fault})
	return f.Store.Replace(t.Context(), was, strings.NewReader(text), int64(len(text)), store.ReplaceOptions{})
}

func TestSavingWhoseAnswerIsLostIsNoConflictWithItself(t *testing.T) {
	f := storetest.New(t)
	info, err := replaced(t, f, "new text", storetest.DropAnswer)
	if err != nil || info.Size != 8 {
		t.Fatalf("%+v, %v", info, err)
	}
	if got := storetest.Read(t, f.Store, "media", "a.txt"); got != "new text" {
		t.Errorf("it is %q", got)
	}
}

func TestSavingWhereNothingIsGuardedLooksBefore(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	if f.Store.GuardsWrites() {
		t.Fatal("an endpoint that nobody knows is said to guard writes")
	}
	f.Space(t, "media")
	storetest.Put(t, f.Store, "media", "a.txt", "old")
	r := store.Ref{Space: "media", Key: "a.txt"}
	was, err := f.Store.Head(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	storetest.Put(t, f.Store, "media", "a.txt", "changed meanwhile")
	f.Faults.Clear()
	_, err = f.Store.Replace(t.Context(), was, strings.NewReader("late"), 4, store.ReplaceOptions{})
	if !errors.Is(err, store.Precondition) {
		t.Errorf("saving over what was changed meanwhile: %v", err)
	}
	for _, r := range f.Faults.Requests() {
		if strings.HasPrefix(r, "PUT") {
			t.Errorf("%s was sent after a look that told of the change", r)
		}
	}
}

func TestSavingWhereConditionsAreNotTakenLooksInTheirPlace(t *testing.T) {
	f := storetest.New(t, storetest.Unknown())
	if _, err := replaced(t, f, "new text", storetest.Answer(501, "NotImplemented")); err != nil {
		t.Fatal(err)
	}
	if got := storetest.Read(t, f.Store, "media", "a.txt"); got != "new text" {
		t.Errorf("it is %q", got)
	}
}
