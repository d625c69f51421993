package server_test

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkSmallFiles stores 500 files of 4 KiB an operation, one by one and in a pack.
func BenchmarkSmallFiles(b *testing.B) {
	body := strings.Repeat("0123456789abcdef", 256)
	members := make([]packed, 500)
	for i := range members {
		members[i] = file(fmt.Sprintf("dir/%d.txt", i), body)
	}
	whole := archived(members...)
	b.Run("each", func(b *testing.B) {
		f := withSpace(b)
		b.ReportAllocs()
		for b.Loop() {
			for i := range members {
				f.want(200, "PUT", "/media/"+members[i].Name, body)
			}
		}
	})
	b.Run("pack", func(b *testing.B) {
		f := withSpace(b)
		b.ReportAllocs()
		for b.Loop() {
			if a := f.pack(whole); a.StatusCode != 200 {
				b.Fatal(a.StatusCode, a.body)
			}
		}
	})
}
