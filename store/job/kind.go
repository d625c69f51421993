package job

import (
	"context"
	"errors"

	"spaces/store"
)

// Kind of work.
type Kind int

const (
	Upload Kind = iota
	Download
	Delete
	Copy
	Move
	Permissions // Spec.Access on every object
	Metadata    // Spec.Edit on every object
	Destroy     // everything in a Space, its unfinished uploads, then the Space itself
	MakeFolder  // the marker of a folder that has nothing in it yet: its key ends in "/"
	Restore     // older versions on top, deleted files back: see Spec.At and Source.Version
	Purge       // older versions and delete markers for good: all but what is current, or Source.Version
	Tags        // Spec.Edit on the tags of every object
	Mirror      // what is below one folder comes to be below Dest as it is: see Spec.Prune and Spec.Current
	Trash       // a move to the trash of the Space: see ToTrash
	SyncUp      // a Mirror of a directory here: Source.Local
	SyncDown    // a Mirror of a folder, in the directory LocalDir
	Zip         // a download of folders as one archive each, where the endpoint makes such
)

// work is what there is to know of a Kind: what differs between them is said here, once.
type work struct {
	name string // in notes, for good
	verb string // that a title begins with

	fromDisk bool // sources are files here
	toDisk   bool // files come to be below LocalDir
	writes   bool // objects come to be at Dest
	changes  bool // its sources are other than they were
	takes    bool // objects are taken out of their Space: links break, and older versions stay there
	moves    bool // its sources go when they have arrived
	deletes  bool // a source that is not there is done
	exact    bool // it must be done to what was chosen: ETags are needed
	blind    bool // nothing has to be known of an object
	compares bool // its steps are what two folders differ in: there may be none
	versions bool // its steps are versions: a source is never just an object, and what became of a row is only told as stale
	access   bool // Spec.Access is what it is about

	alter func(*Spec) store.Alter // what it changes of objects, where an endpoint does that to many at once; nil: it does not

	batch   int // steps of one request; 0: each step has its own
	workers int // 0: Options.Workers

	lacks  func(*Spec) error                                             // why a Spec is incomplete; nil: it is not
	walk   func(p *Plan, ctx context.Context, i int, after string) error // finds the steps of a source that is no object
	clash  func(*Plan, context.Context) error                            // looks what is at destinations; nil: there are none
	step   func(j *job, ctx context.Context, at pos, r record, s Step, t *tally)
	steps  func(j *job, ctx context.Context, at []pos, records []record) // in the place of step where there are batches
	finish func(*job, context.Context)                                   // what comes after the last step; nil: nothing
}

// works has a row for each Kind. It is filled here because its functions ask it in turn.
var works []work

