package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
	"spaces/tui/dialog"
)

type shareOptions struct {
	expires, attachment, version string
	public, upload, asJSON       bool
	once, keep, withPassword     bool
	list                         bool
	folder                       bool // what is shared is one
	revoke, extend               []string

	password store.Secret // read from standard input
}

func shareCommand(p process, o *options) *cobra.Command {
	var s shareOptions
	cmd := &cobra.Command{
		Use:   "share FILE...",
		Short: "Make links by which anybody can get files for a while",
		Long: "share prints a link to each file, as Quick Share of the panel makes them: who has it can get the file until it expires. Nothing is stored at the endpoint for it: it cannot be taken back but by deleting the access key, or by moving or renaming the file. " +
			"Links that spaces serve keeps can: --keep makes one, as do --once, --password-stdin and an end that is more than 7 days off. --list shows all that were made here and those that the server keeps, --revoke takes one back, --extend gives it the end of --expires. " +
			"A folder of spaces serve comes as one file, a zip. With --upload anybody can put a file under the name by one PUT, in the place of what is there.\n\n" + lookPlaces,
		Example: "spaces share s3://media/clip.mp4\nspaces share --expires 2d12h --attachment 'Holiday.mp4' do:media/clip.mp4\nspaces share s3://media/photos/\nspaces share --public do:media/logo.png\nspaces share --once --expires 30d s3://media/contract.pdf\nspaces share --list\nspaces share --revoke 4k2m\ncurl -T report.pdf \"$(spaces share --upload --expires 1h s3://inbox/report.pdf)\"",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && (s.list || len(s.revoke)+len(s.extend) > 0) {
				return nil
			}
			return needs(1, -1, "share FILE...")(cmd, args)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&s.expires, "expires", "1d", "how long the link works (90m, 2d12h) or until when (18:00, 2026-11-30 18:00); 7 days at most where no server keeps it; never: until it is taken back")
	flags.BoolVar(&s.keep, "keep", false, "have spaces serve keep the link, so that it can be taken back")
	flags.BoolVar(&s.once, "once", false, "for one download that comes to its end; kept")
	flags.BoolVar(&s.withPassword, "password-stdin", false, "ask for the password that stands in the first line of standard input; kept")
	flags.BoolVar(&s.list, "list", false, "list the links that were made here, and those that the server keeps")
	flags.StringSliceVar(&s.revoke, "revoke", nil, "take back the link with this id")
	flags.StringSliceVar(&s.extend, "extend", nil, "give the link with this id the end of --expires")
	flags.StringVar(&s.attachment, "attachment", "", "have browsers save the file under this name instead of showing it")
	flags.StringVar(&s.version, "version-id", "", "a link to this version, whatever is current then")
	flags.BoolVar(&s.public, "public", false, "print the plain address of a file that everybody can read: it never expires")
	flags.BoolVar(&s.upload, "upload", false, "make a link by which a file can be put there")
	flags.BoolVar(&s.asJSON, "json", false, "print JSON, one object a line")
	return looks(cmd, p, o, nil, func(ctx context.Context, w *viewer, args []string) error {
		w.asJSON = s.asJSON
		switch {
		case len(s.revoke)+len(s.extend) > 0 && len(args) > 0:
			return misused(errors.New("--revoke and --extend are for links that were made, not for files"))
		case len(s.revoke) > 0:
			return w.revoke(ctx, s.revoke)
		case len(s.extend) > 0:
			return w.extend(ctx, s.extend, s.expires)
		case s.list:
			return w.listShared(ctx)
		}
		life, err := s.life(w)
		switch {
		case err != nil:
			return misused(fmt.Errorf("--expires %s: %w", s.expires, err))
		case s.keep && (s.public || s.upload):
			return misused(errors.New("only a link to a file that is not public is kept: leave out --public and --upload, or --keep, --once, --password-stdin and the late end"))
		case s.public && (s.upload || s.attachment+s.version != ""), s.upload && s.attachment+s.version != "", s.version != "" && len(args) > 1:
			return misused(errors.New("these flags do not go together: a plain address has no options, one for uploads neither, and a version is one of one file"))
		}
		if s.withPassword {
			if s.password, err = readPassword(p); err != nil {
				return err
			}
		}
		return w.each(ctx, args, func(ctx context.Context, x operand) error { return w.share(ctx, x, s, life) })
	})
}

// life is how long links are to work; s.keep says then whether a server has to keep them.
func (s *shareOptions) life(w *viewer) (time.Duration, error) {
	life, err := dialog.Life(s.expires, w.now)
	s.keep = s.keep || s.once || s.withPassword || err != nil && !s.public && !s.upload
	if !s.keep {
		return life, err
	}
	end, err := endOfKept(s.expires, w.now)
	if end.IsZero() {
		return 0, err
	}
	return end.Sub(w.now), err
}

