package main

import (
	"strings"

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
