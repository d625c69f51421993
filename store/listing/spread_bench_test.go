package listing

import (
	"fmt"
	"strings"
	"testing"

	"spaces/server/storage"
	"spaces/store/storetest"
)

// BenchmarkUsage counts 200,000 objects of the server in this process, by one listing and by several.
func BenchmarkUsage(b *testing.B) {
	f := storetest.New(b)
	f.Space(b, "media")
	for i := range 200_000 {
		staged, err := f.Engine.Stage(b.Context(), strings.NewReader("x"), storage.StageOptions{Size: 1})
		if err == nil {
			_, err = f.Engine.Put(b.Context(), "media", fmt.Sprintf("photos/%02d/%03d/IMG_%06d.jpg", i/10000, i/100, i), staged, storage.Attrs{}, storage.Checksum{}, nil)
		}
		if err != nil {
			b.Fatal(err)
		}
	}
	for _, most := range []int{1, mostListings} {
		b.Run(fmt.Sprint(most), func(b *testing.B) {
			for b.Loop() {
				t := NewTree("media", "")
				t.spread.most = most
				for !t.Done() {
					a, err := t.Round().Do(b.Context(), f.Store.List)
					if err != nil {
						b.Fatal(err)
					}
					t.Take(a)
				}
				if t.root.Objects != 200_000 {
					b.Fatal(t.root.Objects)
				}
			}
		})
	}
}
