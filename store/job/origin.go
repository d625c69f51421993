package job

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"spaces/store"
)

// origin says what an upload in parts was begun of, as plain data: its parts are worth something only for the same.
type origin struct {
	Local    text       `json:",omitempty"` // absolute path of a file; else an object:
	Conn     store.Conn `json:",omitempty"`
	From     plainRef   `json:",omitzero"`
	Version  string     `json:",omitempty"`
	ETag     string     `json:",omitempty"`
	Size     int64
	Modified int64  `json:",omitempty"` // of a file, in nanoseconds since 1970. Endpoints tell of an object's in more ways than one
	Props    string `json:",omitempty"` // digest of all that is stored with the content, which is fixed when the upload begins
}

// ofFile is the origin of an upload.
func ofFile(path string, l *local) origin {
	return origin{Local: text(path), Size: l.size, Modified: l.modified.UnixNano()}
}

// ofObject is the origin of a copy through here.
func (p *Plan) ofObject(r store.Ref, version, etag string, size int64) origin {
	return origin{Conn: p.from.Conn(), From: plainRef{r.Space, text(r.Key)}, Version: version, ETag: etag, Size: size}
}

// with is the origin of what is stored with props and in a class of storage.
func (o origin) with(p store.Props, class string) origin {
	plain, err := json.Marshal(struct { // maps come sorted
		store.Props
		Class string
	}{p, class})
	if err == nil {
		sum := sha256.Sum256(plain)
		o.Props = hex.EncodeToString(sum[:8])
	}
	return o
}

// sameContent says whether two are of the same bytes.
func (o origin) sameContent(other origin) bool {
	o.Props, other.Props = "", ""
	return o == other
}

// OpenUpload is an upload in parts that was begun, as a ledger keeps it.
type OpenUpload struct {
	store.Upload
	of   *origin // nil: a copy on the server, which makes its parts itself
	part int64   // bytes of a part
	etag string  // of the object that it becomes, or has become; "": not all parts are there yet
}

type plainUpload struct {
	plainRef
	ID   string
	Of   *origin `json:",omitempty"`
	Part int64   `json:",omitempty"`
	ETag string  `json:",omitempty"`
}

type plainAsked struct {
	plainRef
	At time.Time
}

func (u OpenUpload) plain() *plainUpload {
	return &plainUpload{plainRef{u.Space, text(u.Key)}, u.ID, u.of, u.part, u.etag}
}

func (p *plainUpload) upload() OpenUpload {
	return OpenUpload{store.Upload{Ref: p.ref(), ID: p.ID}, p.Of, p.Part, p.ETag}
}

// begunOf finds the upload to a key that was begun of just this. other is one of something else: what is there changed.
func (e *entry) begunOf(to store.Ref, o origin) (u, other *OpenUpload) {
	if e == nil {
		return nil, nil
	}
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	t := e.l.all[e.id]
	if t == nil {
		return nil, nil
	}
	for _, x := range t.Uploads {
		switch {
		case x.Ref != to || x.of == nil:
		case *x.of == o:
			u = &x
		default:
			other = &x
		}
	}
	return u, other
}

// isMade says whether the object with this ETag at a key is what became of an upload of the same content.
func (e *entry) isMade(to store.Ref, o origin, etag string) bool {
	if e == nil || etag == "" {
		return false
	}
	e.l.mu.Lock()
	defer e.l.mu.Unlock()
	t := e.l.all[e.id]
	if t == nil {
		return false
	}
	is := func(u OpenUpload) bool {
		return u.Ref == to && u.of != nil && u.of.sameContent(o) && u.etag == etag
	}
	if made, ok := t.Made[to]; ok && is(made) {
		return true
	}
	for _, u := range t.Uploads { // its answer got lost
		if is(u) {
			return true
		}
	}
	return false
}
