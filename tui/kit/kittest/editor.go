package kittest

import (
	"io"

	tea "charm.land/bubbletea/v2"
)

// Editor is the editor of the user: edit does with a file what he does. Without it there is none.
func Editor(edit func(path string) error) Option {
	return func(x *Screen) {
		x.Context.Editor = func(path string) tea.ExecCommand { return editor{path, edit} }
	}
}

type editor struct {
	path string
	edit func(path string) error
}

func (e editor) Run() error          { return e.edit(e.path) }
func (e editor) SetStdin(io.Reader)  {}
func (e editor) SetStdout(io.Writer) {}
func (e editor) SetStderr(io.Writer) {}
