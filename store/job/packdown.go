package job

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"

	"spaces/store"
)

// packAnswer is how much comes down in one pack, in bytes, which is one connection's work; an object is as large as packFile
// at most.
const packAnswer = 4 << 20

// fetchesPacks says whether small objects come down together: to files, from where there is a request for it.
func (p *Plan) fetchesPacks() bool {
	return (p.spec.Kind == Download || p.spec.Kind == SyncDown) && p.from.CanGetMany()
}

// isSmallObject says whether an object may come in a pack. What has a version is asked for by it.
func (p *Plan) isSmallObject(r record) bool {
	return r.size <= packFile && p.sources[r.source].Version == "" && !strings.HasSuffix(r.name, "/")
}

// coming is an object on its way in a pack, and the file that it becomes.
type coming struct {
	member
	name  string // below the destination
	noted bool   // its part is
	begun bool   // its part is, or was
	done  bool   // settled, or left to the landings
}

// fetchSteps downloads a batch of small objects in as few requests as their sizes let it. What its policy has to look at
// more closely, and what does not come as it was listed, is handed out again, to be downloaded by itself.
func (j *job) fetchSteps(ctx context.Context, at []pos, records []record) {
	if len(records) == 1 {
		j.work().step(j, ctx, at[0], records[0], j.plan.step(records[0]), &tally{total: &j.bytes})
		return
	}
	var alone []pos
	var pack []coming
	size := int64(0)
	for i, r := range records {
		x := coming{member: member{at[i], r, j.plan.step(r)}}
		if !j.comesInPack(&x) {
			alone = append(alone, x.at)
			continue
		}
		if size+r.size > packAnswer {
			alone = append(alone, j.fetchPack(ctx, pack)...)
			pack, size = nil, 0
		}
		pack = append(pack, x)
		size += r.size
	}
	alone = append(alone, j.fetchPack(ctx, pack)...)
	j.mu.Lock()
	j.again = append(j.again, alone...)
	j.mu.Unlock()
	j.m.changes.touch()
}

// comesInPack finds the file that an object becomes. It is false where there is anything to say or to decide: see download.
func (j *job) comesInPack(x *coming) bool {
	name, err := localName(x.step.Local)
	if err != nil || !j.plan.isSmallObject(x.record) || strings.HasSuffix(x.step.Local, "/") || !j.place.names.claim(name) {
		return false
	}
	if j.place.mkdir(filepath.Dir(name)) != nil {
		return false
	}
	x.name = name
	if j.plan.policyFor(j.plan.below(x.step)) == Overwrite && !j.mayBeThere(x.at) {
		return true
	}
	_, exists, err := j.lookLocal(context.Background(), name)
	return err == nil && !exists
}

// fetchPack gets objects by one request, and gives back where those are that did not come.
func (j *job) fetchPack(ctx context.Context, pack []coming) (rest []pos) {
	if len(pack) == 0 {
		return nil
	}
	list := make([]store.Wanted, len(pack))
	for i, x := range pack {
		list[i] = store.Wanted{Key: x.step.From.Key, ETag: x.step.ETag, Size: x.step.Size}
	}
	j.notePack(pack)
	came := false
	err := j.try(ctx, func(ctx context.Context) error {
		err := j.plan.from.GetMany(ctx, pack[0].step.From.Space, list, func(i int, info store.Info, body []byte, err error) {
			came = true
			pack[i].done = err == nil && j.arrive(ctx, &pack[i], info, body)
		})
		if came {
			return nil // what is missing comes by itself
		}
		return err
	})
	j.unnotePack(pack)
	for _, x := range pack {
		switch {
		case x.done, ctx.Err() != nil: // or not begun
		case err != nil && itsOwn(err) && store.KindOf(err) != store.Denied: // one key may be denied, and others not
			j.settle(ctx, x.at, x.record, x.step, &tally{total: &j.bytes}, err)
		default:
			rest = append(rest, x.at)
		}
	}
	return rest
}

// arrive makes a file of an object that came, and leaves it to the landings to end it. It is false where that is not the
// object that was listed.
func (j *job) arrive(ctx context.Context, x *coming, info store.Info, body []byte) bool {
	if x.step.isStill(info) != nil || !isObject(info, body) {
		return false
	}
	t := &tally{total: &j.bytes}
	t.add(info.Size)
	p, err := j.fillPart(x, info, body)
	if err != nil {
		j.settle(ctx, x.at, x.record, x.step, t, err)
		return true
	}
	j.place.lands.add(&landing{part: p, name: x.name, then: func(err error) { j.landedStep(ctx, x.at, x.record, x.step, t, err) }})
	return true
}

// notePack notes the parts of what is to come by one write: files of which nobody knows whose they are shall not be left when the
// program is killed.
func (j *job) notePack(pack []coming) {
	list := make([]PartFile, len(pack))
	for i, x := range pack {
		list[i] = j.partOf(x.step, x.name)
	}
	for i, noted := range j.entry.parts(list) {
		pack[i].noted = noted
	}
}

// unnotePack notes of which nothing came.
func (j *job) unnotePack(pack []coming) {
	var paths []string
	for _, x := range pack {
		if x.noted && !x.begun {
			paths = append(paths, j.partOf(x.step, x.name).Path)
		}
	}
	j.entry.removed(paths...)
}

// isObject compares what came with the ETag of the object, where that is one that tells: see fetchWhole.
func isObject(info store.Info, body []byte) bool {
	if !isMD5(info.ETag) || info.Sealed {
		return true
	}
	sum := md5.Sum(body)
	return hex.EncodeToString(sum[:]) == info.ETag
}

// fillPart makes the part of a file with all that is in it.
func (j *job) fillPart(x *coming, info store.Info, body []byte) (*part, error) {
	open := j.openPart
	if x.noted {
		open = j.makePart
	}
	p, err := open(x.step, x.name)
	if err != nil {
		return nil, err
	}
	x.begun = true
	if _, err := p.WriteAt(body, 0); err != nil {
		p.drop(j.place.dest) // the first error is the one to tell
		return nil, fmt.Errorf("writing the file: %w", bareFile(err))
	}
	p.date(j.place.dest, changedAt(info))
	return p, nil
}
