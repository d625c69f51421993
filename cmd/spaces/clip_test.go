package main

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestTheClipboardIsReachedThroughTmuxAndScreen(t *testing.T) {
	text := strings.Repeat("https://host/key?X-Amz-Signature=", 100)
	bare := "\x1b]52;c;" + base64.StdEncoding.EncodeToString([]byte(text)) + "\x07"
	tmux := bare + "\x1bPtmux;\x1b" + bare + "\x1b\\"
	for _, x := range []struct {
		env  []string
		want string
	}{
		{[]string{"TERM", "tmux-256color"}, tmux},
		{[]string{"TERM", "screen-256color", "TMUX", "/tmp/tmux-0/default,1,0"}, tmux},
		{[]string{"TERM", "screen"}, ""},
		{[]string{"TERM", "xterm", "STY", "1.pts"}, ""},
	} {
		got := fmt.Sprint(clipOf(env(x.env...))(text)().(tea.RawMsg).Msg)
		if x.want != "" {
			if got != x.want {
				t.Errorf("%q: %.60q…", x.env, got)
			}
			continue
		}
		for chunk := range strings.SplitSeq(got, "\x1bP") {
			if len(chunk) > 768 { // GNU screen, MAXSTR
				t.Errorf("%q: a string of %d bytes", x.env, len(chunk))
			}
		}
		if joined := strings.NewReplacer("\x1bP", "", "\x1b\\", "").Replace(got); joined != bare {
			t.Errorf("%q: %.60q…", x.env, joined)
		}
	}
	if got := fmt.Sprintf("%T", clipOf(env("TERM", "xterm"))(text)()); got != "tea.setClipboardMsg" {
		t.Errorf("a plain terminal gets %s", got)
	}
}

func TestTmuxIsNamedWhereItDropsWhatIsCopied(t *testing.T) {
	for options, kept := range map[string]bool{
		"external off\n": true, "off off\n": true, "external \n": true, "on off\n": false, "external on\n": false, "off all\n": false, "\n": false,
	} {
		if why := tmuxKeeps(options); (why != "") != kept || kept && !strings.Contains(why, "set -g set-clipboard on") {
			t.Errorf("with %q: %q", options, why)
		}
	}
}
