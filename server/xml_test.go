package server_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"spaces/server"
)

func TestXMLIsReadStrictly(t *testing.T) {
	for _, doc := range []string{
		"<a/>", "<a></a>", "<?xml version='1.0'?><a/>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a/>\n", "\xef\xbb\xbf<a/>", "<a x='1' y=\"2\" ><b/></a >", "<n:a xmlns:n='u'><n:b>t</n:b></n:a>",
		"<!-- c --><a><!-- d --></a><!-- e -->", "<a><![CDATA[<&]]></a>", "<a>&lt;&#65;&#x41;&#x1;</a>", "<a x='&lt;'/>",
	} {
		if _, err := server.ParseXML([]byte(doc)); err != nil {
			t.Errorf("%s is refused", doc)
		}
	}
	for _, doc := range []string{
		"", " ", "a", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a/>x", "x<a/>", "<a", "<a b/>", "<a b=c/>", "<a b='c/>", "<a b='<'/>", "<a>&x;</a>", "<a>&#0;</a>", "<a>&#xd800;</a>", "<a>&#x110000;</a>", "<a>&amp</a>",
		"<a>&#-1;</a>", "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><!ELEMENT b></a>", "<a><?pi?></a>", "<a/><?pi?>", "<a>\xff</a>", "<a>\x00</a>", "<a x='\x00'/>", "<?xml version='1.0' encoding='utf-16'?><a/>",
		"<?xmlx?><a/>", " <?xml version='1.0'?><a/>", "<a><!-- ", "<a><![CDATA[", "<a>text<b/></a>", "<1/>", "<:/>", "<a:/>", "<a><b></a></b>", "<a b='1'c='2'/>",
		strings.Repeat("<a>", 100_000), strings.Repeat("<a>", 17) + strings.Repeat("</a>", 17), "<a>" + strings.Repeat("<b/>", 100_001) + "</a>",
	} {
		if _, err := server.ParseXML([]byte(doc)); err == nil {
			t.Errorf("%.60s is accepted", doc)
		}
	}
}

func TestEscapedTextComesBack(t *testing.T) {
	for _, s := range append(hostileKeys(), "a\rb", "a\r\nb", " a ", "") {
		doc, err := server.ParseXML([]byte("<a>" + server.Escape(s) + "</a>"))
		if err != nil || doc.Text() != s {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostileKeys() {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			return
		}
		doc, err := server.ParseXML([]byte("<a>" + server.Escape(s) + "</a>"))
		if err != nil || doc.Text() != s {
			t.Errorf("%q: %v", s, err)
		}
	})
}

// FuzzXML reads what encoding/xml reads the same way, wherever both read it.
func FuzzXML(f *testing.F) {
	for _, s := range []string{"<a/>", deleteDoc(3), completeDoc(`"x"`), policy(full + group), "<a><![CDATA[x]]>&amp;</a>", "<!DOCTYPE a><a/>", "<?xml version='1.0'?><a>x</a>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := server.ParseXML([]byte(s))
		if err != nil {
			return
		}
		var theirs struct {
			Text string `xml:",chardata"`
		}
		if xml.Unmarshal([]byte(s), &theirs) == nil && strings.Trim(theirs.Text, " \t\r\n") != strings.Trim(doc.Text(), " \t\r\n") {
			t.Errorf("%q, encoding/xml has %q", doc.Text(), theirs.Text)
		}
	})
}

func FuzzRange(f *testing.F) {
	for _, s := range []string{"bytes=0-1", "bytes=-5", "bytes=5-", "bytes=", "bytes=0-99999999999999999999", "bytes=1-0", "items=0-1", "bytes=0-0,1-1"} {
		f.Add(s, int64(10))
	}
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 {
			return
		}
		off, n, partial, ok := server.ParseRange(header, size)
		if !ok {
			return
		}
		if off < 0 || n < 0 || off+n > size || off+n < 0 || partial && n == 0 || !partial && (off != 0 || n != size) {
			t.Errorf("%q of %d: %d+%d", header, size, off, n)
		}
	})
}

func FuzzTags(f *testing.F) {
	for _, s := range []string{"a=1", "a=1&b=2", "a", "=", "&", "%zz=1", "a=%C3%A9", "a=1&a=2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		tags, err := server.ParseTags(s)
		if err == nil && len(tags) > 10 {
			t.Errorf("%d tags", len(tags))
		}
	})
}
