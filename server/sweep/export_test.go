package sweep

import "context"

// Remove deletes what a plan listed, as a sweep does.
func (w *Sweeper) Remove(ctx context.Context, space string, list []Due) (Swept, error) {
	sp, err := w.engine.Space(space)
	if err != nil {
		return Swept{}, err
	}
	return w.remove(ctx, &sp, list)
}
