package accesslog_test

import (
	"context"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"spaces/server/accesslog"
	"spaces/server/storage"
)

// delivered gives the keys and the texts of what a Delivery makes of records of a Space.
func delivered(t *testing.T, to accesslog.Batch, records ...accesslog.Record) (keys, texts []string) {
	t.Helper()
	engine, err := storage.Open("data", storage.Options{FS: vfs.NewMem()})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	if err := engine.CreateSpace(storage.Space{Name: to.Target, Owner: to.Owner}); err != nil {
		t.Fatal(err)
	}
	d := accesslog.NewDelivery(engine, accesslog.DeliveryOptions{Now: func() time.Time { return time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC) }})
	d.Attach(func(*storage.Space) string { return to.Region }, func(_ *storage.Space, o storage.StageOptions) (storage.StageOptions, error) { return o, nil })
	for _, r := range records {
		d.Add(to, r)
	}
	d.Deliver(t.Context())
	if d.Dropped() != 0 || d.Delivered() != uint64(len(records)) {
		t.Fatal(d.Dropped(), d.Delivered())
	}
	rows, _, err := engine.List(t.Context(), to.Target, storage.ListQuery{Max: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		_, body, err := engine.Get(context.Background(), to.Target, row.Key)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(body.Range(0, row.Size))
		body.Close()
		if err != nil {
			t.Fatal(err)
		}
		keys, texts = append(keys, row.Key), append(texts, string(text))
	}
	return keys, texts
}

func TestARecordHasItsFieldsWhateverIsInIt(t *testing.T) {
	hostile := "a b\n\"\x1b\x7fé] [\\"
	_, texts := delivered(t, accesslog.Batch{Source: "media", Owner: "owner", Target: "logs"}, accesslog.Record{
		At: time.Unix(0, 0), Client: hostile, Caller: hostile, ID: hostile, Operation: hostile, Key: hostile, URI: hostile, Status: 200, Code: hostile,
		Size: -1, Total: -1, Turn: time.Second, Referer: hostile, Agent: hostile, Version: hostile, Host: hostile, Endpoint: hostile, ByACL: true,
	})
	line, ended := strings.CutSuffix(texts[0], "\n")
	fields := regexp.MustCompile(`"[^"]*"|\[\d\d/[^\]]*\]|[^ ]+`).FindAllString(line, -1)
	if len(texts) != 1 || !ended || len(fields) != 27 || strings.Join(fields, " ") != line {
		t.Fatalf("%d fields: %q", len(fields), texts)
	}
	if strings.ContainsAny(line, "\n\x1b\x7fé") || fields[0] != "owner" || fields[1] != "media" || fields[12] != "-" || fields[14] != "1000" || fields[25] != "Yes" {
		t.Errorf("%q", line)
	}
}

func TestRecordsOfDaysGoIntoObjectsOfDaysWhereTheDayIsThatOfTheRequest(t *testing.T) {
	late, early := time.Date(2026, 2, 28, 23, 59, 59, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 1, 0, time.UTC)
	to := accesslog.Batch{Source: "media", Owner: "owner", Region: "here", Target: "logs", Prefix: "p/", Partitioned: true}
	records := []accesslog.Record{{At: late}, {At: early}, {At: early}}
	if keys, _ := delivered(t, to, records...); len(keys) != 1 || !strings.HasPrefix(keys[0], "p/owner/here/media/2026/03/02/2026-03-02-01-00-00-") {
		t.Error(keys)
	}
	to.ByEvent = true
	keys, _ := delivered(t, to, records...)
	if len(keys) != 2 || !strings.HasPrefix(keys[0], "p/owner/here/media/2026/02/28/2026-02-28-00-00-00-") || !strings.HasPrefix(keys[1], "p/owner/here/media/2026/03/01/2026-03-01-00-00-00-") {
		t.Error(keys)
	}
}
