package job

import (
	"context"
	"errors"
	"time"

	"spaces/store"
)

// ErrGrantsTrashed is the remark on what a copy in the trash does not have.
var ErrGrantsTrashed = errors.New("grants to single accounts are not kept in the trash: those files come back private")

// ToTrash is the Spec that deletes things of one Space to its trash, at a time.
func ToTrash(conn store.Conn, space string, sources []Source, now time.Time) Spec {
	return Spec{Kind: Trash, From: conn, To: conn, Sources: sources, Dest: store.Ref{Space: space, Key: store.NewTrashBatch(now).Prefix()}}
}

// FromTrash is the Spec that gives a batch back to where it was.
func FromTrash(conn store.Conn, space string, batch store.TrashBatch) Spec {
	at := func(prefix string) Source { return Source{Ref: store.Ref{Space: space, Key: prefix}, Folder: true} }
	return Spec{Kind: Move, From: conn, To: conn, Sources: []Source{at(batch.Prefix()), at(batch.Public())},
		Dest: store.Ref{Space: space}, Base: store.TrashPrefix}
}

// restoresTrash says whether a move is one of FromTrash: keys come to be what they were.
func (s *Spec) restoresTrash() bool {
	if s.Kind != Move || s.Base != store.TrashPrefix || s.Dest.Key != "" || s.From != s.To {
		return false
	}
	for i := range s.Sources {
		c := &s.Sources[i]
		_, _, _, ok := store.TrashBatchOf(c.Ref.Key)
		if !ok || c.Ref.Space != s.Dest.Space || c.Name != "" || s.Name != "" {
			return false
		}
	}
	return true
}

// noBatch is why a Spec does not say where in the trash things go.
func noBatch(s *Spec) error {
	_, public, rest, ok := store.TrashBatchOf(s.Dest.Key)
	if !ok || public || rest != "" || s.Base != "" || s.Name != "" || s.From != s.To {
		return errors.New("this is no place in the trash")
	}
	for i := range s.Sources {
		switch c := &s.Sources[i]; {
		case c.Ref.Space != s.Dest.Space:
			return errors.New("each Space has a trash of its own")
		case c.Name != "":
			return errors.New("in the trash things keep their names")
		case store.InTrash(c.Ref.Key) || c.Folder && c.Ref.Key == "" && c.Match.Except != store.TrashPrefix:
			return errors.New("what is in the trash can only be deleted for good")
		}
	}
	return nil
}

// asTrash is a step to or from the trash as it is carried out where strangers read what is public, wherever that lies. The
// copy in the trash is private, and the folder that it lies in says what it was.
func (j *job) asTrash(ctx context.Context, s Step) (Step, store.Access, error) {
	undoes := j.plan.spec.Undo.ID != ""
	if _, public, _, in := store.TrashBatchOf(s.From.Key); in && public && (undoes || j.plan.spec.restoresTrash()) {
		return s, store.PublicRead, nil
	}
	if j.plan.spec.Kind != Trash && !(undoes && store.InTrash(s.To.Key)) {
		return s, "", nil
	}
	var access store.Access
	err := j.try(ctx, func(ctx context.Context) (err error) {
		access, err = j.plan.from.Access(ctx, s.From)
		return err
	})
	switch {
	case err != nil && !cannot(err):
		return s, "", err
	case access == store.Custom:
		j.remarkOnce(Failure{Name: s.From.Key, Err: ErrGrantsTrashed})
	case access == store.PublicRead:
		batch, _, rest, _ := store.TrashBatchOf(s.To.Key)
		s.To.Key = batch.Public() + rest
	}
	return s, store.Private, nil
}

// titleOfTrash is what a job to or from the trash is called, "" of others.
func (s *Spec) titleOfTrash(what string) string {
	switch {
	case s.Kind == Trash:
		return "Move " + what + " to the trash"
	case s.restoresTrash():
		return "Restore from the trash of " + s.Dest.Space
	}
	return ""
}
