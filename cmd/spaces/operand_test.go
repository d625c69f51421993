package main

import (
	"testing"

	"spaces/store"
)

func TestAnArgumentIsAPathUnlessItNamesAConnection(t *testing.T) {
	cs := newConnections(process{getenv: func(string) string { return "" }}, options{profile: "do"}, config{Profiles: map[string]profile{"do": {Endpoint: "https://nyc3.digitaloceanspaces.com"}}})
	for text, want := range map[string]struct {
		conn store.Conn
		rest string
	}{
		"s3://media/a b?x%20*:c": {"do", "media/a b?x%20*:c"},
		"s3://":                  {"do", ""},
		"do:media":               {"do", "media"},
		"do:":                    {"do", ""},
		":media/x":               {"", "media/x"},
		":/media//x":             {"", "media//x"},
		"do:/media/a:b":          {"do", "media/a:b"},
		"https://s3.example.com:9000#key:media/a:b": {"https://s3.example.com:9000#key", "media/a:b"},
	} {
		conn, rest, remote, err := cs.split(text)
		if err != nil || !remote || conn != want.conn || rest != want.rest {
			t.Errorf("%q: %q %q %v", text, conn, rest, remote)
		}
	}
	for _, text := range []string{"a", ".", "..", "./do:x", "/tmp/a:b", `..\a:b`, "a/b:c", ":", "https://s3.example.com/media", "dir/"} {
		if _, _, remote, _ := cs.split(text); remote {
			t.Errorf("%q is taken for remote", text)
		}
	}
}

func TestAProfileThatIsNotThereIsNotThisMachine(t *testing.T) {
	cs := newConnections(process{getenv: func(string) string { return "" }}, options{profile: "typo"}, config{})
	if conn, _, _, err := cs.split("s3://media/a"); err == nil {
		t.Errorf("it is %q", conn)
	}
}
