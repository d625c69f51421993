package sshd

import (
	"crypto/ed25519"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	gossh "golang.org/x/crypto/ssh"
)

// looker is a panel that tells what size it is drawn in.
type looker struct{ sizes chan tea.WindowSizeMsg }

func (l looker) Init() tea.Cmd { return nil }
func (l looker) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	if size, is := msg.(tea.WindowSizeMsg); is {
		l.sizes <- size
	}
	return l, nil
}
func (l looker) View() tea.View { return tea.NewView("here") }

func signer(t *testing.T) gossh.Signer {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	s, err := gossh.NewSignerFromSigner(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// door is a server that one key opens, and where it is.
func door(t *testing.T, panel func(Visitor, Terminal) (tea.Model, func(), error)) (addr string, key gossh.Signer) {
	t.Helper()
	key = signer(t)
	s, err := New(Config{HostKey: signer(t), Panel: panel, Admit: func(f string) (string, bool) {
		return "key", f == gossh.FingerprintSHA256(key.PublicKey())
	}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), key
}

func enter(t *testing.T, addr string, key gossh.Signer) *gossh.Session {
	t.Helper()
	c, err := gossh.Dial("tcp", addr, &gossh.ClientConfig{User: "somebody", Auth: []gossh.AuthMethod{gossh.PublicKeys(key)}, HostKeyCallback: gossh.InsecureIgnoreHostKey()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	s, err := c.NewSession()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A window is as large as somebody says, and what is drawn takes memory for each of its cells.
func TestAWindowOfAnySizeIsDrawnInOneThatThereIs(t *testing.T) {
	sizes, first := make(chan tea.WindowSizeMsg, 100), make(chan Terminal, 1)
	addr, key := door(t, func(_ Visitor, x Terminal) (tea.Model, func(), error) {
		first <- x
		return looker{sizes}, func() {}, nil
	})
	s := enter(t, addr, key)
	if err := s.RequestPty("xterm-256color", 1<<32-1, 1<<31, gossh.TerminalModes{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Shell(); err != nil {
		t.Fatal(err)
	}
	small := func(width, height int) {
		t.Helper()
		if width < 1 || height < 1 || width > 1000 || height > 1000 {
			t.Errorf("%d columns and %d rows", width, height)
		}
	}
	x := <-first
	small(x.Width, x.Height)
	for _, size := range [][2]int{{1<<32 - 1, 1<<32 - 1}, {1 << 31, 1}, {1, 1 << 30}, {0, 0}, {0, 1 << 20}, {77, 33}} {
		if err := s.WindowChange(size[1], size[0]); err != nil {
			t.Fatal(err)
		}
	}
	for at := (tea.WindowSizeMsg{}); at.Width != 77 || at.Height != 33; small(at.Width, at.Height) {
		at = <-sizes
	}
}

// What is no SSH ends, or is waited for no longer than a handshake may take, and keeps nobody else out.
func TestWhatIsNoSSHKeepsNobodyOut(t *testing.T) {
	addr, key := door(t, func(Visitor, Terminal) (tea.Model, func(), error) {
		return looker{make(chan tea.WindowSizeMsg, 100)}, func() {}, nil
	})
	const version = "SSH-2.0-x\r\n"
	for _, text := range []string{"", "\r\n", "GET / HTTP/1.1\r\n\r\n", "SSH-1.5-x\r\n", "SSH-2.0-", strings.Repeat("a", 1<<20), strings.Repeat("banner\r\n", 100_000), version + "\xff\xff\xff\xff", version + "\x00\x00\x00\x00\x00\x00\x00\x00",
		version + "\x7f\xff\xff\xff\xff", version + "\x00\x00\x00\x0c\xff" + strings.Repeat("\x00", 20), version + "\x00\x04\x00\x00\x04" + strings.Repeat("\x14", 1<<18), version + strings.Repeat("\x00\x00\x00\x0c\x0a\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 1000)} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			_, _ = io.WriteString(c, text)
			_ = c.(*net.TCPConn).CloseWrite()
		}()
		_ = c.SetReadDeadline(time.Now().Add(handshakeTime + 30*time.Second))
		if _, err := io.Copy(io.Discard, c); err != nil {
			if e, is := err.(net.Error); is && e.Timeout() {
				t.Errorf("%.40q holds its connection", text)
			}
		}
		c.Close()
	}
	if s := enter(t, addr, key); s == nil {
		t.Error("nobody gets in")
	}
}

// Requests of a channel that say nothing whole are refused, and the line goes on.
func TestRequestsOfAChannelThatAreNoneAreRefused(t *testing.T) {
	addr, key := door(t, func(Visitor, Terminal) (tea.Model, func(), error) {
		return looker{make(chan tea.WindowSizeMsg, 100)}, func() {}, nil
	})
	s := enter(t, addr, key)
	for _, kind := range []string{"pty-req", "window-change", "exec", "subsystem", "env", "signal", "x11-req", "auth-agent-req@openssh.com", "", strings.Repeat("x", 10_000)} {
		for _, payload := range []string{"", "\x00", "\xff\xff\xff\xff", "\x00\x00\x00\x05ab", "\x7f\xff\xff\xffx", strings.Repeat("\x00", 30_000), strings.Repeat("\xff", 30_000)} {
			if kind == "exec" && strings.HasPrefix(payload, "\x00\x00\x00\x00") {
				continue // that is a shell
			}
			if ok, err := s.SendRequest(kind, true, []byte(payload)); err != nil {
				t.Fatalf("%.20s %.20q: %v %v", kind, payload, ok, err)
			}
		}
	}
	if s := enter(t, addr, key); s == nil {
		t.Error("nobody gets in")
	}
}
