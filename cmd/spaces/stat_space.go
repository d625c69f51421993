package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"spaces/store"
	"spaces/tui/kit"
)

// statRow is a line of spaces stat. Without a value it is left out.
type statRow struct{ name, value string }

// about prints what is known of something.
func (w *viewer) about(r store.Ref, rows []statRow) error {
	name := r.String()
	if r.Key == "" {
		name += "/"
	}
	if _, err := fmt.Fprintln(w.out, w.name(name)); err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r statRow) bool { return r.value == "" })
	width := 0
	for _, row := range rows {
		width = max(width, kit.Width(store.Printable(row.name)))
	}
	for _, row := range rows {
		name := store.Printable(row.name)
		if _, err := fmt.Fprintf(w.out, "  %s%s  %s\n", name, strings.Repeat(" ", width-kit.Width(name)), store.Printable(row.value)); err != nil {
			return err
		}
	}
	return nil
}

func (w *viewer) sizeInFull(n int64) string {
	if w.bytes || n < 1000 {
		return w.size(n)
	}
	return w.formats.Rounded(n) + " (" + kit.Count(n) + " bytes)"
}

type folderJSON struct {
	countJSON
	Folder  bool `json:"folder"`
	Folders int  `json:"folders"` // right in it
}

func (w *viewer) statFolder(ctx context.Context, st *store.Store, r store.Ref) error {
	tree, err := tallied(ctx, st, r)
	if err != nil {
		return err
	}
	f, _ := tree.Find(r.Key)
	if f.IsNone() {
		return noFolder(r)
	}
	if w.asJSON {
		return w.json(folderJSON{countJSON{jsonKey(r), f.Objects, f.Bytes}, true, len(f.Subs())})
	}
	return w.about(r, []statRow{{"Objects", kit.Count(f.Objects)}, {"Size", w.sizeInFull(f.Bytes)}, {"Folders in it", kit.Count(len(f.Subs()))}})
}

type settingsJSON struct {
	Space      string     `json:"space"`
	Region     string     `json:"region,omitempty"`
	Created    *time.Time `json:"created,omitempty"`
	Objects    *int64     `json:"objects,omitempty"` // as the endpoint counts them
	Bytes      *int64     `json:"bytes,omitempty"`
	Listing    []string   `json:"public_listing_by"` // why everybody can list it
	Reading    []string   `json:"public_reading_by"` // and read what the policy says
	Versioning string     `json:"versioning,omitempty"`
	Lock       string     `json:"object_lock,omitempty"`
	Encryption string     `json:"encryption,omitempty"`
	Lifecycle  *int       `json:"lifecycle_rules,omitempty"`
	CORS       *int       `json:"cors_rules,omitempty"`
	CDN        string     `json:"cdn,omitempty"`
	URL        string     `json:"url"`
}

func (w *viewer) statSpace(ctx context.Context, st *store.Store, space string) error {
	usage, err := st.Usage(ctx, space)
	if err != nil {
		return err
	}
	j := settingsJSON{Space: space, Region: usage.Region, URL: st.PublicURL(store.Ref{Space: space}), Listing: []string{}, Reading: []string{}}
	if usage.Counted {
		j.Objects, j.Bytes = &usage.Objects, &usage.Bytes
	}
	for _, ask := range []func(context.Context, *store.Store, *settingsJSON) error{askCreated, askExposure, askVersioning, askRules} {
		if err := untold(ask(ctx, st, &j)); err != nil {
			return err
		}
	}
	if cdn := st.EdgeOf(ctx, space); cdn.On() {
		j.CDN = strings.TrimSuffix(cdn.URL(""), "/")
	}
	if w.asJSON {
		return w.json(j)
	}
	return w.about(store.Ref{Space: space}, w.spaceRows(j))
}

func askCreated(ctx context.Context, st *store.Store, j *settingsJSON) error {
	list, err := st.Spaces(ctx)
	for _, sp := range list {
		if sp.Name == j.Space {
			j.Created = zero(sp.Created)
		}
	}
	return err
}

func askExposure(ctx context.Context, st *store.Store, j *settingsJSON) error {
	x, err := st.Exposure(ctx, j.Space)
	j.Listing, j.Reading = append(j.Listing, x.Lists()...), append(j.Reading, x.Reads()...)
	return err
}

func askVersioning(ctx context.Context, st *store.Store, j *settingsJSON) error {
	v, err := st.Versioning(ctx, j.Space)
	if err != nil {
		return err
	}
	if j.Versioning = strings.ToLower(string(v)); v == store.Unversioned {
		j.Versioning = "off"
	}
	lock, err := st.ObjectLock(ctx, j.Space)
	if err == nil && lock.Enabled {
		j.Lock = "enabled"
		if lock.Mode != "" {
			j.Lock = strings.ToLower(lock.Mode) + ", " + kit.Plural(int(max(lock.Days, lock.Years)), map[bool]string{true: "day", false: "year"}[lock.Days > 0])
		}
	}
	return err
}

func askRules(ctx context.Context, st *store.Store, j *settingsJSON) error {
	l, err := st.Lifecycle(ctx, j.Space)
	if untold(err) != nil {
		return err
	}
	if err == nil {
		j.Lifecycle = new(len(l.Rules))
	}
	c, err := st.CORS(ctx, j.Space)
	if untold(err) != nil {
		return err
	}
	if err == nil {
		j.CORS = new(len(c.Rules))
	}
	e, err := st.Encryption(ctx, j.Space)
	j.Encryption = e.Algorithm
	return err
}

func (w *viewer) spaceRows(j settingsJSON) []statRow {
	rows := []statRow{{"Region", j.Region}}
	if j.Created != nil {
		rows = append(rows, statRow{"Created", w.formats.Second(*j.Created, w.now)})
	}
	if j.Objects != nil {
		rows = append(rows, statRow{"Objects", kit.Count(*j.Objects) + " as the endpoint counts, some with older versions"}, statRow{"Size", w.sizeInFull(*j.Bytes)})
	}
	listing := "nobody but you"
	if len(j.Listing) > 0 {
		listing = "everybody, by " + strings.Join(j.Listing, ", ")
	}
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return kit.Count(*n)
	}
	return append(rows, statRow{"Listed by", listing}, statRow{"Public by policy", strings.Join(j.Reading, ", ")}, statRow{"Versioning", j.Versioning},
		statRow{"Object lock", j.Lock}, statRow{"Encryption", j.Encryption}, statRow{"Lifecycle rules", count(j.Lifecycle)}, statRow{"CORS rules", count(j.CORS)},
		statRow{"CDN", j.CDN}, statRow{"Address", j.URL})
}
