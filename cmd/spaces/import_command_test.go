package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestImportAsksAPersonWhichOnes(t *testing.T) {
	dir := t.TempDir()
	env := map[string]string{"AWS_CONFIG_FILE": filepath.Join(dir, "none"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "keys"),
		"S3CMD_CONFIG": filepath.Join(dir, "none"), "RCLONE_CONFIG": filepath.Join(dir, "rclone.conf"), "MC_CONFIG_DIR": dir}
	remote := func(name string) string {
		return "[" + name + "]\ntype = s3\naccess_key_id = AK\x1b]0;" + name + "\nsecret_access_key = canary\nendpoint = s3.example.com\n"
	}
	for name, text := range map[string]string{"keys": "[same]\naws_access_key_id=A\n", "rclone.conf": remote("one") + remote("same") + remote("two\x1b[2J")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for answer, want := range map[string]string{
		"\n":             "",
		"":               "",
		"all\n":          "one same same-2 two--2J",
		"1 two--2J\n":    "same two--2J",
		"1 1\n":          `no other tool knows an endpoint called "1"`,
		"2,rclone:same":  "one same-2",
		"same\n":         `more than one is called "same": write aws:same or rclone:same`,
		"nobody\n":       `called "nobody"`,
		"99\n":           `called "99"`,
		"\x1b]0;x\x07\n": `called "\x1b]0;x\a"`,
	} {
		path := filepath.Join(t.TempDir(), "config.toml")
		var out bytes.Buffer
		p := process{stdin: strings.NewReader(answer), stdout: &out, stderr: &out, getenv: func(name string) string { return env[name] }, now: time.Now, terminal: true}
		code := run(context.Background(), []string{"import", "--config", path}, p)
		c, err := loadConfig(path)
		if err != nil && !os.IsNotExist(err) && code == 0 && want != "" {
			t.Errorf("%q: %v", answer, err)
		}
		got := strings.Join(slices.Sorted(maps.Keys(c.Profiles)), " ")
		if code != 0 {
			got = out.String()
		}
		if got != want && (code == 0 || !strings.Contains(got, want)) {
			t.Errorf("%q: %q, want %q", answer, got, want)
		}
		if strings.ContainsAny(out.String(), "\x1b\a") || strings.Contains(out.String(), "canary") {
			t.Errorf("%q prints %q", answer, out.String())
		}
	}
}
