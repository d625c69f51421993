package store_test

import (
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

func TestStoreKeepsItsContractInMemory(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.New(t).Store })
}

func TestStoreKeepsItsContractOverLoopback(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.New(t, storetest.Listener()).Store })
}

func TestStoreKeepsItsContractOnAnEndpointThatItDoesNotKnow(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return storetest.New(t, storetest.Unknown()).Store })
}
