package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
)

// keysHistory is what clients know who are at the same keys.
type keysHistory struct {
	under   string // what the keys begin with
	keys    int
	uploads [someUploads]ask
	docs    [someUploads]string

	mu    sync.Mutex
	etags []string
}

// newKeysHistory begins some uploads.
func newKeysHistory(f *fixture, n, keys int) *keysHistory {
	k := &keysHistory{under: fmt.Sprintf("h%d/", n), keys: keys}
	for u := range k.uploads {
		a := ask{what: "complete", key: u % keys, from: u}
		body := fmt.Sprintf("upload %d of %d", u, n)
		a.object = object{etag: joinedETag(body), meta: fmt.Sprint("u", u), tag: "of-upload"}
		a.id = f.begin(k.at(a.key), "X-Amz-Meta-W", a.meta, "X-Amz-Tagging", "t="+a.tag)
		k.docs[u] = completeDoc(f.part(k.at(a.key), a.id, 1, body))
		k.uploads[u] = a
	}
	return k
}

func (k *keysHistory) at(key int) string { return fmt.Sprintf("/media/%s%d", k.under, key) }

// met remembers an ETag, to ask for it later.
func (k *keysHistory) met(etag string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.etags = append(k.etags, etag)
}

// some is an ETag that somebody has met lately.
func (k *keysHistory) some(rng *rand.Rand) string {
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.etags) == 0 {
		return "0123"
	}
	return k.etags[max(0, len(k.etags)-1-rng.IntN(4))]
}

// ofKey and ofKeys are what is asked about one key, and about several.
var (
	ofKey = []string{"put", "put", "put", "put", "get", "get", "get", "head", "head", "list", "delete", "delete", "copy", "copy onto", "copy onto", "rename onto", "rename onto",
		"rename away", "rename away", "complete", "complete", "abort", "tag", "tagged", "set acl", "acl"}
	ofKeys = []string{"put", "put", "put", "get", "head", "list", "list", "list", "delete", "delete all", "copy", "copy", "rename", "rename", "rotate", "complete", "tag", "tag all"}
)

// next is what a client asks next.
func (k *keysHistory) next(client, i int, rng *rand.Rand) ask {
	a := ask{key: rng.IntN(k.keys), from: rng.IntN(k.keys)}
	wrote := fmt.Sprintf("%d.%d", client, i)
	asked := ofKey
	if k.keys > 1 {
		asked = ofKeys
	}
	switch a.what = asked[rng.IntN(len(asked))]; a.what {
	case "put":
		a.object = object{etag: etagOf(k.body(client, i)), meta: wrote, tag: []string{"", "t"}[rng.IntN(2)]}
		a.id = k.body(client, i)
	case "copy onto":
		a.object = object{etag: etagOf("stable"), meta: "stable"}
	case "rename onto":
		a.object = object{etag: etagOf("renamed " + wrote), meta: wrote}
		a.id = "renamed " + wrote
	case "rename away":
		a.id = k.under + "away" + wrote
	case "complete", "abort":
		u := k.uploads[rng.IntN(someUploads)]
		u.what = a.what
		a = u
	case "copy":
		a.meta = wrote
	case "rename":
		if a.from == a.key {
			a.from = (a.key + 1) % k.keys
		}
	case "tag", "tag all":
		a.tag = wrote
	case "set acl":
		a.acl = []string{"", "public-read"}[rng.IntN(2)]
	}
	k.condition(&a, rng)
	return a
}

// prepare writes what a rename is of: a key that nobody else knows.
func (k *keysHistory) prepare(h *history, a *ask) {
	if a.what == "rename onto" {
		_, _ = h.try(context.Background(), "PUT", "/media/of"+k.under+escapeKey(a.id), a.id, "X-Amz-Meta-W", a.meta)
	}
}

// condition gives some requests one.
func (k *keysHistory) condition(a *ask, rng *rand.Rand) {
	switch a.what {
	case "put", "complete", "copy", "rename", "copy onto", "rename onto":
		switch rng.IntN(4) {
		case 0:
			a.none = true
		case 1:
			if !strings.HasPrefix(a.what, "rename") { // whose If-Match on nothing is another refusal
				a.match = k.some(rng)
			}
		}
	case "delete":
		if rng.IntN(2) == 0 {
			a.match = k.some(rng)
		}
	case "get", "head":
		switch rng.IntN(4) {
		case 0:
			a.match = k.some(rng)
		case 1:
			a.id = k.some(rng) // If-None-Match
		}
	}
}

// body is what a client writes: small, or, now and then, more than fits beside the metadata.
func (k *keysHistory) body(client, i int) string {
	s := fmt.Sprintf("%s client %d wrote %d", k.under, client, i)
	if (client+i)%8 == 0 {
		s += pattern(70_000 + client*100 + i)
	}
	return s
}

func (a *ask) headers(more ...string) []string {
	if a.none {
		more = append(more, "If-None-Match", "*")
	}
	if a.match != "" {
		more = append(more, "If-Match", `"`+a.match+`"`)
	}
	return more
}

