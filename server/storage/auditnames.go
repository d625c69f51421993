package storage

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
)

// objectLetters are the records that are objects, as auditors knows them.
var objectLetters = []byte{recObject, recVersion}

// recordOwner is the Space, and the object or upload, that a record is about,
// where it says so.
func recordOwner(record []byte) (space, key string) {
	if len(record) == 0 {
		return "", ""
	}
	switch record[0] {
	case recSpace, recCounters:
		return string(record[1:]), ""
	case recObject, recVersion, recNull, recUpload:
		space, key, _ = splitName(record)
	}
	return space, key
}

// recordName says what a record is, for people.
func recordName(record []byte) string {
	if len(record) == 0 {
		return "the beginning of a kind of records"
	}
	what := map[byte]string{
		recMeta: "a record of the store", recSpace: "the record", recCounters: "the counters", recObject: "the object", recVersion: "an older version",
		recNull: "the null version", recUpload: "an upload", recPart: "a part of an upload", recDone: "a completed upload", recRefs: "a count of references",
		recGarbage: "a body to be removed", recNote: "a record of the server", byte(kindInline): "a small body", byte(kindBlob): "a blob", byte(kindManifest): "a list of parts",
	}[record[0]]
	space, key := recordOwner(record)
	switch {
	case what == "":
		return fmt.Sprintf("the record %q", record)
	case key != "":
		return fmt.Sprintf("%s %q in %s", what, key, space)
	case space != "":
		return fmt.Sprintf("%s of the Space %s", what, space)
	}
	return fmt.Sprintf("%s (%q)", what, record)
}

func appendCount(n int64) []byte { return binary.AppendUvarint(nil, uint64(n)) }

// whose completes findings about bodies: whose they are, one finding for each
// object and part. Findings about nobody's bodies stay as they are.
func (e *Engine) whose(ctx context.Context, findings []Finding) ([]Finding, error) {
	hit := map[ref][]Finding{}
	for _, f := range findings {
		if f.body.kind != kindNone {
			hit[f.body] = append(hit[f.body], f)
		}
	}
	if len(hit) == 0 {
		return findings, nil
	}
	named := map[ref]bool{}
	var out []Finding
	err := e.users(ctx, func(r ref, u Finding, base int64) {
		for _, f := range hit[r] {
			u.Fault, u.Text, u.Offset, u.body = f.Fault, f.Text, f.Offset, f.body
			if f.Offset >= 0 {
				u.Offset = base + f.Offset
			}
			out = append(out, u)
			named[r] = true
		}
	})
	for _, f := range findings {
		if !named[f.body] {
			out = append(out, f)
		}
	}
	return out, err
}

// users visits all that refer to bodies, and what bodies in parts are made of:
// base is where in its object the body begins. Records that cannot be read are
// passed by.
func (e *Engine) users(ctx context.Context, visit func(r ref, u Finding, base int64)) error {
	for _, letter := range objectLetters {
		err := e.scan([]byte{letter}, []byte{letter + 1}, func(key, value []byte) (bool, error) {
			space, name, _ := splitName(key)
			if o, err := decodeObject(name, value); err == nil {
				e.usersOf(o.body, Finding{Space: space, Key: name, Version: o.Seq}, visit)
			}
			return true, ctx.Err()
		})
		if err != nil {
			return err
		}
	}
	return e.uploaders(ctx, visit)
}

func (e *Engine) usersOf(r ref, u Finding, visit func(r ref, u Finding, base int64)) {
	if r.kind == kindNone {
		return
	}
	visit(r, u, 0)
	if r.kind != kindManifest {
		return
	}
	m, _, err := e.manifest(r)
	if err != nil {
		return
	}
	for _, s := range m {
		visit(s.ref, u, s.off)
	}
}

// uploaders visits the parts of uploads under way.
func (e *Engine) uploaders(ctx context.Context, visit func(r ref, u Finding, base int64)) error {
	uploads := map[uint64]Finding{}
	err := e.scan([]byte{recUpload}, []byte{recUpload + 1}, func(key, _ []byte) (bool, error) {
		space, name, ok := splitName(key)
		if i := len(key) - uploadTail + 1; ok && i > 0 {
			id := string(key[i:])
			if seq, ok := uploadNumber(id); ok {
				uploads[seq] = Finding{Space: space, Key: name, Upload: id}
			}
		}
		return true, ctx.Err()
	})
	if err != nil || len(uploads) == 0 {
		return err
	}
	return e.scan([]byte{recPart}, []byte{recPart + 1}, func(key, value []byte) (bool, error) {
		if len(key) != 11 {
			return true, nil
		}
		u, ok := uploads[binary.BigEndian.Uint64(key[1:])]
		u.Part = int(binary.BigEndian.Uint16(key[9:]))
		if p, err := decodePart(u.Part, value); ok && err == nil {
			e.usersOf(p.body, u, visit)
		}
		return true, ctx.Err()
	})
}

// callSpaces says in findings how the Spaces are called whose ids are in them.
func (e *Engine) callSpaces(findings []Finding) {
	if len(findings) == 0 {
		return
	}
	names := map[string]string{}
	_ = e.scan([]byte{recSpace}, []byte{recSpace + 1}, func(key, value []byte) (bool, error) { // what cannot be read is a finding
		var s Space
		if json.Unmarshal(value, &s) == nil {
			names[string(key[1:])] = s.called()
		}
		return true, nil
	})
	for i := range findings {
		if name, ok := names[findings[i].Space]; ok {
			findings[i].Space = name
		}
	}
}

func (s *Space) called() string {
	if s.Gone == nil {
		return s.Name
	}
	return fmt.Sprintf("%s (destroyed, %s)", s.Name, s.Gone.ID)
}