func init() {
	complete := func(*Spec) error { return nil }
	works = []work{
		Upload: {name: "upload", verb: "Upload", fromDisk: true, writes: true, lacks: noHeaders,
			walk: (*Plan).walkLocal, clash: (*Plan).clashesInStore, step: ending((*job).upload), finish: (*job).dropLocal},
		Download: {name: "download", verb: "Download", toDisk: true, exact: true, lacks: noFolder,
			walk: (*Plan).walkFolder, clash: (*Plan).clashesOnDisk, step: (*job).fetchStep, finish: (*job).dropFolders},
		Delete: {name: "delete", verb: "Delete", changes: true, takes: true, deletes: true, batch: deleteBatch, workers: deleteWorkers, lacks: complete,
			walk: (*Plan).walkFolder, steps: (*job).deleteSteps, finish: (*job).noteGone},
		Copy: {name: "copy", verb: "Copy", writes: true, exact: true, lacks: complete,
			walk: (*Plan).walkFolder, clash: (*Plan).clashesInStore, step: ending((*job).copy)},
		Move: {name: "move", verb: "Move", writes: true, changes: true, takes: true, moves: true, exact: true, lacks: complete,
			walk: (*Plan).walkFolder, clash: (*Plan).clashesInStore, step: (*job).moveStep, finish: (*job).dropFolders},
		Permissions: {name: "permissions", verb: "Permissions of", changes: true, access: true, lacks: noAccess, alter: alterAccess,
			walk: (*Plan).walkFolder, step: ending((*job).permit)},
		Metadata: {name: "metadata", verb: "Metadata of", changes: true, lacks: noEdit, alter: alterHeaders,
			walk: (*Plan).walkFolder, step: ending((*job).edit)},
		Destroy: {name: "destroy", verb: "Destroy", changes: true, deletes: true, batch: deleteBatch, workers: deleteWorkers, lacks: complete,
			walk: (*Plan).walkSpace, steps: (*job).deleteSteps, finish: (*job).destroySpaces},
		MakeFolder: {name: "new folder", verb: "New folder", changes: true, blind: true, lacks: noSlash,
			walk: (*Plan).walkFolder, step: ending((*job).makeFolder)},
		Restore: {name: "restore", verb: "Restore", changes: true, versions: true, lacks: complete,
			walk: (*Plan).walkHistory, step: ending((*job).restoreStep), finish: (*job).tellHistory},
		Purge: {name: "purge", verb: "Purge", changes: true, deletes: true, versions: true, batch: deleteBatch, workers: deleteWorkers, lacks: complete,
			walk: (*Plan).walkHistory, steps: (*job).deleteSteps, finish: (*job).tellHistory},
		Tags: {name: "tags", verb: "Tags of", changes: true, lacks: noEdit, alter: alterTags,
			walk: (*Plan).walkFolder, step: ending((*job).retag)},
		Mirror: {name: "mirror", verb: "Mirror", writes: true, exact: true, compares: true, lacks: noMirror,
			walk: (*Plan).walkMirror, step: ending((*job).mirror), finish: (*job).prune},
		Trash: {name: "trash", verb: "Delete", writes: true, changes: true, takes: true, moves: true, exact: true, lacks: noBatch,
			walk: (*Plan).walkFolder, step: (*job).moveStep, finish: (*job).dropFolders},
		SyncUp: {name: "sync up", verb: "Sync", fromDisk: true, writes: true, compares: true, lacks: noSync,
			walk: (*Plan).walkSync, step: ending((*job).upload), finish: (*job).prune},
		SyncDown: {name: "sync down", verb: "Sync", toDisk: true, exact: true, compares: true, lacks: noSync,
			walk: (*Plan).walkSync, step: (*job).fetchStep, finish: (*job).prune},
		Zip: {name: "zip", verb: "Download as .zip", toDisk: true, lacks: noZip,
			walk: (*Plan).walkZip, clash: (*Plan).clashesOnDisk, step: (*job).zipStep},
	}
	for _, w := range works {
		kinds = append(kinds, w.name)
	}
}

// kinds are the names of all.
var kinds []string

func (k Kind) String() string { return works[k].name }

func (s *Spec) work() *work { return &works[s.Kind] }

func (p *Plan) work() *work { return p.spec.work() }

func (j *job) work() *work { return j.plan.spec.work() }

// ending makes a whole step of what does it.
func ending(do func(j *job, ctx context.Context, at pos, r record, s Step, t *tally) error) func(*job, context.Context, pos, record, Step, *tally) {
	return func(j *job, ctx context.Context, at pos, r record, s Step, t *tally) {
		j.settle(ctx, at, r, s, t, do(j, ctx, at, r, s, t))
	}
}

// hasTarget says whether something comes to be at a destination.
func (w *work) hasTarget() bool { return w.writes || w.toDisk }

func noFolder(s *Spec) error {
	if s.LocalDir == "" {
		return errors.New("no folder to download to")
	}
	return nil
}

func noAccess(s *Spec) error {
	if s.Access != store.Private && s.Access != store.PublicRead {
		return errors.New("permissions can be private or public")
	}
	return nil
}

// noHeaders says what of the headers of an upload cannot be.
func noHeaders(s *Spec) error {
	_, err := s.Edit.Apply(store.Props{})
	return err
}

func noEdit(s *Spec) error {
	if len(s.Edit.Set)+len(s.Edit.Unset) == 0 {
		return errors.New("nothing to change")
	}
	return nil
}
