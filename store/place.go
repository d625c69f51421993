package store

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Tab is one of the views of a Space.
type Tab string

// The tabs of a Space or a folder in it.
const (
	Files    Tab = ""
	Settings Tab = "settings" // of the Space
	Usage    Tab = "usage"    // what the folders hold
	Find     Tab = "find"     // what is below, by name, size and date
	Trash    Tab = "trash"    // what was deleted and can be restored
	Uploads  Tab = "uploads"  // in parts, that were neither completed nor aborted
	Past     Tab = "versions" // older versions and deleted files; AsOf is the same at a time
)

// pastTime is how a time is written in a Tab.
const pastTime = "20060102T150405.000Z"

// AsOf is the tab of a folder as it was at a time, to the millisecond.
func AsOf(at time.Time) Tab { return Past + Tab("-"+at.UTC().Format(pastTime)) }

// Past says whether a tab is one of older versions, and at which time: the zero time for all of them.
func (t Tab) Past() (at time.Time, is bool) {
	text, dated := strings.CutPrefix(string(t), string(Past)+"-")
	if !dated {
		return at, t == Past
	}
	at, err := time.Parse(pastTime, text)
	return at, err == nil
}

// The tabs beside the index of a connection: they have no Space.
const (
	AccessKeys  Tab = "keys"
	Public      Tab = "public"      // what anybody can read or list
	Doctor      Tab = "doctor"      // what is wrong with the server
	Links       Tab = "links"       // that were made
	Connections Tab = "connections" // all there are
)

// ofSpaces and ofConns are the tabs that a place with and without a Space can have.
var (
	ofSpaces = []Tab{Files, Settings, Usage, Find, Trash, Uploads}
	ofConns  = []Tab{Files, AccessKeys, Public, Links, Doctor, Connections}
)

func (t Tab) ofSpace() bool {
	_, past := t.Past()
	return past || slices.Contains(ofSpaces, t)
}

// Place is where one can be. The zero Place is the index of Spaces of this machine.
type Place struct {
	Conn   Conn
	Space  string
	Prefix string // the folder, "" or ending in "/"
	Key    string // the object or folder in it that the cursor is on; "" for none
	Tab    Tab
}

// scheme of S3 tools, in any letter case.
const scheme = "s3://"

// ParsePlace reads a place as people type and paste it:
//
//	SPACE/folder/      in the Space, or on the index, that at is; a folder of at where at is in a Space
//	/SPACE/folder/     a Space of the connection that at is on; s3://SPACE/folder/ is the same
//	CONN:SPACE/folder/ a Space of another connection; CONN: is its index. In a Space, where names have colons: @CONN:SPACE/
//	SPACE?settings     another tab of a Space: Settings, Usage, Find, Trash, Uploads
//	?connections       a tab beside the index: AccessKeys, Public, Links, Doctor, Connections; CONN:?keys is that of another connection
//
// What ends in a slash is a folder and becomes the Prefix. Anything else becomes the Key, in the Prefix around it: whether
// it is an object or a folder is for Locate to say. Nothing is cleaned or decoded: keys are opaque. "" is at itself.
//
// The error is an *Error of kind InvalidName. The address of an object on an endpoint is none: see Store.PlaceOf.
func ParsePlace(text string, at Place) (Place, error) {
	p := Place{Conn: at.Conn}
	conn, rest, isConn := cutConn(text, at.Space != "")
	switch {
	case isConn && strings.EqualFold(string(conn), "s3"):
		return Place{}, misplaced("an S3 address begins with s3:// and both slashes")
	case isConn:
		p.Conn, text = conn, rest
	case hasScheme(text):
		text = text[len(scheme):]
	case isAddress(text):
		return Place{}, misplaced("this address belongs to no connection that is open")
	case strings.HasPrefix(text, "/"):
	case text == "":
		return at, nil
	case at.Space != "":
		return within(Place{Conn: at.Conn, Space: at.Space, Prefix: at.Prefix}, text), nil
	}
	space, key, _ := strings.Cut(strings.TrimLeft(text, "/"), "/") // no Space has an empty name
	space, tab, _ := strings.Cut(space, "?")
	p.Space, p.Tab = space, Tab(tab)
	switch {
	case strings.ContainsAny(p.Space, ":@"), strings.HasPrefix(string(p.Conn), "@"):
		return Place{}, misplaced(fmt.Sprintf("there can be no Space or connection of the name in %q", text))
	case p.Space == "" && !slices.Contains(ofConns, p.Tab), p.Space != "" && !p.Tab.ofSpace():
		return Place{}, misplaced(fmt.Sprintf("there is no tab %q; there is %s?%s", tab, cmp.Or(space, "SPACE"), Settings))
	case p.Space == "" && key != "":
		return Place{}, misplaced(fmt.Sprintf("there is no Space in %q", text))
	}
	return within(p, key), nil
}

