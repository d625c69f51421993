//go:build unix

package main

import (
	"io"
	"os"
	"os/signal"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// onStop calls ask for every SIGTSTP from outside until done is called. The default would stop the program in the midst of
// its screen; the panel restores the terminal first.
func onStop(ask func()) (done func()) {
	signals := make(chan os.Signal, 1)
	end := make(chan struct{})
	signal.Notify(signals, unix.SIGTSTP)
	go func() {
		for {
			select {
			case <-signals:
				if !lent.Load() {
					ask()
				} else if isJob() { // who has the terminal stops too: the shell waits for both
					unix.Kill(unix.Getpid(), unix.SIGSTOP)
				}
			case <-end:
				return
			}
		}
	}()
	return func() { signal.Stop(signals); close(end) }
}

// suspend returns the command that gives the terminal back to the shell, with a text for its screen, and answers
// tea.ResumeMsg when the shell brings the program back. It is nil where there is no shell to go to.
func suspend(text string) tea.Cmd {
	if !isJob() {
		return nil
	}
	return tea.Exec(&suspension{text: text}, func(error) tea.Msg { return tea.ResumeMsg{} })
}

// isJob says whether somebody could continue the process when it is stopped: the parent of its process group is of the
// same session, as a shell is.
func isJob() bool {
	session, err := unix.Getsid(0)
	group := unix.Getpgrp()
	if err != nil || group == session {
		return false
	}
	parent := unix.Getppid()
	if of, err := unix.Getpgid(parent); err == nil && of == group {
		return true // a script around the program, which is a job together with it
	}
	of, err := unix.Getsid(parent)
	return err == nil && of == session
}

// suspension is one of them. It implements tea.ExecCommand: it runs with the terminal as it was before the program.
type suspension struct {
	text string
	out  io.Writer
}

func (s *suspension) SetStdin(io.Reader)    {}
func (s *suspension) SetStdout(w io.Writer) { s.out = w }
func (s *suspension) SetStderr(io.Writer)   {}

// Run implements tea.ExecCommand. It returns when the process was continued. The signal is not SIGTSTP, because Go has no
// way back to its default once it was asked for; and it is for the whole job, as the one from the terminal would be.
func (s *suspension) Run() error {
	io.WriteString(s.out, s.text+"\n")
	continued := make(chan os.Signal, 1)
	signal.Notify(continued, unix.SIGCONT)
	defer signal.Stop(continued)
	if err := unix.Kill(0, unix.SIGSTOP); err != nil {
		return err
	}
	<-continued
	return nil
}
