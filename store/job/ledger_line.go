package job

import (
	"os"
	"slices"
	"time"

	"spaces/store"
)

// line is one change. Exactly one of its fields beside Of and ETag is set.
type line struct {
	Program *program     `json:",omitempty"` // that works on what follows
	Of      string       `json:",omitempty"` // ID of the job
	Begun   *Transfer    `json:",omitempty"` // what it has outside is told by lines of its own
	Asked   *plainAsked  `json:",omitempty"` // an upload, of which nothing was heard yet
	Heard   *plainRef    `json:",omitempty"` // of all that were asked for to this key
	Opened  *plainUpload `json:",omitempty"`
	Whole   string       `json:",omitempty"` // ID of the upload that has all parts
	Closed  string       `json:",omitempty"` // ID of the upload
	ETag    string       `json:",omitempty"` // with Whole and Closed: of the object
	Part    *PartFile    `json:",omitempty"`
	Path    text         `json:",omitempty"` // of the part whose range Range is done
	Range   int          `json:",omitempty"`
	Mark    *mark        `json:",omitempty"`
	Removed text         `json:",omitempty"` // path of a part
	At      *Progress    `json:",omitempty"`
	Ended   bool         `json:",omitempty"`
}

// mark is how far a range of a part was written, in bytes.
type mark struct {
	Path  text
	Range int `json:",omitempty"`
	Far   int64
}

// program is who works on a job.
type program struct {
	PID   int
	Since time.Time
}

func thisProgram() *program { return &program{os.Getpid(), time.Now()} }

// Progress is how far a job was when the program that works on it last noted that.
type Progress struct {
	When                 time.Time
	Phase                Phase
	Objects, ObjectsDone int
	Bytes, BytesDone     int64
	Failed               int `json:",omitempty"`
}

// apply does a change to what is known.
func (x line) apply(all map[string]*Transfer) {
	if x.Begun != nil {
		t := x.Begun.clone()
		all[t.ID] = &t
		return
	}
	t := all[x.Of]
	switch {
	case t == nil:
	case x.Ended:
		delete(all, x.Of)
	case x.Asked != nil:
		t.ask(x.Asked.ref(), x.Asked.At)
	case x.Heard != nil:
		delete(t.asked, x.Heard.ref())
	case x.Opened != nil:
		t.Uploads = append(t.Uploads, x.Opened.upload())
	case x.Whole != "":
		if i := t.upload(x.Whole); i >= 0 {
			t.Uploads[i].etag = x.ETag
		}
	case x.Closed != "":
		if i := t.upload(x.Closed); i >= 0 {
			t.close(i, x.ETag)
		}
	case x.Part != nil:
		for _, other := range all {
			delete(other.Parts, x.Part.Path)
		}
		part := x.Part.clone()
		t.Parts[part.Path] = &part
	case x.Removed != "":
		delete(t.Parts, string(x.Removed))
	case x.Path != "":
		part := t.Parts[string(x.Path)]
		if part == nil {
			return
		}
		if part.Done == nil {
			part.Done = map[int]bool{}
		}
		part.Done[x.Range] = true
		delete(part.Far, x.Range)
	case x.Mark != nil:
		part := t.Parts[string(x.Mark.Path)]
		if part == nil || part.Done[x.Mark.Range] {
			return
		}
		if part.Far == nil {
			part.Far = map[int]int64{}
		}
		part.Far[x.Mark.Range] = x.Mark.Far
	case x.Program != nil:
		t.by = *x.Program
	case x.At != nil:
		t.at = *x.At
	}
}

// lines tell all of a job.
func (t *Transfer) lines() []line {
	list := []line{{Of: t.ID, Begun: t}, {Of: t.ID, Program: thisProgram()}}
	for r, a := range t.asked {
		for _, at := range []time.Time{a.First, a.Last} {
			list = append(list, line{Of: t.ID, Asked: &plainAsked{plainRef{r.Space, text(r.Key)}, at}})
		}
	}
	for _, u := range t.Uploads {
		list = append(list, opened(t.ID, u))
	}
	for _, u := range t.Made {
		list = append(list, opened(t.ID, u), line{Of: t.ID, Closed: u.ID, ETag: u.etag})
	}
	for _, p := range t.Parts {
		list = append(list, line{Of: t.ID, Part: p})
	}
	if !t.at.When.IsZero() {
		list = append(list, line{Of: t.ID, At: &t.at})
	}
	return list
}

// size is how many lines that takes, about.
func (t *Transfer) size() int {
	return 2 + 2*len(t.asked) + len(t.Uploads) + 2*len(t.Made) + len(t.Parts)
}

// ask notes that an upload to a key was asked for, once more perhaps.
func (t *Transfer) ask(r store.Ref, at time.Time) {
	a, again := t.asked[r]
	if a.Last = at; !again {
		a.First = at
	}
	if t.asked == nil {
		t.asked = map[store.Ref]asked{}
	}
	t.asked[r] = a
}

func opened(id string, u OpenUpload) line { return line{Of: id, Opened: u.plain()} }

// upload is the place of an open upload, or -1.
func (t *Transfer) upload(id string) int {
	return slices.IndexFunc(t.Uploads, func(u OpenUpload) bool { return u.ID == id })
}

// close takes an upload away that is no more. One that has become an object with an ETag is remembered as that.
func (t *Transfer) close(i int, etag string) {
	u := t.Uploads[i]
	t.Uploads = slices.Delete(t.Uploads, i, i+1)
	if etag == "" || u.of == nil {
		return
	}
	u.etag = etag
	if t.Made == nil {
		t.Made = map[store.Ref]OpenUpload{}
	}
	t.Made[u.Ref] = u
}
