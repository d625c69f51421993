package main

import (
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"spaces/store/storetest"
)

// menu opens the More menu and returns it.
func (p *point) menu(texts ...string) string {
	p.t.Helper()
	p.press(">")
	return p.see(texts...)
}

func TestPointFoldersHaveNeitherPermissionsNorMetadata(t *testing.T) {
	p := newPoint(t, storetest.Permissions)
	all := []string{"dir/one.txt", "dir/sub/two.txt", "file.txt", "other.txt"}
	p.put(all...)
	p.open(p.space + "/")
	p.see("▌▸ dir/")
	p.press("space", "space") // dir/ and file.txt
	p.see("1 folder, 1 file (8 B) selected")
	p.press("=")
	p.see("Folders have no permissions")
	p.press("M")
	p.see("Folders have no metadata")
	p.menu("– Folders have no permissions", "– Folders have no metadata", "Permissions of everything inside…",
		"Metadata of everything inside…", "Move to folder…", "Delete…")
	p.leave("Delete…")
	p.press(":", "permissions")
	p.see("– Folders have no permissions", "Permissions of everything inside…")
	p.leave("everything inside…")
	p.press(":", "metadata")
	p.see("– Folders have no metadata", "Metadata of everything inside…")
	p.press("enter") // the first of them is off
	p.see("Folders have no metadata: Metadata of everything inside… changes the files in them")
	p.leave("everything inside…   ")

	p.press("g", "=")
	p.see("Permissions of everything inside", "3 objects", "counted, complete")
	p.press("down", "down", "enter")
	p.see("Anyone with the address can read each of these files")
	p.press("y")
	p.gone("─ Permissions of everything inside")
	p.done("Permissions", "3 of 3 objects")
	p.access(all, "dir/one.txt", "dir/sub/two.txt", "file.txt")

	p.leave(" selected ")
	p.press("g", "g", "space", "space")
	p.see("1 folder, 1 file (8 B) selected")
	p.press("g", "M")
	p.see("Metadata of everything inside", "counted, complete")
	p.fill("Cache-Control", "max-age=60")
	p.press("enter")
	p.see("Cache-Control: set to max-age=60")
	p.press("y")
	p.gone("─ Metadata of everything inside")
	p.done("Metadata", "3 of 3 objects")
	for _, key := range all {
		got, want := p.head(key).CacheControl, key != "other.txt"
		if (got != nil && *got == "max-age=60") != want {
			t.Errorf("%s: Cache-Control %v", key, got)
		}
	}
	p.access(all, "dir/one.txt", "dir/sub/two.txt", "file.txt") // as they were
}

func TestPointPermissionsOfOneAndOfSeveral(t *testing.T) {
	p := newPoint(t, storetest.Permissions)
	all := []string{"a.txt", "b.txt", "c.txt"}
	p.put(all...)
	p.open(p.space + "/")
	p.see("▌  a.txt")
	p.press("=")
	p.see("Now: private", "(•) Private")
	p.press("down")
	p.see("(•) Public")
	p.press("enter")
	p.see("a.txt is public now")
	p.access(all, "a.txt")
	p.press("=")
	p.see("Now: public", "(•) Public")
	p.press("up")
	p.see("(•) Private")
	p.press("enter")
	p.see("a.txt is private now", "Access     private")
	p.access(all)
	p.press("space", "space")
	p.see("2 files (10 B) selected")
	p.press("=")
	p.see("Now: 2 private")
	p.press("down", "down")
	p.see("(•) Public")
	p.press("enter")
	p.gone("─ Permissions ─")
	p.done("Permissions", "2 of 2 objects")
	p.access(all, "a.txt", "b.txt")
}

