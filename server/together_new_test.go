package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"spaces/server/chance"
)

// TestOneOfManyWhoMakeAKeyWins: 64 who write a key if there is none, each in one of the
// ways in which an object comes to be. One is told that it did, and its body is there.
func TestOneOfManyWhoMakeAKeyWins(t *testing.T) {
	const racers = 64
	seed, f := chance.Seed(t), sluggish(t)
	f.want(200, "PUT", "/media", "")
	many, bad := chance.Rounds(3, 100), 0
	for n := range many {
		at, key := fmt.Sprintf("/media/user/%d", n), fmt.Sprintf("user/%d", n)
		form := usual().set("key", key).signV4(policyText(time.Now().Add(time.Hour), append(conditions(), signing()...)))
		ways := make([]func() *http.Request, racers)
		for i := range ways {
			ways[i] = f.makes(at, form, i, n)
		}
		var won [racers]bool
		var wins, others atomic.Int32
		var ready sync.WaitGroup
		ready.Add(racers)
		together(seed+uint64(n), racers, func(i int, _ *rand.Rand) {
			req := ways[i]()
			ready.Done()
			ready.Wait()
			a, err := f.trySend(req)
			switch {
			case err != nil:
				others.Add(1)
			case a.StatusCode < 300:
				won[i] = true
				wins.Add(1)
			case a.StatusCode != 412 && a.StatusCode != 409:
				others.Add(1)
				t.Errorf("way %d: %d %s", i%5, a.StatusCode, a.body)
			}
		})
		body := f.want(200, "GET", at, "").body
		for i, w := range won {
			if w && body != fmt.Sprintf("racer %d of %d", i, n) {
				t.Errorf("round %d: racer %d was told that it won, there is %q", n, i, body)
				bad++
			}
		}
		if wins.Load() != 1 || others.Load() != 0 {
			t.Errorf("round %d: %d won, %d had another answer", n, wins.Load(), others.Load())
			bad++
		}
	}
	chance.Figure(t, many, "races of 64 for one new key", bad)
}

// makes prepares a racer, and gives its request.
func (f *fixture) makes(at string, form *postForm, i, n int) func() *http.Request {
	body, none := fmt.Sprintf("racer %d of %d", i, n), []string{"If-None-Match", "*"}
	of := fmt.Sprintf("of/%d/%d", n, i)
	signed := func(method, target, body string, headers ...string) func() *http.Request {
		return func() *http.Request { return sign(f.request(method, target, body, headers...)) }
	}
	switch i % 5 {
	case 0:
		return signed("PUT", at, body, none...)
	case 1:
		return func() *http.Request {
			return f.request("POST", "/media", form.body(body), append(none, "Content-Type", formType)...)
		}
	case 2:
		id := f.begin(at)
		return signed("POST", at+"?uploadId="+id, completeDoc(f.part(at, id, 1, body)), none...)
	case 3:
		f.want(200, "PUT", "/media/"+of, body)
		return signed("PUT", at, "", append(none, "X-Amz-Copy-Source", "/media/"+of)...)
	}
	f.want(200, "PUT", "/media/"+of, body)
	return signed("PUT", at+"?renameObject", "", append(none, "X-Amz-Rename-Source", of)...)
}

// TestWhatIsWrittenIsListedAtOnce: who has an answer to a write sees it in every list from
// then on, by whatever connection, and nothing of what was deleted.
func TestWhatIsWrittenIsListedAtOnce(t *testing.T) {
	seed, f := chance.Seed(t), sluggish(t)
	f.want(200, "PUT", "/media", "")
	f.want(200, "PUT", "/media?versioning", versioningOn)
	each, bad := chance.Rounds(10, 120), atomic.Int32{}
	ctx := context.Background()
	together(seed, 8, func(i int, rng *rand.Rand) {
		for n := range each {
			key := fmt.Sprintf("w%d/%d/k", i, n)
			at := "/media/" + key
			res, err := f.try(ctx, "PUT", at, key)
			id := res.Header.Get("X-Amz-Version-Id")
			begun, err2 := f.try(ctx, "POST", at+"?uploads", "")
			upload := first(begun.body, "UploadId")
			lists := map[string]string{"list-type=2": etagOf(key), "": etagOf(key), "versions": "<VersionId>" + id, "uploads": upload,
				"list-type=2&delimiter=/": fmt.Sprintf("<Prefix>w%d/%d/</Prefix>", i, n)}
			prefixes := map[string]string{"list-type=2&delimiter=/": fmt.Sprintf("w%d/", i)}
			for step, there := range []bool{true, false} {
				for q, want := range lists {
					prefix := prefixes[q]
					if prefix == "" {
						prefix = key
					}
					a, err := f.try(ctx, "GET", "/media?"+q+"&prefix="+prefix, "")
					if err != nil || strings.Contains(a.body, want) != there {
						t.Errorf("%s of %s, step %d: %v, no %s, or too much: %s", q, key, step, err, want, a.body)
						bad.Add(1)
						return
					}
				}
				_, err3 := f.try(ctx, "DELETE", at, "")
				_, err4 := f.try(ctx, "DELETE", at+"?versionId="+id, "")
				_, err5 := f.try(ctx, "DELETE", at+"?uploadId="+upload, "")
				if err != nil || err2 != nil || err3 != nil || err4 != nil || err5 != nil {
					t.Error(err, err2, err3, err4, err5)
					return
				}
			}
		}
	})
	chance.Figure(t, 8*each, "writes and deletes looked for in five lists at once", int(bad.Load()))
}
