package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/tui/kit"
)

// viewer is what commands print with that only look at what endpoints have. Names are raw where the output is not a terminal,
// as scripts need them, and harmless where it is one.
type viewer struct {
	*session
	lookOptions
	p       process
	out     *bufio.Writer
	screen  bool // the output is a terminal
	formats kit.Formats
	now     time.Time
	failed  int
	told    bool // what is said once
}

type lookOptions struct{ asJSON, bytes bool }

// errReaderGone ends a command whose output nobody reads any more: spaces ls -r s3://media | head.
var errReaderGone = exitStatus{errors.New("nobody reads the output any more"), 128 + int(syscall.SIGPIPE)}

// looks adds what such a command has in common with others, and runs do with what it prints with.
func looks(cmd *cobra.Command, p process, o *options, l *lookOptions, do func(ctx context.Context, w *viewer, args []string) error) *cobra.Command {
	usable(cmd, o)
	if l != nil {
		cmd.Flags().BoolVar(&l.asJSON, "json", false, "print JSON, one object a line")
		cmd.Flags().BoolVar(&l.bytes, "bytes", false, "print sizes as plain numbers of bytes")
	} else {
		l = &lookOptions{}
	}
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return runLook(cmd.Context(), p, *o, *l, args, do) }
	return cmd
}

// usable gives a command the flags of connections, completion, and status 2 for who calls it wrongly.
func usable(cmd *cobra.Command, o *options) {
	cmd.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return misused(explainFlag(cmd, err)) })
	if args := cmd.Args; args != nil {
		cmd.Args = func(cmd *cobra.Command, list []string) error { return misused(args(cmd, list)) }
	}
	o.addConnection(cmd.Flags())
}

// needs is how many arguments a command takes; most < 0: any number.
func needs(least, most int, usage string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if n := len(args); n < least || most >= 0 && n > most {
			return errors.New("it is called so: spaces " + usage)
		}
		return nil
	}
}

func runLook(ctx context.Context, p process, o options, l lookOptions, args []string, do func(context.Context, *viewer, []string) error) (err error) {
	boundGarbage(p, serveGarbage)
	signal.Ignore(syscall.SIGPIPE) // so that the store of this machine is closed before the program ends
	c, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	w := &viewer{session: &session{connections: newConnections(p, o, c)}, lookOptions: l, p: p, out: bufio.NewWriterSize(p.stdout, 64<<10), now: p.now()}
	w.formats, _ = c.formats()
	f, isFile := p.stdout.(*os.File)
	w.screen = isFile && isTerminal(f)
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		err = errors.Join(err, w.close(ending))
		if errors.Is(err, syscall.EPIPE) {
			err = errReaderGone
		}
	}()
	err = do(ctx, w, args)
	if flushed := w.out.Flush(); err == nil {
		err = flushed
	}
	if err == nil && w.failed > 0 {
		err = fmt.Errorf("%s failed", kit.Plural(w.failed, "thing"))
	}
	return err
}

// operands reads all arguments, which have to be at endpoints.
func (w *viewer) operands(args []string) (list []operand, err error) {
	for _, text := range args {
		x, err := w.operand(text)
		switch {
		case err != nil:
			return nil, misused(err)
		case !x.remote():
			return nil, misused(fmt.Errorf("%q is a path on this machine: write s3://SPACE/KEY or PROFILE:SPACE/KEY", text))
		}
		list = append(list, x)
	}
	return list, nil
}

// each does something with each argument. What failed with one of several is told, and the others are done.
func (w *viewer) each(ctx context.Context, args []string, do func(context.Context, operand) error) error {
	list, err := w.operands(args)
	if err != nil {
		return err
	}
	for _, x := range list {
		err := do(ctx, x)
		if err != nil && len(list) == 1 {
			return err
		}
		if err := w.fail(ctx, x.text, err); err != nil {
			return err
		}
	}
	return nil
}

// fail tells that something failed, and that the command goes on; what it returns ends it.
func (w *viewer) fail(ctx context.Context, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil, errors.Is(err, syscall.EPIPE):
		return err
	}
	w.failed++
	if err := w.out.Flush(); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(w.p.stderr, "spaces: %s: %s\n", store.Printable(name), safeLine(err.Error()))
	return nil
}

// noSuch is of an argument that names nothing.
func noSuch(x operand) error {
	return missing(x.ref, "there is no file or folder of this name: capital letters count")
}

func noFolder(r store.Ref) error {
	return missing(r, "there is no folder of this name: capital letters count")
}

func missing(r store.Ref, why string) error {
	return &store.Error{Op: "find", Ref: r, Kind: store.NotFound, Err: errors.New(why)}
}

// name is a name as it is printed.
func (w *viewer) name(s string) string {
	if w.screen {
		return store.Printable(s)
	}
	return s
}

func (w *viewer) size(n int64) string {
	if w.bytes {
		return strconv.FormatInt(n, 10)
	}
	return w.formats.Bytes(n)
}

func (w *viewer) time(t time.Time) string { return w.formats.Time(t, w.now) }

// json prints one value on a line.
func (w *viewer) json(v any) error {
	e := json.NewEncoder(w.out)
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// keyJSON is a key in JSON, which has no room for bytes that are no text: those of such a key are in Bytes as they are.
type keyJSON struct {
	Space string `json:"space"`
	Key   string `json:"key"`
	Bytes []byte `json:"key_bytes,omitempty"`
}

func jsonKey(r store.Ref) keyJSON {
	k := keyJSON{Space: r.Space, Key: r.Key}
	if !utf8.ValidString(r.Key) {
		k.Bytes = []byte(r.Key)
	}
	return k
}

// zero leaves a time out of JSON that is not known.
func zero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
