// Package job runs long work on object storage: uploads, downloads, deletes, copies and moves of any number of objects.
// A Plan finds out what there is to do; a Manager does it with a bounded number of workers and says how far it is.
// It knows no terminal.
package job

import (
	"time"

	"spaces/store"
)

// Source is one thing to work on: an object, with Folder everything below Ref.Key (which ends in "/", or is "" for a
// whole Space), or for an upload the file or directory Local.
type Source struct {
	Ref    store.Ref
	Folder bool
	Local  string
	Name   string      // Copy, Move: what it is called below Dest; "" is as Spec.Name has it
	Stream bool        // Upload: not a file, but what Plan.Feed gives. Spec.Name names it
	Entry  store.Entry // what a listing said of the object Ref: saves looking again. Zero: not known

	Match  Match // with Folder: only some of what is in it
	Inside bool  // with Folder, or of a directory: all that is in it, but not itself: it comes to be at Dest, not below its name

	Version string // Download, Restore, Purge: the ID of this version of the object
	Marker  bool   // Restore, Purge: Version is a delete marker
}

// Spec says what to do, as plain data: it can be written down and read by another program.
type Spec struct {
	Kind     Kind
	From     store.Conn // of what is read or changed; an upload has none
	To       store.Conn // of what is written: Upload, Copy, Move
	Sources  []Source
	Dest     store.Ref    // a prefix: ends in "/" or is "". Upload, Copy, Move
	Base     string       // what is cut from the sources' keys: their own folder
	Name     string       // rename: the one source gets this name below Dest; "" keeps names
	LocalDir string       // Download: nothing is ever written outside
	Access   store.Access // of uploaded objects; "" is private
	Links    bool         // Upload: links in a tree that lead out of it are followed, to files; otherwise they are left out
	At       time.Time    // Restore: folders and files as they were then; zero: what was deleted comes back
	Edit     Edit         // Metadata, Tags; Upload: headers that files get beside their own
	Policy   Policy
	Prune    bool      // Mirror: what only Dest has is deleted, when all else has succeeded
	Current  bool      // Mirror: older versions stay behind also where both sides keep them
	Begun    time.Time `json:",omitzero"`  // with Again: when it was confirmed, by the clock of From. What came to be later is left alone
	BegunTo  time.Time `json:",omitzero"`  // the same by the clock of To
	Back     bool      `json:",omitempty"` // Copy, Move, with Again: see Manager.Back
	Again    bool      // the work was cut short before: what is at its destination with the same content is done
	Away     bool      `json:",omitempty"` // Upload, Download: a move: sources go when they have arrived. No undo covers it
	Undo     Undoing   `json:",omitzero"`  // what the job of its ID did is taken back: Sources are what that noted
}

// Edit changes headers and user metadata, whatever else there is stays. Names are those of HTTP headers
// ("Content-Type", "Cache-Control", "x-amz-meta-owner"), or for Tags those of tags.
type Edit struct {
	Set   map[string]string
	Unset []string
}

// Policy is what happens to a name that is there already.
type Policy int

const (
	Overwrite Policy = iota
	Skip
	KeepBoth // a number is put before the extension
	Newer    // overwrite when ours is newer
	Differs  // overwrite when size or, where both are known, content differ
)

// Step is one object's worth of work.
type Step struct {
	From, To store.Ref
	Local    string
	Size     int64
	ETag     string
	Modified time.Time
	Version  string // of From, "" for the current one
}

// Totals of a plan as far as it is counted.
type Totals struct {
	Objects, Folders int
	Bytes            int64
	Public           int // objects known to be public, of those that were asked
	PublicAsked      int
	Conflicts        int
	Versions         int  // of Objects: older versions, which only a destroy removes
	Markers          int  // of Objects: delete markers
	Versioned        bool // a Space that objects are taken out of keeps their versions: only a destroy removes those
	Failed           int  // sources that could not be read: they are in Plan.Failed
	LeftOut          int  // things in trees that cannot be uploaded: they are in Plan.LeftOut
	Differences           // of a mirror
	Complete         bool
	Err              error // why counting ended early
}

// Version is one side of a conflict.
type Version struct {
	Size     int64
	Modified time.Time
}

// Conflict is a name that is there already.
type Conflict struct {
	Name         string  // below the destination
	Theirs, Ours Version // there already; ours to write
}

// Failure is one thing that could not be done.
type Failure struct {
	Name string
	Err  error
}

// ID of a job, unique in its Manager.
type ID int64

// Phase of a job.
type Phase int

const (
	Counting Phase = iota
	Running
	Paused
	Done
	Failed // ended, and something failed
	Canceled
)

// Ended says whether nothing more will happen unless it is retried.
func (p Phase) Ended() bool { return p >= Done }

// Options of a Manager.
type Options struct {
	Workers  int              // steps at once of a job; 0: 16
	PartSize int64            // bytes of a part; 0: 16 MiB. It grows where 10,000 parts would not do
	Now      func() time.Time // nil: time.Now
	Ledger   *Ledger          // of transfers that do not finish; nil: they are not noted
	Conns    *store.Conns     // that Specs name
	Shared   bool             // by several who look, each with News of his own: the Manager has none

	// Outcome is told how each object of each job ended, by several goroutines at once. nil: nobody is.
	Outcome func(ID, Outcome)

	// Crashed is told when work panics, as store.OnCrash has it; nil: the process ends there.
	Crashed func(value any, stack []byte)
}

// Status of a job at one moment.
type Status struct {
	ID                   ID
	Kind                 Kind
	Title                string
	Phase                Phase
	Objects, ObjectsDone int
	Bytes, BytesDone     int64
	Rate                 float64       // bytes a second through this machine, of the last seconds; 0 where the endpoint does it alone
	ObjectRate           float64       // objects a second, of the last seconds
	Left                 time.Duration // 0: not known
	Failed               []Failure     // the first 1000
	Remarks              []Failure     // what did not fail and is not as it should be: Err is ErrNothingThere, or what was not kept or carried
	Held                 bool          // an endpoint of it is held: nothing begins
	Trouble              error         // what is being tried again at the moment
	FailedCount          int
	Skipped              int    // by policy
	Called               string // the name of the last that got a number, because its own was taken; "": all have theirs
	Pruned               int    // deleted by a mirror: in no other number
	LeftOut              int    // of an upload: see Plan.LeftOut
	Started, Ended       time.Time
	Spec                 Spec
}
