package store_test

import (
	"cmp"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/storetest"
)

// pager is an endpoint that lists some keys by one of the rules that endpoints page by.
type pager struct {
	keys []string

	rawTokens  bool // a token is the key that the page ends at (Ceph), else it is opaque
	noTokens   bool // V2 has no tokens when it is asked percent-encoded (Ceph, minio/mc#3067)
	noStart    bool // start-after is ignored (DigitalOcean)
	inFolder   bool // a marker that is a folder goes on within it, and so names it again
	noMarkers  bool // V1 has no NextMarker but with a delimiter (S3)
	exactOne   bool // one key of a prefix that is a key is that key, and all (MinIO)
	emptyPages bool // every other page is empty, and leads on
}

func (p *pager) String() string { return fmt.Sprintf("%+v", *p) }

// RoundTrip answers listings.
func (p *pager) RoundTrip(r *http.Request) (*http.Response, error) {
	q := r.URL.Query()
	v2 := q.Get("list-type") == "2"
	most, err := strconv.Atoi(cmp.Or(q.Get("max-keys"), "1000"))
	if err != nil {
		return nil, err
	}
	prefix, delimiter, encode := q.Get("prefix"), q.Get("delimiter"), q.Get("encoding-type") == "url"
	after := q.Get("marker")
	skip := false
	if v2 {
		if after = ""; !p.noStart {
			after = q.Get("start-after")
		}
		if token := q.Get("continuation-token"); token != "" {
			if !p.rawTokens {
				raw, err := base64.StdEncoding.DecodeString(token)
				if err != nil {
					return nil, err
				}
				token = string(raw)
			}
			token, skip = strings.CutSuffix(token, "\x02")
			after = token
		}
	}
	if p.exactOne && most == 1 && prefix != "" && after == "" && slices.Contains(p.keys, prefix) {
		return storetest.Document(r, p.document(r, []string{prefix}, nil, "", false, v2, encode)), nil
	}
	var contents, folders []string
	last, more := "", false
	if p.emptyPages && !skip && v2 && !p.rawTokens {
		return storetest.Document(r, p.document(r, nil, nil, after+"\x02", true, v2, encode)), nil
	}
	for _, key := range p.keys {
		rest, ok := strings.CutPrefix(key, prefix)
		name := key
		if i := strings.Index(rest, delimiter); delimiter != "" && i >= 0 {
			name = prefix + rest[:i+len(delimiter)]
		}
		inside := name != key && (p.inFolder && !v2 && key > after || name > after)
		if name == key {
			inside = key > after
		}
		if !ok || !inside || len(folders) > 0 && folders[len(folders)-1] == name {
			continue
		}
		if len(contents)+len(folders) == most {
			more = true
			break
		}
		if last = name; name != key || strings.HasSuffix(key, delimiter) && delimiter != "" && key != prefix {
			folders = append(folders, name)
		} else {
			contents = append(contents, name)
		}
	}
	return storetest.Document(r, p.document(r, contents, folders, last, more, v2, encode)), nil
}

// document is the answer; last is where the page ends.
func (p *pager) document(r *http.Request, contents, folders []string, last string, more, v2, encode bool) string {
	var b strings.Builder
	text := func(tag, value string) {
		if encode && tag != "NextContinuationToken" {
			value = url.QueryEscape(value)
		}
		fmt.Fprintf(&b, "<%s>", tag)
		_ = xml.EscapeText(&b, []byte(value))
		fmt.Fprintf(&b, "</%s>", tag)
	}
	fmt.Fprintf(&b, "<ListBucketResult><IsTruncated>%v</IsTruncated>", more)
	if encode {
		b.WriteString("<EncodingType>url</EncodingType>")
	}
	switch {
	case !more:
	case !v2 && (!p.noMarkers || r.URL.Query().Get("delimiter") != ""):
		text("NextMarker", last)
	case v2 && p.noTokens && encode:
	case v2 && p.rawTokens:
		text("NextContinuationToken", last)
	case v2:
		text("NextContinuationToken", base64.StdEncoding.EncodeToString([]byte(last)))
	}
	for _, key := range contents {
		b.WriteString("<Contents><ETag>\"e\"</ETag><Size>1</Size>")
		text("Key", key)
		b.WriteString("</Contents>")
	}
	for _, folder := range folders {
		b.WriteString("<CommonPrefixes>")
		text("Prefix", folder)
		b.WriteString("</CommonPrefixes>")
	}
	b.WriteString("</ListBucketResult>")
	return b.String()
}

// The pages of a listing together are the listing, whichever of the rules an endpoint pages by.
func TestPagesAreTheWholeListingByWhateverRuleAnEndpointPages(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 9))
	pool := []string{"a", "a/", "a/b", "a/b/", "a/b/c", "a-", "a0", "b/", "b/1", "b/2", "c/d/e", "c d", "c+d", "é/1", "é/2", "z", "z/z/z", "日/本"}
	flip := func() bool { return random.IntN(2) == 0 }
	for range 600 {
		p := &pager{rawTokens: flip(), noTokens: flip(), noStart: flip(), inFolder: flip(), noMarkers: flip(), exactOne: flip(), emptyPages: flip()}
		for _, key := range pool {
			if random.IntN(3) > 0 {
				p.keys = append(p.keys, key)
			}
		}
		slices.Sort(p.keys)
		s, err := store.Open(t.Context(), store.Config{Endpoint: "http://127.0.0.1:9", PathStyle: true, AccessKey: "k", SecretKey: "s",
			Wrap: func(http.RoundTripper) http.RoundTripper { return p }})
		if err != nil {
			t.Fatal(err)
		}
		r := store.ListRequest{Space: "media", Prefix: []string{"", "a", "a/", "a/b", "a/b/", "b/", "é/"}[random.IntN(7)], Max: 1 + random.IntN(5), Pages: random.IntN(5)}
		if flip() {
			r.Delimiter = "/"
		}
		want := storetest.Collect(p.keys, r.Prefix, r.Delimiter)
		var got []store.Entry
		for pages := 0; ; pages++ {
			page, err := s.List(t.Context(), r)
			if err != nil {
				t.Fatalf("%v\n%+v: %v", p, r, err)
			}
			for _, e := range page.Entries {
				got = append(got, store.Entry{Key: e.Key, Folder: e.Folder})
			}
			if !page.More {
				break
			}
			if r.After = page.Next; pages > 100 {
				t.Fatalf("%v\n%+v does not end: %v", p, r, got)
			}
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%v\n%+v\n got %v\nwant %v", p, r, got, want)
		}
	}
}
