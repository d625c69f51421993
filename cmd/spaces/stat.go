package main

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spaces/store"
)

func statCommand(p process, o *options) *cobra.Command {
	var l lookOptions
	var version string
	cmd := &cobra.Command{
		Use:   "stat PLACE...",
		Short: "Show what is known of files, folders and Spaces",
		Long: "stat shows the size, date, headers, metadata, tags, permissions, version and checksum of a file; of a folder how much is in it, which is counted; of a Space its settings. " +
			"What an endpoint does not have, or does not tell this access key, is left out.\n\n" + lookPlaces,
		Example: "spaces stat s3://media/logo.png\nspaces stat do:media\nspaces stat --json 's3://media/*.png'",
		Args:    needs(1, -1, "stat PLACE..."),
	}
	cmd.Flags().StringVar(&version, "version-id", "", "this version of a file, not the current one")
	return looks(cmd, p, o, &l, func(ctx context.Context, w *viewer, args []string) error {
		if version != "" && len(args) > 1 {
			return misused(errors.New("a version is one of one file: give one"))
		}
		return w.each(ctx, args, func(ctx context.Context, x operand) error { return w.stat(ctx, x, version) })
	})
}

func (w *viewer) stat(ctx context.Context, x operand, version string) error {
	st, err := w.Get(x.conn)
	switch {
	case err != nil:
		return err
	case x.ref.Space == "":
		return misused(errors.New("name a Space, or something in it"))
	case x.ref.Key == "":
		return w.statSpace(ctx, st, x.ref.Space)
	case version != "":
		return w.statFile(ctx, st, x.ref, version)
	case x.glob():
		return w.expand(ctx, x, func(e store.Entry) error {
			return w.fail(ctx, e.Key, w.statEntry(ctx, st, store.Ref{Space: x.ref.Space, Key: e.Key}, e.Folder))
		})
	case x.folder():
		return w.statFolder(ctx, st, x.ref)
	}
	e, is, err := literally(ctx, st, x.ref)
	switch {
	case err != nil:
		return err
	case !is:
		return noSuch(x)
	}
	return w.statEntry(ctx, st, store.Ref{Space: x.ref.Space, Key: e.Key}, e.Folder)
}

func (w *viewer) statEntry(ctx context.Context, st *store.Store, r store.Ref, folder bool) error {
	if folder {
		return w.statFolder(ctx, st, r)
	}
	return w.statFile(ctx, st, r, "")
}

type fileJSON struct {
	entryJSON
	Headers  map[string]string `json:"headers"`
	Metadata map[string]string `json:"metadata"`
	Tags     map[string]string `json:"tags,omitempty"`
	Access   store.Access      `json:"access,omitempty"`
	Version  string            `json:"version_id,omitempty"`
	Class    string            `json:"storage_class,omitempty"`
	Checksum *checksumJSON     `json:"checksum,omitempty"`
}

type checksumJSON struct {
	Algorithm string `json:"algorithm"`
	Type      string `json:"type,omitempty"`
	Value     string `json:"value"`
}

func (w *viewer) statFile(ctx context.Context, st *store.Store, r store.Ref, version string) error {
	info, err := st.HeadVersion(ctx, r, version)
	if err != nil {
		return err
	}
	j := fileJSON{entryJSON: jsonOf(r.Space, store.Entry{Key: r.Key, Size: info.Size, Modified: info.Modified, ETag: info.ETag}),
		Headers: headersOf(info.Props), Metadata: map[string]string{}, Version: version, Class: info.Class}
	maps.Copy(j.Metadata, info.Meta)
	if c := info.Checksum; c.Value != "" {
		j.Checksum = &checksumJSON{c.Algorithm, c.Type, c.Value}
	}
	if st.HasTags() {
		if j.Tags, err = st.TagsOf(ctx, r, version); untold(err) != nil {
			return err
		}
	}
	if version == "" {
		if j.Access, err = st.Access(ctx, r); untold(err) != nil {
			return err
		}
		if j.Version, err = currentVersion(ctx, st, r); untold(err) != nil {
			return err
		}
	}
	if w.asJSON {
		return w.json(j)
	}
	return w.about(r, w.fileRows(j, info))
}

// untold passes over what an endpoint does not have, or does not tell.
func untold(err error) error {
	if errors.Is(err, store.Unsupported) || errors.Is(err, store.Denied) || errors.Is(err, store.NotFound) {
		return nil
	}
	return err
}

// currentVersion is the ID of an object where its Space keeps versions, else "".
func currentVersion(ctx context.Context, st *store.Store, r store.Ref) (string, error) {
	keeps, err := st.Versioned(ctx, r.Space)
	if err != nil || !keeps {
		return "", err
	}
	list, _, err := st.VersionsOf(ctx, r, 1)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return list[0].ID, nil
}

// headersOf are the headers of an object by their names.
func headersOf(p store.Props) map[string]string {
	all := map[string]string{"Content-Type": p.ContentType, "Cache-Control": p.CacheControl, "Content-Encoding": p.ContentEncoding,
		"Content-Disposition": p.ContentDisposition, "Content-Language": p.ContentLanguage, "Expires": p.Expires}
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

func (w *viewer) fileRows(j fileJSON, info store.Info) (rows []statRow) {
	rows = []statRow{{"Size", w.sizeInFull(info.Size)}, {"Modified", w.formats.Second(info.Modified, w.now)}, {"ETag", info.ETag}}
	for _, name := range slices.Sorted(maps.Keys(j.Headers)) {
		rows = append(rows, statRow{name, j.Headers[name]})
	}
	for _, name := range slices.Sorted(maps.Keys(j.Metadata)) {
		rows = append(rows, statRow{"x-amz-meta-" + name, j.Metadata[name]})
	}
	var tags []string
	for _, name := range slices.Sorted(maps.Keys(j.Tags)) {
		tags = append(tags, name+"="+j.Tags[name])
	}
	sum := ""
	if c := j.Checksum; c != nil {
		sum = strings.TrimSpace(c.Algorithm + " " + c.Value + " " + map[string]string{"COMPOSITE": "(of its parts)"}[c.Type])
	}
	return append(rows, statRow{"Tags", strings.Join(tags, ", ")}, statRow{"Permissions", string(j.Access)}, statRow{"Version", j.Version},
		statRow{"Storage class", j.Class}, statRow{"Checksum", sum})
}
