package storage

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
)

// manifests counts what the manifests refer to.
func (a *auditor) manifests() error {
	for _, r := range slices.Collect(maps.Keys(a.want)) {
		if r.kind == kindManifest {
			a.manifest(r, a.sizes[r])
		}
	}
	for r := range a.garbage {
		if r.kind == kindManifest {
			a.manifest(r, -1)
		}
	}
	return a.ctx.Err()
}

// manifest counts the segments of one, whose sizes must add up to size.
func (a *auditor) manifest(r ref, size int64) {
	m, ok, err := a.e.manifest(r)
	if err != nil {
		a.torn = true
		a.find(Finding{Fault: FaultDamaged, body: r, Text: fmt.Sprintf("the list of its parts cannot be read: %v", err)})
		return
	}
	if !ok {
		return // said when the records of bodies are gone through
	}
	total := int64(0)
	for _, s := range m {
		if a.garbage[r] {
			a.garbage[s.ref] = s.ref.kind != kindNone
			continue
		}
		a.refer(s.ref, s.size)
		total += s.size
	}
	if size >= 0 && total != size && !a.garbage[r] {
		a.find(Finding{Fault: FaultDamaged, body: r, Text: fmt.Sprintf("its parts have %d bytes, it has %d", total, size)})
	}
}

// bodies compares the records of bodies with those who refer to them.
func (a *auditor) bodies() error {
	missing := maps.Clone(a.want)
	for _, k := range []kind{kindInline, kindBlob, kindManifest} {
		err := a.e.scan([]byte{byte(k)}, []byte{byte(k) + 1}, func(key, value []byte) (bool, error) {
			r, err := refOf(append([]byte{0}, key...))
			if err != nil {
				a.find(Finding{Fault: FaultDamaged, Text: fmt.Sprintf("the record %q: %v", key, err)})
				return true, a.ctx.Err()
			}
			delete(missing, r)
			a.body(r, value)
			return true, a.ctx.Err()
		})
		if a.ctx.Err() != nil {
			return a.ctx.Err()
		}
		if err != nil {
			a.torn = true
			a.find(Finding{Fault: FaultDamaged, Text: fmt.Sprintf("the metadata of bodies cannot be read: %v", err)})
			a.around(k, missing)
		}
	}
	for r := range missing {
		a.find(Finding{Fault: FaultMissing, body: r, Text: "its body has no record"})
	}
	return nil
}

// around looks for the bodies that a scan did not come to, one by one: what can
// be read all the same is not missing.
func (a *auditor) around(k kind, missing map[ref]int64) {
	for r := range missing {
		if r.kind != k {
			continue
		}
		value, ok, err := a.e.get(r.key())
		switch {
		case err != nil:
			a.find(Finding{Fault: FaultDamaged, body: r, Text: fmt.Sprintf("the record of its body cannot be read: %v", err)})
		case ok:
			a.body(r, value)
		default:
			continue
		}
		delete(missing, r)
	}
}

func (a *auditor) body(r ref, value []byte) {
	n, used := a.want[r]
	switch {
	case !used && !a.garbage[r]:
		a.unused(r)
	case used && a.garbage[r]:
		a.find(Finding{Fault: FaultReferences, body: r, Text: "its body is marked for removal and still in use"})
	case used:
		a.count(r, n)
	}
	switch r.kind {
	case kindInline:
		size := int64(-1)
		if used {
			size = a.sizes[r]
		}
		if err := inlineWhole(value, size); err != nil {
			a.find(Finding{Fault: FaultDamaged, body: r, Text: err.Error()})
		}
	case kindBlob:
		a.blob(r, value, used)
	}
}

func (a *auditor) count(r ref, n int64) {
	has, shared := a.shared[r]
	if !shared {
		has = 1
	}
	if has != n && !a.torn {
		a.find(Finding{Fault: FaultReferences, body: r, Text: fmt.Sprintf("%d refer to its body, %d are counted", n, has)})
	}
}

