package server_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/chance"
	"spaces/server/storage"
)

// TestPartsThatRaceMakeOneObject: an upload is completed, completed again, aborted, given
// parts, copied parts and a lifecycle's abort, and its Space deleted, all at once. If it is
// completed, the object is of one list of parts, all of them whole; if not there is none.
// Afterwards the files are exactly those that something refers to.
func TestPartsThatRaceMakeOneObject(t *testing.T) {
	seed, mem := chance.Seed(t), vfs.NewMem()
	many, bad, completed := chance.Rounds(20, 400), 0, 0
	t.Run("races", func(t *testing.T) { // at whose end the server stops
		f := sluggishOn(t, mem)
		for n := range many {
			r := &partsRace{fixture: f, space: fmt.Sprintf("/race%d", n)}
			r.begin()
			together(seed+uint64(n), 12, r.run)
			if wrong := r.wrong(); wrong != "" {
				bad++
				t.Errorf("round %d: %s", n, wrong)
			}
			if r.done.Load() > 0 {
				completed++
			}
		}
	})
	rep, err := storage.Fsck(t.Context(), "data", storage.Options{FS: mem})
	if err != nil || len(rep.Findings) > 0 {
		bad++
		t.Errorf("what is left: %v %+v", err, rep.Findings)
	}
	t.Logf("%d of %d uploads were completed", completed, many)
	chance.Figure(t, many, "races for the parts of an upload", bad)
}

// partsRace is an upload of two parts, each of which comes in several versions.
type partsRace struct {
	*fixture
	space, at string
	id        string
	etags     [2]atomic.Pointer[string] // of the part that was sent last, as far as known
	done      atomic.Int32
	won       atomic.Pointer[string] // the ETag of the object
	two       atomic.Bool            // ETags were told
	ended     atomic.Int32           // Aborts that were told that they did
}

func partBody(number, version int) string {
	line := fmt.Sprintf("%d.%05d.", number, version)
	n := 64
	if number == 1 {
		n = 5<<20/8 + 1
	}
	return strings.Repeat(line, n)
}

// begin begins an upload that could be completed.
func (r *partsRace) begin() {
	r.want(200, "PUT", r.space, "")
	r.at = r.space + "/k"
	r.id = r.fixture.begin(r.at)
	for n := range r.etags {
		etag := r.put(context.Background(), n+1, 0)
		r.etags[n].Store(&etag)
	}
}

func (r *partsRace) put(ctx context.Context, number, version int) string {
	a, err := r.try(ctx, "PUT", fmt.Sprintf("%s?partNumber=%d&uploadId=%s", r.at, number, r.id), partBody(number, version))
	if err != nil || a.StatusCode != 200 {
		return ""
	}
	return a.Header.Get("Etag")
}

func (r *partsRace) run(i int, rng *rand.Rand) {
	ctx, done := context.Background(), func() {}
	if rng.IntN(8) == 0 {
		ctx, done = impatient(ctx, rng)
	}
	defer done()
	for range rng.IntN(200) {
		runtime.Gosched()
	}
	switch i {
	case 0, 1, 2, 3, 4: // Complete, by the parts that are known; twice, as who did not hear does
		for range 2 {
			doc := partsDoc("1 "+*r.etags[0].Load(), "2 "+*r.etags[1].Load())
			a, err := r.try(ctx, "POST", r.at+"?uploadId="+r.id, doc)
			if err != nil || a.StatusCode != 200 {
				continue
			}
			r.done.Add(1)
			etag := first(a.body, "ETag")
			if was := r.won.Swap(&etag); was != nil && *was != etag {
				r.two.Store(true)
			}
		}
	case 5: // another first part, 5 MiB, now and then
		if rng.IntN(6) == 0 {
			if etag := r.put(ctx, 1, i); etag != "" {
				r.etags[0].Store(&etag)
			}
		}
	case 6, 7, 8:
		if etag := r.put(ctx, 2, i); etag != "" {
			r.etags[1].Store(&etag)
		}
	case 9: // a part that is copied
		source := strings.TrimPrefix(r.space, "/") + "-of"
		_, _ = r.try(ctx, "PUT", "/"+source, "")
		_, _ = r.try(ctx, "PUT", "/"+source+"/k", partBody(2, i))
		a, err := r.try(ctx, "PUT", fmt.Sprintf("%s?partNumber=2&uploadId=%s", r.at, r.id), "", "X-Amz-Copy-Source", "/"+source+"/k")
		if etag := first(a.body, "ETag"); err == nil && a.StatusCode == 200 && etag != "" {
			r.etags[1].Store(&etag)
		}
	case 10: // a client's Abort, or a lifecycle's
		if rng.IntN(4) == 0 {
			if a, err := r.try(ctx, "DELETE", r.at+"?uploadId="+r.id, ""); err == nil && a.StatusCode == 204 {
				r.ended.Add(1)
			}
		} else if rng.IntN(3) == 0 && r.engine.Abort(ctx, strings.TrimPrefix(r.space, "/"), "k", r.id) == nil {
			r.ended.Add(1)
		}
	case 11: // the Space goes, with its uploads, unless there is the object already
		if rng.IntN(4) == 0 {
			if a, err := r.try(ctx, "DELETE", r.space, ""); err == nil && a.StatusCode == 204 {
				r.ended.Add(1)
			}
		}
	}
}

