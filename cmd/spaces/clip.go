package main

import (
	"context"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

// screenString is the most that GNU screen takes of a string sequence (MAXSTR in its screen.h, less the bytes around it).
// What is longer it writes on the screen.
const screenString = 760

// clipOf sends texts to the clipboard of the terminal that one sits before: OSC 52, which tmux and screen pass on only when
// it is wrapped for them. tmux gets the bare one as well, which it takes where it sets the clipboard itself
// (set-clipboard on); told neither that nor allow-passthrough it drops both, and nobody can tell.
func clipOf(getenv func(string) string) func(text string) tea.Cmd {
	term := getenv("TERM")
	switch {
	case getenv("TMUX") != "", strings.HasPrefix(term, "tmux"):
		return func(text string) tea.Cmd {
			bare := ansi.SetSystemClipboard(text)
			return tea.Raw(bare + ansi.TmuxPassthrough(bare))
		}
	case getenv("STY") != "", strings.HasPrefix(term, "screen"):
		return func(text string) tea.Cmd {
			return tea.Raw(ansi.ScreenPassthrough(ansi.SetSystemClipboard(text), screenString))
		}
	}
	return tea.SetClipboard
}

// keptByTmux asks tmux, beside the start of the panel, whether it passes texts for the clipboard on. Until it has answered,
// and where it cannot be asked, nothing is known.
func keptByTmux(getenv func(string) string) func() string {
	if getenv("TMUX") == "" {
		return nil
	}
	var why atomic.Pointer[string]
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		out, err := exec.CommandContext(ctx, "tmux", "display-message", "-p", "#{set-clipboard} #{allow-passthrough}").Output()
		if err == nil {
			why.Store(new(tmuxKeeps(string(out))))
		}
	}()
	return func() string {
		if is := why.Load(); is != nil {
			return *is
		}
		return ""
	}
}

// tmuxKeeps says what to set where tmux drops what a program sends for the clipboard: it takes OSC 52 itself with
// set-clipboard on, and passes it through wrapped with allow-passthrough on or all (tmux(1), OPTIONS).
func tmuxKeeps(options string) string {
	clipboard, passthrough, _ := strings.Cut(strings.TrimSpace(options), " ")
	if clipboard == "" || clipboard == "on" || passthrough == "on" || passthrough == "all" {
		return ""
	}
	return "tmux drops it: set -g set-clipboard on"
}
