package main

import (
	"os"
	"path/filepath"
	"testing"

	"spaces/store/storetest"
)

func TestPointUploadStagesABatchThatIsPublicOrPrivate(t *testing.T) {
	p := newPoint(t)
	p.open(p.space + "/in/")
	p.see("u upload")
	p.press("u")
	p.see("Upload to", "0 files")
	p.paste(p.file("a.txt", "alpha"))
	p.see("1 file, 5 B")
	p.file("tree/page.html", "<p>")
	p.file("tree/deep/style.css", "p{}")
	p.paste(filepath.Join(p.home.dir, "tree"))
	p.see("3 files, 11 B")
	p.paste(p.file("not this.bin", "no"))
	p.see("4 files, 13 B")
	p.tabTo("Staged")
	p.press("G", "x")
	p.see("3 files, 11 B")
	public := !p.lacks(storetest.Permissions)
	if public {
		p.tabTo("Access")
		p.press("right")
		p.see("(•) Public")
	}
	p.press("enter")
	p.gone("─ Upload to ")
	p.done("Upload", "3 of 3 objects")
	all := []string{"in/a.txt", "in/tree/deep/style.css", "in/tree/page.html"}
	p.holds(p.space, all...)
	if public {
		p.access(all, all...)
	} else {
		p.access(all)
	}
	for key, want := range map[string]string{"in/a.txt": "text/plain; charset=utf-8", "in/tree/deep/style.css": "text/css; charset=utf-8", "in/tree/page.html": "text/html; charset=utf-8"} {
		if got := *p.head(key).ContentType; got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	if text := p.content(p.space, "in/a.txt"); text != "alpha" {
		t.Errorf("a.txt holds %q", text)
	}
	p.see("tree/", "a.txt")
	p.press("G")
	p.see("▌  a.txt", "text/plain")
	if public {
		p.see("Access     public")
		p.press("c")
		p.see("Command for curl")
		p.press("enter")
		p.see("Sent to the terminal's clipboard")
		p.copied(p.endpoint + "/" + p.space + "/in/a.txt")
	}

	p.paste(p.file("private.txt", "p")) // dropped onto the listing
	p.see("Upload to", "1 file, 1 B", "(•) Private")
	p.press("u")
	p.gone("─ Upload to ")
	p.done("Upload", "1 of 1 object")
	p.access([]string{"in/private.txt"})
}

func TestPointNewFolderIsTypedInTheListing(t *testing.T) {
	p := newPoint(t)
	p.put("z.txt")
	p.open(p.space + "/")
	p.see("z.txt")
	p.press("a", "photos/2026", "enter")
	p.see("Created photos/2026/", "▌▸ photos/")
	p.holds(p.space, "photos/2026/", "z.txt")
	p.press("a", "photos", "enter")
	p.see("There is a folder of this name already")
	p.leave("There is a folder of this name already")
}

func TestPointFilterNarrowsAndFindsAWholeKey(t *testing.T) {
	p := newPoint(t)
	p.put("images/thumbnails/sammy10x10.png", "images/a.png", "import.txt", "other.txt")
	p.open(p.space + "/")
	p.see("other.txt", "import.txt", "images/")
	p.press("/", "im")
	p.gone("other.txt")
	p.see("import.txt", "images/")
	p.press("age")
	p.gone("import.txt")
	p.see("images/")
	p.leave("begins with age")
	p.see("other.txt")
	p.press("/", "images/thumbnails/sammy10x10.png")
	p.see("1 begins with")
	p.press("enter")
	p.see("/ images/thumbnails/", "sammy10x10.png")
}

func TestPointRenameFilesAndFolders(t *testing.T) {
	p := newPoint(t)
	p.put("dir/one", "dir/sub/two", "old.txt")
	p.open(p.space + "/")
	p.see("▌▸ dir/")
	p.press("r")
	p.see("Enter rename")
	p.press("ctrl+e", "ctrl+u", "folder", "enter")
	p.gone("Enter rename")
	p.done("Rename")
	p.press("G")
	p.see("▌  old.txt")
	p.press("r")
	p.see("Enter rename")
	p.press("ctrl+a", "very ", "enter") // the cursor stood before the extension
	p.gone("Enter rename")
	p.done("Rename")
	p.holds(p.space, "folder/one", "folder/sub/two", "very old.txt")
	if text := p.content(p.space, "very old.txt"); text != "old.txt" {
		t.Errorf("it holds %q", text)
	}
}

func TestPointMoveToAFolderThatIsMadeOnTheWay(t *testing.T) {
	p := newPoint(t)
	p.put("docs/a.txt", "docs/sub/b.txt", "file.txt", "target/keep", "stays.txt")
	p.open(p.space + "/")
	p.see("▌▸ docs/")
	p.press("space", "down", "space") // docs/ and file.txt
	p.see("1 folder, 1 file (8 B) selected")
	p.press("m")
	p.see("Move to folder", "1 folder, 1 file", "▸ docs/", "target/")
	p.press("down", "enter")
	p.see(p.space + "/target/")
	p.press("a", "new", "enter")
	p.see(p.space + "/target/new/")
	p.press("y")
	p.gone("─ Move to folder")
	p.done("Move")
	p.holds(p.space, "stays.txt", "target/keep", "target/new/docs/a.txt", "target/new/docs/sub/b.txt", "target/new/file.txt")
}

func TestPointDownload(t *testing.T) {
	p := newPoint(t)
	p.put("dir/one.txt", "dir/sub/two.txt", "three.txt", "four.txt")
	p.open(p.space + "/")
	p.see("▌▸ dir/")
	p.press("space", "G", "space")
	p.see("1 folder, 1 file (9 B) selected")
	p.press("W")
	p.see("Directory", "counted, complete")
	dir := filepath.Join(p.home.dir, "fetched", "here")
	p.fill("Directory", dir)
	p.see("will be created")
	p.press("enter")
	p.gone("─ Download ─")
	p.done("Download", "3 of 3 objects")
	for _, key := range []string{"dir/one.txt", "dir/sub/two.txt", "three.txt"} {
		if text, err := os.ReadFile(filepath.Join(dir, key)); err != nil || string(text) != key {
			t.Errorf("%s: %q, %v", key, text, err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "four.txt")); err == nil {
		t.Error("four.txt was not asked for")
	}
}

func TestPointDeleteIsConfirmedAndGoesToTheBottom(t *testing.T) {
	p := newPoint(t)
	p.put("a.txt", "b.txt", "dir/one", "dir/sub/two", "keep.txt")
	p.open(p.space + "/")
	p.see("▌▸ dir/")
	p.press("space", "space")
	p.see("1 folder, 1 file (5 B) selected")
	p.press("d")
	p.see("1 folder, 1 file", "3 objects", "counted, complete", "[ Cancel ]")
	p.press("enter") // the safe answer comes first
	p.gone("[ Cancel ]")
	if got := len(p.keys(p.space)); got != 5 {
		t.Fatalf("%d are left", got)
	}
	p.press("d")
	p.see("counted, complete", "[ Cancel ]")
	p.press("y")
	p.gone("[ Cancel ]")
	p.done("Delete")
	p.holds(p.space, "b.txt", "keep.txt")
	p.see("b.txt", "keep.txt")
}

// TestPointNamesOfAllScriptsKeepTheColumnsStraight looks at the cells of the terminal, which counts them by itself: the
// frame is closed at the edge of every row.
func TestPointNamesOfAllScriptsKeepTheColumnsStraight(t *testing.T) {
	p := newPoint(t)
	p.put("ascii", "日本語のファイル", "한국어", "Ａｆｕｌｌ", "e\u0301 combined", "n\u0303n\u0303", "שלום", "مرحبا", "हिन्दी", "ไทย", "😀 grin", "👩‍👩‍👧 family", "🇩🇪 flag", "👍🏽 thumb", "кириллица", "½ ± ★")
	p.open(p.space + "/")
	p.see("ascii", "кириллица", "日本語のファイル")
	p.until("a frame that is closed in every row", func(string) bool { // once the terminal has told how it counts
		p.mu.Lock()
		defer p.mu.Unlock()
		for y := 2; y < 20; y++ {
			if edge := p.screen.CellAt(119, y); edge == nil || edge.Content != "│" {
				return false
			}
		}
		return true
	})
}
