package job

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"sync"

	"spaces/store"
)

// Limits of what goes up in packs: a file, of which the request is most of the work, and the files of a pack, which is
// in memory while it is sent.
const (
	packFile  = 64 << 10
	packBatch = 250
	packBytes = 4 << 20
)

// packs says whether small files go up together: in a first upload, to where there is a request for it. What an upload
// that was cut off has stored is looked at file by file.
func (p *Plan) packs() bool {
	return p.spec.Kind == Upload && !p.spec.Away && !p.spec.Again && p.to.CanPutMany()
}

// isSmall says whether a file of a tree may go into a pack.
func (p *Plan) isSmall(r record) bool { return r.name != "" && r.size <= packFile }

// packSteps uploads a batch of small files in as few requests as their conditions and sizes let it. What its policy has
// to look at more closely, what changed, and what the request says no to, is handed out again, to be uploaded by itself.
func (j *job) packSteps(ctx context.Context, at []pos, records []record) {
	if len(records) == 1 {
		j.work().step(j, ctx, at[0], records[0], j.plan.step(records[0]), &tally{total: &j.bytes})
		return
	}
	var alone []pos
	packs := map[bool][]member{} // by whether nothing may be at their keys
	sizes := map[bool]int64{}
	send := func(guard bool) {
		alone = append(alone, j.sendPack(ctx, packs[guard], guard)...)
		packs[guard], sizes[guard] = nil, 0
	}
	for i, r := range records {
		x := member{at[i], r, j.plan.step(r)}
		guard, ok := j.packsAs(x)
		if !ok {
			alone = append(alone, x.at)
			continue
		}
		if sizes[guard]+r.size > packBytes {
			send(guard)
		}
		packs[guard] = append(packs[guard], x)
		sizes[guard] += r.size
	}
	send(true)
	send(false)
	j.mu.Lock()
	j.again = append(j.again, alone...)
	j.mu.Unlock()
	j.m.changes.touch()
}

// packsAs says whether a step can go into a pack, and whether on condition that there is nothing at its key: see placing.
func (j *job) packsAs(x member) (guard, ok bool) {
	if !j.plan.isSmall(x.record) || strings.HasSuffix(x.step.To.Key, "/") || j.mayBeThere(x.at) {
		return false, false
	}
	if j.plan.policyFor(j.plan.below(x.step)) == Overwrite {
		return false, true
	}
	_, exists, known := j.plan.known(x.at)
	return true, !known || !exists // where that was not looked at, the request tells
}

// readSmall reads a file as it is now, into room where that is enough.
func (j *job) readSmall(o *opener, x member, room []byte) (store.Packed, error) {
	f, err := o.open(x.record)
	if err != nil {
		return store.Packed{}, err
	}
	defer f.Close()
	l, err := newLocal(f)
	if err != nil {
		return store.Packed{}, err
	}
	if l.size > packFile {
		return store.Packed{}, errFileChanged
	}
	body := room[:min(int64(len(room)), l.size)]
	if int64(len(body)) < l.size {
		body = make([]byte, l.size)
	}
	if err := l.read(body); err != nil {
		return store.Packed{}, err
	}
	return store.Packed{Key: x.step.To.Key, Body: body, Props: j.uploadProps(l, body)}, nil
}

// rooms are memory for the files of a pack, which is used again: new memory costs more than reading them does.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// readPack reads the files of a pack into memory that is lent, which grows for them, and gives back where those are that cannot
// be read: by itself each says what is wrong.
func (j *job) readPack(pack []member, lent *[]byte) (files []store.Packed, sent []member, rest []pos) {
	size := 0
	for _, x := range pack {
		size += int(x.record.size)
	}
	*lent = slices.Grow((*lent)[:0], size)
	o, room := &opener{j: j}, (*lent)[:size]
	defer o.close()
	files, sent = make([]store.Packed, 0, len(pack)), make([]member, 0, len(pack))
	for _, x := range pack {
		f, err := j.readSmall(o, x, room)
		if err != nil {
			rest = append(rest, x.at)
			continue
		}
		files, sent = append(files, f), append(sent, x)
		room = room[min(len(room), len(f.Body)):]
	}
	return files, sent, rest
}

// sendPack settles what the request has stored, and gives back where the rest is. What is there must be what was sent, by
// its ETag.
func (j *job) sendPack(ctx context.Context, pack []member, guard bool) (rest []pos) {
	if len(pack) == 0 || j.m.memory.Acquire(ctx, 2*packBytes) != nil { // the files, and the request
		return nil // or not begun
	}
	defer j.m.memory.Release(2 * packBytes)
	room := rooms.Get().(*[]byte)
	defer rooms.Put(room)
	files, sent, rest := j.readPack(pack, room)
	if len(files) == 0 {
		return rest
	}
	var done []store.Placed
	attempts := 0
	err := j.try(ctx, func(ctx context.Context) (err error) {
		attempts++
		done, err = j.plan.to.PutMany(store.Once(ctx), sent[0].step.To.Space, files, guard)
		return err
	})
	var stored []member
	for i, x := range sent {
		if err == nil && attempts > 1 && errors.Is(done[i].Err, store.Precondition) {
			if there, is := j.storedBefore(ctx, x.step.To, bytes.NewReader(files[i].Body)); is {
				done[i] = store.Placed{Info: there}
			}
		}
		switch {
		case err != nil && (ctx.Err() != nil || itsOwn(err) && store.KindOf(err) != store.Denied): // one key may be denied, and others not
			j.settle(ctx, x.at, x.record, x.step, &tally{total: &j.bytes}, err)
		case err != nil || done[i].Err != nil || !isBodyOf(done[i].Info.ETag, files[i].Body):
			rest = append(rest, x.at)
		default:
			x.step.Size = done[i].Info.Size
			j.made(x.step.To, done[i].Info)
			j.readBack(ctx, x.step.To, j.plan.spec.Access)
			stored = append(stored, x)
		}
	}
	j.settleAll(stored)
	return rest
}

// isBodyOf compares an ETag with what was sent, where it is one that tells.
func isBodyOf(etag string, body []byte) bool {
	sum := md5.Sum(body)
	return !isMD5(etag) || hex.EncodeToString(sum[:]) == etag
}
