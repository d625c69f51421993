package sshd

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"charm.land/ssh"
	"charm.land/wish/v2/bubbletea"
	gossh "golang.org/x/crypto/ssh"
)

// lines of what people are told who want what there is not.
const (
	noCommands = "This server runs no commands: ssh without one opens the panel, and sftp and scp move files.\r\n" +
		"(An old scp, or scp -O, asks for a command: use scp without -O.)\r\n"
	noTerminal = "The panel needs a terminal: ssh -t gives it one.\r\n"
)

// counters of a connection's sessions, in its context.
type sessionsKey struct{}

// session takes a channel of a connection, unless there are too many. What clients may ask of it is filtered.
func (s *Server) session(srv *ssh.Server, conn *gossh.ServerConn, channel gossh.NewChannel, ctx ssh.Context) {
	key, _ := ctx.Value(ssh.ContextKeyPublicKey).(ssh.PublicKey)
	if key == nil {
		_ = channel.Reject(gossh.Prohibited, "no public key")
		return
	}
	ctx.Lock()
	open, known := ctx.Value(sessionsKey{}).(*atomic.Int32)
	if !known {
		open = new(atomic.Int32)
		ctx.SetValue(sessionsKey{}, open)
	}
	ctx.Unlock()
	if open.Add(1) > mostSessions {
		open.Add(-1)
		_ = channel.Reject(gossh.ResourceShortage, "too many sessions")
		return
	}
	defer open.Add(-1)
	if !known {
		go s.watch(ctx, conn, key)
	}
	ssh.DefaultSessionHandler(srv, conn, &narrow{NewChannel: channel}, ctx)
}

// watch logs a connection, and ends it when its key lets nobody in any more.
func (s *Server) watch(ctx ssh.Context, conn *gossh.ServerConn, key ssh.PublicKey) {
	v, ok := s.visitor(conn, key)
	log, since := s.c.Log.With("from", v.From, "as", v.As, "key", v.Fingerprint, "user", v.User), s.c.Now()
	log.Info("ssh: came in")
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for as := v.As; ok && as == v.As; as, ok = s.c.Admit(v.Fingerprint) {
		select {
		case <-ctx.Done():
			log.Info("ssh: left", "after", s.c.Now().Sub(since).Round(time.Second).String())
			return
		case <-tick.C:
		}
	}
	log.Warn("ssh: put out", "why", "the key was revoked")
	_ = conn.Close()
}

// narrow is a channel of which only that gets through that somebody who looks at the panel needs.
type narrow struct{ gossh.NewChannel }

// mostEnviron is how many variables a client may set.
const mostEnviron = 32

func (n *narrow) Accept() (gossh.Channel, <-chan *gossh.Request, error) {
	channel, requests, err := n.NewChannel.Accept()
	if err != nil {
		return nil, nil, err
	}
	c, through := &canvas{Channel: channel, drawn: make(chan struct{})}, make(chan *gossh.Request)
	go c.pass(requests, through)
	return c, through, nil
}

// canvas is a channel that knows when something was first drawn in it: before, its window is read, by nobody who would
// see that a request has another size.
type canvas struct {
	gossh.Channel
	once  sync.Once
	drawn chan struct{}
}

func (c *canvas) Write(p []byte) (int, error) {
	c.once.Do(func() { close(c.drawn) })
	return c.Channel.Write(p)
}

// pass passes requests on. The last size of a window waits for a panel to be drawn: nobody else takes it.
func (c *canvas) pass(requests <-chan *gossh.Request, through chan<- *gossh.Request) {
	defer close(through)
	environ, shell, drawn := 0, false, false
	var size *gossh.Request
	for wait := c.drawn; ; {
		select {
		case <-wait:
			wait, drawn = nil, true
		case r, more := <-requests:
			switch {
			case !more:
				return
			case r.Type == "window-change":
				_ = r.Reply(true, nil)
				r.WantReply, size = false, r
			default:
				if r.Type == "env" {
					environ++
				}
				shell = shell || r.Type == "shell"
				if wanted(r, environ) {
					through <- r
				} else {
					_ = r.Reply(false, nil)
				}
			}
		}
		if shell && drawn && size != nil {
			through <- size
			size = nil
		}
	}
}

