package job

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"spaces/store"
)

// value is what a change made of an object, and what it was before. Both are about the same names.
type value struct{ Was, Is plainAlter }

// plainAlter is what objects are, or are to be, of what a kind of change is about: who may read them, headers and metadata,
// or tags.
type plainAlter struct {
	Access store.Access    `json:",omitempty"`
	Set    map[string]text `json:",omitempty"`
	Unset  []string        `json:",omitempty"` // what they do not have, sorted
}

func (v *value) same() bool {
	return v.Was.Access == v.Is.Access && maps.Equal(v.Was.Set, v.Is.Set) && slices.Equal(v.Was.Unset, v.Is.Unset)
}

// altered is what a Spec makes of objects.
func (s *Spec) altered() plainAlter {
	if s.work().access {
		return plainAlter{Access: s.Access}
	}
	var a plainAlter
	called := func(name string) string { return name }
	if s.Kind == Metadata {
		called = headerName
	}
	for _, name := range s.Edit.Unset {
		a.Unset = append(a.Unset, called(name))
	}
	for name, v := range s.Edit.Set {
		if s.Kind == Tags {
			a.set(name, v)
		} else {
			a.put(called(name), v)
		}
	}
	slices.Sort(a.Unset)
	a.Unset = slices.Compact(a.Unset)
	return a
}

// put notes a value; "" is none, as of headers.
func (a *plainAlter) put(name, v string) {
	if v == "" {
		a.Unset = append(a.Unset, name)
		return
	}
	a.set(name, v)
}

func (a *plainAlter) set(name, v string) {
	if a.Set == nil {
		a.Set = map[string]text{}
	}
	a.Set[name] = text(v)
}

func (a plainAlter) edit() Edit {
	e := Edit{Unset: a.Unset}
	if len(a.Set) > 0 {
		e.Set = map[string]string{}
		for name, v := range a.Set {
			e.Set[name] = string(v)
		}
	}
	return e
}

// names are those that it is about, sorted.
func (a plainAlter) names() []string {
	return slices.Sorted(slices.Values(slices.Concat(slices.Collect(maps.Keys(a.Set)), a.Unset)))
}

// amongHeaders is what an object has of what a is about.
func (a plainAlter) amongHeaders(p store.Props) plainAlter {
	var now plainAlter
	for _, name := range a.names() {
		now.put(name, header(&p, name))
	}
	return now
}

func (a plainAlter) amongTags(tags map[string]string) plainAlter {
	var now plainAlter
	for _, name := range a.names() {
		if v, ok := tags[name]; ok {
			now.set(name, v)
		} else {
			now.Unset = append(now.Unset, name)
		}
	}
	return now
}

// stands says whether an object is as a says. What type there is of one that has none is the endpoint's matter, as is how
// it writes a time.
func (a plainAlter) stands(now plainAlter) bool {
	for name, v := range a.Set {
		if theirs := now.Set[name]; theirs != v && !sameTime(name, string(theirs), string(v)) {
			return false
		}
	}
	return a.Access == now.Access && !slices.ContainsFunc(a.Unset, func(name string) bool {
		_, has := now.Set[name]
		return has && name != "Content-Type"
	})
}

// headerName is how one is called, however it was written.
func headerName(name string) string {
	if strings.HasPrefix(strings.ToLower(name), metaPrefix) {
		return strings.ToLower(name)
	}
	return http.CanonicalHeaderKey(name)
}

// header is the value of one, "" is none.
func header(p *store.Props, name string) string {
	if meta, ok := strings.CutPrefix(strings.ToLower(name), metaPrefix); ok {
		return p.Meta[meta]
	}
	switch http.CanonicalHeaderKey(name) {
	case "Content-Type":
		return p.ContentType
	case "Cache-Control":
		return p.CacheControl
	case "Content-Encoding":
		return p.ContentEncoding
	case "Content-Disposition":
		return p.ContentDisposition
	case "Content-Language":
		return p.ContentLanguage
	case "Expires":
		return p.Expires
	}
	return ""
}

func sameTime(name, a, b string) bool {
	if name != "Expires" {
		return false
	}
	x, err1 := http.ParseTime(a)
	y, err2 := http.ParseTime(b)
	return err1 == nil && err2 == nil && x.Equal(y)
}
