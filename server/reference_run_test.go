package server_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spaces/server/chance"
)

// player sends random requests, one after the other, and does the same to the reference.
type player struct {
	*fixture
	rng  *rand.Rand
	ref  reference
	n    int
	past []string // what was done last, to be told
}

var (
	refNames = []string{"one", "two", "locked"}
	refKeys  = []string{"a", "a/b", "é &"}
)

func (p *player) pick(list []string) string { return list[p.rng.IntN(len(list))] }

// expect sends a request and compares its answer. It is nil when that was not what was
// asked for: the reference stays as it is.
func (p *player) expect(want outcome, method, at, body string, headers ...string) *answer {
	p.Helper()
	a := p.do(method, at, body, headers...)
	p.past = append(p.past, fmt.Sprintf("%s %s %q → %d %s", method, at, headers, a.StatusCode, a.code()))
	if a.StatusCode != want.status || method != "HEAD" && a.code() != want.code {
		p.Fatalf("the reference says %d %s. Before:\n%s", want.status, want.code, strings.Join(p.past[max(0, len(p.past)-40):], "\n"))
	}
	if a.StatusCode >= 300 {
		return nil
	}
	return &a
}

// version is the id of some version of a key, or of none; "" half the time.
func (p *player) version(s *refSpace, key string) (id, query string) {
	if list := s.keys[key]; len(list) > 0 && p.rng.IntN(2) == 0 {
		id = list[p.rng.IntN(min(len(list), 4))].id
	} else if p.rng.IntN(8) == 0 {
		id = "00000000000fffff"
	}
	if id != "" {
		query = "?versionId=" + id
	}
	return id, query
}

func (p *player) step() {
	name, key := p.pick(refNames), p.pick(refKeys)
	s, at := p.ref[name], "/"+name
	if p.n++; s == nil || p.rng.IntN(40) == 0 {
		p.space(name, at, s)
		return
	}
	steps := []func(name, key, at string, s *refSpace){p.putKey, p.putKey, p.putKey, p.get, p.get, p.get, p.delete, p.delete, p.deleteVersion, p.deleteVersion, p.deleteVersion, p.copy, p.copy,
		p.rename, p.attributes, p.attributes, p.retain, p.retain, p.upload, p.upload, p.upload, p.deleteMany, p.lists}
	steps[p.rng.IntN(len(steps))](name, key, at+"/"+escapeKey(key), s)
}

// space makes, deletes or changes a Space.
func (p *player) space(name, at string, s *refSpace) {
	what := p.rng.IntN(4)
	switch {
	case s == nil && what == 0:
		p.expect(noBucket, "GET", at+"?versions", "")
		p.expect(noBucket, "PUT", at+"/k", "x")
		p.expect(noBucket, "DELETE", at, "")
	case s == nil:
		s = &refSpace{locks: name == "locked", keys: map[string][]*refVersion{}, uploads: map[string]*refUpload{}}
		var headers []string
		if s.locks {
			s.versioning, headers = "Enabled", []string{"X-Amz-Bucket-Object-Lock-Enabled", "true"}
		}
		p.expect(fine, "PUT", at, "", headers...)
		p.ref[name] = s
	case what == 0:
		p.expect(outcome{409, "BucketAlreadyOwnedByYou"}, "PUT", at, "")
	case what == 1 && s.empty():
		p.expect(gone, "DELETE", at, "")
		delete(p.ref, name)
	case what == 1:
		p.expect(outcome{409, "BucketNotEmpty"}, "DELETE", at, "")
	case s.locks:
		p.expect(outcome{409, "InvalidBucketState"}, "PUT", at+"?versioning", versioningOff)
	case what == 2:
		p.expect(fine, "PUT", at+"?versioning", versioningOn)
		s.versioning = "Enabled"
	default:
		p.expect(fine, "PUT", at+"?versioning", versioningOff)
		s.versioning = "Suspended"
	}
}

// condition is one for a write, or none.
func (p *player) condition(s *refSpace, key string) (headers []string, may outcome) {
	match, none := "", false
	switch p.rng.IntN(5) {
	case 0:
		none, headers = true, []string{"If-None-Match", "*"}
	case 1:
		match = "0123456789abcdef0123456789abcdef"
		if list := s.keys[key]; len(list) > 0 && !list[len(list)-1].marker {
			match = list[0].etag
		}
		if match == "" {
			match = "0123456789abcdef0123456789abcdef"
		}
		headers = []string{"If-Match", `"` + match + `"`}
	}
	return headers, s.allows(key, match, none)
}

