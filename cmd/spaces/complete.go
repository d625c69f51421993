package main

import (
	"cmp"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spaces/store"
)

// completes is what of the names that a shell asks for may be the argument of a command.
type completes uint8

const (
	connectionsOnly completes = iota // PROFILE:
	spacesOnly
	remoteFolders
	remoteFiles
	anyFiles // remoteFiles and paths of this machine
)

const (
	// completeWithin is how long a shell waits for names: whoever pressed Tab goes on typing.
	completeWithin = 2 * time.Second
	// mostCompleted are as many names as a shell shows without being a nuisance.
	mostCompleted = 500
)

// completePlaces completes arguments with what there is, level by level: connections, Spaces, folders and files. What does
// not answer in time gives nothing, without a word; nothing is created, and nobody is asked for a secret.
func completePlaces(p process, o *options, what completes) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		names := inTime(cmd.Context(), func(ctx context.Context) []cobra.Completion { return complete(ctx, p, *o, what, text) })
		directive := cobra.ShellCompDirectiveNoFileComp
		if slices.ContainsFunc(names, func(n string) bool { return strings.HasSuffix(n, "/") || strings.HasSuffix(n, ":") }) {
			directive |= cobra.ShellCompDirectiveNoSpace // they go on
		}
		return names, directive
	}
}

// inTime finds names, or none where that takes too long. What cannot be interrupted (a resolver, a keyring) is not waited for.
func inTime(ctx context.Context, find func(context.Context) []cobra.Completion) (names []cobra.Completion) {
	ctx, cancel := context.WithTimeout(ctx, completeWithin)
	defer cancel()
	found := make(chan []cobra.Completion, 1)
	go func() {
		defer func() { _ = recover() }()
		found <- find(ctx)
	}()
	select {
	case names = <-found:
	case <-ctx.Done():
	}
	return names
}

// completeFirst completes the first argument alone.
func completeFirst(f cobra.CompletionFunc) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, text string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f(cmd, args, text)
	}
}

// completeConnections completes --profile.
func completeConnections(o *options) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, text string) (names []cobra.Completion, _ cobra.ShellCompDirective) {
		if c, err := loadConfig(o.config); err == nil {
			for name := range c.Profiles {
				if strings.HasPrefix(name, text) {
					names = append(names, name)
				}
			}
		}
		slices.Sort(names)
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

// completed is what commands take; find, mb and rb take it in the first place only, or nothing that is there.
var completed = map[string]completes{"ls": remoteFiles, "cat": remoteFiles, "stat": remoteFiles, "share": remoteFiles, "rm": remoteFiles, "du": remoteFolders,
	"find": remoteFolders, "mirror": remoteFolders, "mb": connectionsOnly, "rb": spacesOnly, "backup": anyFiles, "restore": anyFiles, "cp": anyFiles, "mv": anyFiles, "sync": anyFiles}

// completeArguments has shells complete the arguments of all commands that take places, and --profile.
func completeArguments(root *cobra.Command, p process, o *options) {
	for _, cmd := range append(root.Commands(), root) {
		if cmd.Flags().Lookup("profile") != nil {
			_ = cmd.RegisterFlagCompletionFunc("profile", completeConnections(o)) // fails for a flag that has one already
		}
		what, is := completed[cmd.Name()]
		if !is {
			continue
		}
		if cmd.ValidArgsFunction = completePlaces(p, o, what); cmd.Name() == "find" || cmd.Name() == "rb" {
			cmd.ValidArgsFunction = completeFirst(cmd.ValidArgsFunction)
		}
	}
}

func complete(ctx context.Context, p process, o options, what completes, text string) []string {
	c, err := loadConfig(o.config)
	if err != nil {
		return nil
	}
	cs := newConnections(p, o, c)
	conn, rest, remote, err := cs.split(text)
	if err != nil {
		return nil
	}
	if !remote {
		names := connectionNames(c, text)
		if what == anyFiles {
			names = append(names, localNames(text)...)
		}
		return names
	}
	head := strings.TrimSuffix(text, rest) // s3://, PROFILE:
	if what == connectionsOnly || !cs.completable(conn) {
		return nil
	}
	s := &session{connections: cs}
	defer func() {
		ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closing)
		defer cancel()
		_ = s.close(ending)
	}()
	st, err := s.Get(conn)
	if err != nil {
		return nil
	}
	space, key, inSpace := strings.Cut(rest, "/")
	if !inSpace {
		return spaceNames(ctx, st, what, head, space)
	}
	if what == spacesOnly {
		return nil
	}
	return keyNames(ctx, st, what, head, store.Ref{Space: space, Key: key})
}

// completable says whether a connection can be asked without anything being created, or the user asked for a password of
// the keyring.
func (cs *connections) completable(conn store.Conn) bool {
	if conn != "" {
		o := optionsOf(conn, cs.p.getenv)
		return cs.configuration().Profiles[cmp.Or(o.profile, cs.o.profile)].Credentials != string(store.KeyInKeyring)
	}
	dir, err := existingDir(cs.p, cs.o)
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(dir.Path, "format"))
	return err == nil
}

// connectionNames are those that a text begins.
func connectionNames(c config, text string) (names []string) {
	for name := range c.Profiles {
		if strings.HasPrefix(name, text) {
			names = append(names, name+":")
		}
	}
	slices.Sort(names)
	if strings.HasPrefix("s3://", text) {
		names = append(names, "s3://")
	}
	return names
}

// localNames are the paths that a text begins; directories end in a slash.
func localNames(text string) (names []string) {
	dir, begins := filepath.Split(text)
	list, err := os.ReadDir(cmp.Or(dir, "."))
	if err != nil {
		return nil
	}
	for _, e := range list {
		name := e.Name()
		if !strings.HasPrefix(name, begins) || begins == "" && strings.HasPrefix(name, ".") || !typable(name) {
			continue
		}
		if about, err := os.Stat(filepath.Join(dir, name)); err == nil && about.IsDir() {
			name += "/"
		}
		if names = append(names, dir+name); len(names) == mostCompleted {
			break
		}
	}
	return names
}

func spaceNames(ctx context.Context, st *store.Store, what completes, head, begins string) (names []string) {
	list, err := st.Spaces(ctx)
	if err != nil {
		return nil
	}
	slash := "/"
	if what == spacesOnly {
		slash = ""
	}
	for _, sp := range list {
		if strings.HasPrefix(sp.Name, begins) && typable(sp.Name) && len(names) < mostCompleted {
			names = append(names, head+sp.Name+slash)
		}
	}
	return names
}

func keyNames(ctx context.Context, st *store.Store, what completes, head string, r store.Ref) (names []string) {
	q := store.ListRequest{Space: r.Space, Prefix: r.Key, Delimiter: "/", Max: mostCompleted}
	for len(names) < mostCompleted {
		p, err := st.List(ctx, q)
		if err != nil {
			return names
		}
		for _, e := range p.Entries {
			file := !e.Folder && (what == remoteFolders || e.Key == r.Key && strings.HasSuffix(e.Key, "/"))
			if !file && typable(e.Key) {
				names = append(names, head+r.Space+"/"+e.Key)
			}
		}
		if !p.More {
			break
		}
		q.After = p.Next
	}
	return names
}

// typable says whether a name can be handed to a shell: it is one line, and shows as it is.
func typable(name string) bool {
	return strings.ReplaceAll(store.Printable(name), `\\`, `\`) == name
}
