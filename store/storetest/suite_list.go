package storetest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"spaces/store"
)

// HostileKeys are keys that endpoints take and programs stumble over: all different, none may be changed on its way.
func HostileKeys() []string {
	keys := []string{
		"a", "a/", "a/b", "a//b", "/a", "//", "a/../b", "a/./b", "./a", "A", "a ", " a", "a  b", ".", "a.", "a/.",
		"é", "e\u0301", "CON", "con", "aux.txt", "NUL", `a\b`, `..\a`, `C:\x`, "C:x", "+", "a+b", "a b", "%25", "%2F", "%", "%zz", "#", "?",
		"a?versionId=x", "a?acl", "a&b=c", "a;b", "a=b", "<tag>", `"quoted"`, "'", "`id`", "$(id)", "a|b", "a*b", "~", "~/x", "-rf", "--",
		"a\tb", "a\nb", "a\rb", "a\r\nb", "\x01", "a\x1b[31mred", "\x1b]0;title\x07", "\x7f", "a\u0085b", "a\u2028b", "\u202egnp.exe",
		"\u200b", "\ufeff", "\ufffd", "\ufffe", "日本語", "😀", "👨‍👩‍👧", "\u00a0", "a:b", "a@b", "a,b", "a!b", "(x)", "[x]", "{Key+}", "{x}", "^", "null", "nil",
		strings.Repeat("k", 1024), strings.Repeat("é", 512), strings.Repeat("d/", 512),
	}
	slices.Sort(keys)
	return keys
}

func testHostileKeys(t *testing.T, s *store.Store) {
	ctx, space := t.Context(), newSpace(t, s)
	keys := HostileKeys()
	for i, key := range keys {
		Put(t, s, space, key, fmt.Sprint("content of ", i))
	}
	if got := Keys(t, s, space, ""); !slices.Equal(got, keys) {
		t.Errorf("listed %q\nwant %q", got, keys)
	}
	for _, most := range []int{1, 2, 7} {
		var got []string
		for _, e := range listAll(t, s, store.ListRequest{Space: space, Max: most}) {
			got = append(got, e.Key)
		}
		if !slices.Equal(got, keys) {
			t.Errorf("listed by %d: %q\nwant %q", most, got, keys)
		}
	}
	for i, key := range keys {
		if got, want := Read(t, s, space, key), fmt.Sprint("content of ", i); got != want {
			t.Errorf("%q holds %q, want %q", key, got, want)
		}
		if i%3 == 0 {
			check(t, s.Delete(ctx, store.Ref{Space: space, Key: key}))
		}
	}
	failed := must[map[string]error](t)(s.DeleteMany(ctx, space, keys))
	if len(failed) > 0 {
		t.Errorf("not deleted: %v", failed)
	}
	if left := Keys(t, s, space, ""); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

// collect is what a listing has to say about keys in byte order.
func collect(keys []string, prefix, delimiter string) []store.Entry {
	var want []store.Entry
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, prefix)
		if !ok {
			continue
		}
		entry := store.Entry{Key: key}
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			entry = store.Entry{Key: prefix + rest[:i+len(delimiter)], Folder: true}
		}
		if n := len(want); n == 0 || want[n-1] != entry {
			want = append(want, entry)
		}
	}
	return want
}

func testListing(t *testing.T, s *store.Store) {
	space := newSpace(t, s)
	keys := []string{"a-", "a.txt", "a/", "a/1", "a/2", "a/b/1", "a/b/2", "a0", "b/1", "b/2", "b0", "c", "dd/x/y", "dd/x/z", "e+f/1", "e f/1", "é/1", "zz"}
	slices.Sort(keys)
	for _, key := range keys {
		Put(t, s, space, key, key)
	}
	for _, prefix := range []string{"", "a", "a/", "a/b/", "b", "dd/x", "nothing", "e+f/", "é"} {
		for _, delimiter := range []string{"", "/"} {
			for _, most := range []int{0, 1, 2, 3, 1000} {
				r := store.ListRequest{Space: space, Prefix: prefix, Delimiter: delimiter, Max: most}
				got := listAll(t, s, r)
				for i := range got {
					if !got[i].Folder && (got[i].Size != int64(len(got[i].Key)) || got[i].ETag == "" || got[i].Modified.IsZero()) {
						t.Errorf("%+v lacks something", got[i])
					}
					got[i] = store.Entry{Key: got[i].Key, Folder: got[i].Folder}
				}
				if want := collect(keys, prefix, delimiter); !slices.Equal(got, want) {
					t.Errorf("%+v\n got %v\nwant %v", r, got, want)
				}
			}
		}
	}
	page := must[store.Page](t)(s.List(t.Context(), store.ListRequest{Space: space, After: "b/15"}))
	if len(page.Entries) == 0 || page.Entries[0].Key != "b/2" {
		t.Errorf("after a key that is not there comes %v, want b/2", page.Entries)
	}
}
