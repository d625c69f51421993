package main

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// An upload in parts is a cell of its own: "" none, else "parts", and number=ETag of each. There is one of a key at most.

func (p spot) upload() string { return "upload " + p.space + " " + p.key }

func (w *writer) uploadPlace() (p spot, under string) {
	p = spot{[]string{"plain", "secret"}[w.rand.IntN(2)], fmt.Sprintf("w%d/%c", w.n, 'a'+w.rand.IntN(2))}
	return p, w.cells[p.upload()]
}

func (w *writer) beginUpload() *step {
	p, under := w.uploadPlace()
	if under != "" {
		return nil
	}
	return &step{kind: "begin of an upload", method: "POST", path: p.path() + "?uploads", header: []string{"Content-Type", "text/x-parts"}, want: 200,
		changes: []change{{p.upload(): "parts"}}, answered: func(a answer) error {
			ids := elements(a.body, "UploadId")
			w.ids[p.upload()] = ids
			if len(ids) != 1 {
				return errors.New("no id")
			}
			return nil
		}}
}

// partsOf are the parts in a cell of an upload.
func partsOf(cell string) map[string]string {
	parts := map[string]string{}
	for _, f := range strings.Fields(cell)[1:] {
		n, etag, _ := strings.Cut(f, "=")
		parts[n] = etag
	}
	return parts
}

func cellOf(parts map[string]string) string {
	cell := "parts"
	for _, n := range slices.Sorted(maps.Keys(parts)) {
		cell += " " + n + "=" + parts[n]
	}
	return cell
}

// part has a part come: the first by a copy of something large, the second with a body.
func (w *writer) part(kind, n string, body []byte, header ...string) *step {
	p, under := w.uploadPlace()
	if under == "" || p.space == "secret" && n == "1" {
		return nil
	}
	parts := partsOf(under)
	_, sum, _ := strings.Cut(summed(body), ":")
	parts[n] = sum
	w.bodies[sum] = body
	s := &step{kind: kind, method: "PUT", path: p.path() + "?partNumber=" + n + "&uploadId=" + w.ids[p.upload()][0], header: header, want: 200, changes: []change{{p.upload(): cellOf(parts)}}}
	if header == nil {
		s.body = body
	}
	return s
}

func (w *writer) putPart() *step { return w.part("part", "2", w.body()) }
func (w *writer) copyPart() *step {
	return w.part("part by copy", "1", large(), "X-Amz-Copy-Source", "/plain/large")
}

func (w *writer) complete() *step {
	p, under := w.uploadPlace()
	if under == "" || under == "parts" {
		return nil
	}
	var doc strings.Builder
	var body []byte
	parts := partsOf(under)
	for _, n := range slices.Sorted(maps.Keys(parts)) {
		fmt.Fprintf(&doc, "<Part><PartNumber>%s</PartNumber><ETag>%s</ETag></Part>", n, parts[n])
		body = append(body, w.bodies[parts[n]]...)
	}
	delete(w.etags, p.cell())
	h := held{Sum: summed(body), Kind: "text/x-parts", Sealed: p.space == "secret"}
	return &step{kind: "complete", method: "POST", path: p.path() + "?uploadId=" + w.ids[p.upload()][0], want: 200,
		body: []byte("<CompleteMultipartUpload>" + doc.String() + "</CompleteMultipartUpload>"), changes: []change{{p.upload(): "", p.cell(): text(h)}}}
}

func (w *writer) abort() *step {
	p, under := w.uploadPlace()
	if under == "" {
		return nil
	}
	return &step{kind: "abort", method: "DELETE", path: p.path() + "?uploadId=" + w.ids[p.upload()][0], want: 204, changes: []change{{p.upload(): ""}}}
}

// The versions of a key are a cell: a list of held, the newest first.

func (p spot) versions() string { return "versions " + p.space + " " + p.key }

func (w *writer) versionPlace() (p spot, list []held) {
	p = spot{[]string{"versioned", "locked"}[w.rand.IntN(2)], fmt.Sprintf("w%d/%c", w.n, 'a'+w.rand.IntN(2))}
	return p, parsed[[]held](w.cells[p.versions()])
}

// chain is a change of versions.
func (p spot) chain(list []held) []change {
	if len(list) == 0 {
		return []change{{p.versions(): ""}}
	}
	return []change{{p.versions(): text(list)}}
}

