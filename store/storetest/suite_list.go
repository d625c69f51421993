package storetest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

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

// The hostile keys by what is hostile about them: an engine that has no such keys has all others.
func dotted(key string) bool {
	return slices.ContainsFunc(strings.Split(key, "/"), func(part string) bool { return part == "." || part == ".." })
}

func doubled(key string) bool { return strings.HasPrefix(key, "/") || strings.Contains(key, "//") }

func controlled(key string) bool {
	return strings.ContainsFunc(key, func(r rune) bool { return unicode.IsControl(r) || r == '\ufffd' || r == '\ufffe' })
}

func long(key string) bool { // a name of a file system ends at 255 bytes, a path of many before 1024
	return len(key) > 255
}

func ordinary(key string) bool {
	return !dotted(key) && !doubled(key) && !controlled(key) && !long(key)
}

// nested are keys of which one is a folder of others, as "a" is of "a/b". There are two of each kind of folder: with an
// object of its name, with content, and without.
func nested() []string { return []string{"a", "a/", "a/b", "dir/", "dir/c", "e", "e/f/g", "~", "~/x"} }

// testKeys stores keys that have something in common, lists them page by page, reads and deletes them.
func testKeys(t *target, keys []string) {
	ctx, space := t.Context(), t.newSpace()
	slices.Sort(keys)
	for i, key := range keys {
		Put(t, t.Store, space, key, fmt.Sprint("content of ", i))
	}
	if got := Keys(t, t.Store, space, ""); !slices.Equal(got, keys) {
		t.Errorf("listed %q\nwant %q", got, keys)
	}
	for _, most := range []int{1, 2, 7} {
		var got []string
		for _, e := range listAll(t, t.Store, store.ListRequest{Space: space, Max: most}) {
			got = append(got, e.Key)
		}
		if !slices.Equal(got, keys) {
			t.Errorf("listed by %d: %q\nwant %q", most, got, keys)
		}
	}
	for _, most := range []int{0, 1, 3} {
		got := listAll(t, t.Store, store.ListRequest{Space: space, Max: most, Delimiter: "/"})
		for i := range got {
			got[i] = store.Entry{Key: got[i].Key, Folder: got[i].Folder}
		}
		if want := Collect(keys, "", "/"); !slices.Equal(got, want) {
			t.Errorf("listed by %d with folders: %v\nwant %v", most, got, want)
		}
	}
	for i, key := range keys {
		if got, want := Read(t, t.Store, space, key), fmt.Sprint("content of ", i); got != want {
			t.Errorf("%q holds %q, want %q", key, got, want)
		}
		if i%3 == 0 {
			check(t, t.Store.Delete(ctx, store.Ref{Space: space, Key: key}))
		}
	}
	failed := must[map[string]error](t)(t.Store.DeleteMany(ctx, space, keys))
	if len(failed) > 0 {
		t.Errorf("not deleted: %v", failed)
	}
	if left := Keys(t, t.Store, space, ""); len(left) > 0 {
		t.Errorf("left over: %q", left)
	}
}

func keysThat(are func(string) bool) func(t *target) {
	return func(t *target) {
		var keys []string
		for _, key := range HostileKeys() {
			if are(key) && (!strings.Contains(key, "/") || !slices.Contains(nested(), key)) {
				keys = append(keys, key)
			}
		}
		testKeys(t, keys)
	}
}

func testNestedKeys(t *target) { testKeys(t, nested()) }

// Collect is what a listing has to say about keys in byte order.
func Collect(keys []string, prefix, delimiter string) []store.Entry {
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

func testListing(t *target) {
	space := t.newSpace()
	keys := []string{"a-", "a.txt", "a/1", "a/2", "a/b/1", "a/b/2", "a0", "b/1", "b/2", "b0", "c", "dd/x/y", "dd/x/z", "e+f/1", "e f/1", "é/1", "zz"}
	slices.Sort(keys)
	for _, key := range keys {
		Put(t, t.Store, space, key, key)
	}
	for _, prefix := range []string{"", "a", "a/", "a/b/", "b", "dd/x", "nothing", "e+f/", "é"} {
		for _, delimiter := range []string{"", "/"} {
			for _, most := range []int{0, 1, 2, 3, 1000} {
				r := store.ListRequest{Space: space, Prefix: prefix, Delimiter: delimiter, Max: most}
				got := listAll(t, t.Store, r)
				for i := range got {
					if !got[i].Folder && (got[i].Size != int64(len(got[i].Key)) || got[i].ETag == "" || got[i].Modified.IsZero()) {
						t.Errorf("%+v lacks something", got[i])
					}
					got[i] = store.Entry{Key: got[i].Key, Folder: got[i].Folder}
				}
				if want := Collect(keys, prefix, delimiter); !slices.Equal(got, want) {
					t.Errorf("%+v\n got %v\nwant %v", r, got, want)
				}
			}
		}
	}
	page := must[store.Page](t)(t.Store.List(t.Context(), store.ListRequest{Space: space, After: "b/15"}))
	if len(page.Entries) == 0 || page.Entries[0].Key != "b/2" {
		t.Errorf("after a key that is not there comes %v, want b/2", page.Entries)
	}
}
