package dialog

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	tea "charm.land/bubbletea/v2"

	"spaces/keys"
	"spaces/store"
	"spaces/tui/kit"
)

// policy shows the bucket policy of a Space, and sets another one: what was pasted, read from a file or edited. It is looked
// at before it is sent.
type policy struct {
	base
	writes
	space string
	now   store.Policy
	draft string // "": the policy is to go
	wrong error  // of the draft
	from  *kit.Field
	file  kit.Slot[string]
	edit  editor
}

// NewPolicy edits the bucket policy of a Space.
func NewPolicy(c *kit.Context, space string, now store.Policy) kit.Dialog {
	d := &policy{base: newBase(c, "Bucket policy – "+shown(space)), space: space, now: now, from: kit.NewField("", "a file of JSON")}
	d.take(indented(now.Text))
	d.form = d.asking
	d.focus.Name = "Close"
	return d
}

// indented is a policy as people read it; what is no JSON stays as it is.
func indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// template lets everybody read the files of a Space.
func template(space string) string {
	return indented(`{"Version":"2012-10-17","Statement":[{"Sid":"PublicRead","Effect":"Allow","Principal":"*",` +
		`"Action":["s3:GetObject"],"Resource":["arn:aws:s3:::` + space + `/*"]}]}`)
}

// take makes a text the draft.
func (d *policy) take(text string) {
	d.draft, d.wrong, d.writes.err = strings.TrimSpace(text), nil, nil
	d.scroll.Top()
	if d.draft != "" {
		_, d.wrong = store.ReadPolicy(d.draft)
	}
}

// offer is take, with the focus on what comes next.
func (d *policy) offer(text string) {
	d.take(text)
	d.focus.Name = "Save"
}

func (d *policy) dirty() bool { return indented(d.draft) != strings.TrimSpace(indented(d.now.Text)) }

// Close implements kit.Dialog.
func (d *policy) Close() {
	d.slot.Cancel()
	d.file.Cancel()
	d.edit.close()
}

// Update implements kit.Dialog.
func (d *policy) Update(c *kit.Context, msg tea.Msg) tea.Cmd {
	if d.writes.take(msg) {
		if d.err == nil {
			c.Dismiss()
			did := "The policy of " + shown(d.space) + " is set"
			if d.draft == "" {
				did = "The policy of " + shown(d.space) + " is removed"
			}
			c.Notify(kit.Good, did)
		}
		return nil
	}
	if cmd, ok := d.edit.take(c, d.id, msg, d.offer); ok {
		return cmd
	}
	if read, err, ok := d.file.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Bad, store.Capital(shown(err.Error())))
			return nil
		}
		d.offer(read)
		return nil
	}
	return d.base.Update(c, msg)
}

// read reads the file that was typed.
func (d *policy) read(c *kit.Context) tea.Cmd {
	path := d.from.Value()
	if path == "" {
		return nil
	}
	return d.file.Start(c, d.id, func(context.Context) (string, error) { return policyFile(path) })
}

func policyFile(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("reading the policy: %w", err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, store.MaxPolicy+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading the policy: %w", err)
	case len(text) > store.MaxPolicy:
		return "", errors.New("the file is longer than a policy can be: " + kit.Count(store.MaxPolicy) + " bytes")
	}
	return string(text), nil
}

func (d *policy) apply(c *kit.Context) tea.Cmd {
	set := d.now
	set.Text = d.draft
	s, space := d.store, d.space
	return d.start(c, d.id, func(ctx context.Context) error { return s.SetPolicy(ctx, space, set) })
}

