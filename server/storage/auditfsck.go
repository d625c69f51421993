package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Fsck goes through the data directory at dir, which nobody may have open
// (*LockedError otherwise): every record, every reference, every counter, every
// block of the metadata, and that each blob has its file. The bytes of blobs are
// read by Scrub. It removes and changes nothing, except for the faults named in
// repair: FaultCounters and FaultReferences are counted anew, FaultUnused are
// given to the collector of the next start, FaultOrphan files are removed,
// FaultLost files are moved to the directory lost, under their numbers.
// Nothing is repaired while some records cannot be read. ErrCorrupt says that
// the metadata cannot even be opened; with FaultLog a log that is the cause is
// cut before the first write that is not whole, and kept in the directory
// damaged, and blob files that the writes after it may have left are moved as those
// of FaultLost are.
func Fsck(ctx context.Context, dir string, o Options, repair ...Fault) (rep *FsckReport, err error) {
	fix := map[Fault]bool{}
	for _, f := range repair {
		if !slices.Contains(Repairable, f) {
			return nil, fmt.Errorf("%s cannot be repaired", f)
		}
		fix[f] = true
	}
	e, err := still(dir, o, len(fix) == 0)
	var cut []string
	if d, ok := errors.AsType[*DamageError](err); ok && fix[FaultLog] && d.Salvageable() {
		if cut, err = salvage(dir, o); err != nil {
			return nil, fmt.Errorf("repair the log: %w", err)
		}
		e, err = still(dir, o, false)
	}
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, e.closeStill()) }()
	a := newAuditor(ctx, e)
	a.fix, a.rep.Repaired = fix, cut
	return a.rep, a.run()
}

// Repairable are the faults that Fsck can repair. No repair removes what an
// object may need.
var Repairable = []Fault{FaultCounters, FaultReferences, FaultUnused, FaultOrphan, FaultLost, FaultLog}

func newAuditor(ctx context.Context, e *Engine) *auditor {
	return &auditor{
		e: e, ctx: ctx, rep: &FsckReport{}, spaces: map[string]bool{}, living: map[string]bool{}, totals: map[string]counters{}, kept: map[string]counters{},
		uploads: map[uint64]bool{}, want: map[ref]int64{}, shared: map[ref]int64{}, garbage: map[ref]bool{}, sizes: map[ref]int64{},
	}
}

func (a *auditor) run() error {
	steps := [...]func(*auditor) error{
		(*auditor).tables, (*auditor).records, (*auditor).manifests, (*auditor).bodies, (*auditor).loose,
		(*auditor).files, (*auditor).balance, (*auditor).name, (*auditor).repair,
	}
	for _, step := range steps {
		if err := step(a); err != nil {
			return err
		}
	}
	a.e.callSpaces(a.rep.Findings)
	slices.SortStableFunc(a.rep.Findings, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(x.Space, y.Space), cmp.Compare(x.Key, y.Key), cmp.Compare(x.Fault, y.Fault), cmp.Compare(x.Text, y.Text))
	})
	return nil
}

// loose finds counts of bodies that are not there, and parts of no upload.
func (a *auditor) loose() error {
	for r, n := range a.shared {
		if _, used := a.want[r]; !used && !a.torn {
			a.find(Finding{Fault: FaultReferences, body: r, Text: fmt.Sprintf("%d references are counted to the body %c %d, which nothing refers to", n, r.kind, r.id)})
		}
	}
	if a.torn {
		return nil
	}
	return a.e.scan([]byte{recPart}, []byte{recPart + 1}, func(key, _ []byte) (bool, error) {
		if r := (reader{b: key[1:]}); !a.uploads[r.uint64()] {
			a.find(Finding{Fault: FaultDamaged, Text: fmt.Sprintf("the record %q is a part of no upload", key)})
		}
		return true, a.ctx.Err()
	})
}

// balance compares the counters of the Spaces with what is in them.
func (a *auditor) balance() error {
	if a.torn {
		return nil
	}
	for space := range a.totals {
		if !a.spaces[space] {
			a.find(Finding{Fault: FaultMissing, Space: space, Text: "there are objects or uploads in a Space that is not there"})
		}
	}
	for _, space := range slices.Sorted(maps.Keys(a.spaces)) {
		if has, is := a.kept[space], a.totals[space]; has != is {
			a.find(Finding{Fault: FaultCounters, Space: space,
				Text: fmt.Sprintf("%d objects of %d bytes are counted, there are %d of %d", has.objects, has.bytes, is.objects, is.bytes)})
		}
	}
	return nil
}

// name says of the bodies that are hit whose they are. A body shared by
// several gives a finding for each.
func (a *auditor) name() error {
	findings, err := a.e.whose(a.ctx, a.rep.Findings)
	if err != nil && a.ctx.Err() == nil { // the findings stay, without names
		return nil
	}
	a.rep.Findings = findings
	return err
}

// repair does what was asked for.
func (a *auditor) repair() error {
	if len(a.fix) == 0 {
		return nil
	}
	if a.torn {
		return errors.New("nothing was repaired: some records cannot be read, and may refer to what seems to be unused")
	}
	done := map[ref]bool{}
	for _, f := range a.rep.Findings {
		if !a.fix[f.Fault] || f.body.kind != kindNone && done[f.body] {
			continue
		}
		done[f.body] = true
		what, err := a.mend(f)
		if err != nil {
			return fmt.Errorf("repair: %w", err)
		}
		if what != "" {
			a.rep.Repaired = append(a.rep.Repaired, what)
		}
	}
	return nil
}

func (a *auditor) mend(f Finding) (what string, err error) {
	b := a.e.db.NewBatch()
	switch f.Fault {
	case FaultCounters:
		_ = b.Set(spaceKey(recCounters, f.Space), a.totals[f.Space].encode(), nil)
		what = fmt.Sprintf("the counters of the Space %s", f.Space)
	case FaultReferences:
		a.mendReferences(f.body, func(key, value []byte) {
			if value == nil {
				_ = b.Delete(key, nil)
			} else {
				_ = b.Set(key, value, nil)
			}
		})
		what = fmt.Sprintf("the references to the body %c %d", f.body.kind, f.body.id)
	case FaultUnused:
		if f.body.kind == kindInline {
			_ = b.Delete(f.body.key(), nil)
		} else {
			_ = b.Set(f.body.under(recGarbage), nil, nil)
		}
		what = fmt.Sprintf("the body %c %d, which nothing refers to, goes", f.body.kind, f.body.id)
	case FaultLost:
		_ = b.Close()
		return movedLost(f.body.id), a.e.moveLost(f.body.id)
	case FaultOrphan:
		_ = b.Close()
		if f.body.kind != kindBlob {
			return "", nil // not a file of this program: a person decides
		}
		if err = a.e.fs.Remove(a.e.blobPath(f.body.id)); err == nil {
			err = syncDir(a.e.fs, a.e.blobDirPath(blobDir(f.body.id)))
		}
		return fmt.Sprintf("the file of blob %016x was removed", f.body.id), err
	}
	return what, a.e.apply(b, true)
}

func (a *auditor) mendReferences(r ref, set func(key, value []byte)) {
	n := a.want[r]
	if n > 0 {
		set(r.under(recGarbage), nil)
	}
	if n > 1 {
		set(r.under(recRefs), appendCount(n))
	} else {
		set(r.under(recRefs), nil)
	}
}
