package server_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// attributes sets and reads tags, ACLs and holds of some version.
func (p *player) attributes(name, key, at string, s *refSpace) {
	id, query := p.version(s, key)
	query = strings.Replace(query, "?", "&", 1)
	v, want := s.find(key, id)
	if list := s.keys[key]; id == "" && want == noKey && len(list) > 0 {
		want = notAllowed // a delete marker has no subresources (user guide, "Working with delete markers")
	}
	switch p.rng.IntN(6) {
	case 0:
		tag := fmt.Sprint("t", p.n)
		if p.expect(want, "PUT", at+"?tagging"+query, "<Tagging><TagSet><Tag><Key>t</Key><Value>"+tag+"</Value></Tag></TagSet></Tagging>") != nil {
			v.tag = tag
		}
	case 1:
		if want == fine {
			want = gone
		}
		if p.expect(want, "DELETE", at+"?tagging"+query, "") != nil {
			v.tag = ""
		}
	case 2:
		if a := p.expect(want, "GET", at+"?tagging"+query, ""); a != nil && first(a.body, "Value") != v.tag {
			p.Fatalf("the tag is not %q: %s", v.tag, a.body)
		}
	case 3:
		acl := p.pick([]string{"private", "public-read"})
		if p.expect(want, "PUT", at+"?acl"+query, "", "X-Amz-Acl", acl) != nil {
			v.acl = acl
		}
	case 4:
		if id == "" && want == notAllowed {
			want = noKey // it is read as the object is (GetObjectAcl)
		}
		if a := p.expect(want, "GET", at+"?acl"+query, ""); a != nil && strings.Contains(a.body, "AllUsers") != (v.acl == "public-read") {
			p.Fatalf("the ACL is not %q: %s", v.acl, a.body)
		}
	case 5:
		if !s.locks || v == nil {
			return
		}
		hold := p.pick([]string{"ON", "OFF", "OFF"})
		if p.expect(fine, "PUT", at+"?legal-hold"+query, "<LegalHold><Status>"+hold+"</Status></LegalHold>") != nil {
			v.held = hold == "ON"
		}
	}
}

// upload begins, goes on with, completes or aborts one of a few uploads.
func (p *player) upload(name, key, at string, s *refSpace) {
	if len(s.uploads) == 0 || len(s.uploads) < 3 && p.rng.IntN(3) == 0 {
		meta := fmt.Sprint("u", p.n)
		a := p.expect(fine, "POST", at+"?uploads", "", "X-Amz-Meta-W", meta)
		s.uploads[first(a.body, "UploadId")] = &refUpload{key, meta, map[int]string{}}
		return
	}
	ids := slices.Sorted(maps.Keys(s.uploads))
	id := p.pick(ids)
	u := s.uploads[id]
	at = "/" + name + "/" + escapeKey(u.key)
	query := "?uploadId=" + id
	switch p.rng.IntN(7) {
	case 0, 1:
		n, body := 1+p.rng.IntN(3), fmt.Sprint("part ", p.n)
		p.expect(fine, "PUT", fmt.Sprintf("%s%s&partNumber=%d", at, query, n), body)
		u.parts[n] = body
	case 2:
		a := p.expect(fine, "GET", at+query, "")
		if got := len(between(a.body, "PartNumber")); got != len(u.parts) {
			p.Fatalf("%d parts, want %d: %s", got, len(u.parts), a.body)
		}
	case 3:
		p.expect(gone, "DELETE", at+query, "")
		delete(s.uploads, id)
		p.expect(noUpload, "DELETE", at+query, "")
		p.expect(noUpload, "PUT", at+query+"&partNumber=1", "x")
	default:
		p.complete(at, id, query, u, s)
	}
}

// complete is of one part or, which is refused, of several small ones.
func (p *player) complete(at, id, query string, u *refUpload, s *refSpace) {
	numbers := slices.Sorted(maps.Keys(u.parts))
	if len(numbers) == 0 {
		p.expect(outcome{400, "MalformedXML"}, "POST", at+query, partsDoc())
		p.expect(outcome{400, "InvalidPart"}, "POST", at+query, partsDoc("1 0123456789abcdef0123456789abcdef"))
		return
	}
	var list []string
	for _, n := range numbers {
		list = append(list, fmt.Sprint(n, " ", etagOf(u.parts[n])))
	}
	if len(list) > 1 && p.rng.IntN(2) == 0 {
		p.expect(outcome{400, "EntityTooSmall"}, "POST", at+query, partsDoc(list...))
		slices.Reverse(list)
		p.expect(outcome{400, "InvalidPartOrder"}, "POST", at+query, partsDoc(list...))
		return
	}
	i := p.rng.IntN(len(list)) // the others go
	body := u.parts[numbers[i]]
	a := p.expect(fine, "POST", at+query, partsDoc(list[i]))
	v := &refVersion{id: s.newID(a.Header.Get("X-Amz-Version-Id")), body: body, meta: u.meta, acl: "private", etag: joinedETag(body)}
	s.put(u.key, v)
	delete(s.uploads, id)
	p.expect(fine, "POST", at+query, partsDoc(list[i])) // who did not hear of it is told again
	p.expect(noUpload, "GET", at+query, "")
}