// wrong says what is not as it must be when all have their answers.
func (r *partsRace) wrong() string {
	a := r.do("GET", r.at, "")
	parts := r.do("GET", r.at+"?uploadId="+r.id, "")
	there := a.StatusCode == 200
	switch {
	case r.two.Load():
		return "two objects were told of"
	case r.done.Load() > 0 && !there:
		return fmt.Sprintf("it was completed, and is %d", a.StatusCode)
	case r.ended.Load() > 0 && (there || r.done.Load() > 0):
		return "it was aborted and completed"
	case (there || r.ended.Load() > 0) && parts.StatusCode != 404:
		return fmt.Sprintf("the upload ended, and its parts are %d", parts.StatusCode)
	case r.ended.Load() > 1: // the Space after an Abort
		if r.do("HEAD", r.space, "").StatusCode == 200 {
			return "it was aborted twice"
		}
	}
	if !there {
		return ""
	}
	if won := r.won.Load(); won != nil && *won != a.Header.Get("Etag") {
		return "another object is there than was told of"
	}
	large := 5<<20/8 + 1
	if len(a.body) != 8*(large+64) {
		return fmt.Sprintf("%d bytes", len(a.body))
	}
	for _, piece := range []string{a.body[:8*large], a.body[8*large:]} {
		if _, whole := sceneOf(piece, 0); !whole {
			return "a part is of two bodies"
		}
	}
	return ""
}

// TestAnUploadOfTenThousandParts is one of as many as there can be, sent by several at
// once, some of them again and again, and not in order.
func TestAnUploadOfTenThousandParts(t *testing.T) {
	f := newFixture(t)
	f.want(200, "PUT", "/media", "")
	parts := chance.Rounds(300, 10_000)
	id := f.begin("/media/k")
	etags := make([]string, parts)
	together(1, 8, func(i int, rng *rand.Rand) {
		for n := i; n < parts; n += 8 {
			p := (n*7919)%parts + 1
			body := fmt.Sprint("part ", p)
			if p == parts/2 { // a small part that is not the last is refused
				body = "small"
			}
			for range 1 + p%2 {
				a, err := f.try(context.Background(), "PUT", fmt.Sprintf("/media/k?partNumber=%d&uploadId=%s", p, id), body)
				if err != nil || a.StatusCode != 200 {
					t.Error(p, err, a.body)
					return
				}
				etags[p-1] = fmt.Sprint(p, " ", a.Header.Get("Etag"))
			}
		}
	})
	if t.Failed() {
		return
	}
	var listed []string
	for marker := "0"; marker != ""; {
		a := f.want(200, "GET", "/media/k?uploadId="+id+"&max-parts=997&part-number-marker="+marker, "")
		for _, row := range strings.Split(a.body, "<Part>")[1:] {
			listed = append(listed, first(row, "PartNumber")+" "+first(row, "ETag"))
		}
		marker = first(a.body, "NextPartNumberMarker")
	}
	if !slices.Equal(listed, etags) {
		t.Errorf("%d parts are listed of %d", len(listed), parts)
	}
	f.refuse(400, "EntityTooSmall", "POST", "/media/k?uploadId="+id, partsDoc(etags...))
	f.want(204, "DELETE", "/media/k?uploadId="+id, "")
	f.refuse(404, "NoSuchUpload", "GET", "/media/k?uploadId="+id, "")
}
