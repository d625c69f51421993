package dialog

import (
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// KeySecret shows the secret of an access key, this once. It is nowhere else: not in the title, in no message, in no log.
type KeySecret struct {
	base
	key    store.Key
	after  string // what is to be done next, a sentence
	sent   bool
	warned bool
}

// NewKeySecret shows the secret of a key that was just made or got another one.
func NewKeySecret(c *kit.Context, k store.Key, after string) *KeySecret {
	d := &KeySecret{base: newBase(c, "Access key – "+shown(k.Name)), key: k, after: after}
	d.form = d.asking
	return d
}

// copy sends a text to the terminal's clipboard (OSC 52). Terminals do not say whether they took it.
func (d *KeySecret) copy(text func() string) func(*kit.Context) tea.Cmd {
	return func(c *kit.Context) tea.Cmd {
		d.sent = true
		return c.Clip(text())
	}
}

func (d *KeySecret) secret() string { return d.key.Secret.Reveal() }

// both are the lines of a profile of ~/.aws/credentials.
func (d *KeySecret) both() string {
	return "aws_access_key_id = " + d.key.ID + "\naws_secret_access_key = " + d.secret() + "\n"
}

// leave closes the box, but not by one slip while the secret was copied nowhere.
func (d *KeySecret) leave(c *kit.Context) tea.Cmd {
	if !d.sent && !d.warned {
		d.warned = true
		return nil
	}
	d.key.Secret = ""
	c.Dismiss()
	return nil
}

// Asks implements kit.Asker: leaving is asked about once more.
func (d *KeySecret) Asks() kit.Question {
	q := d.base.Asks()
	if d.warned {
		q.Again = "leave"
	}
	return q
}

// lines are the secret, behind its label where that leaves it whole, and broken nowhere else than at the end of the box.
func (d *KeySecret) lines(w int) []string {
	t := &d.c.Theme.Paint
	secret := shown(d.secret())
	if kit.Width(secret) <= kit.Inner(w) {
		return []string{kit.Labelled(t.Dim, "Secret key", t.Accent.On(secret), w)}
	}
	lines := []string{"  " + t.Dim.On("Secret key")}
	for _, part := range strings.Split(ansi.Hardwrap(secret, max(w-2, 1), true), "\n") {
		lines = append(lines, "  "+t.Accent.On(part))
	}
	return lines
}

// asking is the form.
func (d *KeySecret) asking(s kit.Size) *kit.Form {
	w, t := room(s, normal), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap,
		text(kit.Labelled(t.Dim, "Access key", t.Text.On(end(shown(d.key.ID), kit.Inner(w))), w)),
		&kit.Pager{Lines: d.lines(w), Scroll: &d.scroll},
		spare(3, kit.Labelled(t.Dim, "It may do", t.Text.On(end(GrantsText(d.key.Grants), kit.Inner(w))), w)),
		kit.Gap, spare(1, note("The secret cannot be shown again: keep it now.", w, t.Warn)...)}
	if d.after != "" {
		items = append(items, spare(2, note(d.after, w, t.Dim)...))
	}
	switch {
	case d.sent:
		items = append(items, text(note(d.c.Sent()+"; if nothing arrives, it is above.", w, t.Good)...))
	case d.warned:
		items = append(items, text(note("It was not copied. Once more closes this for good.", w, t.Bad)...))
	}
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Cancel: d.leave, Items: append(items, kit.Gap,
		kit.Buttons{d.keyed("Copy the secret", keys.CopyURL, d.copy(d.secret)), {Label: "Copy both", Run: d.copy(d.both)},
			{Label: "Close", Run: d.leave}})}
}
