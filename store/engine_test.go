package store_test

import (
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
	storetest.Run(t, engine, func(*testing.T) storetest.Open { return open })
}
