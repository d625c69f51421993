package main

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestABodyThatBreaksOffIsGoneOnWith(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	text := strings.Repeat("0123456789", 100_000)
	storetest.Put(t, f.Store, "media", "big", text)
	r := store.Ref{Space: "media", Key: "big"}
	gets := storetest.Is(http.MethodGet, "/media/big")
	for _, part := range []store.GetOptions{{}, {Offset: 5}, {Offset: 5, Length: 777_777}} {
		f.Faults.Clear()
		f.Faults.Add(storetest.Rule{Match: gets, Times: 3, Fault: storetest.CutBody(100_000)})
		want := text[part.Offset:]
		if part.Length > 0 {
			want = want[:part.Length]
		}
		var got bytes.Buffer
		n, err := pour(t.Context(), f.Store, r, part, &got)
		if err != nil || got.String() != want || n != int64(len(want)) {
			t.Errorf("%+v: %d of %d bytes, %v", part, got.Len(), len(want), err)
		}
	}
	f.Faults.Clear()
	f.Faults.Add(storetest.Rule{Match: gets, Times: 1, Fault: storetest.CutBody(100_000)})
	var got bytes.Buffer
	_, err := pour(t.Context(), f.Store, r, store.GetOptions{}, writing(func(p []byte) (int, error) {
		if got.Len() == 0 { // it becomes another meanwhile
			storetest.Put(t, f.Store, "media", "big", strings.Repeat("x", len(text)))
		}
		return got.Write(p)
	}))
	if !errors.Is(err, store.Precondition) || strings.Contains(got.String(), "x") {
		t.Errorf("of two objects one was made: %v", err)
	}
}

type writing func([]byte) (int, error)

func (w writing) Write(p []byte) (int, error) { return w(p) }
