package s3xml_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"spaces/server/s3xml"
)

// pieces gives a text in pieces of n bytes.
type pieces struct {
	s string
	n int
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.s == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.n)], p.s)
	p.s = p.s[n:]
	return n, nil
}

// list reads a document as it comes and gives its items as text.
func list(r io.Reader) (items []string, err error) {
	err = s3xml.ReadList(r, "Delete", func(e *s3xml.Element) bool {
		items = append(items, fmt.Sprintf("%+v", *e))
		return true
	})
	return items, err
}

// tree reads one as a whole.
func tree(doc string) (items []string, err error) {
	e, err := s3xml.Parse(doc)
	if err != nil || e.Name != "Delete" {
		return nil, s3xml.ErrMalformed
	}
	err = e.Each(func(child *s3xml.Element) bool {
		items = append(items, fmt.Sprintf("%+v", *child))
		return true
	})
	return items, err
}

// bothWays reads a document as it comes, and as a whole.
func bothWays(doc string, n int) (streamed, whole []string, err1, err2 error) {
	streamed, err1 = list(&pieces{doc, n})
	whole, err2 = tree(doc)
	return streamed, whole, err1, err2
}

func TestAListIsReadAsItComesAsItIsAsAWhole(t *testing.T) {
	long := "<Object><Key>" + strings.Repeat("k&#x1;&amp;é", 100) + "</Key></Object>\n  <!-- c -->"
	for name, doc := range map[string]string{
		"empty":                "<Delete/>",
		"nothing in it":        "<Delete></Delete>",
		"declared":             "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- a --><Delete xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Object><Key>a</Key></Object></Delete>\n",
		"prefixed":             "<s:Delete xmlns:s='x'><s:Object><s:Key>a</s:Key></s:Object></s:Delete>",
		"many":                 "<Delete>" + strings.Repeat(long, 300) + "</Delete>   <!-- end -->" + strings.Repeat(" ", 100_000),
		"space":                "<Delete>" + strings.Repeat(" \n", 100_000) + "<Object><Key>a</Key></Object></Delete>",
		"another root":         "<Deletes></Deletes>",
		"other end":            "<Delete><Object/></Deleted>",
		"text":                 "<Delete>text</Delete>",
		"two roots":            "<Delete/><Delete/>",
		"something after it":   "<Delete></Delete>x",
		"no end":               "<Delete><Object/>",
		"comment without end":  "<Delete/><!-- ",
		"DTD":                  "<!DOCTYPE a><Delete/>",
		"no UTF-8":             "<Delete><Object><Key>\xff</Key></Object></Delete>",
		"NUL":                  "<Delete><Object><Key>\x00</Key></Object></Delete>",
		"no UTF-8 after it":    "<Delete/><!-- \xff -->",
		"deep":                 "<Delete>" + strings.Repeat("<a>", 30) + strings.Repeat("</a>", 30) + "</Delete>",
		"nothing":              "",
		"a rune cut in pieces": "<Delete><Object><Key>" + strings.Repeat("x", 32<<10) + "é</Key></Object></Delete>",
	} {
		for _, n := range []int{1, 7, 4096, 32<<10 - 1, 1 << 20} {
			streamed, whole, err1, err2 := bothWays(doc, n)
			if (err1 == nil) != (err2 == nil) || err1 == nil && !slices.Equal(streamed, whole) {
				t.Errorf("%s, %d at a time: %d items, %v; as a whole %d items, %v", name, n, len(streamed), err1, len(whole), err2)
			}
		}
	}
	if _, err := list(io.MultiReader(strings.NewReader("<Delete>"), iotest.ErrReader(io.ErrNoProgress))); err != io.ErrNoProgress {
		t.Error(err)
	}
}

// FuzzList: a list read in pieces is the list read as a whole.
func FuzzList(f *testing.F) {
	f.Add("<Delete><Quiet>true</Quiet><Object><Key>a</Key></Object></Delete>", uint16(3))
	f.Add("<?xml version='1.0'?><Delete a='>'><!-- </Delete> --><Object/></Delete><!-- -->", uint16(1))
	f.Fuzz(func(t *testing.T, doc string, n uint16) {
		if len(doc) > 60_000 {
			return // an element beyond the window is refused in a stream only
		}
		streamed, whole, err1, err2 := bothWays(doc, int(n)+1)
		if (err1 == nil) != (err2 == nil) || err1 == nil && !slices.Equal(streamed, whole) {
			t.Errorf("%q: %q, %v; as a whole %q, %v", doc, streamed, err1, whole, err2)
		}
	})
}
