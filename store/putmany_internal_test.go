package store

import (
	"archive/tar"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
)

// unpacked reads an archive as anybody does.
func unpacked(t *testing.T, archive []byte) (list []string) {
	t.Helper()
	for r := tar.NewReader(bytes.NewReader(archive)); ; {
		h, err := r.Next()
		if err == io.EOF {
			return list
		}
		if err != nil && h == nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		said := maps.Clone(h.PAXRecords)
		delete(said, "path")
		list = append(list, fmt.Sprintf("%q %d %c %v %x", h.Name, h.Size, h.Typeflag, said, body))
	}
}

// described is how unpacked tells of what was packed.
func described(p *Packed) string {
	said := map[string]string{}
	for name, value := range map[string]string{"Content-Type": p.Props.ContentType, "Cache-Control": p.Props.CacheControl, "Expires": p.Props.Expires} {
		if value != "" {
			said["minio.metadata."+name] = value
		}
	}
	for name, value := range p.Props.Meta {
		if value != "" {
			said["minio.metadata.X-Amz-Meta-"+name] = value
		}
	}
	return fmt.Sprintf("%q %d 0 %v %x", p.Key, len(p.Body), said, p.Body)
}

// What is packed comes out as it was, whatever the lengths of names, values and bodies.
func TestAnArchiveIsReadAsItWasWritten(t *testing.T) {
	random := rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))
	text := func(n int) string {
		var b strings.Builder
		for b.Len() < n {
			b.WriteString([]string{"a", "/", "é", "=", " ", "\n", "日", "..", "&", "%"}[random.IntN(10)])
		}
		return b.String()
	}
	var list []Packed
	for n := range 1200 {
		p := Packed{Key: "k" + strings.Repeat("x", n), Body: make([]byte, random.IntN(1500))}
		if n > 1000 {
			p.Key = "k" + text(random.IntN(300)) + "x"
		}
		for i := range p.Body {
			p.Body[i] = byte(random.Uint32())
		}
		p.Props = Props{ContentType: strings.Repeat("t", n), Meta: map[string]string{"mtime": text(random.IntN(40)), "n": fmt.Sprint(n)}}
		if n%7 == 0 {
			p.Props = Props{}
		}
		list = append(list, p)
	}
	var archive, scratch []byte
	var want []string
	for i := range list {
		archive, scratch = list[i].appendTo(archive, scratch)
		want = append(want, described(&list[i]))
	}
	got := unpacked(t, append(archive, make([]byte, tarEnd)...))
	if len(got) != len(want) {
		t.Fatalf("%d came out of %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%d: %.300s, want %.300s", i, got[i], want[i])
		}
	}
}

// An answer is read as encoding/xml reads it, or is left to that.
func TestTheAnswerToAPackIsReadAsXML(t *testing.T) {
	const head = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<PutObjectExtractResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`
	member := func(key string) string {
		return `<Stored><Key>` + key + `</Key><ETag>&quot;9e107d9d372bb6826bd81d3542a419d6&quot;</ETag><Size>12</Size><LastModified>2026-11-03T10:00:01.123Z</LastModified></Stored>`
	}
	for _, c := range []struct {
		text string
		scan bool
	}{
		{head + "</PutObjectExtractResult>", true},
		{head + member("a") + member("b/é&amp;&#xD;&lt;") + "</PutObjectExtractResult>\n", true},
		{head + `<Stored><Key>a</Key><ETag>&quot;x&quot;</ETag><Size>0</Size><LastModified>2026-11-03T10:00:01.000Z</LastModified><VersionId>v1</VersionId></Stored></PutObjectExtractResult>`, true},
		{head + member("a") + `<Error><Key>b</Key><Code>AccessDenied</Code><Message>No.</Message></Error></PutObjectExtractResult>`, false},
		{head + `<Stored><Key>a</Key><Code>X</Code></Stored></PutObjectExtractResult>`, false},
		{head + `<Stored><Key>a<b/></Key></Stored></PutObjectExtractResult>`, false},
		{head + `<Stored><Size>-1</Size></Stored></PutObjectExtractResult>`, false},
		{head + member("a"), false},
		{head + member("a") + `</Other>`, false},
		{head + `<Stored/></PutObjectExtractResult>`, false},
		{`<ListBucketResult></ListBucketResult>`, false},
	} {
		var fast, slow packResult
		if fast.scan([]byte(c.text)) != c.scan {
			t.Errorf("%s: read fast: %v", c.text, !c.scan)
		}
		if !c.scan {
			if fast.Members != nil {
				t.Errorf("%s: %v was read of it", c.text, fast.Members)
			}
			continue
		}
		if err := xml.Unmarshal([]byte(c.text), &slow); err != nil {
			t.Fatal(err)
		}
		for i := range slow.Members {
			slow.Members[i].XMLName = xml.Name{}
		}
		if !reflect.DeepEqual(fast.Members, slow.Members) {
			t.Errorf("%s was read as\n%+v, want\n%+v", c.text, fast.Members, slow.Members)
		}
	}
}