func (p *player) putKey(name, key, at string, s *refSpace) {
	v := &refVersion{body: fmt.Sprint("body ", p.n), meta: fmt.Sprint("m", p.n), tag: p.pick([]string{"", "t"}), acl: p.pick([]string{"private", "public-read"})}
	if p.rng.IntN(10) == 0 {
		v.body = pattern(70_000 + p.n%1000)
	}
	v.etag = etagOf(v.body)
	headers, may := p.condition(s, key)
	headers = append(headers, "X-Amz-Meta-W", v.meta, "X-Amz-Acl", v.acl)
	headers = append(headers, p.under(v)...)
	headers = append(headers, p.keeping(s, v)...)
	if v.tag != "" {
		headers = append(headers, "X-Amz-Tagging", "t="+v.tag)
	}
	if a := p.expect(may, "PUT", at, v.body, headers...); a != nil {
		v.id = s.newID(a.Header.Get("X-Amz-Version-Id"))
		if v.own != "" {
			v.etag = strings.Trim(a.Header.Get("Etag"), `"`)
		}
		s.put(key, v)
	}
}

func (p *player) get(name, key, at string, s *refSpace) {
	id, query := p.version(s, key)
	v, want := s.find(key, id)
	method := p.pick([]string{"GET", "HEAD"})
	headers, want := p.opened(v, want, "X-Amz-")
	a := p.expect(want, method, at+query, "", headers...)
	if a == nil {
		return
	}
	h := a.Header
	if h.Get("Etag") != `"`+v.etag+`"` || h.Get("X-Amz-Meta-W") != v.meta || a.ContentLength != int64(len(v.body)) || method == "GET" && a.body != v.body ||
		(h.Get("X-Amz-Tagging-Count") == "1") != (v.tag != "") || s.versioning != "" && h.Get("X-Amz-Version-Id") != v.id ||
		h.Get("X-Amz-Object-Lock-Mode") != v.mode || v.mode != "" && !strings.HasPrefix(h.Get("X-Amz-Object-Lock-Retain-Until-Date"), refDay(v.until)) {
		p.Fatalf("the reference has %+v, not %v. Before:\n%s", v, h, strings.Join(p.past[max(0, len(p.past)-40):], "\n"))
	}
}

func (p *player) delete(name, key, at string, s *refSpace) {
	if a := p.expect(gone, "DELETE", at, ""); a != nil {
		s.delete(key, a.Header.Get("X-Amz-Version-Id"))
	}
}

func (p *player) deleteVersion(name, key, at string, s *refSpace) {
	if id, query := p.version(s, key); id != "" {
		bypass, headers := p.bypass()
		p.expect(s.deleteVersion(key, id, bypass), "DELETE", at+query, "", headers...)
	}
}

// copy is from any Space and version. What the copy gets is of the source, but for the ACL.
func (p *player) copy(name, key, at string, s *refSpace) {
	from, source := p.pick(refNames), p.pick(refKeys)
	src := p.ref[from]
	headers := []string{"X-Amz-Copy-Source", "/" + from + "/" + escapeKey(source)}
	if src == nil {
		p.expect(noBucket, "PUT", at, "", headers...)
		return
	}
	id, query := p.version(src, source)
	headers[1] += query
	v, want := src.find(source, id)
	conditions, may := p.condition(s, key)
	switch {
	case from == name && source == key && id == "":
		want = invalid
		if src.current(source) == nil {
			want = noKey
		}
	case want == notAllowed:
		want = invalid
	case want == fine:
		want = may
	}
	next := refVersion{}
	if v != nil {
		if next = *v; from == name && source == key && v.own != "" {
			return // it may be encrypted another way
		}
		next.own, next.mode = "", ""
		headers = append(headers, p.under(&next)...)
		if from == name && source == key && next.own != "" {
			return
		}
		if want == fine {
			var opened []string
			opened, want = p.opened(v, want, "X-Amz-Copy-Source-")
			headers = append(headers, opened...)
		} else if v.own != "" {
			headers = append(headers, sourceCustomer(v.own)...)
		}
	}
	if a := p.expect(want, "PUT", at, "", append(headers, conditions...)...); a != nil {
		next.id, next.acl, next.held = s.newID(a.Header.Get("X-Amz-Version-Id")), "private", false
		if next.etag = strings.Trim(first(a.body, "ETag"), `"`); next.etag != v.etag && v.own+next.own == "" {
			p.Fatalf("the copy has another ETag: %s. Before:\n%s", a.body, strings.Join(p.past[max(0, len(p.past)-40):], "\n"))
		}
		s.put(key, &next)
	}
}

