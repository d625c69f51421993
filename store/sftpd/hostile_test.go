package sftpd_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/sftpd"
	"spaces/store/storetest"
)

// The packets of SFTP (draft-ietf-secsh-filexfer-02, section 3).
const (
	xInit, xOpen, xClose, xRead, xWrite, xLstat, xFstat, xSetstat, xFsetstat = 1, 3, 4, 5, 6, 7, 8, 9, 10
	xOpendir, xReaddir, xRemove, xMkdir, xRmdir, xRealpath, xStat, xRename   = 11, 12, 13, 14, 15, 16, 17, 18
	xReadlink, xSymlink, xExtended                                           = 19, 20, 200
	xStatus, xHandle, xData                                                  = 101, 102, 103

	toRead, toWrite, toAppend, toCreate, toTruncate = 1, 2, 4, 8, 16
)

// packet is one as it goes over the line: fields are bytes, numbers of 32 and 64 bits, and texts with their length.
func packet(kind byte, fields ...any) []byte {
	b := []byte{0, 0, 0, 0, kind}
	for _, f := range fields {
		switch f := f.(type) {
		case byte:
			b = append(b, f)
		case uint32:
			b = binary.BigEndian.AppendUint32(b, f)
		case uint64:
			b = binary.BigEndian.AppendUint64(b, f)
		case string:
			b = append(binary.BigEndian.AppendUint32(b, uint32(len(f))), f...)
		}
	}
	binary.BigEndian.PutUint32(b, uint32(len(b)-4))
	return b
}

// stranger is a client that says whatever it likes.
type stranger struct {
	t     testing.TB
	conn  net.Conn
	in    *bufio.Reader
	ended chan error
	temp  string
}

func visit(t testing.TB, s *store.Store) *stranger {
	t.Helper()
	jobs := job.New(job.Options{Conns: store.ConnsOf(s)})
	here, there := net.Pipe()
	x := &stranger{t: t, conn: here, in: bufio.NewReader(here), ended: make(chan error, 1), temp: t.TempDir()}
	go func() {
		x.ended <- sftpd.Serve(context.WithoutCancel(t.Context()), sftpd.Config{Store: s, Jobs: jobs, Temp: x.temp}, there)
	}()
	t.Cleanup(func() {
		here.Close()
		<-x.ended
		_ = jobs.Close(context.Background())
	})
	if _, err := here.Write(packet(xInit, uint32(3))); err != nil {
		t.Fatal(err)
	}
	if _, _, err := x.hear(); err != nil {
		t.Fatal(err)
	}
	return x
}

// hear reads a packet: its kind, and what is after the id.
func (x *stranger) hear() (kind byte, rest []byte, err error) {
	var head [4]byte
	if _, err := io.ReadFull(x.in, head[:]); err != nil {
		return 0, nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(head[:]))
	if _, err := io.ReadFull(x.in, body); err != nil {
		return 0, nil, err
	}
	return body[0], body[min(5, len(body)):], nil
}

func (x *stranger) ask(kind byte, fields ...any) (answer byte, rest []byte) {
	x.t.Helper()
	if _, err := x.conn.Write(packet(kind, append([]any{uint32(7)}, fields...)...)); err != nil {
		x.t.Fatal(err)
	}
	answer, rest, err := x.hear()
	if err != nil {
		x.t.Fatalf("packet %d %q: %v", kind, fields, err)
	}
	return answer, rest
}

// refused asks for what there must not be.
func (x *stranger) refused(kind byte, fields ...any) {
	x.t.Helper()
	if answer, rest := x.ask(kind, fields...); answer != xStatus || binary.BigEndian.Uint32(rest) == 0 {
		x.t.Errorf("packet %d %.200q: %d %.200q", kind, fields, answer, rest)
	}
}

// handle opens a file.
func (x *stranger) handle(name string, flags uint32) string {
	x.t.Helper()
	answer, rest := x.ask(xOpen, name, flags, uint32(0))
	if answer != xHandle {
		x.t.Fatalf("%.100q: %d %q", name, answer, rest)
	}
	return string(rest[4:])
}

func (x *stranger) fine(kind byte, fields ...any) {
	x.t.Helper()
	if answer, rest := x.ask(kind, fields...); answer != xStatus || binary.BigEndian.Uint32(rest) != 0 {
		x.t.Errorf("packet %d %.100q: %d %.100q", kind, fields, answer, rest)
	}
}

