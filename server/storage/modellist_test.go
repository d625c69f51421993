package storage

import (
	"maps"
	"slices"
	"strings"
)

// names gives what a page of a listing has of names in order, by the plain rule:
// those with the prefix, not hidden, after a place; what has the delimiter behind
// the prefix once, as a common prefix. rows are numbers of names, or -1.
func names(all []string, prefix, delimiter, hide string, after func(i int) bool, most int) (rows []int, prefixes []string, more bool) {
	if most <= 0 {
		return nil, nil, false
	}
	for i, name := range all {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok || hide != "" && strings.HasPrefix(name, hide) || !after(i) {
			continue
		}
		common := ""
		if at := strings.Index(rest, delimiter); delimiter != "" && at >= 0 {
			common = prefix + rest[:at+len(delimiter)]
			if n := len(rows); n > 0 && rows[n-1] < 0 && prefixes[n-1] == common {
				continue
			}
		}
		if len(rows) == most {
			return rows, prefixes, true
		}
		if common != "" {
			i = -1
		}
		rows, prefixes = append(rows, i), append(prefixes, common)
	}
	return rows, prefixes, false
}

// past says whether a key comes after a place, which may be a common prefix.
func past(prefix, delimiter, place, key string) bool {
	if isCommon(prefix, delimiter, place) && strings.HasPrefix(key, place) {
		return false
	}
	return key > place
}

func (s *modelSpace) list(q ListQuery) (rows []string, more bool) {
	keys := slices.DeleteFunc(slices.Sorted(maps.Keys(s.keys)), func(k string) bool { return s.current(k) == nil })
	at, common, more := names(keys, q.Prefix, q.Delimiter, q.Hide, func(i int) bool {
		return q.After == "" || past(q.Prefix, q.Delimiter, q.After, keys[i])
	}, q.Max)
	for i, n := range at {
		if n >= 0 {
			common[i] = "key " + keys[n]
		}
	}
	return common, more
}

// modelPlace is one of the versions of a key.
type modelPlace struct {
	key string
	i   int
}

func (s *modelSpace) places() (all []modelPlace) {
	for _, k := range slices.Sorted(maps.Keys(s.keys)) {
		for i := range s.keys[k] {
			all = append(all, modelPlace{k, i})
		}
	}
	return all
}

// listVersions begins after the ith version of AfterKey, -1: after all of them.
func (s *modelSpace) listVersions(q VersionsQuery, after int) (rows []modelPlace, prefixes []string, more bool) {
	all := s.places()
	keys := make([]string, len(all))
	for i, p := range all {
		keys[i] = p.key
	}
	at, common, more := names(keys, q.Prefix, q.Delimiter, q.Hide, func(i int) bool {
		switch {
		case q.AfterKey == "":
			return true
		case keys[i] == q.AfterKey && after >= 0 && !isCommon(q.Prefix, q.Delimiter, q.AfterKey):
			return all[i].i > after
		}
		return past(q.Prefix, q.Delimiter, q.AfterKey, keys[i])
	}, q.Max)
	rows = make([]modelPlace, len(at))
	for i, n := range at {
		if n >= 0 {
			rows[i] = all[n]
		}
	}
	return rows, common, more
}

// listUploads begins after one, nil: after all of AfterKey.
func (s *modelSpace) listUploads(q UploadsQuery, after *modelUpload) (rows []*modelUpload, prefixes []string, more bool) {
	all := s.sorted()
	keys := make([]string, len(all))
	for i, u := range all {
		keys[i] = u.key
	}
	last := slices.Index(all, after)
	at, common, more := names(keys, q.Prefix, q.Delimiter, q.Hide, func(i int) bool {
		switch {
		case q.AfterKey == "":
			return true
		case after != nil && keys[i] == q.AfterKey && !isCommon(q.Prefix, q.Delimiter, q.AfterKey):
			return i > last
		}
		return past(q.Prefix, q.Delimiter, q.AfterKey, keys[i])
	}, q.Max)
	for i, n := range at {
		if n >= 0 {
			rows = append(rows, all[n])
		} else {
			prefixes = append(prefixes, common[i])
		}
	}
	return rows, prefixes, more
}
