package sweep

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"spaces/server/lifecycle"
	"spaces/server/storage"
)

// pageSize is how many versions are read, and deleted, at once.
const pageSize = 1000

// walkDue finds all in a Space that is due at now, page by page.
func walkDue(ctx context.Context, e *storage.Engine, sp *storage.Space, now time.Time, misdated misdatings, found func([]Due) error) error {
	j := &judge{ctx: ctx, engine: e, space: sp, now: now, misdated: misdated, found: found, rules: &lifecycle.Configuration{}}
	if raw := sp.Config[Document]; len(raw) > 0 {
		rules, err := lifecycle.Parse(raw)
		if err != nil {
			return fmt.Errorf("read the lifecycle: %w", err)
		}
		j.rules = rules
	}
	j.rough = withoutTags(j.rules)
	for _, prefix := range j.prefixes() {
		if err := j.walkVersions(prefix); err != nil {
			return err
		}
	}
	return j.walkUploads()
}

// judge goes through a Space.
type judge struct {
	ctx      context.Context
	engine   *storage.Engine
	space    *storage.Space
	now      time.Time
	misdated misdatings
	rules    *lifecycle.Configuration
	rough    *lifecycle.Configuration // matches whatever rules match: asked first, since listings know no tags
	found    func([]Due) error
	due      []Due
}

func withoutTags(c *lifecycle.Configuration) *lifecycle.Configuration {
	rough := &lifecycle.Configuration{Rules: slices.Clone(c.Rules)}
	for i := range rough.Rules {
		r := &rough.Rules[i]
		r.Filter.Tags = nil
		if r.Noncurrent != nil && len(c.Rules[i].Filter.Tags) > 0 {
			r.Noncurrent = &lifecycle.NoncurrentExpiration{Days: r.Noncurrent.Days} // others may be the newer ones
		}
	}
	return rough
}

// prefixes are those of the rules that delete, without those inside others.
func (j *judge) prefixes() (all []string) {
	for i := range j.rules.Rules {
		if r := &j.rules.Rules[i]; !r.Disabled && (r.Expiration != nil || r.Noncurrent != nil) {
			all = append(all, r.Filter.Prefix)
		}
	}
	slices.Sort(all)
	kept := all[:0]
	for _, p := range all {
		if n := len(kept); n == 0 || len(p) < len(kept[n-1]) || p[:len(kept[n-1])] != kept[n-1] {
			kept = append(kept, p)
		}
	}
	return kept
}

// walkVersions judges every key below a prefix, with all its versions at once.
func (j *judge) walkVersions(prefix string) error {
	q := storage.VersionsQuery{Prefix: prefix, Max: pageSize}
	var key []storage.ListedVersion
	for more := true; more; {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		var page []storage.ListedVersion
		var err error
		if page, more, err = j.engine.ListVersions(j.ctx, j.space.Name, q); err != nil {
			return err
		}
		for _, v := range page {
			if len(key) > 0 && v.Key != key[0].Key {
				if err := j.judge(key); err != nil {
					return err
				}
				key = key[:0]
			}
			key = append(key, v)
		}
		if n := len(page); n > 0 {
			q.AfterKey, q.AfterVersion = page[n-1].Key, page[n-1].Version
		}
		if err := j.flush(pageSize / 2); err != nil {
			return err
		}
	}
	if err := j.judge(key); err != nil {
		return err
	}
	return j.flush(1)
}

// flush hands over what was found, when it is at least n.
func (j *judge) flush(n int) error {
	if len(j.due) < n {
		return nil
	}
	list := j.due
	j.due = nil
	for len(list) > 0 {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		page := list[:min(len(list), pageSize)]
		if err := j.found(page); err != nil {
			return err
		}
		list = list[len(page):]
	}
	return nil
}

var versionings = map[storage.Versioning]lifecycle.Versioning{
	storage.Unversioned: lifecycle.Unversioned, storage.Enabled: lifecycle.Enabled, storage.Suspended: lifecycle.Suspended,
}

