package job_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"spaces/store"
	"spaces/store/job"
	"spaces/store/storetest"
)

// throughJSON writes a value down and reads it as another program would.
func throughJSON[T any](t *testing.T, v T) (read T) {
	t.Helper()
	written, err := json.Marshal(v)
	check(t, err)
	check(t, json.Unmarshal(written, &read))
	again, err := json.Marshal(read)
	check(t, err)
	if string(again) != string(written) {
		t.Errorf("written %s\nread and written again %s", written, again)
	}
	return read
}

func TestASpecIsReadAsItWasWritten(t *testing.T) {
	at := time.Date(2026, 5, 6, 7, 8, 9, 10, time.UTC)
	for _, kind := range []job.Kind{job.Upload, job.Download, job.Delete, job.Copy, job.Move, job.Permissions, job.Metadata, job.Tags, job.Destroy, job.Trash} {
		spec := job.Spec{Kind: kind, From: "profile", To: "https://x#KEY", Dest: store.Ref{Space: "media", Key: "\xff/"}, Base: "b\x00\xfe/", Name: "n",
			LocalDir: "/caf\xe9", Access: store.PublicRead, Edit: job.Edit{Set: map[string]string{"a": "b"}, Unset: []string{"c"}}, Policy: job.KeepBoth, Again: true,
			Sources: []job.Source{
				{Ref: store.Ref{Space: "media", Key: "b\x00\xfe/\u2028<&>"}, Entry: store.Entry{Key: "b\x00\xfe/\u2028<&>", Size: 5, ETag: "e", Modified: at}},
				{Ref: store.Ref{Space: "media", Key: "f/"}, Folder: true, Name: "caf\xe9"}, {Local: "/caf\xe9"}, {},
			}}
		if read := throughJSON(t, spec); !reflect.DeepEqual(read, spec) {
			t.Errorf("read is %+v, written was %+v", read, spec)
		}
	}
}

// Another program, without the connection, says of a job what the one that does it says.
func TestAJobOfOneProgramIsDescribedInAnother(t *testing.T) {
	f := storetest.New(t)
	f.Space(t, "media")
	fill(t, f.Store, "media", "a/1", "a/2")
	f.Faults.Add(storetest.Rule{Match: storetest.Is("PUT", "/to/a/2"), Fault: storetest.Answer(403, "AccessDenied")})
	m := manager(t, job.Options{}, f.Store)
	p := m.Plan(job.Spec{Kind: job.Copy, Sources: []job.Source{folder("media", "a/")}, Dest: store.Ref{Space: "media", Key: "to/"}})
	elsewhere := throughJSON(t, p.Spec())
	status := await(t, m, m.Start(p), ended)
	if elsewhere.Title() != status.Title || status.Title != "Copy a/ to media/to/" {
		t.Errorf("%q is %q elsewhere", status.Title, elsewhere.Title())
	}
	status.Trouble = store.Unreachable
	told := throughJSON(t, status)
	if len(told.Failed) != 1 || !errors.Is(told.Failed[0].Err, store.Denied) || told.Failed[0].Err.Error() != status.Failed[0].Err.Error() ||
		!errors.Is(told.Trouble, store.Unreachable) {
		t.Errorf("told is %v, %v", told.Failed, told.Trouble)
	}
	status.Failed, status.Trouble, told.Failed, told.Trouble = nil, nil, nil, nil
	status.Started, status.Ended, told.Started, told.Ended = time.Time{}, time.Time{}, time.Time{}, time.Time{}
	if fmt.Sprint(told) != fmt.Sprint(status) {
		t.Errorf("told is %+v\nit was  %+v", told, status)
	}
}