func (p *player) rename(name, key, at string, s *refSpace) {
	source := p.pick(refKeys)
	v, want := s.find(source, "")
	switch {
	case s.locks:
		return
	case source == key && v != nil:
		want = invalid
	case want == fine && p.rng.IntN(3) == 0:
		if s.current(key) != nil {
			want = unmet
		}
		if a := p.expect(want, "PUT", at+"?renameObject", "", "X-Amz-Rename-Source", escapeKey(source), "If-None-Match", "*"); a != nil {
			p.renamed(s, source, key, v, a)
		}
		return
	}
	if a := p.expect(want, "PUT", at+"?renameObject", "", "X-Amz-Rename-Source", escapeKey(source)); a != nil {
		p.renamed(s, source, key, v, a)
	}
}

// renamed learns the id of the marker that the source has now.
func (p *player) renamed(s *refSpace, from, to string, v *refVersion, a *answer) {
	next := *v
	next.id = s.newID(a.Header.Get("X-Amz-Version-Id"))
	s.put(to, &next)
	marker := ""
	if s.versioning == "Enabled" {
		marker = p.do("HEAD", strings.TrimSuffix(a.Request.URL.EscapedPath(), escapeKey(to))+escapeKey(from), "").Header.Get("X-Amz-Version-Id")
	}
	s.delete(from, marker)
}

// deleteMany is DeleteObjects of a key and a version.
func (p *player) deleteMany(name, key, at string, s *refSpace) {
	other := p.pick(refKeys)
	id, _ := p.version(s, other)
	if id == "" || other == key {
		return
	}
	doc := fmt.Sprintf("<Delete><Object><Key>%s</Key></Object><Object><Key>%s</Key><VersionId>%s</VersionId></Object></Delete>", strings.ReplaceAll(key, "&", "&amp;"), strings.ReplaceAll(other, "&", "&amp;"), id)
	a := p.expect(fine, "POST", "/"+name+"?delete", doc)
	s.delete(key, first(a.body, "DeleteMarkerVersionId"))
	if held := s.deleteVersion(other, id, false) == kept; held != strings.Contains(a.body, "AccessDenied") {
		p.Fatalf("kept: %v\n%s", held, a.body)
	}
}

func (p *player) lists(name, _, _ string, s *refSpace) {
	for _, list := range []struct {
		query string
		want  []string
		read  func(string) []string
	}{{"versions", s.rows(), listedVersions}, {"list-type=2", s.objects(), listedObjects}, {"", s.objects(), listedObjects}} {
		a := p.expect(fine, "GET", "/"+name+"?"+list.query, "")
		if got := list.read(a.body); !slices.Equal(got, list.want) {
			p.Fatalf("listed by %q:\n%s\nnot\n%s\nBefore:\n%s", list.query, strings.Join(got, "\n"), strings.Join(list.want, "\n"), strings.Join(p.past[max(0, len(p.past)-40):], "\n"))
		}
	}
}

// TestTheServerIsAsTheReferenceSays sends random requests one after the other, and compares
// status, code and contents with what the reference has.
func TestTheServerIsAsTheReferenceSays(t *testing.T) {
	const each = 2500 // before the lists are longer than a page
	seed, games := chance.Seed(t), chance.Rounds(1, 18)
	for n := range games {
		p := &player{fixture: newFixture(t), rng: rand.New(rand.NewPCG(seed, uint64(n))), ref: reference{}}
		for range each {
			p.step()
		}
	}
	chance.Figure(t, games*each, "random requests answered as by the reference", 0)
}