// newVersion notes the id of what is first now.
func (w *writer) newVersion(p spot) func(answer) error {
	return func(a answer) error {
		id := a.header.Get("X-Amz-Version-Id")
		w.ids[p.versions()] = append([]string{id}, w.ids[p.versions()]...)
		if id == "" {
			return errors.New("no version id")
		}
		return nil
	}
}

func (w *writer) putVersion() *step {
	p, list := w.versionPlace()
	if len(list) > 4 {
		return nil
	}
	body := w.body()
	h := held{Sum: summed(body)}
	header := w.attributes(&h)
	if p.space == "locked" && w.rand.IntN(3) == 0 {
		h.Hold = true
		header = append(header, "X-Amz-Object-Lock-Legal-Hold", "ON")
	}
	return &step{kind: "PUT of a version", method: "PUT", path: p.path(), body: body, header: header, want: 200, changes: p.chain(append([]held{h}, list...)), answered: w.newVersion(p)}
}

func (w *writer) mark() *step {
	p, list := w.versionPlace()
	if len(list) > 4 {
		return nil
	}
	return &step{kind: "delete marker", method: "DELETE", path: p.path(), want: 204, changes: p.chain(append([]held{{Marker: true}}, list...)), answered: w.newVersion(p)}
}

// aVersion is one of a key.
func (w *writer) aVersion() (p spot, list []held, i int, query string) {
	if p, list = w.versionPlace(); len(list) == 0 {
		return p, nil, 0, ""
	}
	i = w.rand.IntN(len(list))
	return p, list, i, "versionId=" + w.ids[p.versions()][i]
}

func (w *writer) removeVersion() *step {
	p, list, i, query := w.aVersion()
	if list == nil {
		return nil
	}
	s := &step{kind: "DELETE of a version", method: "DELETE", path: p.path() + "?" + query, want: 204, header: []string{"X-Amz-Bypass-Governance-Retention", "true"}}
	switch {
	case list[i].Hold:
		s.kind, s.want = "DELETE of what is held", 403
	case list[i].Kept && w.rand.IntN(2) == 0:
		s.kind, s.want, s.header = "DELETE of what is retained", 403, nil
	default:
		s.changes = p.chain(slices.Delete(slices.Clone(list), i, i+1))
		s.answered = func(answer) error {
			w.ids[p.versions()] = slices.Delete(w.ids[p.versions()], i, i+1)
			return nil
		}
	}
	return s
}

func (w *writer) keep() *step {
	p, list, i, query := w.aVersion()
	if list == nil || p.space != "locked" || list[i].Marker {
		return nil
	}
	list[i].Kept = true
	until := time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)
	return &step{kind: "retention", method: "PUT", path: p.path() + "?retention&" + query, want: 200, changes: p.chain(list), header: []string{"X-Amz-Bypass-Governance-Retention", "true"},
		body: []byte("<Retention><Mode>GOVERNANCE</Mode><RetainUntilDate>" + until + "</RetainUntilDate></Retention>")}
}

func (w *writer) hold() *step {
	p, list, i, query := w.aVersion()
	if list == nil || p.space != "locked" || list[i].Marker {
		return nil
	}
	status := "ON"
	if list[i].Hold = !list[i].Hold; !list[i].Hold {
		status = "OFF"
	}
	return &step{kind: "legal hold", method: "PUT", path: p.path() + "?legal-hold&" + query, want: 200, changes: p.chain(list), body: []byte("<LegalHold><Status>" + status + "</Status></LegalHold>")}
}

// documents are those of a Space: with a token in it, and what a DELETE of it answers, or 0 where there is none.
var documents = []struct {
	name, doc string
	put       int
	remove    int
	off       string // what turns it off instead
}{
	{"cors", "<CORSConfiguration><CORSRule><AllowedOrigin>https://TOKEN.example</AllowedOrigin><AllowedMethod>GET</AllowedMethod></CORSRule></CORSConfiguration>", 200, 204, ""},
	{"lifecycle", "<LifecycleConfiguration><Rule><ID>TOKEN</ID><Filter><Prefix>none/</Prefix></Filter><Status>Enabled</Status><Expiration><Days>3650</Days></Expiration></Rule></LifecycleConfiguration>", 200, 204, ""},
	{"policy", `{"Version":"2012-10-17","Statement":[{"Sid":"TOKEN","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::SPACE/none/*"}]}`, 204, 204, ""},
	{"website", "<WebsiteConfiguration><IndexDocument><Suffix>TOKEN.html</Suffix></IndexDocument></WebsiteConfiguration>", 200, 204, ""},
	{"tagging", "<Tagging><TagSet><Tag><Key>t</Key><Value>TOKEN</Value></Tag></TagSet></Tagging>", 204, 204, ""},
	{"logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>TOKEN/</TargetPrefix></LoggingEnabled></BucketLoggingStatus>", 200, 0, "<BucketLoggingStatus/>"},
}

