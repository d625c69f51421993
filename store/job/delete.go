package job

import (
	"context"
	"strings"

	"spaces/store"
)

// deleteSteps deletes a batch, which may be of several Spaces.
func (j *job) deleteSteps(ctx context.Context, at []pos, records []record) {
	bySpace := map[string][]int{}
	for i, r := range records {
		space := j.plan.sources[r.source].Ref.Space
		bySpace[space] = append(bySpace[space], i)
	}
	for space, members := range bySpace {
		keys := make([]string, len(members))
		for n, i := range members {
			keys[n] = j.plan.step(records[i]).From.Key
		}
		failed, err := j.deleteVersions(ctx, space, records, members, keys)
		j.settleDeletes(ctx, at, records, members, keys, failed, err)
	}
	j.m.changes.touch()
}

func (j *job) settleDeletes(ctx context.Context, at []pos, records []record, members []int, keys []string, failed []error, all error) {
	done := make([]pos, 0, len(members))
	bytes := int64(0)
	for n, i := range members {
		err := all
		if err == nil {
			err = failed[n]
		}
		src := &j.plan.sources[records[i].source]
		if err != nil && ctx.Err() != nil {
			continue // not begun, or nobody knows: the folder is told as stale
		}
		if err != nil {
			j.fail(at[i], records[i].source, keys[n], err)
			j.tell(j.plan.step(records[i]), err)
			continue
		}
		done = append(done, at[i])
		j.tell(j.plan.step(records[i]), nil)
		bytes += records[i].size
		if name := records[i].name; !j.plan.isWhole(src) && !j.work().versions && !strings.Contains(name, "/") {
			j.rowGone(j.plan.from, store.Ref{Space: src.Ref.Space, Key: keys[n]})
		}
	}
	j.plan.steps.done(done...)
	j.bytes.Add(bytes)
	if len(done) > 0 {
		j.succeed(int64(len(done)))
	}
}