func TestOffsetsThatAreNoneAreRefused(t *testing.T) {
	l := open(t)
	l.put("f", strings.Repeat("a", 3<<20), store.Props{})
	x := visit(t, l.s)
	read, both := x.handle("/media/f", toRead), x.handle("/media/new", toRead|toWrite|toCreate)
	x.fine(xWrite, both, uint64(0), "content")
	for _, off := range []uint64{1<<64 - 1, 1<<64 - 7, 1 << 63, 1<<63 + 1<<20 - 1, 1<<63 - 1, 1 << 62, 1 << 42} {
		for _, h := range []string{read, both} {
			x.refused(xRead, h, off, uint32(100))
		}
	}
	x.fine(xClose, both)
	if got, _ := l.content("new"); got != "content" {
		t.Errorf("%q", got)
	}
	for _, off := range []uint64{1<<64 - 1, 1 << 63, 1<<63 - 1, 1 << 62, 1 << 42, 1 << 32} {
		for _, flags := range []uint32{toWrite, toWrite | toRead} {
			h := x.handle("/media/new", flags|toCreate)
			x.refused(xWrite, h, off, "x")
			x.refused(xClose, h) // what is not whole is not kept
		}
		h := x.handle("/media/new", toWrite)
		x.refused(xFsetstat, h, uint32(1), off)
		x.ask(xClose, h)
		x.refused(xSetstat, "/media/new", uint32(1), off)
	}
	if got, _ := l.content("new"); got != "content" {
		t.Errorf("%d bytes", len(got))
	}
}

// Who reads by a second handle what is being written ends that for nobody when he is done.
func TestASecondHandleDoesNotEndWhatIsBeingWritten(t *testing.T) {
	l := open(t)
	x := visit(t, l.s)
	w := x.handle("/media/f", toWrite|toCreate)
	x.fine(xWrite, w, uint64(0), "half ")
	r := x.handle("/media/f", toRead)
	if kind, rest := x.ask(xRead, r, uint64(0), uint32(100)); kind != xData || !bytes.HasSuffix(rest, []byte("half ")) {
		t.Errorf("%d %q", kind, rest)
	}
	x.fine(xClose, r)
	is(t, l.keys(), nil)
	x.fine(xWrite, w, uint64(5), "and half")
	x.fine(xClose, w)
	if got, _ := l.content("f"); got != "half and half" {
		t.Errorf("%q", got)
	}
}

func TestWhoMayOnlyReadDoesNotFillTheDisk(t *testing.T) {
	f := storetest.New(t, storetest.Listener())
	root := f.Store
	if err := root.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	large := bytes.Repeat([]byte("x"), 2<<20)
	if _, err := root.Put(t.Context(), store.Ref{Space: "media", Key: "large"}, bytes.NewReader(large), int64(len(large)), store.Props{}, store.PutOptions{}); err != nil {
		t.Fatal(err)
	}
	k, err := root.CreateKey(t.Context(), "reader", []store.Grant{{Bucket: "media", Permission: store.KeyRead}})
	if err != nil {
		t.Fatal(err)
	}
	reader := join(t, f.Open(t, func(c *store.Config) { c.AccessKey, c.SecretKey = k.ID, k.Secret.Reveal() }))
	denied := func(what string, err error) {
		t.Helper()
		if !errors.Is(err, os.ErrPermission) {
			t.Errorf("%s: %v", what, err)
		}
	}
	w, err := reader.Create("/media/new")
	if err != nil {
		t.Fatal(err)
	}
	n, err := w.ReadFrom(io.LimitReader(zeros{}, 100<<20))
	denied("a stream", err)
	if n > 8<<20 {
		t.Errorf("%d bytes were taken of a file that is not to be kept", n)
	}
	denied("its end", w.Close())
	w, err = reader.Create("/media/holes")
	if err != nil {
		t.Fatal(err)
	}
	denied("a length", w.Truncate(32<<20))
	_ = w.Close()
	_, err = reader.OpenFile("/media/large", os.O_RDWR)
	denied("what is there, to be changed", err)

	writer := join(t, root)
	writer.write("/media/new", string(large))
	if got, _ := writer.content("new"); got != string(large) {
		t.Errorf("%d bytes are there", len(got))
	}
}

