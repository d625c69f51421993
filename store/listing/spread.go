package listing

import (
	"slices"
	"sort"
	"strings"

	"spaces/store"
)

const (
	// mostListings of one Spread are under way at once.
	mostListings = 8
	// ripe is how many pages a stretch has to give before it is cut: what is nearly at its end is not worth a request.
	ripe = 2
)

// Spread lists everything below a prefix by several listings at once, each of a stretch of the keys. Stretches are cut where
// a folder begins, or between names of one folder, while fewer are listed than may be. No page is asked for twice; a cut
// costs the rest of one page. Where a stretch is cut is a guess that changes nothing of what is found: all that it needs of
// an endpoint is the order of keys and that a listing begins where it is asked to, which is looked at in each answer.
//
// Round says what is to be asked, Take what came of it, in turn. It is owned by one goroutine.
type Spread struct {
	space, base string
	most        int
	stretches   []*stretch // that the keys are cut into, in order
	folders     []string   // that are known of, in order: where stretches can be cut
	probed      map[string]bool
	cut         bool // into more than one
	alone       bool // never to be cut: this endpoint has another order
}

// stretch is the keys behind after and up to until; "": to the end.
type stretch struct {
	after, until string
	next         string // where its next page begins
	first, last  string // keys of its last page; last is the greatest listed
	pages        int    // since it was cut
	done         bool
}

// NewSpread begins a listing of what is below a prefix, after a place in it: a key, or the Next of a page; "" from the start.
func NewSpread(space, base, after string) *Spread {
	s := &Spread{space: space, base: base, most: mostListings, probed: map[string]bool{}}
	st := &stretch{next: after}
	if !strings.HasPrefix(after, "\x00") { // a token tells nothing of keys
		st.after, st.last = after, after
	}
	s.stretches = []*stretch{st}
	return s
}

// Done says whether all is listed.
func (s *Spread) Done() bool {
	return !slices.ContainsFunc(s.stretches, func(st *stretch) bool { return !st.done })
}

// Passed says whether a listing has gone by a key.
func (s *Spread) Passed(key string) bool {
	i := sort.Search(len(s.stretches), func(i int) bool { return s.stretches[i].after >= key })
	st := s.stretches[max(i-1, 0)]
	return st.done || key <= st.last
}

// Whole says whether everything that begins with a prefix is listed.
func (s *Spread) Whole(prefix string) bool {
	return !slices.ContainsFunc(s.stretches, func(st *stretch) bool {
		begins := st.until == "" || st.until >= prefix
		ends := st.last <= prefix || strings.HasPrefix(st.last, prefix)
		return !st.done && begins && ends
	})
}

// Round is what can be asked for at once now.
func (s *Spread) Round() Round { return s.round(s.most) }

func (s *Spread) round(most int) Round {
	var open []*stretch
	for _, st := range s.stretches {
		if !st.done {
			open = append(open, st)
		}
	}
	probes := s.spread(open, most)
	open = open[:0]
	for _, st := range s.stretches {
		if !st.done && len(open) < most {
			open = append(open, st)
		}
	}
	var r Round
	for _, st := range open {
		q := store.ListRequest{Space: s.space, Prefix: s.base, After: st.next, Max: PageRows}
		a := ask{of: st, request: q, until: st.until, pages: 1}
		if len(open) <= 2 && st.last != "" { // the first page is to be seen at once
			a.pages = 2
		}
		r.asks = append(r.asks, a)
	}
	for _, q := range probes {
		r.asks = append(r.asks, ask{request: q, pages: 1})
	}
	return r
}

// spread cuts stretches while fewer than most are open, and gives what would tell where others can be cut.
func (s *Spread) spread(open []*stretch, most int) (probes []store.ListRequest) {
	if s.alone {
		return nil
	}
	n := len(open)
	for _, st := range open {
		if n+len(probes) >= most {
			break
		}
		at := s.folderIn(st)
		if at == "" {
			if q, ok := s.probe(st); ok {
				probes = append(probes, q)
				continue
			}
			at = st.between()
		}
		if at != "" && st.pages >= ripe {
			s.split(st, at)
			n++
		}
	}
	return probes
}

func (s *Spread) split(st *stretch, at string) {
	i := slices.Index(s.stretches, st)
	right := &stretch{after: at, until: st.until, next: at, last: at}
	s.stretches = slices.Insert(s.stretches, i+1, right)
	st.until, st.pages, s.cut = at, 0, true
}

// has says whether a stretch can be cut at a key.
func (st *stretch) has(key string) bool { return key > st.last && (st.until == "" || key < st.until) }

// folderIn is the middle one of the folders in what is left of a stretch, "" when none is known.
func (s *Spread) folderIn(st *stretch) string {
	lo := sort.SearchStrings(s.folders, st.last+"\x00")
	hi := len(s.folders)
	if st.until != "" {
		hi = sort.SearchStrings(s.folders, st.until)
	}
	if lo >= hi {
		return ""
	}
	return s.folders[(lo+hi)/2]
}

// probe asks for the folders beside those that a stretch has come to, from the outermost on; each is asked for once.
func (s *Spread) probe(st *stretch) (q store.ListRequest, ok bool) {
	below, is := strings.CutPrefix(st.last, s.base)
	if !is || st.pages == 0 {
		return q, false
	}
	dir := s.base
	for {
		child, rest, deeper := strings.Cut(below, "/")
		if !s.probed[dir] {
			s.probed[dir] = true
			after := st.last
			if deeper {
				after = dir + child + "0" // the character after the slash: what is in it is passed over
			}
			return store.ListRequest{Space: s.space, Prefix: dir, Delimiter: "/", After: after, Max: PageRows}, true
		}
		if !deeper {
			return q, false
		}
		dir, below = dir+child+"/", rest
	}
}

// between is a key that may be in the middle of what is left of a folder, by how the names of the last page go on: of
// img_00017 to img_00451 it is img_007. It is "" where they tell nothing.
func (st *stretch) between() string {
	n := 0
	for n < len(st.first) && n < len(st.last) && st.first[n] == st.last[n] {
		n++
	}
	for n = min(n, len(st.last)-1); n >= 0 && st.last[n] != '/'; n-- {
		c, top := st.last[n], topOf(st.last[n:])
		if top == 0 {
			break
		}
		if at := st.last[:n] + string(rune(nextOf(c, top))); c < top && st.has(at) {
			return at
		}
	}
	return ""
}

// topOf is the last character of the kind that a text begins with; 0: none.
func topOf(text string) byte {
	c := text[0]
	isHex := len(text) >= 16 && strings.Trim(text[:16], "0123456789abcdef") == ""
	switch {
	case isHex:
		return 'f'
	case c >= '0' && c <= '9':
		return '9'
	case c >= 'a' && c <= 'z':
		return 'z'
	case c >= 'A' && c <= 'Z':
		return 'Z'
	}
	return 0
}

// nextOf is in the middle between a character and the last of its kind, not in the gap between digits and letters.
func nextOf(c, top byte) byte {
	const kinds = "0123456789abcdefghijklmnopqrstuvwxyz"
	from, to := strings.IndexByte(kinds, c), strings.IndexByte(kinds, top)
	if from < 0 || to < 0 {
		return c + (top-c+1)/2
	}
	return kinds[(from+to+1)/2]
}
