package dialog

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	tea "charm.land/bubbletea/v2"

	"spaces/store"
	"spaces/tui/kit"
)

// editor takes a text to the user's editor and back.
type editor struct {
	path string
	make kit.Slot[string]
	lend kit.Slot[struct{}]
	read kit.Slot[string]
}

// start writes the text into a file of its own, which the editor is opened on then.
func (e *editor) start(c *kit.Context, owner kit.ID, name, text string) tea.Cmd {
	return e.make.Start(c, owner, func(context.Context) (string, error) {
		dir, err := os.MkdirTemp("", "spaces-")
		if err != nil {
			return "", fmt.Errorf("making a file to edit: %w", err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text+"\n"), 0o600); err != nil {
			return "", fmt.Errorf("making a file to edit: %w", err)
		}
		return path, nil
	})
}

// take goes on with the next step; done is told with the text at the end, and not at all when the editor says that it
// failed, as it does when the user gives up.
func (e *editor) take(c *kit.Context, owner kit.ID, msg tea.Msg, done func(text string)) (cmd tea.Cmd, ok bool) {
	if path, err, ok := e.make.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Bad, store.Capital(shown(err.Error())))
			return nil, true
		}
		e.path = path
		return e.lend.Edit(c, owner, path), true
	}
	if _, ended, ok := e.lend.Take(msg); ok {
		path := e.path
		return e.read.Start(c, owner, func(context.Context) (string, error) {
			defer os.RemoveAll(filepath.Dir(path))
			if ended != nil {
				return "", fmt.Errorf("nothing was taken from the editor: %w", ended)
			}
			return policyFile(path)
		}), true
	}
	if text, err, ok := e.read.Take(msg); ok {
		if err != nil {
			c.Notify(kit.Warn, store.Capital(shown(err.Error())))
			return nil, true
		}
		done(text)
		return nil, true
	}
	return nil, false
}

func (e *editor) close() {
	e.make.Cancel()
	e.read.Cancel()
}
