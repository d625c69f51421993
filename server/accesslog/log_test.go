package accesslog_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"spaces/server/accesslog"
)

func open(t *testing.T, o accesslog.Options) *accesslog.Log {
	t.Helper()
	log, err := accesslog.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { log.Close() })
	return log
}

func readLog(t *testing.T, path string) (all []map[string]any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil || !strings.HasSuffix(line, "\n") {
			t.Fatalf("%q: %v", line, err)
		}
		all = append(all, m)
	}
	return all
}

func TestALineIsOneLineOfJSONWhateverIsInIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	log := open(t, accesslog.Options{Path: path})
	hostile := "a\n\r\x1b[31m\x00\"\\\u202e\u2028\U000e0001é"
	log.Record(accesslog.Line{Operation: "GetObject", Space: "media", Key: hostile, Agent: strings.Repeat("x", 5000)})
	log.Record(accesslog.Line{Key: "not \xff UTF-8"})
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	all := readLog(t, path)
	if len(all) != 2 || all[0]["key"] != hostile || len(all[0]["agent"].(string)) != 256 || all[1]["key"] != "not \ufffd UTF-8" {
		t.Error(all)
	}
	text, _ := os.ReadFile(path)
	if strings.ContainsAny(string(text), "\x1b\x00\r\u202e\u2028\U000e0001") {
		t.Errorf("a terminal acts on %q", text)
	}
}

func TestALogIsSetAsideBySizeAndKeptInNumber(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	log := open(t, accesslog.Options{Path: path, MaxBytes: 2000, Keep: 2})
	for i := range 60 {
		log.Record(accesslog.Line{Operation: "GetObject", Space: "none", Key: strconv.Itoa(i), Status: 404, Code: "NoSuchBucket"})
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	last := readLog(t, path)
	names, err := filepath.Glob(path + "*")
	if err != nil || len(names) != 3 {
		t.Fatal(names, err)
	}
	for _, n := range names {
		info, err := os.Stat(n)
		if err != nil || info.Size() > 2000 || info.Mode().Perm() != 0o600 {
			t.Error(n, info, err)
		}
		readLog(t, n)
	}
	if key := last[len(last)-1]["key"]; key != "59" {
		t.Error("the last line is of", key)
	}
	newest := func(name string) int {
		all := readLog(t, name)
		n, err := strconv.Atoi(all[len(all)-1]["key"].(string))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if a, b, c := newest(path+".2"), newest(path+".1"), newest(path); a >= b || b >= c {
		t.Error("the files are in the wrong order:", a, b, c)
	}
}

func TestALogThatCannotKeepUpDropsLinesAndNotThoseThatAreToBeKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "access.log")
	log := open(t, accesslog.Options{Path: path})
	total, spaces := 0, 0
	for range 200 { // faster than any disk
		for range 1000 {
			log.Record(accesslog.Line{Operation: "GetObject"})
			total++
		}
		log.Record(accesslog.Line{Operation: "CreateBucket", Kept: true})
		spaces++
	}
	if err := log.Close(); err != nil {
		t.Fatal(err)
	}
	gets, creates, said := 0, 0, 0.0
	for _, m := range readLog(t, path) {
		switch m["operation"] {
		case "GetObject":
			gets++
		case "CreateBucket":
			creates++
		default:
			said += m["dropped"].(float64)
		}
	}
	if creates != spaces {
		t.Errorf("%d of %d lines about Spaces", creates, spaces)
	}
	if gets+int(log.Dropped()) != total || int(said) != int(log.Dropped()) {
		t.Errorf("%d written, %d dropped, %v said to be, of %d", gets, log.Dropped(), said, total)
	}
}

func TestALogOnAFullDiskStopsNothing(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip(err)
	}
	path := filepath.Join(t.TempDir(), "access.log")
	if err := os.Symlink("/dev/full", path); err != nil {
		t.Fatal(err)
	}
	log, err := accesslog.Open(accesslog.Options{Path: path})
	if err != nil {
		t.Skip(err) // /dev/full may not be made private by all
	}
	for range 20_000 {
		log.Record(accesslog.Line{Operation: "GetObject"})
	}
	log.Close()
	if log.Dropped() == 0 {
		t.Error("nothing was dropped")
	}
}
