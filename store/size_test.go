package store_test

import (
	"testing"

	"spaces/store"
)

func TestSizesAreReadAsPeopleWriteThem(t *testing.T) {
	for text, want := range map[string]int64{"0": 0, "4096": 4096, "100M": 100e6, "1.5 GiB": 3 << 29, "10kb": 10e3, "2Ki": 2048, "7b": 7, "1T": 1e12} {
		if n, err := store.ParseSize(text); err != nil || n != want {
			t.Errorf("%q is %d, %v", text, n, err)
		}
	}
	for _, text := range []string{"", "M", "-1", "1.2.3", "10 foo", "1e9", "9999999T", "NaN", "1\x1b[2J"} {
		if n, err := store.ParseSize(text); err == nil {
			t.Errorf("%q is %d", text, n)
		}
	}
}
