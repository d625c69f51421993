package server_test

import (
	"context"
	"encoding/xml"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"spaces/server/chance"
)

// hostile keys are of what breaks lists: what XML, URLs or separators are made of, what sorts
// beside a delimiter, and what differs in its last byte.
var hostile = []string{"a", "a/", "a//", "a/b", "a/b/c", "a0", "a-", "a ", "a+b", "a%2Fb", "&<>\"'", "\x01", "\x1f/x", "a\u2028b", "é", "e\u0301", "\uffff", "\U0010ffff/x", "b/\x7f",
	"..a", "a?versions", "z/z/z/z", "~", "a\tb", "a\nb", "b/b/", "b/b0"}

// crowd is a Space in which some keys stay, and others come and go.
type crowd struct {
	*fixture
	stable map[string][]listRow
	moved  atomic.Int64
}

func newCrowd(t *testing.T, more int) *crowd {
	c := &crowd{fixture: sluggish(t), stable: map[string][]listRow{}}
	c.want(200, "PUT", "/media", "")
	c.want(200, "PUT", "/media?versioning", versioningOn)
	keys := slices.Clone(hostile)
	for i := range more {
		keys = append(keys, fmt.Sprintf("m/%d/%d", i%7, i), fmt.Sprintf("n%d", i))
	}
	for i, key := range keys {
		at := target("media", key)
		if i%3 == 0 {
			c.keep("ListObjectVersions", key, c.putVersion(at, "older"))
		}
		c.keep("ListObjectVersions", key, c.putVersion(at, "x"))
		for _, list := range []string{"ListObjects", "ListObjectsV2"} {
			c.keep(list, key, "")
		}
		for range i % 3 {
			c.keep("ListMultipartUploads", key, c.begin(at))
		}
	}
	return c
}

func (c *crowd) keep(list, key, id string) {
	c.stable[list] = append(c.stable[list], listRow{name: key, id: id})
}

// stir writes, deletes for good, renames and begins uploads at keys beside those that stay,
// and above their versions. What it adds it takes away.
func (c *crowd) stir(rng *rand.Rand) error {
	ctx := context.Background()
	key := hostile[rng.IntN(len(hostile))] + []string{"z", "/z", "0z"}[rng.IntN(3)]
	at := target("media", key)
	a, err := c.try(ctx, "PUT", at, "comes and goes")
	if err != nil {
		return err
	}
	ids := map[string][]string{at: {a.Header.Get("X-Amz-Version-Id")}}
	to := target("media", key+"y")
	switch rng.IntN(4) {
	case 0:
		a, err = c.try(ctx, "PUT", to+"?renameObject", "", "X-Amz-Rename-Source", escapeKey(key))
		ids[to] = append(ids[to], a.Header.Get("X-Amz-Version-Id"))
	case 1:
		a, err = c.try(ctx, "DELETE", at, "")
		ids[at] = append(ids[at], a.Header.Get("X-Amz-Version-Id"))
	case 2:
		if a, err = c.try(ctx, "POST", at+"?uploads", ""); err == nil {
			_, err = c.try(ctx, "DELETE", at+"?uploadId="+first(a.body, "UploadId"), "")
		}
	}
	for at, list := range ids {
		for _, id := range list {
			if err == nil && id != "" {
				_, err = c.try(ctx, "DELETE", at+"?versionId="+id, "")
			}
		}
	}
	c.moved.Add(1)
	return err
}

// walk pages through a list and says what is wrong with it.
func (c *crowd) walk(list, prefix, delimiter string, size int) (pages int, wrong string) {
	kind := listKinds[list]
	query := fmt.Sprintf("%s&%s=%d&encoding-type=url&prefix=%s&delimiter=%s", kind.query, kind.max, size, url.QueryEscape(prefix), url.QueryEscape(delimiter))
	decode := func(s string) string { return unescapeURL(c, s) }
	want := (&listModel{stable: c.stable}).expected(list, prefix, delimiter)
	seen, tokens := map[listRow]bool{}, map[string]bool{}
	last := listRow{}
	for next := ""; ; pages++ {
		a, err := c.try(context.Background(), "GET", "/media?"+query+next, "")
		var p listPage
		if err == nil {
			err = xml.Unmarshal([]byte(a.body), &p)
		}
		if err != nil || a.StatusCode != 200 {
			return pages, fmt.Sprint(err, a.body)
		}
		rows := p.rows(decode)
		switch {
		case len(rows) > size, p.IsTruncated && len(rows) < size:
			return pages, fmt.Sprintf("%d rows on a page of %d", len(rows), size)
		case len(rows) > 0 && compareRows(last, rows[0]) > 0:
			return pages, fmt.Sprintf("%q after %q", rows[0].name, last.name)
		}
		for _, r := range rows {
			if seen[r] {
				return pages, fmt.Sprintf("%+v comes twice", r)
			}
			seen[r], last = true, r
			delete(want, r)
		}
		if !p.IsTruncated {
			break
		}
		if next = "&" + kind.next(&p, rows, decode).Encode(); tokens[next] {
			return pages, "the same token again: " + next
		}
		tokens[next] = true
	}
	if len(want) > 0 {
		return pages, fmt.Sprintf("%v are missing", slices.Collect(maps.Keys(want)))
	}
	return pages, ""
}

