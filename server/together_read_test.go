package server_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/chance"
)

// scene is a body that says in each of its lines which write it is of, long enough for a
// blob of several blocks, or small.
func scene(write, lines int) string {
	line := fmt.Sprintf("%07d.", write)
	return strings.Repeat(line, lines)
}

// sceneOf is the write that a piece of a body is of; false when it is of several.
func sceneOf(piece string, off int) (write string, whole bool) {
	if len(piece) < 16 {
		return "", true
	}
	piece = piece[(8-off%8)%8:]
	write = piece[:8]
	return write, strings.Trim(piece, write) == "" && strings.HasPrefix(strings.Repeat(write, len(piece)/8+1), piece)
}

// replace puts another object at a key, whose headers say which write it is of.
func (f *fixture) replace(ctx context.Context, at string, write int, rng *rand.Rand) error {
	lines := []int{1, 40, 9_000, 20_000, 40_000}[rng.IntN(5)]
	body := scene(write, lines)
	headers := []string{"X-Amz-Meta-Write", fmt.Sprintf("%07d.", write), "X-Amz-Meta-Lines", strconv.Itoa(lines)}
	beside := fmt.Sprintf("%s-beside-%d", at, write)
	var err error
	switch rng.IntN(7) {
	case 0, 1:
		_, err = f.try(ctx, "PUT", at, body, headers...)
	case 2:
		_, err = f.try(ctx, "DELETE", at, "")
	case 3: // encrypted anew, or not any more
		_, err = f.try(ctx, "PUT", at, "", "X-Amz-Copy-Source", at, "X-Amz-Server-Side-Encryption", "AES256")
	case 4:
		if _, err = f.try(ctx, "PUT", beside, body, headers...); err == nil {
			_, err = f.try(ctx, "PUT", at, "", "X-Amz-Copy-Source", beside)
			_, _ = f.try(ctx, "DELETE", beside, "")
		}
	case 5:
		if _, err = f.try(ctx, "PUT", beside, body, append(headers, "X-Amz-Server-Side-Encryption", "AES256")...); err == nil {
			_, err = f.try(ctx, "PUT", at+"?renameObject", "", "X-Amz-Rename-Source", strings.TrimPrefix(beside, "/media/"))
		}
	case 6:
		err = f.replaceInParts(ctx, at, write, headers)
	}
	return err
}

func (f *fixture) replaceInParts(ctx context.Context, at string, write int, headers []string) error {
	const lines = 5 << 20 / 8
	headers[3] = strconv.Itoa(lines + 100)
	begun, err := f.try(ctx, "POST", at+"?uploads", "", headers...)
	id := first(begun.body, "UploadId")
	parts := make([]string, 0, 2)
	for n, body := range []string{scene(write, lines), scene(write, 100)} {
		if err == nil {
			var a answer
			a, err = f.try(ctx, "PUT", fmt.Sprintf("%s?partNumber=%d&uploadId=%s", at, n+1, id), body)
			parts = append(parts, fmt.Sprintf("%d %s", n+1, a.Header.Get("Etag")))
		}
	}
	if err == nil {
		_, err = f.try(ctx, "POST", at+"?uploadId="+id, partsDoc(parts...))
	}
	return err
}

