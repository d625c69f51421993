package compare_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/compare"
	"spaces/store/storetest"
)

// pair is a folder on each of two servers.
func pair(t *testing.T) (left, right *storetest.Fixture, folders [2]compare.Folder) {
	t.Helper()
	left, right = storetest.New(t), storetest.New(t)
	left.Space(t, "media")
	right.Space(t, "archive")
	return left, right, [2]compare.Folder{{Store: left.Store, Space: "media", Prefix: "a/"}, {Store: right.Store, Space: "archive", Prefix: "copy/of/a/"}}
}

// all reads a comparison to its end.
func all(t *testing.T, c *compare.Comparison) map[string]string {
	t.Helper()
	found, last := map[string]string{}, ""
	for {
		rows, done, err := c.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if r.Name <= last && last != "" {
				t.Errorf("%q comes after %q", r.Name, last)
			}
			last = r.Name
			found[r.Name] = [...]string{"same", "left", "right", "differs"}[r.Verdict]
			if r.Has(compare.Left) && r.Has(compare.Right) {
				found[r.Name] += [...]string{" by size", " by checksum", " by date"}[r.Reason]
			}
		}
		if done {
			return found
		}
	}
}

func TestNamesAreComparedBySizeThenChecksumThenDate(t *testing.T) {
	left, right, f := pair(t)
	for key, body := range map[string]string{"a/same": "1", "a/sub/content": "1", "a/sub/size": "1", "a/left": "1", "b/outside": "1"} {
		storetest.Put(t, left.Store, "media", key, body)
	}
	for key, body := range map[string]string{"same": "1", "sub/content": "2", "sub/size": "22", "right": "1"} {
		storetest.Put(t, right.Store, "archive", "copy/of/a/"+key, body)
	}
	parted(t, left.Store, "media", "a/parts")
	parted(t, right.Store, "archive", "copy/of/a/parts")
	storetest.Put(t, right.Store, "archive", "copy/of/a/whole", strings.Repeat("x", 5<<20))
	parted(t, left.Store, "media", "a/whole")
	got := all(t, compare.New(f[0], f[1]))
	whole := got["whole"]
	delete(got, "whole")
	want := map[string]string{"same": "same by checksum", "sub/content": "differs by checksum", "sub/size": "differs by size", "left": "left", "right": "right",
		"parts": "same by checksum"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if !strings.HasSuffix(whole, "by date") {
		t.Errorf("what cannot be compared is %q", whole)
	}
}

// parted puts an object in one part: its ETag is no checksum.
func parted(t *testing.T, s *store.Store, space, key string) {
	t.Helper()
	u, err := s.CreateUpload(t.Context(), store.Ref{Space: space, Key: key}, store.Props{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.UploadPart(t.Context(), u, 1, strings.NewReader(strings.Repeat("x", 5<<20)), 0, 5<<20)
	if err == nil {
		_, err = s.CompleteUpload(t.Context(), u, []store.Part{p}, store.PutOptions{})
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestSealedObjectsAreComparedByDate(t *testing.T) {
	left, right, f := pair(t)
	storetest.Put(t, left.Store, "media", "a/x", "1")
	storetest.Put(t, right.Store, "archive", "copy/of/a/x", "2")
	right.Faults.Add(storetest.Rule{Match: storetest.Is("HEAD"), Fault: storetest.Header("X-Amz-Server-Side-Encryption", "aws:kms")})
	if got := all(t, compare.New(f[0], f[1])); !strings.HasSuffix(got["x"], "by date") {
		t.Errorf("a sealed object is %v", got)
	}
}

func TestPagesOfBothSidesMeetWhereverTheyEnd(t *testing.T) {
	left, right, f := pair(t)
	rng := rand.New(rand.NewPCG(1, 2))
	want := map[string]string{}
	for i := range 120 {
		name := fmt.Sprintf("%d/%d", rng.IntN(5), i)
		which := rng.IntN(3)
		if which != 1 {
			storetest.Put(t, left.Store, "media", "a/"+name, "1")
		}
		if which != 0 {
			storetest.Put(t, right.Store, "archive", "copy/of/a/"+name, "1")
		}
		want[name] = [...]string{"left", "right", "same by checksum"}[which]
	}
	for _, page := range []int{1, 2, 3, 7, 50, 0} {
		c := compare.New(f[0], f[1])
		c.Page = page
		if got := all(t, c); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("by pages of %d: %v, want %v", page, got, want)
		}
	}
}

func TestAComparisonGoesOnAfterAnError(t *testing.T) {
	left, right, f := pair(t)
	storetest.Put(t, left.Store, "media", "a/x", "1")
	storetest.Put(t, right.Store, "archive", "copy/of/a/y", "1")
	right.Faults.Add(storetest.Rule{Times: 1, Fault: storetest.Answer(403, "AccessDenied")})
	c := compare.New(f[0], f[1])
	if _, _, err := c.Next(t.Context()); !errors.Is(err, store.Denied) {
		t.Fatalf("the error is %v", err)
	}
	if got := all(t, c); fmt.Sprint(got) != fmt.Sprint(map[string]string{"x": "left", "y": "right"}) {
		t.Errorf("%v", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := compare.New(f[0], f[1]).Next(ctx); err == nil {
		t.Error("canceled, it goes on")
	}
}

func TestEmptyFoldersAreTheSame(t *testing.T) {
	_, _, f := pair(t)
	if got := all(t, compare.New(f[0], f[1])); len(got) != 0 {
		t.Errorf("%v", got)
	}
}