// zeros are without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestHandlesOfOthersAreNothing(t *testing.T) {
	l := open(t)
	l.put("f", "content", store.Props{})
	mine, other := visit(t, l.s), visit(t, l.s)
	for range 3 {
		mine.handle("/media/f", toRead)
	}
	w := mine.handle("/media/new", toWrite|toCreate)
	for _, h := range []string{w, "1", "2", "0", "-1", "", "999999999999999999999", "1\x00", " 1", strings.Repeat("1", 5000)} {
		other.refused(xRead, h, uint64(0), uint32(10))
		other.refused(xWrite, h, uint64(0), "x")
		other.refused(xReaddir, h)
		other.refused(xFstat, h)
		other.refused(xFsetstat, h, uint32(1), uint64(0))
		other.refused(xClose, h)
	}
	mine.fine(xClose, w)
	mine.refused(xClose, w)
	mine.refused(xWrite, w, uint64(0), "x")
	is(t, l.keys(), []string{"f", "new"})
}

// hostileNames lead nowhere, whatever is done with them.
var hostileNames = []string{
	"", ".", "..", "/", "//", "/..", "/../..", "../../etc/passwd", "/media/..", "/media/../..", "/etc/passwd", "/v2", "/v2/spaces", "/v2/spaces/keys", "/v2/spaces/links", "/v2/spaces/doctor", "/.well-known/x",
	"/arn:aws:s3:us-east-1:123456789012:accesspoint:media/f", "/media--use1-az1--x-s3/f", "/media?versions/f", "/media%2Ff", "/media\x00/f", "/MEDIA/f", "/m/f", "/127.0.0.1/f", "/me dia/f", "/media\\f", "/-media/f", "/xn--media/f",
	"/" + strings.Repeat("a", 64) + "/f", "/" + strings.Repeat("a", 70_000), "/media/\x00", "/media/a\x00b", "/media/\xff\xfe", "/media/" + strings.Repeat("k", 1025), "/media/" + strings.Repeat("é", 600), "/media/" + strings.Repeat("a/", 600),
	"/media/" + strings.Repeat("../", 2000) + "etc/passwd", "/media/f/../../..", "\x00", "~", "~root/x", "$(id)", "/media/../other/f",
}

func TestHostileNamesLeadNowhere(t *testing.T) {
	l := open(t)
	l.put("f", "content", store.Props{})
	x := visit(t, l.s)
	for _, name := range hostileNames {
		if kind, rest := x.ask(xOpen, name, uint32(toRead), uint32(0)); kind == xHandle {
			t.Errorf("%.60q is read", name)
			x.ask(xClose, string(rest[4:]))
		}
		for _, flags := range []uint32{toWrite, toWrite | toCreate, toWrite | toCreate | toTruncate, toWrite | toRead | toCreate, toAppend | toCreate} {
			if kind, rest := x.ask(xOpen, name, flags, uint32(0)); kind == xHandle {
				h := string(rest[4:])
				x.fine(xWrite, h, uint64(0), "x")
				x.refused(xClose, h)
			}
		}
		x.refused(xMkdir, name, uint32(0))
		x.refused(xRemove, name)
		x.refused(xRename, "/media/f", name)
		x.refused(xExtended, "posix-rename@openssh.com", "/media/f", name)
		x.refused(xRename, name, "/media/g")
		x.refused(xSymlink, name, "/media/link")
		x.refused(xSymlink, "/media/f", name)
		x.refused(xExtended, "hardlink@openssh.com", "/media/f", name)
		x.refused(xExtended, "statvfs@openssh.com", name)
		x.refused(xRmdir, name)
		x.ask(xSetstat, name, uint32(4), uint32(0o777)) // which is nothing to a directory
		for _, kind := range []byte{xStat, xLstat, xReadlink, xRealpath, xOpendir} {
			x.ask(kind, name)
		}
	}
	is(t, l.keys(), []string{"f"})
	all, err := l.s.Spaces(t.Context())
	if err != nil || len(all) != 1 {
		t.Error(all, err)
	}
	if got, info := l.content("f"); got != "content" || info.Size != 7 {
		t.Errorf("%q %+v", got, info)
	}
	if access, err := l.s.Access(t.Context(), store.Ref{Space: "media", Key: "f"}); err != nil || access != store.Private {
		t.Error(access, err)
	}
	if left, err := os.ReadDir(x.temp); err != nil || len(left) > 0 {
		t.Error(left, err)
	}
}

