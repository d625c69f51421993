package store_test

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// The environment names the engine, where it is, and its key: testdata/interop starts them.
func TestStoreKeepsItsContractOnAnotherEngine(t *testing.T) {
	endpoint := os.Getenv("ENGINE_ENDPOINT")
	if endpoint == "" {
		t.Skip("the environment names none: make interop-engines does")
	}
	engine, err := storetest.EngineNamed(os.Getenv("ENGINE"))
	if err != nil {
		t.Fatal(err)
	}
	open := func(t testing.TB, change func(*store.Config)) *store.Store {
		c := store.Config{Name: engine.Name, Endpoint: endpoint, PathStyle: true,
			AccessKey: os.Getenv("ENGINE_ACCESS_KEY"), SecretKey: os.Getenv("ENGINE_SECRET_KEY")}
		if change != nil {
			change(&c)
		}
		s, err := store.Open(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(s.Close)
		return s
	}
	storetest.Run(t, engine, func(t *testing.T, f storetest.Feature) storetest.Open {
		t.Cleanup(func() {
			if !t.Failed() {
				record(t, engine, f)
			}
		})
		return open
	})
}

// record adds what came out to the file that the environment names.
func record(t *testing.T, e storetest.Engine, f storetest.Feature) {
	path := os.Getenv("ENGINE_RESULTS")
	if path == "" {
		return
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	if err == nil {
		_, err = fmt.Fprintf(file, "%s\t%s\t%s\n", e.Name, f, e.State(f))
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Error(err)
	}
}
