package store

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
)

// TrashPrefix is where a Space has its trash. What is deleted to it keeps its whole key below the folder of its batch:
//
//	.trash/20261126T220000Z-abcdef/photos/a.jpg
//	.trash/20261126T220000Z-abcdef-public/photos/b.jpg
//
// The first part of a batch's name is when it was deleted, in UTC. In the second folder is what was public, where an
// endpoint cannot keep from strangers what has public permissions: it is private there until it is restored.
const TrashPrefix = ".trash/"

const (
	trashTime   = "20060102T150405Z"
	trashPublic = "-public"
	trashRandom = 6 // letters
)

// TrashBatch is the folder of what one delete takes.
type TrashBatch struct {
	Name string // without what tells of the public ones
	At   time.Time
}

// NewTrashBatch names a batch of now.
func NewTrashBatch(now time.Time) TrashBatch {
	now = now.UTC().Truncate(time.Second)
	return TrashBatch{now.Format(trashTime) + "-" + strings.ToLower(rand.Text()[:trashRandom]), now}
}

// Prefix is the folder of the batch.
func (b TrashBatch) Prefix() string { return TrashPrefix + b.Name + "/" }

// Public is the folder of what was public.
func (b TrashBatch) Public() string { return TrashPrefix + b.Name + trashPublic + "/" }

// TrashBatchOf tells of a key in the trash which batch it is of, whether that is by its folder Public, and what follows that.
// What has no such name is no batch, wherever it lies.
func TrashBatchOf(key string) (b TrashBatch, public bool, rest string, ok bool) {
	below, in := strings.CutPrefix(key, TrashPrefix)
	name, rest, folder := strings.Cut(below, "/")
	name, public = strings.CutSuffix(name, trashPublic)
	stamp, letters, _ := strings.Cut(name, "-")
	at, err := time.Parse(trashTime, stamp)
	if !in || !folder || err != nil || len(letters) != trashRandom || strings.Trim(letters, "abcdefghijklmnopqrstuvwxyz234567") != "" {
		return TrashBatch{}, false, "", false
	}
	return TrashBatch{name, at}, public, rest, true
}

// InTrash says whether a key is the trash or in it: deleting it is for good.
func InTrash(key string) bool { return strings.HasPrefix(key, TrashPrefix) }

// Trashes says whether deleting goes to the trash on this connection, unless told otherwise.
func (s *Store) Trashes() bool { return s.c.Trash }

// ListShown is List as folders are shown where deleting goes to the trash: that is not among the folders of its Space. Who
// asks for it by its name finds it.
func (s *Store) ListShown(ctx context.Context, r ListRequest) (Page, error) {
	page, err := s.List(ctx, r)
	if s.Trashes() && r.Prefix == "" {
		page.Entries = slices.DeleteFunc(page.Entries, func(e Entry) bool { return e.Folder && e.Key == TrashPrefix })
	}
	return page, err
}

// HidesTrash says whether the endpoint itself keeps strangers away from what is in the trash.
func (s *Store) HidesTrash() bool { return s.isOurs() }