func TestPointMetadataOfAFile(t *testing.T) {
	p := newPoint(t)
	p.put("page.txt", "z.txt")
	p.open(p.space + "/")
	p.see("▌  page.txt")
	p.press("M")
	p.see("Content-Type", "Cache-Control", "Content-Encoding", "Content-Disposition", "Add")
	p.fill("Content-Type", "application/json")
	p.fill("Cache-Control", "max-age=3600")
	p.fill("Content-Encoding", "gzip")
	p.fill("Content-Disposition", "attachment")
	p.fill("Add", "owner: sammy")
	p.press("enter")
	p.see("x-amz-meta-")
	p.press("enter")
	p.see("Cache-Control: not set → max-age=3600", "x-amz-meta-owner: not set → sammy")
	p.press("y")
	p.see("Changed metadata of page.txt")
	o := p.head("page.txt")
	got := []string{*o.ContentType, *o.CacheControl, *o.ContentEncoding, *o.ContentDisposition}
	if strings.Join(got, " ") != "application/json max-age=3600 gzip attachment" || !maps.Equal(o.Metadata, map[string]string{"owner": "sammy"}) {
		t.Errorf("%q, %q", got, o.Metadata)
	}

	p.press("ctrl+a") // of several files only what was edited is changed
	p.see("2 files (13 B) selected")
	p.press("M")
	p.see("2 files", "differs")
	p.fill("Cache-Control", "no-cache")
	p.press("enter")
	p.see("→ no-cache")
	p.press("y")
	p.gone("─ Metadata ─")
	p.done("Metadata", "2 of 2 objects")
	o, z := p.head("page.txt"), p.head("z.txt")
	if *o.CacheControl != "no-cache" || *z.CacheControl != "no-cache" || *o.ContentType != "application/json" || z.ContentDisposition != nil || o.Metadata["owner"] != "sammy" {
		t.Errorf("%+v\n%+v", o, z)
	}
}

func TestPointQuickShareMakesLinksThatOpen(t *testing.T) {
	p := newPoint(t)
	p.put("pic.txt", "z.txt")
	p.open(p.space + "/")
	p.see("▌  pic.txt")
	p.press("s")
	p.see("Quick Share", "Expires", "Unix ")
	lives := []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour, 3 * 24 * time.Hour, 7 * 24 * time.Hour}
	for _, i := range []int{4, 3, 2, 1, 0} { // the link of an hour is there already
		life := lives[i]
		p.press(strconv.Itoa(i + 1))
		seconds := strconv.Itoa(int(life / time.Second))
		screen := p.until("a link of "+life.String(), func(s string) bool { return strings.Contains(joinBox(s), "X-Amz-Expires="+seconds+"&") })
		p.press("c")
		p.until("the same link on the clipboard", func(s string) bool { return strings.Contains(p.clipboard(), "X-Amz-Expires="+seconds+"&") })
		link, err := url.Parse(p.clipboard())
		if err != nil {
			t.Fatal(err)
		}
		made, err := time.Parse("20060102T150405Z", link.Query().Get("X-Amz-Date"))
		if err != nil {
			t.Fatal(err)
		}
		if ends := strconv.FormatInt(made.Add(life).Unix(), 10); !strings.Contains(screen, "Unix "+ends) {
			t.Errorf("the link ends at %s; the screen shows\n%s", ends, screen)
		}
		if status, body := p.ask(http.MethodGet, link.String(), nil); status != http.StatusOK || body != "pic.txt" {
			t.Errorf("%s answers %d %s", link, status, body)
		}
		link.Path = strings.Replace(link.Path, "pic.txt", "z.txt", 1)
		if status, _ := p.ask(http.MethodGet, link.String(), nil); status != http.StatusForbidden {
			t.Errorf("it leads to another file: %d", status)
		}
	}
	p.leave("Quick Share")
}

func TestPointQuickShareOfAPublicFileIsItsPlainURL(t *testing.T) {
	p := newPoint(t, storetest.Permissions)
	p.put("pic.txt")
	key := "pic.txt"
	if _, err := p.s3.PutObjectAcl(t.Context(), &s3.PutObjectAclInput{Bucket: &p.space, Key: &key, ACL: types.ObjectCannedACLPublicRead}); err != nil {
		t.Fatal(err)
	}
	p.open(p.space + "/")
	p.see("▌  pic.txt")
	p.press("s")
	p.see("its link is its plain URL", "never expires")
	p.press("c")
	p.see("Sent to the terminal's clipboard")
	p.copied(p.endpoint + "/" + p.space + "/pic.txt")
	if status, body := p.ask(http.MethodGet, p.clipboard(), nil); status != http.StatusOK || body != "pic.txt" {
		t.Errorf("it answers %d %s", status, body)
	}
}
