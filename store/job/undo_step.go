package job

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"

	"spaces/store"
)

// alteration is what a step of a change makes of its object. An undo does that only where the object is still as must says.
func (p *Plan) alteration(r record) (is plainAlter, must *plainAlter) {
	if p.undo == nil {
		return p.spec.altered(), nil
	}
	v := &p.undo.values[valueOf(r)]
	return v.Was, &v.Is
}

// valueOf is which value of a diary the record of an object is about.
func valueOf(r record) int {
	at, _ := binary.Uvarint([]byte(r.history))
	return int(at)
}

// alterOf is what an endpoint is asked for where it changes many at once.
func (p *Plan) alterOf(a plainAlter) store.Alter {
	s := Spec{Kind: p.spec.Kind, Access: a.Access, Edit: a.edit()}
	return p.work().alter(&s)
}

// alike parts steps by what they make of their objects.
func (p *Plan) alike(members []member) [][]member {
	if p.undo == nil {
		return [][]member{members}
	}
	slices.SortStableFunc(members, func(a, b member) int { return valueOf(a.record) - valueOf(b.record) })
	var parts [][]member
	for len(members) > 0 {
		n := 1
		for n < len(members) && valueOf(members[n].record) == valueOf(members[0].record) {
			n++
		}
		parts, members = append(parts, members[:n]), members[n:]
	}
	return parts
}

// accessBefore reads who may read an object, to be noted or because an undo must know. "" is not known.
func (j *job) accessBefore(ctx context.Context, r store.Ref, must *plainAlter) (was store.Access, err error) {
	if must == nil && !j.did.mayRead() {
		return "", nil
	}
	err = j.try(ctx, func(ctx context.Context) (err error) {
		was, err = j.plan.from.Access(ctx, r)
		return err
	})
	switch {
	case must == nil && (cannot(err) || ctx.Err() == nil && err != nil):
		return "", nil // writing tells what is wrong
	case err == nil && must != nil && was != must.Access:
		return was, errSkipped
	}
	return was, err
}

// noteAccess notes how an object's permissions were. What cannot be set again is as good as not known.
func (j *job) noteAccess(s Step, was store.Access, is plainAlter) {
	if was != store.Private && was != store.PublicRead {
		j.did.untold()
		return
	}
	j.did.changed(s.From, s.Size, s.ETag, value{plainAlter{Access: was}, is})
}

// noteAltered notes what the endpoint has told of an object that it changed with others.
func (j *job) noteAltered(s Step, c store.Change, is plainAlter) {
	switch {
	case j.did == nil:
	case c.Was == nil || c.Was.Access == store.Custom:
		j.did.untold()
	default:
		spec := Spec{Kind: j.plan.spec.Kind, Access: c.Was.Access, Edit: Edit{Set: c.Was.Set, Unset: c.Was.Unset}}
		if spec.Kind == Tags {
			spec.Edit = Edit{Set: c.Was.Tag, Unset: c.Was.Untag}
		}
		j.did.changed(s.From, s.Size, s.ETag, value{spec.altered(), is})
	}
}

// isBack says whether what an undo moves is at its old place already, by a move that was cut short between its copy and
// the end of its source. Then only what it made has to go.
func (j *job) isBack(ctx context.Context, at pos, s Step) bool {
	if j.plan.undo == nil {
		return false
	}
	theirs, exists, known := j.plan.known(at)
	if known && (!exists || !theirs.unknown && !theirs.isSame(s)) {
		return false
	}
	theirs, exists, err := j.lookRemote(s.To.Space)(ctx, s.To.Key)
	return err == nil && exists && theirs.isSame(s)
}

// isSame says whether what is at a destination is what would come, as far as that can be told for certain.
func (x seen) isSame(s Step) bool {
	return !x.unknown && x.Size == s.Size && x.etag == s.ETag && isMD5(s.ETag)
}

// undone forgets what a job did when all of it is taken back.
func (j *job) undone(phase Phase) {
	if u := j.plan.undo; u != nil && phase == Done {
		u.forget()
		j.m.countUndoable()
	}
}

var (
	errSince    = errors.New("it was written to since")
	errGoneFrom = errors.New("it is not there any more")
)