// asking is the form.
func (d *policy) asking(s kit.Size) *kit.Form {
	w, t := room(s, wide), &d.c.Theme.Paint
	items := []kit.Item{kit.Gap, &kit.Pager{Lines: d.lines(w), Scroll: &d.scroll, Most: 18}, kit.Gap}
	switch {
	case d.wrong != nil:
		items = append(items, text(note("It cannot be sent: "+shown(d.wrong.Error())+".", w, t.Warn)...))
	case d.draft == "" && d.dirty():
		items = append(items, text(note("Saved so, there is no policy any more.", w, t.Warn)...))
	case d.dirty():
		items = append(items, text(note("Changed, not saved."+d.astray(), w, t.Warn)...))
	}
	items = append(items, d.writes.items(&d.base, w)...)
	items = append(items, kit.Gap, &kit.Entry{Label: "From a file", Field: d.from, Paths: true, Enter: d.read, Word: "read it"},
		spare(3, kit.Under(w, styled("Or paste the whole policy here.", kit.Inner(w), t.Dim)...)...), kit.Gap, d.buttons())
	return &kit.Form{Width: w, Focus: &d.focus, Leave: "close", Unsaved: d.dirty(), Items: items, Paste: d.paste}
}

// astray says how many statements are of other Spaces: endpoints keep them, and they do nothing.
func (d *policy) astray() string {
	statements, _ := store.ReadPolicy(d.draft)
	n := 0
	for _, st := range statements {
		if !st.About(d.space) {
			n++
		}
	}
	switch {
	case n == 0:
		return ""
	case n == len(statements):
		return " No statement is about this Space: saved so, the policy does nothing. Resource has to name " + shown(d.space) + "."
	case n == 1:
		return " One statement is not about this Space, and does nothing here."
	}
	return " " + kit.Count(n) + " statements are not about this Space, and do nothing here."
}

// paste takes a text for a policy, unless it can be the name of a file.
func (d *policy) paste(c *kit.Context, m tea.PasteMsg) tea.Cmd {
	if pasted := strings.TrimSpace(m.Content); strings.HasPrefix(pasted, "{") || strings.Contains(pasted, "\n") {
		d.offer(pasted)
		return nil
	}
	d.focus.Name = "From a file"
	d.from.Update(c, m)
	return nil
}

// lines are what the statements say, and the text.
func (d *policy) lines(w int) []string {
	t := &d.c.Theme.Paint
	if d.draft == "" {
		return note("There is no policy: permissions of the files and of the Space alone say who may what.", w, t.Dim)
	}
	var list []string
	statements, _ := store.ReadPolicy(d.draft)
	for _, st := range statements {
		paint := t.Text
		if st.Everybody && st.Effect == "Allow" {
			paint = t.Public
		}
		words := "• " + shown(StatementWords(st))
		if !st.About(d.space) {
			words, paint = words+" – not about this Space", t.Warn
		}
		list = append(list, note(words, w, paint)...)
	}
	if len(list) > 0 {
		list = append(list, "")
	}
	for line := range strings.SplitSeq(indented(d.draft), "\n") {
		list = append(list, "  "+t.Dim.On(end(shown(strings.ReplaceAll(strings.TrimSuffix(line, "\r"), "\t", "  ")), w-2)))
	}
	return list
}

func (d *policy) buttons() kit.Buttons {
	save := d.keyed("Save", keys.Confirm, d.apply)
	switch {
	case d.store.ReadOnly() != "":
		save.Why = d.store.ReadOnly()
	case d.wrong != nil:
		save.Why = "It is no policy that can be sent."
	case !d.dirty():
		save.Why = "Nothing was changed."
	}
	edit := d.keyed("Edit…", keys.Edit, func(c *kit.Context) tea.Cmd {
		text := d.draft
		if text == "" {
			text = template(d.space)
		}
		return d.edit.start(c, d.id, "policy.json", indented(text))
	})
	edit.Why = cmp.Or(d.store.ReadOnly(), d.c.EditorOff())
	other := &kit.Button{Label: "Public read", Run: does(func() { d.offer(template(d.space)) })}
	if d.draft != "" {
		other = d.keyed("Remove", keys.Remove, does(func() { d.offer("") }))
	}
	other.Why = d.store.ReadOnly()
	list := kit.Buttons{edit, other}
	return append(list, save, dismiss("Close"))
}