func misplaced(why string) error {
	return &Error{Op: "read the place", Kind: InvalidName, Err: &cause{text: why, err: InvalidName,
		advice: "Write SPACE/folder/ or SPACE/folder/file."}}
}

// within is the place that a path leads to from the folder of p.
func within(p Place, path string) Place {
	full := p.Prefix + path
	p.Prefix = full[:strings.LastIndexByte(full, '/')+1]
	if p.Prefix != full {
		p.Key = full
	}
	return p
}

func hasScheme(text string) bool {
	return len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme)
}

// isAddress says whether a text is meant as a URL of the web.
func isAddress(text string) bool {
	before, _, ok := strings.Cut(text, "://")
	return ok && (strings.EqualFold(before, "http") || strings.EqualFold(before, "https"))
}

// cutConn takes CONN: off a text. No Space has a colon in its name, so that before the first slash one can only end the
// name of a connection; but names in a folder have them, and there only @ before it says so.
func cutConn(text string, inSpace bool) (conn Conn, rest string, ok bool) {
	name, at := strings.CutPrefix(text, "@")
	if inSpace && !at {
		return "", text, false
	}
	from := 0
	if isAddress(name) { // an endpoint with its key: http://127.0.0.1:9000#KEY:SPACE
		if from = strings.IndexByte(name, '#'); from < 0 {
			return "", text, false
		}
	}
	end := len(name)
	if slash := strings.IndexByte(name[from:], '/'); slash >= 0 {
		end = from + slash
	}
	colon := strings.IndexByte(name[from:end], ':')
	switch {
	case colon < 0 && at && !inSpace && end == len(name):
		return Conn(name), "", true
	case colon < 0, hasScheme(name):
		return "", text, false
	}
	return Conn(name[:from+colon]), name[from+colon+1:], true
}

// String is what ParsePlace reads back from the index of this machine. Of a cursor it keeps what is on an object.
func (p Place) String() string {
	text := p.Space
	if p.Tab != Files {
		text += "?" + string(p.Tab)
	}
	if p.Space != "" {
		text += "/" + p.Prefix
		if p.Key != "" && !strings.HasSuffix(p.Key, "/") {
			text = text[:len(text)-len(p.Prefix)] + p.Key
		}
	}
	switch {
	case p.Conn != "":
		return string(p.Conn) + ":" + text
	case text == "":
		return "/"
	}
	return text
}

// Ref is the object, folder or Space that a place is of: the Key before the Prefix.
func (p Place) Ref() Ref { return Ref{Space: p.Space, Key: firstOf(p.Key, p.Prefix)} }

// Above is the place one level up: the folder around, the Space's root, the index; of another tab the Files or the index that
// it is beside. The cursor is on what was left.
func (p Place) Above() Place {
	if p.Tab != Files {
		return Place{Conn: p.Conn, Space: p.Space, Prefix: p.Prefix}
	}
	if p.Prefix == "" {
		return Place{Conn: p.Conn, Key: p.Space}
	}
	trimmed := strings.TrimSuffix(p.Prefix, "/")
	return Place{Conn: p.Conn, Space: p.Space, Prefix: trimmed[:strings.LastIndexByte(trimmed, '/')+1], Key: p.Prefix}
}
