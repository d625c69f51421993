package storage

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// metadata reads every block of the tables of the metadata, and every record
// that is about no body: those that nobody asks for would rot unseen else. Tables
// count for the rate, and not for what is reported as read.
func (s *scrub) metadata() error {
	if err := s.tables(); err != nil {
		return err
	}
	for _, letter := range slices.Sorted(maps.Keys(auditors)) {
		if letter == byte(kindInline) || letter == byte(kindBlob) {
			continue // are read as bodies
		}
		for from := []byte{letter}; from != nil; {
			var err error
			if from, err = s.records(letter, from); err != nil {
				return err
			}
		}
	}
	return nil
}

// tables checks every block. A table that a compaction removes meanwhile is passed by.
func (s *scrub) tables() error {
	names, err := s.tableNames()
	if err != nil {
		return err
	}
	for _, t := range names {
		err := s.e.checkTable(s.ctx, t.name)
		if s.ctx.Err() != nil {
			return s.ctx.Err()
		}
		if err != nil {
			now, e := s.tableNames()
			if e != nil {
				return e
			}
			if slices.ContainsFunc(now, func(o metaTable) bool { return o.name == t.name }) {
				s.rep.Findings = addFinding(s.rep.Findings, t.finding(err))
			}
		}
		if err := s.wait(t.size); err != nil {
			return err
		}
	}
	return nil
}

func (s *scrub) tableNames() ([]metaTable, error) {
	if err := s.e.enter(); err != nil {
		return nil, err
	}
	defer s.e.leave()
	return s.e.tableNames()
}

// scrubRecords is how many records are read before the metadata are let go.
const scrubRecords = 4096

// records reads a page of the records of a letter.
func (s *scrub) records(letter byte, from []byte) (next []byte, err error) {
	if err := s.e.enter(); err != nil {
		return nil, err
	}
	n, last := 0, append([]byte(nil), from...)
	if len(from) == 1 {
		last = nil
	}
	err = s.e.scan(from, []byte{letter + 1}, func(key, _ []byte) (bool, error) {
		if n++; n > scrubRecords {
			next = append([]byte(nil), key...)
			return false, s.ctx.Err()
		}
		last = append(last[:0], key...)
		return true, s.ctx.Err()
	})
	s.e.leave()
	if errors.Is(err, ErrCorrupt) {
		s.rep.Findings = addFinding(s.rep.Findings, unreadable(last, err))
		return nil, s.ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return next, nil
}

// unreadable is the finding that what follows a record cannot be read.
func unreadable(last []byte, err error) Finding {
	f := Finding{Fault: FaultDamaged, Offset: -1, Text: fmt.Sprintf("what follows %s cannot be read: %v", recordName(last), err)}
	f.Space, f.Key = recordOwner(last)
	return f
}

// around goes on where the records of bodies of a kind cannot be read one after
// the other: one by one, by those who refer to them. So it is known whose are
// lost, and all others are looked at. It takes 8 bytes of memory for each reference.
func (s *scrub) around(k kind, from []byte) error {
	var ids []uint64
	if err := s.e.enter(); err != nil {
		return err
	}
	err := s.e.users(s.ctx, func(r ref, _ Finding, _ int64) {
		if r.kind == k && string(r.key()) >= string(from) {
			ids = append(ids, r.id)
		}
	})
	s.e.leave()
	if err != nil && !errors.Is(err, ErrCorrupt) {
		return err
	}
	slices.Sort(ids)
	for _, id := range slices.Compact(ids) { // copies share a body
		if err := s.one(ref{k, id}); err != nil {
			return err
		}
	}
	return nil
}

// one reads one body.
func (s *scrub) one(r ref) error {
	if err := s.e.enter(); err != nil {
		return err
	}
	value, ok, err := s.e.get(r.key())
	s.e.leave()
	switch {
	case errors.Is(err, ErrCorrupt):
		s.find(r, 0, fmt.Sprintf("its record cannot be read: %v", err))
		return s.ctx.Err()
	case err != nil || !ok: // it was deleted meanwhile
		return err
	case r.kind == kindBlob:
		return s.blob(scrubBlob{r, r.key(), value})
	}
	s.rep.Bodies++
	if err := inlineWhole(value, -1); err != nil {
		s.find(r, 0, err.Error())
	}
	return s.read(len(value))
}