func (w *viewer) share(ctx context.Context, x operand, s shareOptions, life time.Duration) error {
	st, err := w.Get(x.conn)
	switch {
	case err != nil:
		return err
	case x.folder() && (s.public || s.upload || s.version+s.attachment != ""):
		return fmt.Errorf("%s is a folder, which comes as one file: leave out --public, --upload, --version-id and --attachment", x.text)
	case x.folder():
		return w.linkFolder(ctx, st, x.ref, s, life)
	case !x.glob() || s.upload || s.version != "":
		if err := w.there(ctx, st, x, s); err != nil {
			return err
		}
		return w.link(ctx, st, x.ref, s, life)
	}
	return w.expand(ctx, x, func(e store.Entry) error {
		if e.Folder {
			return nil
		}
		return w.fail(ctx, e.Key, w.link(ctx, st, store.Ref{Space: x.ref.Space, Key: e.Key}, s, life))
	})
}

// there says whether there is such a file: a link to nothing is signed as well. Where this key may share and not look, the
// link is made all the same.
func (w *viewer) there(ctx context.Context, st *store.Store, x operand, s shareOptions) error {
	if s.upload {
		_, err := st.List(ctx, store.ListRequest{Space: x.ref.Space, Max: 1})
		if errors.Is(err, store.NoSpace) {
			return err
		}
		return nil
	}
	_, err := st.HeadVersion(ctx, x.ref, s.version)
	switch store.KindOf(err) {
	case store.NotFound:
		return noSuch(x)
	case store.NoSpace, store.Unreachable, store.Canceled:
		return err
	}
	return nil
}

// linkFolder makes a link by which a folder comes as one file.
func (w *viewer) linkFolder(ctx context.Context, st *store.Store, r store.Ref, s shareOptions, life time.Duration) (err error) {
	if _, err := st.List(ctx, store.ListRequest{Space: r.Space, Prefix: r.Key, Max: 1}); err != nil { // its answer tells whose server it is
		return err
	}
	s.folder = true
	return w.link(ctx, st, r, s, life)
}

type linkJSON struct {
	keyJSON
	URL     string     `json:"url"`
	Expires *time.Time `json:"expires,omitempty"`
	Method  string     `json:"method"`
}

func (w *viewer) link(ctx context.Context, st *store.Store, r store.Ref, s shareOptions, life time.Duration) (err error) {
	var l store.Link
	method := "GET"
	switch {
	case s.public:
		l.URL, err = plainURL(ctx, st, r)
	case s.upload:
		method = "PUT"
		l, err = st.ShareUpload(ctx, r, life)
	case s.keep:
		l, err = w.keep(ctx, st, r, s)
	case s.folder:
		l, err = st.ShareFolder(ctx, r, life)
	default:
		l, err = st.ShareAs(ctx, r, store.ShareOptions{Version: s.version, Attachment: s.attachment}, life)
	}
	if err != nil {
		return err
	}
	w.shared(l, life)
	if !s.keep && !s.public {
		w.note(st.SharedLink(r, s.version, l, s.upload, w.now))
	}
	if w.asJSON {
		return w.json(linkJSON{jsonKey(r), l.URL, zero(l.Expires), method})
	}
	_, err = fmt.Fprintln(w.out, l.URL)
	return err
}

// shared says once what is not seen of a link.
func (w *viewer) shared(l store.Link, life time.Duration) {
	if w.told {
		return
	}
	w.told = true
	var notes []string
	if early := w.now.Add(life).Sub(l.Expires); !l.Expires.IsZero() && early > time.Minute {
		notes = append(notes, "It works until "+w.formats.Moment(l.Expires, w.now)+" only: the access key is a temporary one.")
	}
	if w.machine != nil && !w.machine.Joined() && strings.HasPrefix(l.URL, w.machine.ShareURL()) {
		notes = append(notes, "It works while spaces or spaces serve runs on this machine.")
	}
	for _, n := range notes {
		_, _ = fmt.Fprintln(w.p.stderr, "note: "+n)
	}
}

// plainURL is the address of an object that everybody can read.
func plainURL(ctx context.Context, st *store.Store, r store.Ref) (string, error) {
	access, err := st.Access(ctx, r)
	switch {
	case errors.Is(err, store.Unsupported), errors.Is(err, store.Denied): // a policy may open it
	case err != nil:
		return "", err
	case access != store.PublicRead:
		return "", fmt.Errorf("%s is private: its plain address works for nobody; without --public there is a link for a while", r)
	}
	if cdn := st.EdgeOf(ctx, r.Space); cdn.On() {
		return cdn.URL(r.Key), nil
	}
	return st.PublicURL(r), nil
}