// wanted says whether a request is for something that there is (RFC 4254, section 6).
func wanted(r *gossh.Request, environ int) bool {
	switch r.Type {
	case "pty-req", "shell", "exec", "subsystem":
		return true
	case "env":
		var x struct{ Name, Value string }
		return environ <= mostEnviron && gossh.Unmarshal(r.Payload, &x) == nil && len(x.Value) < 256 && drawsBy(x.Name)
	}
	return false // signals, breaks, agents, X11
}

// drawsBy says whether a variable is about how to draw and in which language: no other is taken.
func drawsBy(name string) bool {
	return strings.HasPrefix(name, "LC_") || slices.Contains([]string{"LANG", "COLORTERM", "NO_COLOR", "TERM_PROGRAM", "TERM_PROGRAM_VERSION"}, name)
}

// of says who a session is of.
func (s *Server) of(x ssh.Session) (Visitor, bool) {
	conn, _ := x.Context().Value(ssh.ContextKeyConn).(*gossh.ServerConn)
	key := x.PublicKey()
	if conn == nil || key == nil {
		return Visitor{}, false
	}
	return s.visitor(conn, key)
}

// shell shows the panel.
func (s *Server) shell(x ssh.Session) {
	v, ok := s.of(x)
	if !ok {
		_ = x.Exit(1)
		return
	}
	pty, resized, is := x.Pty()
	switch {
	case x.RawCommand() != "":
		s.c.Log.Warn("ssh: refused a command", "from", v.From, "as", v.As)
		_, _ = io.WriteString(x.Stderr(), noCommands)
		_ = x.Exit(1)
		return
	case !is:
		_, _ = io.WriteString(x.Stderr(), noTerminal)
		_ = x.Exit(1)
		return
	}
	s.sessions.Add(1)
	defer s.sessions.Done()
	first := sized(pty.Window)
	t := Terminal{Environ: append(x.Environ(), "TERM="+pty.Term), Width: cmp.Or(first.Width, 80), Height: cmp.Or(first.Height, 24)}
	model, end, err := s.c.Panel(v, t)
	if err != nil {
		s.c.Log.Error("ssh: no panel", "from", v.From, "as", v.As, "error", err)
		_, _ = fmt.Fprintf(x.Stderr(), "%s\r\n", err)
		_ = x.Exit(1)
		return
	}
	defer end()
	if err := run(x, model, tea.WindowSizeMsg{Width: t.Width, Height: t.Height}, resized); err != nil && x.Context().Err() == nil {
		s.c.Log.Error("ssh: the panel ended", "from", v.From, "as", v.As, "error", err)
		_ = x.Exit(1)
	}
}

// No screen has more columns and rows. Clients say up to 2³²−1 of each, and every cell is memory.
const mostColumns, mostRows = 1000, 400

// sized is the size of a window as far as it is drawn in.
func sized(w ssh.Window) tea.WindowSizeMsg {
	return tea.WindowSizeMsg{Width: min(max(w.Width, 0), mostColumns), Height: min(max(w.Height, 0), mostRows)}
}

// run shows a model until it ends or the line drops.
func run(x ssh.Session, model tea.Model, first tea.WindowSizeMsg, resized <-chan ssh.Window) error {
	ctx, cancel := context.WithCancel(x.Context())
	defer cancel()
	options := append(bubbletea.MakeOptions(x), tea.WithWindowSize(first.Width, first.Height), tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(60))
	program := tea.NewProgram(model, options...)
	go func() { // until the line is gone, and not the program: whoever says more sizes would be waited for
		for {
			select {
			case <-x.Context().Done():
				return
			case w, open := <-resized:
				if !open {
					return
				}
				if size := sized(w); size.Width > 0 && size.Height > 0 {
					program.Send(size)
				}
			}
		}
	}()
	_, err := program.Run()
	return err
}

// sftp serves files.
func (s *Server) sftp(x ssh.Session) {
	v, ok := s.of(x)
	if !ok {
		_ = x.Exit(1)
		return
	}
	s.sessions.Add(1)
	defer s.sessions.Done()
	if err := s.c.Files(x.Context(), v, x); err != nil && x.Context().Err() == nil {
		s.c.Log.Warn("ssh: sftp ended", "from", v.From, "as", v.As, "error", err)
		_ = x.Exit(1)
	}
}
