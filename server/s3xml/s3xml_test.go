package s3xml_test

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf8"

	"spaces/server/s3xml"
)

// hostile are texts that may be keys.
var hostile = []string{
	"a", "a/", "a//b", "", " ", " a ", "é", "e\u0301", "&", "&amp;", "<", ">", "\"", "'", "]]>", "<!--", "\x01", "\x1f", "\x1b[31mred", "\t", "\n",
	"\r", "\r\n", "a\rb", "\x7f", "\u0085", "\u2028", "\u202e", "\ufffd", "\ufffe", "\uffff", "\U0010ffff", strings.Repeat("\x01", 1024),
}

// written is a document with a text in it.
func written(text string) string {
	x := s3xml.NewWriter()
	defer x.Release()
	x.Text("a", text)
	return string(x.Bytes())
}

func TestXMLIsReadStrictly(t *testing.T) {
	for _, doc := range []string{
		"<a/>", "<a></a>", "<?xml version='1.0'?><a/>", "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a/>\n", "\xef\xbb\xbf<a/>", "<a x='1' y=\"2\" ><b/></a >", "<n:a xmlns:n='u'><n:b>t</n:b></n:a>",
		"<!-- c --><a><!-- d --></a><!-- e -->", "<a><![CDATA[<&]]></a>", "<a>&lt;&#65;&#x41;&#x1;</a>", "<a x='&lt;'/>",
	} {
		if _, err := s3xml.Parse(doc); err != nil {
			t.Errorf("%s is refused", doc)
		}
	}
	for _, doc := range []string{
		"", " ", "a", "<a>", "</a>", "<a></b>", "<a/><b/>", "<a/>x", "x<a/>", "<a", "<a b/>", "<a b=c/>", "<a b='c/>", "<a b='<'/>", "<a>&x;</a>", "<a>&#0;</a>", "<a>&#xd800;</a>", "<a>&#x110000;</a>", "<a>&amp</a>",
		"<a>&#-1;</a>", "<!DOCTYPE a><a/>", "<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "<a><!ELEMENT b></a>", "<a><?pi?></a>", "<a/><?pi?>", "<a>\xff</a>", "<a>\x00</a>", "<a x='\x00'/>", "<?xml version='1.0' encoding='utf-16'?><a/>",
		"<?xmlx?><a/>", " <?xml version='1.0'?><a/>", "<a><!-- ", "<a><![CDATA[", "<a>text<b/></a>", "<1/>", "<:/>", "<a:/>", "<a><b></a></b>", "<a b='1'c='2'/>",
		strings.Repeat("<a>", 100_000), strings.Repeat("<a>", 17) + strings.Repeat("</a>", 17), "<a>" + strings.Repeat("<b/>", 100_001) + "</a>",
	} {
		if _, err := s3xml.Parse(doc); err == nil {
			t.Errorf("%.60s is accepted", doc)
		}
	}
}

func TestNothingIsOverlookedWhereItMustNotBe(t *testing.T) {
	const s3 = "='" + s3xml.Namespace + "'"
	for _, doc := range []string{
		"<a/>", "<a xmlns" + s3 + "/>", "<a xmlns=''/>", "<n:a xmlns:n" + s3 + "><n:b/></n:a>", "<a xmlns:xsi='" + s3xml.SchemaInstance + "'/>", "<a>\x01&#x2;</a>",
	} {
		if _, err := s3xml.ParseStrict(doc); err != nil {
			t.Errorf("%s is refused", doc)
		}
	}
	for _, doc := range []string{
		"<a x='1'/>", "<a xmlns='x'/>", "<a><b xmlns='x'/></a>", "<n:a/>", "<n:a xmlns:n='x'/>", "<a xmlns:n='x'><n:b/></a>",
		"<n:a xmlns:n" + s3 + "><n:b xmlns:n='x'/></n:a>", "<a xmlns:xsi='" + s3xml.SchemaInstance + "' xsi:type='b'/>",
	} {
		if _, err := s3xml.ParseStrict(doc); err == nil {
			t.Errorf("%s is accepted", doc)
		}
		if _, err := s3xml.Parse(doc); err != nil {
			t.Errorf("%s is refused where it may be overlooked", doc)
		}
	}
}

func TestEscapedTextComesBack(t *testing.T) {
	for _, s := range hostile {
		doc, err := s3xml.Parse(written(s))
		if err != nil || doc.Text != s {
			t.Errorf("%q: %v", s, err)
		}
	}
}

func FuzzEscape(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
			return
		}
		doc, err := s3xml.Parse(written(s))
		if err != nil || doc.Text != s {
			t.Errorf("%q: %v", s, err)
		}
	})
}

// FuzzXML reads what encoding/xml reads the same way, wherever both read it.
func FuzzXML(f *testing.F) {
	for _, s := range []string{"<a/>", "<Delete xmlns='x'><Object><Key>a&amp;b</Key></Object><Quiet>true</Quiet></Delete>", "<g:Grantee xmlns:xsi='y' xsi:type='Group'><URI>u</URI></g:Grantee>", "<a><![CDATA[x]]>&amp;</a>", "<!DOCTYPE a><a/>", "<?xml version='1.0'?><a>x</a>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		doc, err := s3xml.Parse(s)
		if err != nil {
			return
		}
		var theirs struct {
			Text string `xml:",chardata"`
		}
		if xml.Unmarshal([]byte(s), &theirs) == nil && strings.Trim(theirs.Text, " \t\r\n") != strings.Trim(doc.Text, " \t\r\n") {
			t.Errorf("%q, encoding/xml has %q", doc.Text, theirs.Text)
		}
	})
}
