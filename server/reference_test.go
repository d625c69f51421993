package server_test

import (
	"fmt"
	"slices"
	"strings"
)

// The reference is what S3's documents say of Spaces, keys and versions, as maps and lists
// and nothing else. It shares nothing with the engine, nor with the model that the engine's
// own tests have.

type refSpace struct {
	versioning string // "", "Enabled", "Suspended"
	locks      bool
	keys       map[string][]*refVersion // from the newest to the oldest
	uploads    map[string]*refUpload
}

type refVersion struct {
	id, body, meta, tag, acl string
	etag                     string
	marker, held             bool
	own                      string // whose customer's key it is under
	mode                     string // of its retention, none of which ends while somebody plays
	until                    int    // a day
}

// keeps says whether a version may not be deleted, nor its retention be taken away.
func (v *refVersion) keeps(bypass bool) bool {
	return v.mode == "COMPLIANCE" || v.mode == "GOVERNANCE" && !bypass
}

type refUpload struct {
	key, meta string
	parts     map[int]string
}

type reference map[string]*refSpace

// outcome is the status and the code that a request has to be answered with.
type outcome struct {
	status int
	code   string
}

var (
	fine       = outcome{200, ""}
	gone       = outcome{204, ""}
	noBucket   = outcome{404, "NoSuchBucket"}
	noKey      = outcome{404, "NoSuchKey"}
	noVersion  = outcome{404, "NoSuchVersion"}
	noUpload   = outcome{404, "NoSuchUpload"}
	notAllowed = outcome{405, "MethodNotAllowed"}
	unmet      = outcome{412, "PreconditionFailed"}
	kept       = outcome{403, "AccessDenied"}
	invalid    = outcome{400, "InvalidRequest"}
)

// current is what a key stands for, nil when there is nothing or a delete marker.
func (s *refSpace) current(key string) *refVersion {
	if list := s.keys[key]; len(list) > 0 && !list[0].marker {
		return list[0]
	}
	return nil
}

// find gives the version that is asked for, "" being the current one, or why there is none.
func (s *refSpace) find(key, id string) (*refVersion, outcome) {
	if id == "" {
		if v := s.current(key); v != nil {
			return v, fine
		}
		return nil, noKey
	}
	for _, v := range s.keys[key] {
		if v.id == id && v.marker {
			return nil, notAllowed
		} else if v.id == id {
			return v, fine
		}
	}
	return nil, noVersion
}

// put makes v the newest of its key. Its id is "null" where versions are not kept.
func (s *refSpace) put(key string, v *refVersion) {
	if s.versioning == "" {
		s.keys[key] = []*refVersion{v}
		return
	}
	list := s.keys[key]
	if v.id == "null" {
		list = slices.DeleteFunc(slices.Clone(list), func(w *refVersion) bool { return w.id == "null" })
	}
	s.keys[key] = append([]*refVersion{v}, list...)
}

// newID is the id of a version that was written, of which an answer tells where it is kept.
func (s *refSpace) newID(told string) string {
	if s.versioning == "Enabled" {
		return told
	}
	return "null"
}

// delete is DELETE of a key; marker is the id of the delete marker that was told.
func (s *refSpace) delete(key, marker string) {
	if s.versioning == "" {
		delete(s.keys, key)
		return
	}
	s.put(key, &refVersion{id: s.newID(marker), marker: true})
}

// deleteVersion is DELETE of a version: what is not there is gone already.
func (s *refSpace) deleteVersion(key, id string, bypass bool) outcome {
	list := s.keys[key]
	i := slices.IndexFunc(list, func(v *refVersion) bool { return v.id == id })
	switch {
	case i < 0:
		return gone
	case list[i].held, list[i].keeps(bypass):
		return kept
	}
	if s.keys[key] = slices.Delete(slices.Clone(list), i, i+1); len(list) == 1 {
		delete(s.keys, key)
	}
	return gone
}

func (s *refSpace) empty() bool {
	for _, list := range s.keys {
		if len(list) > 0 {
			return false
		}
	}
	return true
}

// allows evaluates If-Match and If-None-Match: * of a write.
func (s *refSpace) allows(key, match string, none bool) outcome {
	cur := s.current(key)
	switch {
	case none && cur != nil, match != "" && cur != nil && cur.etag != match:
		return unmet
	case match != "" && cur == nil:
		return noKey
	}
	return fine
}

// rows are all versions, in the order of a list: "key id latest etag".
func (s *refSpace) rows() (rows []string) {
	for key, list := range s.keys {
		for i, v := range list {
			etag := v.etag
			if v.marker {
				etag = "marker"
			}
			rows = append(rows, fmt.Sprintf("%s %06d %s %v %s", key, i, v.id, i == 0, etag))
		}
	}
	slices.Sort(rows)
	return rows
}

// objects are the rows of a plain list: "key etag size".
func (s *refSpace) objects() (rows []string) {
	for key := range s.keys {
		if v := s.current(key); v != nil {
			rows = append(rows, fmt.Sprintf("%s %s %d", key, v.etag, len(v.body)))
		}
	}
	slices.Sort(rows)
	return rows
}

// listedVersions and listedObjects read the same rows from an answer.
func listedVersions(body string) (rows []string) {
	at := map[string]int{}
	body = strings.NewReplacer("<DeleteMarker>", "<Version><ETag>marker</ETag>", "</DeleteMarker>", "</Version>").Replace(body)
	for _, row := range strings.Split(body, "<Version>")[1:] {
		key := first(row, "Key")
		rows = append(rows, fmt.Sprintf("%s %06d %s %s %s", key, at[key], first(row, "VersionId"), first(row, "IsLatest"), strings.Trim(first(row, "ETag"), `"`)))
		at[key]++
	}
	return rows
}

func listedObjects(body string) (rows []string) {
	for _, row := range strings.Split(body, "<Contents>")[1:] {
		rows = append(rows, fmt.Sprintf("%s %s %s", first(row, "Key"), strings.Trim(first(row, "ETag"), `"`), first(row, "Size")))
	}
	return rows
}
