package server_test

import (
	"fmt"
	"os"
	"regexp"
	"spaces/server/accesslog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"spaces/server"
)

// series are the names and labels of what the metrics have, without the values.
func series(text string) map[string]bool {
	all := map[string]bool{}
	for line := range strings.Lines(text) {
		if name, _, is := strings.Cut(strings.TrimSpace(line), "} "); is && line[0] != '#' {
			all[name] = true
		}
	}
	return all
}

// The metrics grow by no name, method, status or host that somebody sends: a stranger could fill the memory of who watches.
func TestNobodyMakesMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFixture(t, func(c *server.Config) { c.Metrics = server.NewMetrics() })
		attack := func(round int) {
			for i := range 50 {
				name := fmt.Sprintf("x%d-%d", round, i)
				f.want(200, "PUT", "/"+name, "")
				f.anonymous("GET", "/"+name+`/"}%0Aevil{a="`+name, "")
				f.anonymous("BREW"+name, "/", "")
				f.anonymous("GET", "/?"+name+"&acl", "", "Host", name+".evil.example", "User-Agent", name)
			}
			synctest.Wait()
		}
		attack(1)
		before := series(metrics(f))
		attack(2)
		for name := range series(metrics(f)) {
			if !before[name] || strings.Contains(name, "x1-") {
				t.Errorf("%s was made by a stranger", name)
			}
		}
		if len(before) > 400 {
			t.Errorf("%d series", len(before))
		}
	})
}

// What promtool checks of metrics (check metrics; https://prometheus.io/docs/practices/naming).
func TestMetricsHaveTheirNamesAndHelp(t *testing.T) {
	f := newFixture(t, func(c *server.Config) { c.Metrics = server.NewMetrics() })
	text := metrics(f)
	help, kind := map[string]string{}, map[string]string{}
	name := regexp.MustCompile(`^(spaces|process|go)_[a-z0-9_]+$`)
	unit := regexp.MustCompile(`_(milliseconds|minutes|hours|kilobytes|megabytes|percent)(_|$)`)
	for line := range strings.Lines(text) {
		words := strings.SplitN(strings.TrimSpace(line), " ", 4)
		switch {
		case words[0] != "#":
			n := strings.FieldsFunc(words[0], func(r rune) bool { return r == '{' })[0]
			for _, end := range []string{"_bucket", "_sum", "_count"} {
				if base := strings.TrimSuffix(n, end); kind[base] == "histogram" {
					n = base
				}
			}
			if help[n] == "" || kind[n] == "" {
				t.Errorf("%s has no help or type before it", n)
			}
		case words[1] == "HELP":
			if help[words[2]] != "" || len(words) < 4 || !strings.HasSuffix(words[3], ".") {
				t.Errorf("the help of %s is there twice, or no sentence: %q", words[2], line)
			}
			help[words[2]] = words[3]
		case words[1] == "TYPE":
			kind[words[2]] = words[3]
			if total := strings.HasSuffix(words[2], "_total"); total != (words[3] == "counter") {
				t.Errorf("%s is a %s", words[2], words[3])
			}
			if !name.MatchString(words[2]) || unit.MatchString(words[2]) {
				t.Errorf("%s is no name for a metric", words[2])
			}
		}
	}
	if len(help) < 25 || len(help) != len(kind) {
		t.Errorf("%d helps and %d types", len(help), len(kind))
	}
}

// What goes wrong beside requests is counted, and marked in the log, whether there is one or not.
func TestTroublesAreCountedByWork(t *testing.T) {
	tr := &server.Troubles{}
	f := newFixture(t, func(c *server.Config) { c.Troubles = tr })
	tr.Logger(nil, "lifecycle").Error("the sweep of the Spaces failed")
	tr.Logger(nil, "lifecycle").Info("swept")
	tr.Logger(nil, "scrub").With("a", 1).Warn("cannot be noted")
	tr.Logger(nil, "nothing that there is").Warn("x")
	text := metrics(f)
	for _, want := range []string{`{work="lifecycle"} 1`, `{work="scrub"} 1`, `{work="store"} 0`} {
		if !strings.Contains(text, "\nspaces_troubles_total"+want+"\n") {
			t.Errorf("%s is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "nothing that") {
		t.Error(text)
	}
}

// The README names metrics that there are, and all of them where it lists them.
func TestTheReadmeNamesEveryMetric(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	f, _ := logged(t, accesslog.Options{}, func(c *server.Config) {
		c.Metrics, c.Logs = server.NewMetrics(), accesslog.NewDelivery(c.Engine, accesslog.DeliveryOptions{})
		c.Upkeep = func() server.Upkeep {
			return server.Upkeep{Scrub: time.Now(), Backup: time.Now(), Certificate: time.Now()}
		}
	})
	there := map[string]bool{}
	for line := range strings.Lines(metrics(f)) {
		if words := strings.Fields(line); words[0] == "#" {
			there[words[2]] = true
		}
	}
	for _, name := range regexp.MustCompile("`((?:spaces|process|go)_[a-z0-9_]+)").FindAllStringSubmatch(string(readme), -1) {
		if !there[name[1]] {
			t.Errorf("the README names %s, which there is not", name[1])
		}
	}
	if !strings.Contains(string(readme), "<!-- metrics -->") {
		t.Fatal("the README does not list the metrics")
	}
	for name := range there {
		if !strings.Contains(string(readme), "`"+name+"`") {
			t.Errorf("the README does not name %s", name)
		}
	}
}