// TestListsAreCompleteWhileManyChangeThem: pages of any size through each list, while eight
// others write, delete and rename beside what stays.
func TestListsAreCompleteWhileManyChangeThem(t *testing.T) {
	const walkers, movers = 3, 4
	seed, c := chance.Seed(t), newCrowd(t, chance.Rounds(20, 300))
	each := chance.Rounds(16, 300)
	var lists, pages, bad, walking atomic.Int64
	walking.Store(walkers)
	names := slices.Sorted(maps.Keys(listKinds))
	together(seed, walkers+movers, func(i int, rng *rand.Rand) {
		if i >= walkers {
			for walking.Load() > 0 {
				if err := c.stir(rng); err != nil {
					t.Error(err)
					return
				}
			}
			return
		}
		defer walking.Add(-1)
		for n := range each {
			list := names[(n+i)%len(names)]
			prefix, delimiter := []string{"", "", "a", "a/", "b", "m/", "m/3", "\x1f", "é"}[rng.IntN(9)], []string{"", "/", "/", "a", "/b", "\u0301"}[rng.IntN(6)]
			size := []int{1, 2, 3, 7, 50, 999, 1000}[rng.IntN(7)]
			n, wrong := c.walk(list, prefix, delimiter, size)
			if pages.Add(int64(n)); wrong != "" {
				bad.Add(1)
				t.Errorf("%s of %q by %q, %d a page: %s", list, prefix, delimiter, size, wrong)
				return
			}
			lists.Add(1)
		}
	})
	t.Logf("%d pages during %d changes", pages.Load(), c.moved.Load())
	chance.Figure(t, int(lists.Load()), "lists while keys come and go", int(bad.Load()))
}

// TestPartsAreListedWhileOthersCome: parts that stay are listed once, whatever is sent again.
func TestPartsAreListedWhileOthersCome(t *testing.T) {
	seed, f := chance.Seed(t), sluggish(t)
	f.want(200, "PUT", "/media", "")
	id := f.begin("/media/k")
	for n := 2; n <= 80; n += 2 {
		f.part("/media/k", id, n, fmt.Sprint("stays ", n))
	}
	var walking atomic.Int64
	walking.Store(2)
	each, bad := chance.Rounds(15, 400), atomic.Int64{}
	ctx := context.Background()
	together(seed, 5, func(i int, rng *rand.Rand) {
		if i >= 2 {
			for n := 0; walking.Load() > 0; n++ {
				p := 1 + 2*rng.IntN(40)
				if _, err := f.try(ctx, "PUT", fmt.Sprintf("/media/k?partNumber=%d&uploadId=%s", p, id), fmt.Sprint("again ", n)); err != nil {
					t.Error(err)
					return
				}
			}
			return
		}
		defer walking.Add(-1)
		for range each {
			var got []string
			for marker := "0"; marker != ""; {
				a, err := f.try(ctx, "GET", fmt.Sprintf("/media/k?uploadId=%s&max-parts=%d&part-number-marker=%s", id, 1+rng.IntN(30), marker), "")
				if err != nil || a.StatusCode != 200 {
					t.Error(err, a.body)
					return
				}
				got = append(got, between(a.body, "PartNumber")...)
				marker = first(a.body, "NextPartNumberMarker")
			}
			at := 0
			for _, p := range got {
				n := 0
				fmt.Sscan(p, &n)
				if n <= at || n > at+1 && at%2 == 1 || n > at+2 {
					bad.Add(1)
					t.Errorf("part %d after %d: %s", n, at, strings.Join(got, " "))
					return
				}
				at = n
			}
			if at < 80 {
				bad.Add(1)
				t.Errorf("the last part is %d", at)
			}
		}
	})
	chance.Figure(t, 2*each, "lists of parts while others come", int(bad.Load()))
}