// unused is not said of anything while some records cannot be read: one of
// them may refer to it.
func (a *auditor) unused(r ref) {
	if !a.torn {
		a.find(Finding{Fault: FaultUnused, body: r, Text: fmt.Sprintf("nothing refers to the body %c %d", r.kind, r.id)})
	}
}

// blob compares the record of a blob with its file.
func (a *auditor) blob(r ref, value []byte, used bool) {
	a.rep.Blobs++
	a.newest = max(a.newest, r.id+1)
	rec, err := decodeBlob(value)
	if err != nil {
		a.find(Finding{Fault: FaultDamaged, body: r, Text: fmt.Sprintf("the checksums of its bytes cannot be read: %v", err)})
		return
	}
	if used && rec.size != a.sizes[r] {
		a.find(Finding{Fault: FaultDamaged, body: r, Text: fmt.Sprintf("blob %016x has %d bytes, %d are expected", r.id, rec.size, a.sizes[r])})
	}
	info, err := a.e.fs.Stat(a.e.blobPath(r.id))
	switch {
	case isMissing(err) && a.garbage[r]: // the collector was at it
	case isMissing(err):
		a.find(Finding{Fault: FaultMissing, body: r, Text: fmt.Sprintf("blob %016x has no file", r.id)})
	case err != nil:
		a.find(Finding{Fault: FaultDamaged, body: r, Text: err.Error()})
	case info.Size() != rec.size:
		a.find(Finding{Fault: FaultDamaged, body: r, Text: fmt.Sprintf("the file of blob %016x has %d bytes, not %d", r.id, info.Size(), rec.size)})
	}
}

// files looks for files without a record. Those whose numbers the next start
// looks at anyway are left over, and no fault.
func (a *auditor) files() error {
	return eachBlobFile(a.e, func(dir, name string) error {
		if err := a.ctx.Err(); err != nil {
			return err
		}
		id, err := strconv.ParseUint(name, 16, 64)
		if err != nil || len(name) != 16 || blobDir(id) != dir {
			a.find(Finding{Fault: FaultOrphan, Text: fmt.Sprintf("blobs/%s/%s is no blob", dir, name)})
			return nil
		}
		_, ok, err := a.e.get(ref{kindBlob, id}.key())
		switch {
		case err != nil || ok:
		default:
			a.stray(id)
		}
		return nil
	})
}

// stray judges the file of a blob that has no record. Those younger than every
// record say that records are missing: numbers are given in order, and the last
// is durable before its file is there.
func (a *auditor) stray(id uint64) {
	f := Finding{body: ref{kindBlob, id}}
	switch {
	case id >= a.e.blobs.low && id < a.e.blobs.next:
		a.rep.Leftovers++
		return
	case a.torn:
		return
	case id >= a.newest || id >= a.e.blobs.next:
		f.Fault, f.Text = FaultLost, fmt.Sprintf("the file of blob %016x is younger than every record: records are missing, and it may be all that is left of an object", id)
	default:
		f.Fault, f.Text = FaultOrphan, fmt.Sprintf("the file of blob %016x has no record, and others that are younger have", id)
	}
	a.find(f)
}

// eachBlobFile visits all files below blobs, by directory and name.
func eachBlobFile(e *Engine, visit func(dir, name string) error) error {
	dirs, err := e.fs.List(e.path("blobs"))
	if err != nil {
		return fmt.Errorf("list the blob directories: %w", err)
	}
	slices.Sort(dirs)
	for _, d := range dirs {
		names, err := e.fs.List(e.blobDirPath(d))
		if err != nil {
			return fmt.Errorf("list the blobs: %w", err)
		}
		slices.Sort(names)
		for _, n := range names {
			if err := visit(d, n); err != nil {
				return err
			}
		}
	}
	return nil
}

// tables checks every block of every table of the metadata, those that no
// record is read from included.
func (a *auditor) tables() error {
	names, err := a.e.tableNames()
	if err != nil {
		return err
	}
	for _, t := range names {
		err := a.e.checkTable(a.ctx, t.name)
		if a.ctx.Err() != nil {
			return a.ctx.Err()
		}
		if err != nil {
			a.find(t.finding(err))
		}
	}
	return nil
}
