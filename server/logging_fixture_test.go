package server_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"spaces/server"
	"spaces/server/accesslog"
	"spaces/server/storage"
)

// logYard is a fixture whose Spaces can have logs, with a clock for the names
// of what is delivered.
type logYard struct {
	*fixture
	logs  *accesslog.Delivery
	trace *bytes.Buffer // the program's own log
	now   time.Time

	object, queue int // see accesslog.DeliveryOptions
}

func (l *logYard) configure(c *server.Config) {
	l.now = time.Date(2026, 3, 1, 12, 34, 56, 0, time.UTC)
	l.trace = new(bytes.Buffer)
	l.logs = accesslog.NewDelivery(c.Engine, accesslog.DeliveryOptions{
		Now: func() time.Time { return l.now }, Log: slog.New(slog.NewTextHandler(l.trace, nil)), Object: l.object, Queue: l.queue,
	})
	c.Logs, c.Metrics = l.logs, server.NewMetrics()
}

// withLogs has a Space media, whose log goes to logs.
func withLogs(t *testing.T) *logYard { return withLogsOf(t, 0, 0) }

// withLogsOf is withLogs with sizes of an object and of the queue, in bytes.
func withLogsOf(t *testing.T, object, queue int) *logYard {
	t.Helper()
	l := &logYard{object: object, queue: queue}
	l.fixture = newFixture(t, l.configure)
	l.want(200, "PUT", "/media", "")
	l.want(200, "PUT", "/logs", "")
	l.turnOn("media", "logs", "a/", "")
	return l
}

func logDocument(target, prefix, more string) string {
	return "<BucketLoggingStatus><LoggingEnabled><TargetBucket>" + target + "</TargetBucket><TargetPrefix>" + prefix + "</TargetPrefix>" + more + "</LoggingEnabled></BucketLoggingStatus>"
}

func (l *logYard) turnOn(space, target, prefix, more string) {
	l.Helper()
	l.want(200, "PUT", "/"+space+"?logging", logDocument(target, prefix, more))
}

// objects reads what was delivered to a Space, by key.
func (l *logYard) objects(space, prefix string) map[string]string {
	l.Helper()
	rows, _, err := l.engine.List(context.Background(), space, storage.ListQuery{Prefix: prefix, Max: 1000})
	if err != nil {
		l.Fatal(err)
	}
	all := map[string]string{}
	for _, r := range rows {
		_, body, err := l.engine.Get(context.Background(), space, r.Key)
		if err != nil {
			l.Fatal(err)
		}
		text, err := io.ReadAll(body.Range(0, r.Size))
		body.Close()
		if err != nil {
			l.Fatal(err)
		}
		all[r.Key] = string(text)
	}
	return all
}

// record is a line with its 27 fields; quotes are kept.
type record []string

// Places of fields in a record.
const (
	fOwner, fSpace, fTime, fClient, fCaller, fID, fOperation, fKey, fURI        = 0, 1, 2, 3, 4, 5, 6, 7, 8
	fStatus, fCode, fSent, fSize, fTotal, fTurn, fReferer, fAgent, fVersion     = 9, 10, 11, 12, 13, 14, 15, 16, 17
	fHost, fSignature, fCipher, fAuth, fEndpoint, fTLS, fPoint, fByACL, fRegion = 18, 19, 20, 21, 22, 23, 24, 25, 26
)

var fields = regexp.MustCompile(`"[^"]*"|\[[^\]]*\]|[^ ]+`)

func parseLog(t testing.TB, text string) (all []record) {
	t.Helper()
	for line := range strings.Lines(text) {
		r := record(fields.FindAllString(strings.TrimSuffix(line, "\n"), -1))
		if len(r) != 27 || strings.Join(r, " ")+"\n" != line {
			t.Fatalf("%d fields: %q", len(r), line)
		}
		all = append(all, r)
	}
	return all
}

// deliver delivers, and gives all lines of below a prefix.
func (l *logYard) deliver(space, prefix string) (all []record) {
	l.Helper()
	l.logs.Deliver(context.Background())
	objects := l.objects(space, prefix)
	var keys []string
	for key := range objects {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		all = append(all, parseLog(l, objects[key])...)
	}
	return all
}

// one delivers, and gives the only line that there is of an operation.
func (l *logYard) one(space, prefix, operation string) record {
	l.Helper()
	all := slices.DeleteFunc(l.deliver(space, prefix), func(r record) bool { return r[fOperation] != operation })
	if len(all) != 1 {
		l.Fatalf("%d lines of %s", len(all), operation)
	}
	return all[0]
}

func (l *logYard) expect(r record, want map[int]string) {
	l.Helper()
	for i, v := range want {
		if r[i] != v {
			l.Errorf("field %d is %s, want %s: %v", i, r[i], v, r)
		}
	}
}