func (w *writer) settings() string { return "settings " + w.docs() + " " }

func (w *writer) document() *step {
	d, token := documents[w.rand.IntN(len(documents))], w.token()
	doc := strings.NewReplacer("TOKEN", token, "SPACE", w.docs()).Replace(d.doc)
	return &step{kind: d.name, method: "PUT", path: "/" + w.docs() + "?" + d.name, body: []byte(doc), want: d.put, changes: []change{{w.settings() + d.name: token}}}
}

func (w *writer) undocument() *step {
	d := documents[w.rand.IntN(len(documents))]
	s := &step{kind: "no " + d.name, method: "DELETE", path: "/" + w.docs() + "?" + d.name, want: d.remove, changes: []change{{w.settings() + d.name: ""}}}
	if d.off != "" {
		s.method, s.body, s.want = "PUT", []byte(d.off), d.put
	}
	return s
}

// switches are the settings of a Space that are on or off.
func (w *writer) switches() *step {
	on := w.rand.IntN(2) == 0
	choose := func(yes, no string) string {
		if on {
			return yes
		}
		return no
	}
	s := &step{method: "PUT", want: 200}
	var name, is string
	switch w.rand.IntN(3) {
	case 0:
		name, is = "versioning", choose("Enabled", "Suspended")
		s.body = []byte("<VersioningConfiguration><Status>" + is + "</Status></VersioningConfiguration>")
	case 1:
		name, is = "acl", choose("AllUsers", "")
		s.header = []string{"X-Amz-Acl", choose("public-read", "private")}
	default:
		name, is = "encryption", choose("AES256", "")
		if s.body = []byte(encrypts); !on {
			s.method, s.body, s.want = "DELETE", nil, 204
		}
	}
	s.kind, s.path, s.changes = name+" of a Space", "/"+w.docs()+"?"+name, []change{{w.settings() + name: is}}
	return s
}

// one of the cells of a kind, "" when there is none.
func (w *writer) one(kind string) string {
	var list []string
	for cell := range w.cells {
		if strings.HasPrefix(cell, kind+" ") && len(w.ids[cell]) > 0 {
			list = append(list, cell)
		}
	}
	if len(list) == 0 {
		return ""
	}
	slices.Sort(list)
	return list[w.rand.IntN(len(list))]
}

func (w *writer) count(kind string) (n int) {
	for cell := range w.cells {
		if strings.HasPrefix(cell, kind+" ") {
			n++
		}
	}
	return n
}

const keysAt, loginsAt, linksAt = "/v2/spaces/keys", "/v2/spaces/ssh_keys", "/v2/spaces/links"

func (w *writer) makeKey() *step {
	if w.count("key") > 2 {
		return nil
	}
	cell := "key " + w.token()
	return &step{kind: "access key", method: "POST", path: keysAt, want: 201, changes: []change{{cell: "read"}},
		body: fmt.Appendf(nil, `{"name":%q,"grants":[{"bucket":"plain","permission":"read"}]}`, cell[len("key "):]), answered: func(a answer) error {
			var made struct {
				Key struct{ Access_key, Secret_key string }
			}
			err := json.Unmarshal([]byte(a.body), &made)
			w.ids[cell] = []string{made.Key.Access_key, made.Key.Secret_key}
			return err
		}}
}

func (w *writer) grant() *step {
	cell := w.one("key")
	if cell == "" {
		return nil
	}
	to := "readwrite"
	if w.cells[cell] == to {
		to = "read"
	}
	return &step{kind: "grant", method: "PUT", path: keysAt + "/" + w.ids[cell][0], want: 200, changes: []change{{cell: to}},
		body: fmt.Appendf(nil, `{"name":%q,"grants":[{"bucket":"plain","permission":%q}]}`, cell[len("key "):], to)}
}

func (w *writer) revokeKey() *step {
	cell := w.one("key")
	if cell == "" {
		return nil
	}
	return &step{kind: "key taken back", method: "DELETE", path: keysAt + "/" + w.ids[cell][0], want: 204, changes: []change{{cell: ""}}}
}

