package store_test

import (
	"fmt"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// BenchmarkListingOf1000Keys is one page of a big folder, from the server in this process.
func BenchmarkListingOf1000Keys(b *testing.B) {
	f := storetest.New(b)
	f.Space(b, "media")
	for i := range 1000 {
		storetest.Put(b, f.Store, "media", fmt.Sprintf("folder/IMG_%06d.jpg", i), "x")
	}
	b.ReportAllocs()
	for b.Loop() {
		page, err := f.Store.List(b.Context(), store.ListRequest{Space: "media", Prefix: "folder/", Delimiter: "/"})
		if err != nil || len(page.Entries) != 1000 {
			b.Fatalf("%d entries: %v", len(page.Entries), err)
		}
	}
}
