package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"spaces/store"
	"spaces/tui/dialog"
)

// ledger is where this program notes the links that it makes.
func (w *viewer) ledger() store.Ledger {
	return sharedNotes{&bookmarks{dir: stateDir(w.p, w.connections.o)}, w.p.now}
}

// note keeps a note of a link. Where it cannot be kept the link works all the same.
func (w *viewer) note(n store.Shared) {
	if err := w.ledger().NoteShared(n); err != nil {
		_, _ = fmt.Fprintln(w.p.stderr, "note: the link is not in the list of links: "+err.Error())
	}
}

// endOfKept reads how long a link that a server keeps is to work: as that of any other, "" until it is taken back.
func endOfKept(text string, now time.Time) (time.Time, error) {
	if text == "" || text == "never" {
		return time.Time{}, nil
	}
	life, err := dialog.KeptLife(text, now)
	return now.Add(life), err
}

// maxPasswordLine is how much of a password is read, in bytes.
const maxPasswordLine = 1 << 10

// readPassword reads the password of a link: a line of standard input, so that it is in no list of processes.
func readPassword(p process) (store.Secret, error) {
	text, err := io.ReadAll(io.LimitReader(p.stdin, maxPasswordLine+2))
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	line, _, _ := strings.Cut(string(text), "\n")
	if line = strings.TrimSuffix(line, "\r"); line == "" || len(line) > maxPasswordLine {
		return "", misused(errors.New("--password-stdin wants a password of up to 1024 bytes in the first line of standard input"))
	}
	return store.Secret(line), nil
}

// keep has the server keep a link to a file.
func (w *viewer) keep(ctx context.Context, st *store.Store, r store.Ref, s shareOptions) (store.Link, error) {
	end, err := endOfKept(s.expires, w.now)
	if err != nil {
		return store.Link{}, err
	}
	l, err := st.MakeLink(ctx, r, store.LinkOptions{Folder: s.folder, ShareOptions: store.ShareOptions{Version: s.version, Attachment: s.attachment}, Until: end, Once: s.once, Password: s.password})
	if err != nil {
		return store.Link{}, err
	}
	w.note(st.SharedKept(l))
	return store.Link{URL: l.URL, Expires: l.Until}, nil
}

// listedLink is a link as it is printed.
type listedLink struct {
	store.Shared
	State    string          `json:"state"`
	Used     int64           `json:"used"`
	Received int64           `json:"received"`
	Came     []store.Arrival `json:"arrivals,omitempty"`
	TakeBack string          `json:"take_back,omitempty"`
}

// links are those of the ledger, and with what the server of the connection tells of those that it keeps. Without an
// answer there is what was noted.
func (w *viewer) links(ctx context.Context, st *store.Store) (list []listedLink, err error) {
	notes, err := w.ledger().Shared()
	if err != nil {
		return nil, err
	}
	kept, err := st.KeptLinks(ctx)
	if err != nil && store.KindOf(err) != store.Unsupported {
		_, _ = fmt.Fprintln(w.p.stderr, "note: what the server knows of its links could not be asked: "+err.Error())
	}
	for _, m := range st.LinksNow(notes, kept, err == nil, w.now) {
		l := listedLink{Shared: m.Shared, State: m.State, Used: m.Used, Received: m.Received, Came: m.Came}
		if !m.Kept {
			l.TakeBack = m.TakeBack()
		}
		list = append(list, l)
	}
	return list, nil
}

// chosen is the connection that the flags chose.
func (w *viewer) chosen() (*store.Store, error) {
	conn, err := w.start("")
	if err != nil {
		return nil, err
	}
	return w.Get(conn)
}

// listShared prints the links that there are.
func (w *viewer) listShared(ctx context.Context) error {
	st, err := w.chosen()
	if err != nil {
		return err
	}
	list, err := w.links(ctx, st)
	if err != nil {
		return err
	}
	if w.asJSON {
		for _, l := range list {
			if err := w.json(l); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(w.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tLINK\tTO\tMADE\tUNTIL\tUSED\tSTATE")
	for _, l := range list {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.What(), store.Printable(linkedTo(l.Shared)), w.formats.Moment(l.Made, w.now), w.untilText(l.Until), usedText(l), l.State)
	}
	return t.Flush()
}

// linkedTo is what a link is to: as an argument of other commands, where its connection has a name.
func linkedTo(l store.Shared) string {
	text := l.Space + "/" + l.Key
	switch name := l.Conn.Name(); {
	case l.Conn == "":
	case name != string(l.Conn):
		text = name + ": " + text
	default:
		text = name + ":" + text
	}
	return text
}

func (w *viewer) untilText(t time.Time) string {
	if t.IsZero() {
		return "no end"
	}
	return w.formats.Moment(t, w.now)
}

func usedText(l listedLink) string {
	switch {
	case l.Receive:
		return fmt.Sprintf("%d received", l.Received)
	case l.Kept:
		return fmt.Sprintf("%d times", l.Used)
	}
	return "unknown"
}

// revoke takes links back by their ids, of which a beginning suffices that only one has.
func (w *viewer) revoke(ctx context.Context, ids []string) error {
	return w.eachLink(ctx, ids, func(st *store.Store, l store.Shared) error {
		if !l.Kept {
			return errors.New(lower(l.TakeBack()))
		}
		if err := st.EndLink(ctx, l.ID); err != nil && store.KindOf(err) != store.NotFound {
			return err
		}
		return w.ledger().ChangeShared(st.Conn(), l.ID, func(n *store.Shared) { n.Ended, n.URL = w.now.UTC(), "" })
	})
}

// extend gives links another end.
func (w *viewer) extend(ctx context.Context, ids []string, end string) error {
	at, err := endOfKept(end, w.now)
	if err != nil {
		return misused(fmt.Errorf("--expires %s: %w", end, err))
	}
	return w.eachLink(ctx, ids, func(st *store.Store, l store.Shared) error {
		if !l.Kept {
			return errors.New("a signed link cannot be given another end: share the file again")
		}
		if _, err := st.ExtendLink(ctx, l.ID, at); err != nil {
			return err
		}
		return w.ledger().ChangeShared(st.Conn(), l.ID, func(n *store.Shared) { n.Until = at.UTC() })
	})
}

func (w *viewer) eachLink(ctx context.Context, ids []string, do func(*store.Store, store.Shared) error) error {
	here, err := w.chosen()
	if err != nil {
		return err
	}
	list, err := w.links(ctx, here)
	if err != nil {
		return err
	}
	for _, id := range ids {
		var found []store.Shared
		for _, l := range list {
			if l.ID == id {
				found = []store.Shared{l.Shared}
				break
			} else if strings.HasPrefix(l.ID, id) {
				found = append(found, l.Shared)
			}
		}
		err := errors.New("there is no such link: spaces share --list shows them")
		switch len(found) {
		case 0:
		case 1:
			st := here
			if found[0].Conn != here.Conn() {
				if st, err = w.Get(found[0].Conn); err != nil {
					break
				}
			}
			err = do(st, found[0])
		default:
			err = errors.New("several links begin so: write more of it")
		}
		if err := w.fail(ctx, id, err); err != nil {
			return err
		}
	}
	return nil
}

// lower begins a sentence as errors do, without its last full stop.
func lower(s string) string {
	return strings.TrimSuffix(strings.ToLower(s[:1])+s[1:], ".")
}