// look reads an object, or a part of it, and says what of the answer is of another write
// than the rest.
func (f *fixture) look(ctx context.Context, at string, rng *rand.Rand) (wrong string, err error) {
	method, query, headers := "GET", "", []string{"X-Amz-Checksum-Mode", "ENABLED"}
	from := 0
	switch rng.IntN(6) {
	case 0:
		method = "HEAD"
	case 1:
		from = rng.IntN(200_000)
		headers = append(headers, "Range", fmt.Sprintf("bytes=%d-%d", from, from+rng.IntN(150_000)))
	case 2:
		query = "?partNumber=1"
	case 3:
		headers = append(headers, "If-None-Match", `"0123"`)
	}
	a, err := f.try(ctx, method, at+query, "", headers...)
	if err != nil || a.StatusCode != 200 && a.StatusCode != 206 {
		if err == nil && a.StatusCode != 404 && a.StatusCode != 416 {
			wrong = fmt.Sprint(a.StatusCode, a.body)
		}
		return wrong, err
	}
	write, lines := a.Header.Get("X-Amz-Meta-Write"), a.Header.Get("X-Amz-Meta-Lines")
	n, _ := strconv.Atoi(lines)
	size := a.ContentLength
	if total := a.Header.Get("Content-Range"); total != "" {
		_, total, _ = strings.Cut(total, "/")
		size, _ = strconv.ParseInt(total, 10, 64)
	}
	etag, sum := strings.Trim(a.Header.Get("Etag"), `"`), a.Header.Get("X-Amz-Checksum-Crc64nvme")
	switch body, whole := sceneOf(a.body, from); {
	case size != int64(8*n):
		return fmt.Sprintf("%d bytes of an object of %d lines", size, n), nil
	case !whole, body != "" && body != write:
		return fmt.Sprintf("the body of %q under the headers of %q", body, write), nil
	case len(a.body) == 8*n && !strings.Contains(etag, "-") && a.Header.Get("X-Amz-Server-Side-Encryption") == "" && etag != etagOf(a.body):
		return "the ETag is of another body", nil
	case len(a.body) == 8*n && sum != "" && sum != digest("CRC64NVME", a.body):
		return "the checksum is of another body", nil
	case method == "GET" && a.ContentLength != int64(len(a.body)):
		return "the length is of another body", nil
	}
	return "", nil
}

// TestReadersSeeWholeObjects: readers of two keys while these are overwritten, deleted,
// copied and renamed onto, completed, and encrypted anew.
func TestReadersSeeWholeObjects(t *testing.T) {
	seed := chance.Seed(t)
	f := newFixture(t, withMasters(t, false))
	f.want(200, "PUT", "/media", "")
	const writers, readers = 4, 8
	each := chance.Rounds(60, 1500)
	var writes, reads, bad, reading atomic.Int64
	reading.Store(readers)
	ctx := context.Background()
	together(seed, writers+readers, func(i int, rng *rand.Rand) {
		if i < writers {
			for n := 0; n < 5 || reading.Load() > 0; n++ {
				if err := f.replace(ctx, fmt.Sprintf("/media/k%d", rng.IntN(2)), i*100_000+n, rng); err != nil {
					t.Error(err)
					return
				}
				writes.Add(1)
			}
			return
		}
		defer reading.Add(-1)
		for range each {
			wrong, err := f.look(ctx, fmt.Sprintf("/media/k%d", rng.IntN(2)), rng)
			if err != nil || wrong != "" {
				bad.Add(1)
				t.Error(wrong, err)
				return
			}
			reads.Add(1)
		}
	})
	t.Logf("%d reads during %d writes", reads.Load(), writes.Load())
	chance.Figure(t, int(reads.Load()), "reads while the object changes", int(bad.Load()))
}

// TestAReaderKeepsWhatItBegan: a body of several files that is read slowly stays, though it
// was deleted, and what was deleted after it has been removed.
func TestAReaderKeepsWhatItBegan(t *testing.T) {
	mem := vfs.NewMem()
	f := newFixtureOn(t, mem)
	f.want(200, "PUT", "/media", "")
	if err := f.replaceInParts(t.Context(), "/media/a", 1, []string{"X-Amz-Meta-Write", "1", "X-Amz-Meta-Lines", ""}); err != nil {
		t.Fatal(err)
	}
	f.want(200, "PUT", "/media/b", scene(2, 100_000))
	files := len(blobsIn(t, mem, "data/blobs"))
	res, err := f.client.Do(sign(f.request("GET", "/media/a", "")))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	f.want(204, "DELETE", "/media/a", "")
	f.want(204, "DELETE", "/media/b", "")
	for len(blobsIn(t, mem, "data/blobs")) == files { // the younger is removed after the older
		runtime.Gosched()
	}
	if got, err := io.ReadAll(res.Body); err != nil || len(got) != 5<<20+800 || strings.Trim(string(got), "01.") != "" {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// blobsIn are the files below a directory.
func blobsIn(t *testing.T, fs vfs.FS, dir string) (files []string) {
	names, err := fs.List(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		at := fs.PathJoin(dir, name)
		if info, err := fs.Stat(at); err == nil && info.IsDir() {
			files = append(files, blobsIn(t, fs, at)...)
		} else if err == nil {
			files = append(files, at)
		}
	}
	return files
}
