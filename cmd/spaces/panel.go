package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/adrg/xdg"

	"spaces/store"
	"spaces/store/job"
	"spaces/themes"
	"spaces/tui"
)

// closing is how long the program waits for work that was cancelled to clean up after itself.
const closing = 10 * time.Second

// openPanel shows the panel, or prints its first screen where there is no terminal.
func openPanel(ctx context.Context, p process, o options, at string) (err error) {
	boundGarbage(p, panelGarbage)
	spareForKeys(p)
	var lines io.Writer = p.stdout
	if p.terminal && isDumb(p.getenv) {
		p.terminal = false
		if signsOf(p.getenv) == themes.OnlyASCII {
			lines = &asciiLines{w: p.stdout}
		}
	}
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	conns := newConnections(p, o, c)
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = errors.Join(err, conns.close(ending))
	}()
	conn, err := conns.start(at)
	if err != nil {
		return err
	}
	s, err := conns.Get(conn)
	if err != nil {
		return err
	}
	place, err := findPlace(ctx, s, at, !p.terminal)
	if err != nil {
		return err
	}
	if !p.terminal {
		return printPlace(ctx, lines, s, place)
	}
	ledger := openLedger(p, o)
	ctx, crashed := untilCrash(ctx, p)
	model, jobs, err := newModel(store.OnCrash(ctx, crashed), conns, s, place, ledger, crashed)
	if err != nil {
		return errors.Join(err, ledger.Close())
	}
	err = show(ctx, p, model)
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
	defer cancel()
	return errors.Join(err, jobs.Close(ending), ledger.Close())
}

// stateDir is where is kept what is of a run of the panel: with --data, of those on that store.
func stateDir(p process, o options) string {
	dir := filepath.Join(xdg.StateHome, "spaces")
	if at, err := dataPath(p, o); err == nil && o.data != "" {
		sum := sha256.Sum256([]byte(at.Path))
		dir = filepath.Join(dir, hex.EncodeToString(sum[:8]))
	}
	return dir
}

// openLedger opens the notes of transfers that did not finish: with --data those of that store, which is "this machine"
// in them as every other. Where they cannot be kept the panel works without.
func openLedger(p process, o options) *job.Ledger {
	l, err := job.OpenLedger(stateDir(p, o))
	if err != nil {
		return nil
	}
	return l
}

func newModel(ctx context.Context, conns *connections, s *store.Store, place store.Place, ledger *job.Ledger, crashed func(any, []byte)) (tea.Model, *job.Manager, error) {
	keyMap, warnings, err := conns.c.keyMap(conns.o.keyMap)
	if err != nil {
		return nil, nil, err
	}
	theme, choice, warning, err := conns.theme()
	if err != nil {
		return nil, nil, err
	}
	warnings = append(warnings, warning...)
	formats, warning := conns.c.formats()
	warnings = append(warnings, warning...)
	here, err := os.Getwd()
	if err != nil {
		here = xdg.Home
	}
	editor, noEditor := editorOf(conns.p.getenv)
	jobs := job.New(job.Options{Now: conns.p.now, Ledger: ledger, Conns: conns.Conns, Crashed: crashed})
	go func() {
		defer store.Caught(ctx)
		_ = jobs.GiveBack(ctx) // what cannot be now stays noted
	}()
	model := tui.New(tui.Config{
		Work: ctx, Store: s, Conns: conns.Conns, Book: book{conns}, Jobs: jobs, Keys: keyMap, Theme: theme, Now: conns.p.now, Local: here, Start: place,
		Themes: choice, Suspend: suspend, Warnings: warnings, Lines: conns.o.screenReader || conns.c.Reader, Calm: conns.c.Calm,
		Signs: signsOf(conns.p.getenv), Formats: formats, KeepsIn: conns.c.file(),
		Clip: clipOf(conns.p.getenv), ClipKept: keptByTmux(conns.p.getenv), Editor: editor, NoEditor: noEditor,
		Bookmarks: &bookmarks{dir: stateDir(conns.p, conns.o)}, Ledger: sharedNotes{&bookmarks{dir: stateDir(conns.p, conns.o)}, conns.p.now},
	})
	return tui.Guard(model, func(c tui.Crash) { crashed(c.Value, c.Stack) }), jobs, nil
}

// sane gives a terminal that says it has no size (some ptys at first) the classic one.
func sane(_ tea.Model, msg tea.Msg) tea.Msg {
	if size, is := msg.(tea.WindowSizeMsg); is && (size.Width <= 0 || size.Height <= 0) {
		return tea.WindowSizeMsg{Width: 80, Height: 24}
	}
	return msg
}