// A length is what somebody says, and nothing is made of that size.
func TestLengthsThatAreNoneTakeNoMemory(t *testing.T) {
	l := open(t)
	l.put("f", strings.Repeat("a", 2<<20), store.Props{})
	before := heap()
	x := visit(t, l.s)
	h := x.handle("/media/f", toRead)
	for _, n := range []uint32{1<<32 - 1, 1 << 31, 1 << 30} {
		if kind, rest := x.ask(xRead, h, uint64(0), n); kind != xData || len(rest) > 256<<10 {
			t.Errorf("%d, %d bytes", kind, len(rest))
		}
	}
	length := func(n uint32, rest ...byte) []byte { return append(binary.BigEndian.AppendUint32(nil, n), rest...) }
	long := func(kind byte, fields ...any) []byte { // whose last text is longer than it is
		return packet(kind, append(append([]any{uint32(1)}, fields...), uint32(1<<32-1))...)
	}
	for _, raw := range [][]byte{
		length(0), length(1, xOpen), length(1<<32 - 1), length(1<<31, xWrite), length(1<<30, xOpen, 0, 0, 0, 1), length(5, xWrite, 0, 0, 0, 1), length(9, xOpen, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff),
		long(xOpen), long(xWrite, h), long(xSetstat, "/media/f"), packet(xSetstat, uint32(1), "/media/f", uint32(1<<31), uint32(1<<32-1)), packet(xExtended, uint32(1)), packet(255, uint32(1)), packet(0), packet(xInit),
		packet(xExtended, uint32(1), strings.Repeat("x", 100_000)), packet(xWrite, uint32(1), h, uint64(0), uint32(1<<32-1)), packet(xFsetstat, uint32(1), h), packet(xRename, uint32(1), "/media/f"), []byte("SSH-2.0-x\r\n"), []byte("GET / HTTP/1.1\r\n\r\n"),
	} {
		y := visit(t, l.s)
		go io.Copy(io.Discard, y.conn)
		go func() {
			_, _ = y.conn.Write(append(raw, packet(xStat, uint32(9), "/media")...)) // nobody reads on where that ended it
			y.conn.Close()
		}()
		y.ended <- <-y.ended
		y.conn.Close()
	}
	if grown := heap() - before; grown > 64<<20 {
		t.Errorf("%d MiB more", grown>>20)
	}
	is(t, l.keys(), []string{"f"})
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestManyOpenFilesTakeNoMoreMemoryThanSome(t *testing.T) {
	l := open(t)
	l.put("f", strings.Repeat("a", 8<<20), store.Props{})
	x := visit(t, l.s)
	before := heap()
	var open []string
	for range 32 {
		h := x.handle("/media/f", toRead)
		open = append(open, h)
		for off := uint64(0); off < 6<<20; off += 1 << 20 {
			if kind, _ := x.ask(xRead, h, off, uint32(10)); kind != xData {
				t.Fatal(kind)
			}
		}
	}
	if grown := heap() - before; grown > 64<<20 {
		t.Errorf("%d files that are open take %d MiB", len(open), grown>>20)
	}
	for _, h := range open {
		x.fine(xClose, h)
	}
}

// Handles are files of the server's process: a client that never closes any is told so, and others go on.
func TestHandlesAreBounded(t *testing.T) {
	l := open(t)
	l.put("f", "content", store.Props{})
	x := visit(t, l.s)
	most := func(ask func(i int) (byte, []byte)) (open []string) {
		t.Helper()
		for i := range 1000 {
			kind, rest := ask(i)
			if kind != xHandle {
				return open
			}
			open = append(open, string(rest[4:]))
		}
		t.Error("there is no end to it")
		return open
	}
	for name, ask := range map[string]func(i int) (byte, []byte){
		"files that are read": func(int) (byte, []byte) { return x.ask(xOpen, "/media/f", uint32(toRead), uint32(0)) },
		"files that are written": func(i int) (byte, []byte) {
			return x.ask(xOpen, fmt.Sprint("/media/w", i), uint32(toWrite|toCreate), uint32(0))
		},
		"directories": func(int) (byte, []byte) { return x.ask(xOpendir, "/media") },
		"the root":    func(int) (byte, []byte) { return x.ask(xOpendir, "/") },
	} {
		for round := range 2 { // what is closed is free again
			open := most(ask)
			if len(open) < 100 {
				t.Errorf("%s, round %d: %d", name, round, len(open))
			}
			x.refused(xOpen, "/media/f", uint32(toRead), uint32(0))
			for _, h := range open {
				x.fine(xClose, h)
			}
		}
		for range 300 { // nor does what is refused take any
			x.refused(xOpen, "/media/none", uint32(toRead), uint32(0))
			x.refused(xOpendir, "/media/none")
			x.refused(xOpen, "/media/none", uint32(toWrite), uint32(0))
		}
	}
	if got := l.keys(); !slices.Contains(got, "w0") {
		t.Error(got)
	}
}
