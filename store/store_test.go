package store_test

import (
	"testing"

	"spaces/store/storetest"
)

func TestStoreKeepsItsContractInMemory(t *testing.T) {
	run(t, storetest.Embedded)
}

func TestStoreKeepsItsContractOverLoopback(t *testing.T) {
	run(t, storetest.Embedded, storetest.Listener())
}

func TestStoreKeepsItsContractOnAnEndpointThatItDoesNotKnow(t *testing.T) {
	run(t, storetest.Stranger, storetest.Unknown())
}

func run(t *testing.T, e storetest.Engine, opts ...storetest.Option) {
	storetest.Run(t, e, func(t *testing.T, _ storetest.Feature) storetest.Open { return storetest.New(t, opts...).Open })
}
