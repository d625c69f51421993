package store

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Shared is the note of a link that was made here: what is known of it although no endpoint tells. There is no signature
// in it: what was signed is signed again when it is wanted.
type Shared struct {
	ID       string `json:"id"` // of the link, where a server keeps it, else of the note
	Conn     Conn   `json:"conn"`
	Endpoint string `json:"endpoint,omitempty"`
	Space    string `json:"space"`
	Key      string `json:"key"` // of the object, or of the folder that receives or is given
	Version  string `json:"version,omitempty"`
	Archive  string `json:"archive,omitempty"`    // zip: it gives all of the folder Key as one file
	Maker    string `json:"access_key,omitempty"` // whose signature it has; "": of one that is public

	Kept    bool `json:"kept,omitempty"`    // the endpoint keeps it, and can take it back
	Upload  bool `json:"upload,omitempty"`  // one file can be put in its place
	Receive bool `json:"receive,omitempty"` // files can be put into the folder

	Made     time.Time `json:"made"`
	Until    time.Time `json:"until"` // the zero time: it does not end
	Once     bool      `json:"once,omitempty"`
	Password bool      `json:"password,omitempty"` // it asks for one
	URL      string    `json:"url,omitempty"`      // of one that is kept: it opens it, and is told by nobody again
	Seen     int64     `json:"seen,omitempty"`     // files that came and were looked at
	Ended    time.Time `json:"ended"`              // when it was taken back from here; the zero time: it was not
}

// Ledger keeps the notes of links from one run of the program to the next. They are in a file that nobody else can read:
// methods are for requests, never for Update or View. They may be called at once, by several programs too.
type Ledger interface {
	// Shared are all notes, newest first. Those of links that ended long ago are gone.
	Shared() ([]Shared, error)
	// NoteShared adds notes.
	NoteShared(...Shared) error
	// ChangeShared changes the note with an id of a connection, if there is one.
	ChangeShared(conn Conn, id string, edit func(*Shared)) error
}

// SharedLink is the note of a link that was signed, or is public.
func (s *Store) SharedLink(r Ref, version string, l Link, upload bool, now time.Time) Shared {
	n := Shared{ID: noteID(), Conn: s.Conn(), Endpoint: s.Endpoint(), Space: r.Space, Key: r.Key, Version: version, Upload: upload, Made: now.UTC(), Until: l.Expires.UTC()}
	if u, err := url.Parse(l.URL); err == nil && !l.Expires.IsZero() {
		q := u.Query()
		n.Maker, _, _ = strings.Cut(q.Get("X-Amz-Credential"), "/")
		n.Archive = q.Get("archive")
	}
	return n
}

// noteID is one that no other note has.
func noteID() string {
	return strings.ToLower(rand.Text()[:16])
}

// SharedKept is the note of a link that the endpoint keeps.
func (s *Store) SharedKept(l KeptLink) Shared {
	return Shared{ID: l.ID, Conn: s.Conn(), Endpoint: s.Endpoint(), Space: l.Space, Key: l.Key, Version: l.Version, Archive: l.Archive, Maker: l.Maker, Kept: true, Receive: l.Limits != nil,
		Made: l.Made, Until: l.Until, Once: l.Once, Password: l.HasPassword, URL: l.URL}
}

// State is what has become of a link as far as it can be known without asking: active, expired, revoked, or public.
func (n *Shared) State(now time.Time) string {
	switch {
	case !n.Ended.IsZero():
		return "revoked"
	case !n.Until.IsZero() && !now.Before(n.Until):
		return "expired"
	case n.Until.IsZero() && !n.Kept:
		return "public"
	}
	return "active"
}

// TakeBack says how a link is taken back that no server keeps.
func (n *Shared) TakeBack() string {
	switch {
	case n.Until.IsZero():
		return "The file is public: its plain address works until you make the file private, move it or delete it."
	case n.Archive != "":
		return "Nobody keeps this link, so it cannot be taken back by itself: move, rename or delete the folder, or delete the access key that signed it, or give it a new secret."
	case n.Upload:
		return "Nobody keeps this link, so it cannot be taken back by itself: delete the access key that signed it, or give it a new secret."
	}
	return "Nobody keeps this link, so it cannot be taken back by itself: move, rename or delete the file, or delete the access key that signed it, or give it a new secret."
}

// LinkNow is a link of the ledger, or of a server, as it is now.
type LinkNow struct {
	Shared
	State    string    // of Shared, or of the server that keeps it; gone: it was taken back elsewhere
	Used     int64     // downloads, where a server counts them
	Last     time.Time // when one last began
	Limits   *ReceiveLimits
	Received int64
	Came     []Arrival
}

// LinksNow makes one list, newest first, of the notes of all connections and what the server of s tells of those it keeps.
// told says whether it told: else of those what was noted is all there is.
func (s *Store) LinksNow(notes []Shared, kept []KeptLink, told bool, now time.Time) []LinkNow {
	byID := make(map[string]*KeptLink, len(kept))
	for i := range kept {
		byID[kept[i].ID] = &kept[i]
	}
	list := make([]LinkNow, 0, len(notes)+len(kept))
	for _, n := range notes {
		l := LinkNow{Shared: n, State: n.State(now)}
		if n.Kept && n.Conn == s.Conn() && told {
			if k := byID[n.ID]; k != nil {
				l.of(k)
				delete(byID, n.ID)
			} else if l.State == "active" {
				l.State, l.URL = "gone", ""
			}
		}
		list = append(list, l)
	}
	for i := range kept {
		if k := byID[kept[i].ID]; k != nil {
			l := LinkNow{Shared: s.SharedKept(*k)}
			l.of(k)
			list = append(list, l)
		}
	}
	slices.SortStableFunc(list, func(a, b LinkNow) int { return b.Made.Compare(a.Made) })
	return list
}

// of puts in what the server tells.
func (l *LinkNow) of(k *KeptLink) {
	l.State, l.Used, l.Last, l.Until, l.Archive = k.State, k.Used, k.Last, k.Until, k.Archive
	l.Limits, l.Received, l.Came = k.Limits, k.Received, k.Came
}

// What is what a link is for, in a word, and of one that gives a folder in what form.
func (n *Shared) What() string {
	if n.Archive != "" {
		return n.sort() + " " + n.Archive
	}
	return n.sort()
}

func (n *Shared) sort() string {
	switch {
	case n.Receive:
		return "receive"
	case n.Upload:
		return "upload"
	case n.Once:
		return "once"
	case n.Password:
		return "password"
	case n.Kept:
		return "kept"
	case n.Until.IsZero():
		return "public"
	}
	return "signed"
}
