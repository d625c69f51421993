package server_test

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// listPage is what a page of any of the four lists of keys says.
type listPage struct {
	IsTruncated                             bool
	KeyCount                                *int
	NextMarker, NextContinuationToken       string
	NextKeyMarker                           string
	NextVersionIdMarker, NextUploadIdMarker string
	Contents, Version, DeleteMarker, Upload []listedKey
	CommonPrefixes                          []struct{ Prefix string }
}

type listedKey struct {
	Key, VersionId, UploadId string
	IsLatest                 bool
}

// listRow is a key, one of its versions or uploads, or a common prefix.
type listRow struct {
	name, id string
	common   bool
}

func compareRows(a, b listRow) int { return cmp.Compare(a.name, b.name) }

// rows gives the rows of a page in the order of their names.
func (p *listPage) rows(decode func(string) string) (rows []listRow) {
	for _, k := range slices.Concat(p.Contents, p.Version, p.DeleteMarker, p.Upload) {
		rows = append(rows, listRow{name: decode(k.Key), id: k.VersionId + k.UploadId})
	}
	for _, c := range p.CommonPrefixes {
		rows = append(rows, listRow{name: decode(c.Prefix), common: true})
	}
	slices.SortStableFunc(rows, compareRows)
	return rows
}

// listKind is one of the lists: its query, and how its next page is asked for.
type listKind struct {
	query, max string
	next       func(p *listPage, rows []listRow, decode func(string) string) url.Values
}

var listKinds = map[string]listKind{
	"ListObjects": {"", "max-keys", func(p *listPage, rows []listRow, decode func(string) string) url.Values {
		if p.NextMarker == "" { // without a delimiter the last key is the marker
			return url.Values{"marker": {rows[len(rows)-1].name}}
		}
		return url.Values{"marker": {decode(p.NextMarker)}}
	}},
	"ListObjectsV2": {"list-type=2", "max-keys", func(p *listPage, _ []listRow, _ func(string) string) url.Values {
		return url.Values{"continuation-token": {p.NextContinuationToken}}
	}},
	"ListObjectVersions": {"versions", "max-keys", func(p *listPage, _ []listRow, decode func(string) string) url.Values {
		return markers(decode(p.NextKeyMarker), "version-id-marker", p.NextVersionIdMarker)
	}},
	"ListMultipartUploads": {"uploads", "max-uploads", func(p *listPage, _ []listRow, decode func(string) string) url.Values {
		return markers(decode(p.NextKeyMarker), "upload-id-marker", p.NextUploadIdMarker)
	}},
}

func markers(key, name, id string) url.Values {
	v := url.Values{"key-marker": {key}}
	if id != "" {
		v.Set(name, id)
	}
	return v
}

// listModel is a Space, and what must be in its lists whatever else happens.
type listModel struct {
	*fixture
	rng    *rand.Rand
	stable map[string][]listRow // by list; ids are compared where it has them
	coming []string             // keys that come and go
	begun  []string             // uploads that come and go
}

// word is a random key. Those that come and go end in a letter of their own.
func (m *listModel) word(end string) string {
	letters := []string{"a", "b", "/", "-", "é", " ", "+", "%", "ab/"}
	var b strings.Builder
	b.WriteByte("ab"[m.rng.IntN(2)])
	for range m.rng.IntN(5) {
		b.WriteString(letters[m.rng.IntN(len(letters))])
	}
	return b.String() + end
}

// fill writes the keys that stay: some in several versions, some deleted, some
// overwritten again and again.
func (m *listModel) fill(keys int) {
	m.Helper()
	seen := map[string]bool{}
	for i := range keys {
		key := m.word("")
		if seen[key] {
			continue
		}
		seen[key] = true
		at := target("media", key)
		for range 1 + m.rng.IntN(3) {
			m.versioned(key, m.putVersion(at, "x"))
		}
		if i%5 == 0 {
			m.versioned(key, m.want(204, "DELETE", at, "").Header.Get("X-Amz-Version-Id"))
		} else {
			m.stable["ListObjects"] = append(m.stable["ListObjects"], listRow{name: key})
		}
		for range i % 3 {
			m.stable["ListMultipartUploads"] = append(m.stable["ListMultipartUploads"], listRow{name: key, id: m.begin(at)})
		}
	}
	m.stable["ListObjectsV2"] = m.stable["ListObjects"]
}

