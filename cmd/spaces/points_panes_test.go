package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestPointCopyAndMoveBetweenPanesOfTwoConnections has another server in the other pane.
func TestPointCopyAndMoveBetweenPanesOfTwoConnections(t *testing.T) {
	p := newPoint(t)
	p.put("dir/one.txt", "dir/sub/two.txt", "file.txt", "stays.txt")
	other := newHome(t).serve(t, program(t), "127.0.0.1:0")
	there := *p
	there.endpoint, there.own, there.s3 = "http://"+other.addr, other, clientOf("http://"+other.addr, testKey, testSecret)
	if _, err := there.s3.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &p.space}); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(p.home.dir, "config", "spaces", "config.toml")
	if err := os.MkdirAll(filepath.Dir(config), 0o700); err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("[profiles.other]\nendpoint = %q\naddressing = \"path\"\ncredentials = \"keys\"\naccess_key_id = %q\nsecret_access_key = %q\n", there.endpoint, testKey, testSecret)
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}

	p.open(p.space + "/")
	p.see("▌▸ dir/")
	p.press("ctrl+o")
	p.until("two panes", func(s string) bool { return strings.Count(s, "stays.txt") == 2 })
	p.press("tab", "g", "p")
	p.see("Go to")
	p.press("ctrl+e", "ctrl+u", "other:"+p.space+"/", "enter")
	p.see("other", "is empty")
	p.press("tab")
	p.see("▌▸ dir/")
	p.press("space", "space")
	p.see("1 folder, 1 file (8 B) selected")
	p.press("Y")
	p.see("Copy to folder", "Copy here")
	p.press("enter")
	p.gone("─ Copy to folder")
	p.done("Copy", "3 of 3 objects")
	there.holds(p.space, "dir/one.txt", "dir/sub/two.txt", "file.txt")
	p.holds(p.space, "dir/one.txt", "dir/sub/two.txt", "file.txt", "stays.txt")
	if text := there.content(p.space, "dir/sub/two.txt"); text != "dir/sub/two.txt" {
		t.Errorf("the copy holds %q", text)
	}
	p.leave(" selected")
	p.press("G")
	p.see("▌  stays.txt")
	p.press("m")
	p.see("Move to folder", "Move here")
	p.press("enter")
	p.gone("─ Move to folder")
	p.done("Move", "1 of 1 object")
	there.holds(p.space, "dir/one.txt", "dir/sub/two.txt", "file.txt", "stays.txt")
	p.holds(p.space, "dir/one.txt", "dir/sub/two.txt", "file.txt")
}