// judge decides on one key. rows are its versions, newest first.
func (j *judge) judge(rows []storage.ListedVersion) error {
	if len(rows) == 0 {
		return nil
	}
	state := versionings[j.space.Versioning]
	versions := make([]lifecycle.Version, len(rows))
	for i, r := range rows {
		versions[i] = lifecycle.Version{Seq: r.Seq, Marker: r.Marker, Size: r.Size, Modified: j.misdated.made(r.Seq, r.Modified)}
		if i > 0 {
			versions[i].Noncurrent = versions[i-1].Modified
		}
	}
	if o := j.rough.Evaluate(rows[0].Key, versions, state, j.now); o.Nothing() {
		return nil
	}
	for i := range rows {
		if rows[i].Marker {
			continue
		}
		o, err := j.engine.HeadVersion(j.space.Name, rows[i].Key, rows[i].Version)
		switch {
		case errors.Is(err, storage.ErrNoKey), errors.Is(err, storage.ErrNoVersion), err == nil && o.Seq != rows[i].Seq:
			return nil // changed meanwhile: another day
		case err != nil:
			return err
		}
		v := VersionOf(&o)
		v.Modified, v.Noncurrent = versions[i].Modified, versions[i].Noncurrent
		v.Locked = o.Lock != (storage.Lock{}) && o.Lock.Keeps(j.engine.LockTime(), false)
		versions[i] = v
	}
	j.conclude(rows, versions, j.rules.Evaluate(rows[0].Key, versions, state, j.now))
	return nil
}

// conclude notes what the rules want.
func (j *judge) conclude(rows []storage.ListedVersion, versions []lifecycle.Version, o lifecycle.Outcome) {
	add := func(i int, action, version, rule string) {
		j.due = append(j.due, Due{
			Space: j.space.Name, Action: action, Key: rows[i].Key, Version: version, Rule: rule, Size: rows[i].Size, check: still(versions[i]),
		})
	}
	for _, d := range o.Delete {
		if i := slices.IndexFunc(rows, func(r storage.ListedVersion) bool { return r.Seq == d.Seq }); i > 0 {
			action := Version
			if rows[i].Marker {
				action = Marker
			}
			add(i, action, rows[i].Version, d.Rule)
		}
	}
	switch o.Current {
	case lifecycle.AddMarker:
		add(0, Hide, "", o.Rule)
	case lifecycle.DeleteCurrent:
		add(0, Delete, "", o.Rule)
	case lifecycle.DeleteMarker:
		add(0, Marker, rows[0].Version, o.Rule)
	}
}

// VersionOf is an object as lifecycle rules see it.
func VersionOf(o *storage.Object) lifecycle.Version {
	return lifecycle.Version{Seq: o.Seq, Marker: o.Marker, Size: o.Size, Tags: o.Tags, Modified: o.Modified}
}

// still refuses all but the version that was judged, with the tags that it had.
func still(v lifecycle.Version) storage.Check {
	return func(cur *storage.Object) error {
		if cur == nil || cur.Seq != v.Seq || cur.Marker != v.Marker || !maps.Equal(cur.Tags, v.Tags) {
			return errNotJudged
		}
		return nil
	}
}

// walkUploads finds the uploads that stayed incomplete for too long.
func (j *judge) walkUploads() error {
	q := storage.UploadsQuery{Max: pageSize}
	for more := true; more; {
		if err := j.ctx.Err(); err != nil {
			return err
		}
		var page []storage.Upload
		var err error
		if page, _, more, err = j.engine.Uploads(j.space.Name, q); err != nil {
			return err
		}
		for i := range page {
			u := &page[i]
			began := j.misdated.made(u.Number(), u.Initiated)
			rule, due := j.rules.Abort(u.Key, began, j.now)
			if due || j.now.Sub(began) >= StaleUpload {
				j.due = append(j.due, Due{Space: j.space.Name, Action: Abort, Key: u.Key, Upload: u.ID, Rule: rule})
			}
			q.AfterKey, q.AfterID = u.Key, u.ID
		}
		if err := j.flush(1); err != nil {
			return err
		}
	}
	return nil
}