func (m *listModel) versioned(key, id string) {
	m.stable["ListObjectVersions"] = append(m.stable["ListObjectVersions"], listRow{name: key, id: id})
}

// stir lets a key or an upload come or go.
func (m *listModel) stir() {
	m.Helper()
	key := m.word("z")
	switch at := target("media", key); m.rng.IntN(5) {
	case 0, 1:
		m.want(200, "PUT", at, "")
		m.coming = append(m.coming, key)
	case 2:
		if n := len(m.coming); n > 0 {
			at = target("media", m.coming[m.rng.IntN(n)])
		}
		m.want(204, "DELETE", at, "")
	case 3:
		m.begun = append(m.begun, at+"?uploadId="+m.begin(at))
	case 4:
		if n := len(m.begun); n > 0 {
			m.want(204, "DELETE", m.begun[n-1], "")
			m.begun = m.begun[:n-1]
		}
	}
}

// expected gives the rows that the keys that stay make under a prefix and a
// delimiter, each once.
func (m *listModel) expected(list, prefix, delimiter string) map[listRow]bool {
	rows := map[listRow]bool{}
	for _, r := range m.stable[list] {
		rest, below := strings.CutPrefix(r.name, prefix)
		if !below {
			continue
		}
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			r = listRow{name: prefix + rest[:i+len(delimiter)], common: true}
		}
		rows[r] = true
	}
	return rows
}

// collect pages through a list while keys come and go, and gives all rows.
func (m *listModel) collect(list, prefix, delimiter string, size int, encode bool) (rows []listRow) {
	m.Helper()
	kind := listKinds[list]
	decode := func(s string) string { return s }
	query := fmt.Sprintf("%s&%s=%d&prefix=%s&delimiter=%s", kind.query, kind.max, size, url.QueryEscape(prefix), url.QueryEscape(delimiter))
	if encode {
		query += "&encoding-type=url"
		decode = func(s string) string { return unescapeURL(m, s) }
	}
	for next := ""; ; m.stir() {
		a := m.want(200, "GET", "/media?"+query+next, "")
		var p listPage
		if err := xml.Unmarshal([]byte(a.body), &p); err != nil {
			m.Fatal(err, a.body)
		}
		page := p.rows(decode)
		switch {
		case len(page) > size, p.IsTruncated && len(page) < size, p.KeyCount != nil && *p.KeyCount != len(page):
			m.Fatalf("%s%s: %d rows\n%s", query, next, len(page), a.body)
		case len(rows) > 0 && len(page) > 0 && compareRows(rows[len(rows)-1], page[0]) > 0:
			m.Fatalf("%s%s: goes back from %q to %q", query, next, rows[len(rows)-1].name, page[0].name)
		}
		if rows = append(rows, page...); !p.IsTruncated {
			return rows
		}
		next = "&" + kind.next(&p, page, decode).Encode()
	}
}

// TestPagesAreCompleteWhileKeysComeAndGo pages through each list with random
// prefixes, delimiters and sizes of pages: what is there all the time is listed
// once, in order, and nothing is listed twice.
func TestPagesAreCompleteWhileKeysComeAndGo(t *testing.T) {
	for seed := range uint64(6) {
		m := &listModel{fixture: withVersions(t), rng: rand.New(rand.NewPCG(seed, 17)), stable: map[string][]listRow{}}
		m.fill(40)
		for round := range 12 {
			prefix, delimiter := "", []string{"", "/", "a", "é", "b/", " "}[m.rng.IntN(6)]
			if round%2 == 1 {
				prefix = []string{"a", "b", "a/", "ab", "b-", "aé"}[m.rng.IntN(6)]
			}
			for _, list := range slices.Sorted(maps.Keys(listKinds)) {
				size := 1 + m.rng.IntN(9)
				got := m.collect(list, prefix, delimiter, size, round%3 == 0)
				want := m.expected(list, prefix, delimiter)
				seen := map[listRow]bool{}
				for _, r := range got {
					if seen[r] {
						t.Fatalf("seed %d: %s of %q by %q, %d: %+v twice", seed, list, prefix, delimiter, size, r)
					}
					seen[r] = true
					delete(want, r)
				}
				if len(want) > 0 {
					t.Fatalf("seed %d: %s of %q by %q, %d: %v are missing", seed, list, prefix, delimiter, size, want)
				}
			}
		}
	}
}
