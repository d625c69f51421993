package main

import (
	"net"
	"strings"
	"testing"

	"spaces/store"
)

// wantError runs the program and demands that it fails with one clear sentence that holds all of want.
func wantError(t *testing.T, h home, args []string, want ...string) {
	t.Helper()
	stdout, stderr, err := h.run(t, args...)
	if err == nil {
		t.Errorf("%v succeeded", args)
	}
	if stdout != "" {
		t.Errorf("%v wrote to its output: %q", args, stdout)
	}
	for _, w := range want {
		if !strings.Contains(stderr, w) {
			t.Errorf("%v said %q; want %q in it", args, stderr, w)
		}
	}
	if strings.Contains(stderr, "goroutine") || strings.Contains(stderr, "\x1b") || strings.Contains(stderr, testSecret) {
		t.Errorf("%v said %q", args, stderr)
	}
}

func TestADataDirectoryHasOneOwner(t *testing.T) {
	h := newHome(t)
	s := h.serve(t, program(t), "127.0.0.1:0")
	wantError(t, h, []string{"serve", "--listen", "127.0.0.1:0"}, h.data(), "in use by spaces serve, process", s.addr, "--data")
	s.kill() // no unlocking by hand afterwards
	h.serve(t, program(t), "127.0.0.1:0").stop()
}

func TestAnAddressInUseIsToldBeforeAnythingIsServed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	wantError(t, newHome(t), []string{"serve", "--listen", l.Addr().String()}, "address already in use", "--listen")
	wantError(t, newHome(t), []string{"serve", "--listen", "0.0.0.0:0"}, "--insecure-http")
}

func TestAnEndpointThatIsDownOrRefusesIsExplained(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	down := l.Addr().String()
	l.Close()
	h := newHome(t)
	h.env = []string{"AWS_ACCESS_KEY_ID=" + testKey, "AWS_SECRET_ACCESS_KEY=wrong"}
	wantError(t, h, []string{"--endpoint", "http://" + down}, down)
	s := h.serve(t, program(t), "127.0.0.1:0")
	wantError(t, h, []string{"--endpoint", "http://" + s.addr}, "secret")
	h.env[0] = "AWS_ACCESS_KEY_ID=NOBODY"
	wantError(t, h, []string{"--endpoint", "http://" + s.addr}, "key")
	wantError(t, h, []string{"--profile", "nope"}, `no profile "nope"`)
	wantError(t, h, []string{"--endpoint", "http://" + s.addr, "@nope:media"}, `no profile "nope"`, "check the name")
	wantError(t, h, []string{"--endpoint", "http://" + s.addr, "s3:/media"}, "s3:// and both slashes")
	for _, address := range []string{"ftp://" + s.addr, "http://me:pass@" + s.addr, "http://" + s.addr + "?x=1", "http://" + s.addr + "/a"} {
		wantError(t, h, []string{"--endpoint", address}, "endpoint", "Write http://")
	}
}

func TestTheFlagOfBeforeIsRefusedWithTheNewOne(t *testing.T) {
	for _, args := range [][]string{{"--keys", "vim"}, {"--keys=vim"}, {"media", "--keys", "vim"}} {
		wantError(t, newHome(t), args, "--keys is called --keymap now")
	}
	wantError(t, newHome(t), []string{"--nothing"}, "unknown flag: --nothing")
}

func TestWithoutATerminalTheFirstScreenIsPrintedAsLines(t *testing.T) {
	h := newHome(t)
	s := h.serve(t, program(t), "127.0.0.1:0")
	c := s.open(t)
	if err := c.CreateSpace(t.Context(), "media", store.CreateOptions{}); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"a.txt", "img/1.png", "img/", "bad\x1b[2Jname"} {
		body := strings.NewReader("four")
		if _, err := c.Put(t.Context(), store.Ref{Space: "media", Key: key}, body, 4, store.Props{}, store.PutOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	h.env = []string{"SPACES_ACCESS_KEY_ID=" + testKey, "SPACES_SECRET_ACCESS_KEY=" + testSecret}
	for _, c := range []struct {
		args  []string
		lines []string // first two columns
	}{
		{nil, []string{"media\t4\t16"}},
		{[]string{"media"}, []string{"a.txt\t4", "bad\\x1b[2Jname\t4", "img/\t-"}},
		{[]string{"media/img"}, []string{"1.png\t4"}},
	} {
		out, stderr, err := h.run(t, c.args...) // the running server is found by its data directory
		if err != nil {
			t.Fatalf("%v: %v %s", c.args, err, stderr)
		}
		lines := strings.Split(strings.TrimSuffix(out, "\n"), "\n")
		for i, want := range c.lines {
			if len(lines) != len(c.lines) || !strings.HasPrefix(lines[i], want+"\t") {
				t.Errorf("%v printed %q; want %q", c.args, lines, c.lines)
				break
			}
		}
	}
	wantError(t, h, []string{"nowhere"}, "nowhere")
	s.stop()
	out, stderr, err := h.run(t, "media/img/") // and the directory is opened when nobody has it
	if err != nil || !strings.HasPrefix(out, "1.png\t4\t") {
		t.Errorf("after the server: %q %s %v", out, stderr, err)
	}
}
