package listing

import (
	"slices"
	"strings"
	"time"

	"spaces/store"
)

// bucket is an endpoint of a few lines: keys with what is known of them.
type bucket map[string]store.Entry

func (b bucket) put(key string, size int) store.Entry {
	e := store.Entry{Key: key, Size: int64(size), Modified: time.Unix(int64(1+size), 0).UTC()}
	b[key] = e
	return e
}

// level is what is directly below prefix, in the order of keys.
func (b bucket) level(prefix string) []store.Entry {
	rows := map[string]store.Entry{}
	for key, e := range b {
		name, below := strings.CutPrefix(key, prefix)
		if i := strings.IndexByte(name, '/'); below && i >= 0 {
			key = prefix + name[:i+1]
			e = store.Entry{Key: key, Folder: true}
		}
		if below {
			rows[key] = e
		}
	}
	return sortedEntries(rows)
}

func sortedEntries(rows map[string]store.Entry) []store.Entry {
	var all []store.Entry
	for _, e := range rows {
		all = append(all, e)
	}
	slices.SortFunc(all, func(a, b store.Entry) int { return strings.Compare(a.Key, b.Key) })
	return all
}

// list answers a request, with so many rows at most.
func (b bucket) list(r store.ListRequest, most int) store.Page {
	all := b.level(r.Prefix)
	if r.Delimiter == "" {
		all = sortedEntries(b)
	}
	all = slices.DeleteFunc(all, func(e store.Entry) bool {
		return e.Key <= r.After || !strings.HasPrefix(e.Key, r.Prefix)
	})
	if r.Max > 0 {
		most = min(most, r.Max)
	}
	if len(all) <= most {
		return store.Page{Entries: all}
	}
	return store.Page{Entries: all[:most], Next: all[most-1].Key, More: true}
}
