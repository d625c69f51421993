package job_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

func streamTo(f *storetest.Fixture, name string, x job.Policy) job.Spec {
	return job.Spec{Kind: job.Upload, To: f.Store.Conn(), Sources: []job.Source{{Stream: true}}, Dest: store.Ref{Space: "media", Key: "a/"}, Name: name, Policy: x}
}

// feed uploads a stream and waits for its end.
func feed(t *testing.T, m *job.Manager, s job.Spec, r io.Reader) job.Status {
	t.Helper()
	p := m.Plan(s)
	p.Feed(r)
	return await(t, m, m.Start(p), ended)
}

func TestAStreamOfAnySizeIsUploadedWhole(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
	for _, size := range []int{0, 1, 5<<20 - 1, 5 << 20, 5<<20 + 1, 32<<20 + 7} {
		body := bytes.Repeat([]byte("0123456789abcdef!"), size/17+1)[:size]
		status := feed(t, m, streamTo(f, "s", job.Overwrite), io.MultiReader(bytes.NewReader(body))) // by its Read alone
		if status.Phase != job.Done || status.BytesDone != int64(size) || status.Bytes != int64(size) {
			t.Fatalf("%d bytes ended %v with %d of %d: %v", size, status.Phase, status.BytesDone, status.Bytes, status.Failed)
		}
		got, _, err := f.Store.Get(t.Context(), store.Ref{Space: "media", Key: "a/s"}, store.GetOptions{})
		check(t, err)
		text, err := io.ReadAll(got)
		if got.Close(); err != nil || !bytes.Equal(text, body) {
			t.Errorf("of %d bytes %d arrived: %v", size, len(text), err)
		}
	}
}

func TestAStreamGetsANumberWhereItsNameIsTaken(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/s.txt")
	m := manager(t, job.Options{}, f.Store)
	if s := feed(t, m, streamTo(f, "s.txt", job.Skip), strings.NewReader("x")); s.Phase != job.Done || s.Skipped != 1 {
		t.Errorf("it ended %v, %d skipped", s.Phase, s.Skipped)
	}
	if s := feed(t, m, streamTo(f, "s.txt", job.KeepBoth), strings.NewReader("x")); s.Phase != job.Done {
		t.Errorf("it ended %v: %v", s.Phase, s.Failed)
	}
	wantKeys(t, f.Store, "media", "", "a/s (1).txt", "a/s.txt")
}

// broken fails after some bytes.
type broken struct{ left int }

func (b *broken) Read(p []byte) (int, error) {
	if b.left == 0 {
		return 0, errors.New("the pipe broke")
	}
	n := min(len(p), b.left)
	b.left -= n
	return n, nil
}

func TestAStreamThatBreaksLeavesNothing(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
	for _, left := range []int{3, 12 << 20} {
		s := feed(t, m, streamTo(f, "s", job.Overwrite), &broken{left})
		if s.Phase != job.Failed || !strings.Contains(s.Failed[0].Err.Error(), "the pipe broke") {
			t.Errorf("after %d bytes it ended %v: %v", left, s.Phase, s.Failed)
		}
	}
	uploads, err := f.Store.Uploads(t.Context(), "media", "")
	if check(t, err); len(uploads) > 0 {
		t.Errorf("%d uploads are left open", len(uploads))
	}
	wantKeys(t, f.Store, "media", "")
}

func TestAStreamThatHangsCanBeCanceled(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	m := manager(t, job.Options{PartSize: 5 << 20}, f.Store)
	r, w := io.Pipe()
	defer w.Close()
	p := m.Plan(streamTo(f, "s", job.Overwrite))
	p.Feed(r)
	id := m.Start(p)
	_, err := w.Write(make([]byte, 7<<20)) // the second part is being read
	check(t, err)
	m.Cancel(id)
	<-m.Ended(id)
	if s := await(t, m, id, ended); s.Phase != job.Canceled {
		t.Errorf("it ended %v: %v", s.Phase, s.Failed)
	}
	uploads, err := f.Store.Uploads(t.Context(), "media", "")
	if check(t, err); len(uploads) > 0 {
		t.Errorf("%d uploads are left open", len(uploads))
	}
}

func TestAStreamThatWasCutShortIsNotDoneAgain(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	dir := t.TempDir()
	l, err := job.OpenLedger(dir)
	check(t, err)
	m := manager(t, job.Options{Ledger: l, PartSize: 5 << 20}, f.Store)
	r, w := io.Pipe()
	p := m.Plan(streamTo(f, "s", job.Overwrite))
	p.Feed(r)
	m.Start(p)
	_, err = w.Write(make([]byte, 7<<20))
	check(t, err)
	check(t, m.Close(context.Background()))
	check(t, l.Close())
	l, err = job.OpenLedger(dir)
	check(t, err)
	defer l.Close()
	m = manager(t, job.Options{Ledger: l}, f.Store)
	left := m.Unfinished()
	if len(left) != 1 || !strings.Contains(left[0].Why, "standard input") {
		t.Fatalf("what is left is %+v", left)
	}
	if _, err := m.Again(left[0].ID); err == nil {
		t.Error("it is done again")
	}
	check(t, m.End(t.Context(), left[0].ID))
}
