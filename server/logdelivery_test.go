package server_test

import (
	"context"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server/accesslog"
	"spaces/server/storage"
	"spaces/server/sweep"
)

// run runs the delivery as a server does until stop, in a bubble of synctest.
func (l *logYard) run() (stop func()) {
	ticks, ended := time.NewTicker(accesslog.DeliverEvery), make(chan struct{})
	ctx, cancel := context.WithCancel(context.Background())
	go func() { defer close(ended); l.logs.Run(ctx, ticks.C) }()
	stop = func() { cancel(); <-ended; ticks.Stop() }
	l.Cleanup(stop)
	return stop
}

func (l *logYard) count(space, prefix string) int {
	l.Helper()
	return len(l.objects(space, prefix))
}

func TestLogsAreDeliveredAtTicksAndAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := withLogs(t)
		stop := l.run()
		l.want(200, "PUT", "/media/a", "x")
		l.want(200, "PUT", "/media/b", "x")
		time.Sleep(accesslog.DeliverEvery - time.Minute)
		if n := l.count("logs", ""); n != 0 {
			t.Fatal("delivered before its time")
		}
		time.Sleep(2 * time.Minute)
		objects := l.objects("logs", "")
		for key, text := range objects {
			if !regexp.MustCompile(`^a/2026-03-01-12-34-56-[0-9A-F]{16}$`).MatchString(key) || len(parseLog(t, text)) != 2 {
				t.Errorf("%q: %q", key, text)
			}
			o, err := l.engine.Head("logs", key)
			if err != nil || o.Headers["Content-Type"] != "text/plain" || o.ACL != storage.Private {
				t.Errorf("%+v %v", o, err)
			}
		}
		if len(objects) != 1 {
			t.Fatal(len(objects))
		}
		if time.Sleep(accesslog.DeliverEvery); l.count("logs", "") != 1 {
			t.Error("an empty log was delivered")
		}
		l.want(204, "DELETE", "/media/a", "")
		if stop(); l.count("logs", "") != 2 {
			t.Error("what waited at the end is lost")
		}
	})
}

func TestALogThatFillsAnObjectGoesAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := withLogsOf(t, 600, 1<<20)
		stop := l.run()
		for range 8 {
			l.want(200, "GET", "/media", "")
		}
		synctest.Wait()
		early := l.count("logs", "")
		stop()
		objects := l.objects("logs", "")
		lines := 0
		for _, text := range objects {
			lines += len(parseLog(t, text))
			if len(text) > 1200 {
				t.Error(len(text))
			}
		}
		if early < 2 || early > len(objects) || lines != 8 {
			t.Error(early, len(objects), lines)
		}
	})
}

func TestLinesThatDoNotFitAreDroppedAndCounted(t *testing.T) {
	l := withLogsOf(t, 1<<20, 1000)
	for range 20 {
		l.want(200, "GET", "/media", "")
	}
	kept := len(l.deliver("logs", ""))
	if kept == 0 || kept == 20 || l.logs.Dropped() != uint64(20-kept) {
		t.Error(kept, l.logs.Dropped())
	}
	if n := strings.Count(l.trace.String(), "dropped"); n != 1 {
		t.Error(n, l.trace)
	}
	w := httptest.NewRecorder()
	l.server.Admin().ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1/metrics", nil))
	if !strings.Contains(w.Body.String(), "spaces_bucket_log_dropped_total "+formatCount(20-kept)) || !strings.Contains(w.Body.String(), "spaces_bucket_log_lines_total "+formatCount(kept)) {
		t.Error(w.Body)
	}
	l.want(200, "GET", "/media", "")
	if len(l.deliver("logs", "")) != kept+1 {
		t.Error("there is no room after a delivery")
	}
}

func TestASpaceMayKeepItsOwnLogWithoutALoop(t *testing.T) {
	l := withLogs(t)
	l.turnOn("media", "media", "log/", "")
	l.logs.Deliver(context.Background()) // the request above went where the log went before
	l.want(200, "GET", "/media", "")
	for range 3 {
		l.logs.Deliver(context.Background())
	}
	if objects := l.objects("media", "log/"); len(objects) != 1 {
		t.Error(objects)
	}
	l.want(200, "PUT", "/media?logging", "<BucketLoggingStatus/>")
	l.logs.Deliver(context.Background())
	l.want(200, "GET", "/media", "")
	if l.logs.Deliver(context.Background()); l.count("media", "log/") != 2 {
		t.Error("logYard after it was turned off")
	}
}