func (k *keysHistory) send(ctx context.Context, h *history, a *ask) told {
	at := k.at(a.key)
	source := strings.TrimPrefix(k.at(a.from), "/media/")
	switch a.what {
	case "put":
		headers := a.headers("X-Amz-Meta-W", a.meta)
		if a.tag != "" {
			headers = append(headers, "X-Amz-Tagging", "t="+a.tag)
		}
		body := a.id
		_, got := h.send(ctx, "PUT", at, body, headers...)
		return got
	case "get", "head":
		return k.read(ctx, h, a)
	case "list":
		return k.list(ctx, h)
	case "delete":
		_, got := h.send(ctx, "DELETE", at, "", a.headers()...)
		return got
	case "delete all", "rotate", "tag all":
		return k.sendAll(ctx, h, a)
	case "copy":
		headers := a.headers("X-Amz-Copy-Source", "/media/"+source)
		if a.from == a.key {
			headers = append(headers, "X-Amz-Metadata-Directive", "REPLACE", "X-Amz-Meta-W", a.meta)
		}
		_, got := h.send(ctx, "PUT", at, "", headers...)
		return got
	case "rename":
		_, got := h.send(ctx, "PUT", at+"?renameObject", "", a.headers("X-Amz-Rename-Source", source)...)
		return got
	case "copy onto":
		_, got := h.send(ctx, "PUT", at, "", a.headers("X-Amz-Copy-Source", "/media/stable")...)
		return got
	case "rename onto":
		_, got := h.send(ctx, "PUT", at+"?renameObject", "", a.headers("X-Amz-Rename-Source", "of"+k.under+escapeKey(a.id))...)
		return got
	case "rename away":
		_, got := h.send(ctx, "PUT", "/media/of"+a.id+"?renameObject", "", "X-Amz-Rename-Source", source)
		if got.status == 200 { // nobody else writes there
			res, _ := h.send(context.Background(), "HEAD", "/media/of"+a.id, "")
			got.object = object{etag: strings.Trim(res.Header.Get("Etag"), `"`), meta: res.Header.Get("X-Amz-Meta-W")}
		}
		return got
	case "complete":
		_, got := h.send(ctx, "POST", at+"?uploadId="+a.id, k.docs[a.from], a.headers()...)
		return got
	case "abort":
		_, got := h.send(ctx, "DELETE", at+"?uploadId="+a.id, "")
		return got
	case "tag":
		_, got := h.send(ctx, "PUT", at+"?tagging", "<Tagging><TagSet><Tag><Key>t</Key><Value>"+a.tag+"</Value></Tag></TagSet></Tagging>")
		return got
	case "tagged":
		res, got := h.send(ctx, "GET", at+"?tagging", "")
		got.tag = first(res.body, "Value")
		return got
	case "set acl":
		_, got := h.send(ctx, "PUT", at+"?acl", "", "X-Amz-Acl", map[string]string{"": "private", "public-read": "public-read"}[a.acl])
		return got
	default: // "acl"
		res, got := h.send(ctx, "GET", at+"?acl", "")
		if strings.Contains(res.body, "AllUsers") {
			got.acl = "public-read"
		}
		return got
	}
}

// read gets or heads, and makes sure that the body is that of the ETag.
func (k *keysHistory) read(ctx context.Context, h *history, a *ask) told {
	headers := a.headers()
	if a.id != "" {
		headers = append(headers, "If-None-Match", `"`+a.id+`"`)
	}
	res, got := h.send(ctx, map[string]string{"get": "GET", "head": "HEAD"}[a.what], k.at(a.key), "", headers...)
	if got.status == 200 {
		got.object = object{etag: strings.Trim(res.Header.Get("Etag"), `"`), meta: res.Header.Get("X-Amz-Meta-W"), tag: res.Header.Get("X-Amz-Tagging-Count")}
		if a.what == "get" && got.etag != etagOf(res.body) && got.etag != joinedETag(res.body) {
			got.etag = "another than that of the body"
		}
	}
	return got
}

// list sees all keys.
func (k *keysHistory) list(ctx context.Context, h *history) told {
	res, got := h.send(ctx, "GET", "/media?list-type=2&prefix="+k.under, "")
	etags := make([]string, someKeys)
	rest := res.body
	for {
		_, row, found := strings.Cut(rest, "<Contents>")
		if !found {
			break
		}
		row, rest, _ = strings.Cut(row, "</Contents>")
		key := first(row, "Key")
		etags[key[len(key)-1]-'0'] = strings.Trim(first(row, "ETag"), `"`)
	}
	got.seen = strings.Join(etags, " ")
	return got
}

// sendAll sends what is about all keys in one commit.
func (k *keysHistory) sendAll(ctx context.Context, h *history, a *ask) told {
	var b strings.Builder
	key := func(i int) string { return fmt.Sprint(k.under, i) }
	at, root := "/media?delete", "Delete"
	switch a.what {
	case "rotate":
		at, root = "/media?renameObjects", "RenameObjects"
		for i := someKeys - 1; i > 0; i-- {
			fmt.Fprintf(&b, "<Object><Key>%s</Key><NewKey>%s</NewKey></Object>", key(i-1), key(i))
		}
	default:
		if a.what == "tag all" {
			at, root = "/media?changeObjects", "ChangeObjects"
			fmt.Fprintf(&b, "<Tag><Key>t</Key><Value>%s</Value></Tag>", a.tag)
		}
		for i := range someKeys {
			fmt.Fprintf(&b, "<Object><Key>%s</Key></Object>", key(i))
		}
	}
	_, got := h.send(ctx, "POST", at, "<"+root+">"+b.String()+"</"+root+">")
	got.code = "" // of one of them, maybe
	return got
}