func (w *writer) authorize() *step {
	if w.count("login") > 2 {
		return nil
	}
	token := w.token()
	key, err := ssh.NewPublicKey(ed25519.NewKeyFromSeed(pattern(token, ed25519.SeedSize)).Public())
	if err != nil {
		w.t.Error(err)
		return nil
	}
	line := string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(key))) + " " + token
	w.ids["login "+token] = []string{ssh.FingerprintSHA256(key)}
	return &step{kind: "login", method: "POST", path: loginsAt, want: 201, changes: []change{{"login " + token: "there"}}, body: []byte(text(map[string]string{"access_key": testKey, "public_key": line}))}
}

func (w *writer) revokeLogin() *step {
	cell := w.one("login")
	if cell == "" {
		return nil
	}
	return &step{kind: "login taken back", method: "DELETE", path: loginsAt + "/" + strings.NewReplacer("/", "%2F", "+", "%2B").Replace(w.ids[cell][0]), want: 204, changes: []change{{cell: ""}}}
}

func (w *writer) makeLink() *step {
	if w.count("link") > 2 {
		return nil
	}
	cell := "link " + w.token()
	return &step{kind: "link", method: "POST", path: linksAt, want: 201, changes: []change{{cell: "for ever"}},
		body: fmt.Appendf(nil, `{"bucket":"plain","key":"linked","attachment":%q}`, cell[len("link "):]), answered: func(a answer) error {
			var made struct{ Link struct{ ID, Path string } }
			err := json.Unmarshal([]byte(a.body), &made)
			w.ids[cell] = []string{made.Link.ID, made.Link.Path}
			return err
		}}
}

func (w *writer) extendLink() *step {
	cell := w.one("link")
	if cell == "" {
		return nil
	}
	until := time.Now().Add(time.Duration(1+w.rand.IntN(1000)) * time.Hour).UTC().Truncate(time.Second).Format(time.RFC3339)
	return &step{kind: "link until", method: "PUT", path: linksAt + "/" + w.ids[cell][0], want: 200, changes: []change{{cell: until}}, body: fmt.Appendf(nil, `{"expires_at":%q}`, until)}
}

func (w *writer) revokeLink() *step {
	cell := w.one("link")
	if cell == "" {
		return nil
	}
	return &step{kind: "link taken back", method: "DELETE", path: linksAt + "/" + w.ids[cell][0], want: 204, changes: []change{{cell: ""}}}
}

// Each writer has a Space that comes and goes: "live", or "destroyed" and what is in it.

func (w *writer) goner() (p spot, cell string) {
	name := fmt.Sprintf("gone-w%d", w.n)
	return spot{name, "inside"}, "space " + name
}

func (w *writer) createSpace() *step {
	p, cell := w.goner()
	if w.cells[cell] != "" {
		if w.cells[cell] != "live" {
			return nil
		}
		s := w.put()
		s.kind, s.path = "PUT into a Space that goes", p.path()
		h := parsed[held](slices.Collect(maps.Values(s.changes[0]))[0])
		h.Sealed = false
		s.changes, s.answered = []change{{p.cell(): text(h)}}, nil
		return s
	}
	return &step{kind: "Space", method: "PUT", path: "/" + p.space, want: 200, changes: []change{{cell: "live"}}}
}

func (w *writer) destroySpace() *step {
	p, cell := w.goner()
	if w.cells[cell] != "live" {
		return nil
	}
	w.inside = w.cells[p.cell()]
	return &step{kind: "destroy", method: "POST", path: "/" + p.space + "?destroy", want: 200, changes: []change{{cell: "destroyed", p.cell(): ""}}, answered: func(a answer) error {
		if w.ids[cell] = elements(a.body, "ID"); len(w.ids[cell]) != 1 {
			return errors.New("no id")
		}
		return nil
	}}
}

func (w *writer) undestroySpace() *step {
	p, cell := w.goner()
	if w.cells[cell] != "destroyed" {
		return nil
	}
	return &step{kind: "undestroy", method: "POST", path: "/?undestroy=" + w.ids[cell][0], want: 200, changes: []change{{cell: "live", p.cell(): w.inside}}}
}

func (w *writer) endSpace() *step {
	_, cell := w.goner()
	if w.cells[cell] != "destroyed" || w.rand.IntN(3) > 0 {
		return nil
	}
	return &step{kind: "end of a destroyed Space", method: "DELETE", path: "/?destroyed=" + w.ids[cell][0], want: 204, changes: []change{{cell: ""}}}
}