func TestPartitionedKeysNameAccountRegionSpaceAndDay(t *testing.T) {
	format := func(source string) string {
		if source != "" {
			source = "<PartitionDateSource>" + source + "</PartitionDateSource>"
		}
		return "<TargetObjectKeyFormat><PartitionedPrefix>" + source + "</PartitionedPrefix></TargetObjectKeyFormat>"
	}
	today := `\d{4}/\d\d/\d\d/\d{4}-\d\d-\d\d-00-00-00-[0-9A-F]{16}$`
	for source, want := range map[string]string{
		"DeliveryTime": `^p/owner/us-east-1/media/2026/03/01/2026-03-01-12-34-56-[0-9A-F]{16}$`,
		"EventTime":    `^p/owner/us-east-1/media/` + today,
		"":             `^p/owner/us-east-1/media/` + today,
	} {
		l := withLogs(t)
		l.turnOn("media", "logs", "p/", format(source))
		began := time.Now().UTC()
		l.want(200, "GET", "/media", "")
		l.logs.Deliver(context.Background())
		for key := range l.objects("logs", "p/") {
			if !regexp.MustCompile(want).MatchString(key) {
				t.Errorf("%q: %s", source, key)
			}
			if source != "DeliveryTime" && !strings.Contains(key, began.Format("/2006/01/02/")) && !strings.Contains(key, time.Now().UTC().Format("/2006/01/02/")) {
				t.Errorf("%q is not of the day of the request", key)
			}
		}
		if l.count("logs", "p/") != 1 {
			t.Errorf("%q: nothing was delivered", source)
		}
	}
}

func TestWithoutDeliveryNothingIsKept(t *testing.T) {
	f := withSpace(t)
	f.want(200, "PUT", "/logs", "")
	f.want(200, "PUT", "/media?logging", logDocument("logs", "", ""))
	f.want(200, "GET", "/media", "")
	if rows, _, err := f.engine.List(context.Background(), "logs", storage.ListQuery{Max: 10}); err != nil || len(rows) != 0 {
		t.Error(rows, err)
	}
}

func formatCount(n int) string { return strconv.Itoa(n) }

func TestWhatASweepDoesIsLogged(t *testing.T) {
	l := withLogs(t)
	l.want(200, "PUT", "/media?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	l.want(200, "PUT", "/media?lifecycle", expiry("", "1"))
	l.want(200, "PUT", "/media/old%20one", "hello")
	l.begin("/media/big")
	l.logs.Deliver(context.Background())
	before := l.objects("logs", "")
	now := time.Now()
	w := sweep.New(l.engine, func() time.Time { return now }, nil)
	w.Tell(l.server.LogSwept)
	for range 40 * 24 {
		now = now.Add(time.Hour)
		if _, err := w.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	l.logs.Deliver(context.Background())
	var swept []record
	for key, text := range l.objects("logs", "") {
		if _, known := before[key]; !known {
			swept = append(swept, parseLog(t, text)...)
		}
	}
	if len(swept) != 2 {
		t.Fatal(swept)
	}
	nobody := map[int]string{fOwner: "owner", fSpace: "media", fClient: "-", fCaller: "AmazonS3", fURI: "-", fStatus: "-", fCode: "-", fTotal: "-", fTurn: "-", fAgent: "-", fSignature: "-", fEndpoint: "-", fTLS: "-"}
	l.expect(swept[0], nobody)
	l.expect(swept[0], map[int]string{fOperation: "S3.CREATE.DELETEMARKER", fKey: "old%20one", fSize: "5", fVersion: "-"})
	l.expect(swept[1], nobody)
	l.expect(swept[1], map[int]string{fOperation: "S3.DELETE.UPLOAD", fKey: "big", fSize: "-"})
}
