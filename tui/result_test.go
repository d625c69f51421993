package tui

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"spaces/store"
	"spaces/store/job"
	"spaces/tui/kit"
)

func TestResultsSayWhatWasDone(t *testing.T) {
	file := job.Source{Ref: store.Ref{Space: "media", Key: "docs/a.txt"}}
	folder := job.Source{Ref: store.Ref{Space: "media", Key: "docs/old/"}, Folder: true}
	denied := []job.Failure{{Name: "a.txt", Err: &store.Error{Kind: store.Denied, Err: errors.New("no")}}}
	spec := func(k job.Kind, sources ...job.Source) job.Spec { return job.Spec{Kind: k, Sources: sources} }
	to := func(s job.Spec, key string) job.Spec { s.Dest = store.Ref{Space: "media", Key: key}; return s }
	renamed := to(spec(job.Move, file), "docs/")
	renamed.Base, renamed.Name = "docs/", "b.txt"
	renamedFolder := to(spec(job.Move, folder), "docs/")
	renamedFolder.Base, renamedFolder.Name = "docs/", "new"
	called := func(s job.Source, name string) job.Source { s.Name = name; return s }
	several := func(sources ...job.Source) job.Spec {
		s := to(spec(job.Move, sources...), "docs/")
		s.Base = "docs/"
		return s
	}
	away := to(spec(job.Move, job.Source{Ref: store.Ref{Space: "media", Key: "a.txt"}}), "")
	away.Name, away.Dest.Space = "b.txt", "other"
	gone := func(n int) (list []job.Failure) {
		for range n {
			list = append(list, job.Failure{Name: "media/docs/a.txt", Err: &store.Error{Kind: store.NotFound, Err: errors.New("HEAD")}})
		}
		return list
	}
	public := spec(job.Permissions, file, file)
	public.Access = store.PublicRead
	down := spec(job.Download, folder)
	down.LocalDir = "/home/sammy"
	far, back := to(spec(job.Copy, file), "new/"), to(spec(job.Move, file), "new/")
	far.To, back.From = "ceph", "ceph"
	for _, c := range []struct {
		j    job.Status
		want string
	}{
		{job.Status{Spec: renamed, Objects: 1}, "Renamed a.txt to b.txt"},
		{job.Status{Spec: renamedFolder, Objects: 412}, "Renamed old/ to new/"},
		{job.Status{Spec: several(called(file, "b.txt")), Objects: 1}, "Renamed a.txt to b.txt"},
		{job.Status{Spec: several(called(file, "b.txt"), called(file, "c.txt")), Objects: 2}, "Renamed 2 files"},
		{job.Status{Spec: several(called(file, "b.txt"), called(folder, "new")), Objects: 413}, "Renamed 1 folder and 1 file"},
		{job.Status{Spec: several(called(file, "b.txt"), called(file, "c.txt")), Phase: job.Failed, Objects: 2, FailedCount: 2, Failed: gone(2)}, "2 files not renamed: not found"},
		{job.Status{Spec: away, Objects: 1}, "Moved a.txt to other"},
		{job.Status{Spec: to(spec(job.Copy, file), "docs/"), Objects: 1, Called: "a (1).txt"}, "Copied a.txt to media/docs/ as a (1).txt"},
		{job.Status{Spec: to(spec(job.Copy, file, file), "docs/"), Objects: 2, Called: "a (1).txt"}, "Copied 2 files to media/docs/"},
		{job.Status{Spec: to(spec(job.Move, folder), "new/"), Objects: 412}, "Moved old/ to media/new/"},
		{job.Status{Spec: public, Objects: 2}, "2 files are public now"},
		{job.Status{Spec: spec(job.Permissions, file), Objects: 1}, "a.txt is private now"},
		{job.Status{Spec: spec(job.Permissions, folder), Objects: 412}, "412 files in old/ are private now"},
		{job.Status{Spec: spec(job.Permissions, folder), Objects: 1}, "1 file in old/ is private now"},
		{job.Status{Spec: spec(job.Metadata, folder), Objects: 412}, "Changed metadata of 412 files in old/"},
		{job.Status{Spec: spec(job.Tags, file, file), Objects: 2}, "Changed tags of 2 files"},
		{job.Status{Spec: spec(job.Delete, file, folder), Objects: 413}, "Deleted 413 files"},
		{job.Status{Spec: spec(job.Delete, file), Objects: 1}, "Deleted a.txt"},
		{job.Status{Spec: spec(job.Destroy, job.Source{Ref: store.Ref{Space: "media"}, Folder: true}), Objects: 9}, "Destroyed media"},
		{job.Status{Spec: to(spec(job.Upload, job.Source{Local: "/tmp/x.jpg"}), ""), Objects: 1}, "Uploaded x.jpg to media"},
		{job.Status{Spec: to(spec(job.Upload, job.Source{Local: "/tmp/x"}), ""), Objects: 12, Skipped: 3}, "Uploaded 9 of 12 files to media, 3 skipped"},
		{job.Status{Spec: to(spec(job.Move, file), "new/"), Objects: 1, ObjectsDone: 1, Skipped: 1}, "Nothing moved: 1 file skipped"},
		{job.Status{Spec: far, Objects: 1}, "Copied a.txt to ceph ▸ media/new/"},
		{job.Status{Spec: back, Objects: 1}, "Moved a.txt to this machine ▸ media/new/"},
		{job.Status{Spec: down, Objects: 12}, "Downloaded old/ to /home/sammy"},
		{job.Status{Spec: spec(job.Delete, file, folder), Phase: job.Canceled, Objects: 10, ObjectsDone: 3}, "Canceled: 3 of 10 files deleted"},
		{job.Status{Spec: spec(job.Delete, folder), Phase: job.Failed, Objects: 5, FailedCount: 2, Failed: denied}, "2 of 5 files not deleted: access denied"},
		{job.Status{Spec: renamed, Phase: job.Failed, FailedCount: 1, Failed: gone(1)}, "a.txt not renamed: it is not there any more"},
		{job.Status{Spec: renamedFolder, Phase: job.Failed, Objects: 5, FailedCount: 1, Failed: gone(1)}, "1 of 5 files not renamed: it is not there any more"},
		{job.Status{Spec: to(spec(job.Move, file, file), "new/"), Phase: job.Failed, FailedCount: 2, Failed: gone(2)}, "2 files not moved: not found"},
		{job.Status{Spec: spec(job.Delete, folder), Title: "Delete old/", Phase: job.Failed}, "Delete old/ failed"},
		{job.Status{Spec: spec(job.Delete, file, folder), Phase: job.Failed, Objects: 1, FailedCount: 1, Failed: []job.Failure{{Name: "media/d\ufffd/", Err: job.ErrNameUntold}}},
			`d\ufffd/ not deleted: nothing was found in it, because this endpoint does not say its true name`},
		{job.Status{Spec: spec(job.Delete, file), Phase: job.Failed, Objects: 1, FailedCount: 1, Failed: []job.Failure{{Name: "a.txt", Err: &store.Error{Kind: store.Other, Err: errors.New("it is still there")}}}},
			"a.txt not deleted: it is still there"},
	} {
		c.j.Kind = c.j.Spec.Kind
		if c.j.Phase == 0 {
			c.j.Phase = job.Done
		}
		if got := resultOf(&c.j).fit(80); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}

func TestAResultIsShortenedInItsNamesOnly(t *testing.T) {
	long := strings.Repeat("long", 20)
	s := sentence{{text: "Renamed "}, name(long + ".jpg"), {text: " to "}, name("b.txt")}
	for w := 28; w < 120; w++ {
		got := s.fit(w)
		if kit.Width(got) > w || !strings.HasPrefix(got, "Renamed long") || !strings.HasSuffix(got, " to b.txt") {
			t.Errorf("%d cells: %q", w, got)
		}
	}
	if got := name("a\x1b[2Jb").text; strings.Contains(got, "\x1b") {
		t.Errorf("%q", got)
	}
}

func TestAResultThatIsNotAsItShouldBeSaysSoFirst(t *testing.T) {
	ignored := []job.Failure{{Name: "one.txt", Err: job.ErrAccessIgnored}}
	empty := []job.Failure{{Name: "docs/gone/", Err: job.ErrNothingThere}}
	up := job.Spec{Kind: job.Upload, Sources: []job.Source{{Local: "/tmp/one.txt"}}, Access: store.PublicRead, Dest: store.Ref{Space: "pub"}}
	access := job.Spec{Kind: job.Permissions, Sources: []job.Source{{Ref: store.Ref{Space: "pub", Key: "a"}}}, Access: store.PublicRead}
	far := job.Spec{Kind: job.Copy, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "f/"}, Folder: true}}, To: "work", Dest: store.Ref{Space: "pub"}}
	gone := job.Spec{Kind: job.Delete, Sources: []job.Source{{Ref: store.Ref{Space: "media", Key: "docs/gone/"}, Folder: true}}}
	for _, c := range []struct {
		j    job.Status
		want string
	}{
		{job.Status{Spec: up, Objects: 1, Remarks: ignored}, "! Uploaded one.txt, but it is private: this endpoint ignores who may read sin…; w shows more"},
		{job.Status{Spec: up, Objects: 3, Remarks: ignored}, "! Uploaded 3 files, but they are private: this endpoint ignores who may read …; w shows more"},
		{job.Status{Spec: access, Objects: 1, Remarks: ignored}, "! a is not public: this endpoint ignores who may read single files: a bucket …; w shows more"},
		{job.Status{Spec: far, Objects: 3, Remarks: []job.Failure{{Name: "f/a", Err: job.ErrTagsLost}}}, "! Copied f/, without tags: the endpoint keeps no tags"},
		{job.Status{Spec: gone, Remarks: empty}, "! Nothing was found in gone/"},
		{job.Status{Spec: gone, Objects: 2, Remarks: empty}, "! Deleted 2 files, but nothing was found in gone/"},
	} {
		c.j.Kind, c.j.Phase = c.j.Spec.Kind, job.Done
		if got := ansi.Strip(New(Config{}).resultLine(&c.j, 92)); got != c.want {
			t.Errorf("%q, not %q", got, c.want)
		}
	}
}

func TestWhatAnEndpointDidNotKeepIsSaid(t *testing.T) {
	lost := fmt.Errorf("%w: its storage class", job.ErrNotKept)
	j := job.Status{Kind: job.Metadata, Phase: job.Done, Objects: 2, Remarks: []job.Failure{{Name: "docs/a\x1b.txt", Err: lost}},
		Spec: job.Spec{Kind: job.Metadata, Sources: []job.Source{{}, {}}}}
	did, why := remarked(&j)
	if got := did.fit(200) + why; !isRemarked(&j) ||
		got != `Changed metadata of 2 files, but of a\x1b.txt not all was kept: this endpoint did not keep all that the file had: its storage class` {
		t.Errorf("it says %q", got)
	}
}
