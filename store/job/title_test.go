package job_test

import (
	"testing"

	"spaces/store"
	"spaces/store/job"
)

func TestTitlesTellARenameFromAMove(t *testing.T) {
	source := func(key, name string) job.Source {
		return job.Source{Ref: store.Ref{Space: "media", Key: key}, Name: name}
	}
	move := func(space, dest string, sources ...job.Source) job.Spec {
		return job.Spec{Kind: job.Move, Sources: sources, Dest: store.Ref{Space: space, Key: dest}, Base: "docs/"}
	}
	inline := move("media", "docs/", source("docs/a.txt", ""))
	inline.Name = "b.txt"
	for _, c := range []struct {
		spec job.Spec
		want string
	}{
		{inline, "Rename a.txt to b.txt"},
		{move("media", "docs/", source("docs/a.txt", "b.txt")), "Rename a.txt to b.txt"},
		{move("media", "docs/", source("docs/a.txt", "b.txt"), source("docs/c.txt", "d.txt")), "Rename a.txt and 1 more"},
		{move("media", "new/", source("docs/a.txt", "b.txt")), "Move a.txt to media/new/"},
		{move("other", "docs/", source("docs/a.txt", "b.txt")), "Move a.txt to other/docs/"},
		{move("media", "docs/", source("docs/a.txt", "")), "Move a.txt to media/docs/"},
	} {
		if got := c.spec.Title(); got != c.want {
			t.Errorf("title %q, want %q", got, c.want)
		}
	}
}
