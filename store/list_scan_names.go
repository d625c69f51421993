package store

import "bytes"

// names are where the key and the ETag of a row are, among the texts of all rows.
type names struct{ all, key, tag span }

type span struct{ from, to int }

func (at span) of(text string, from int) string {
	if at.from == at.to {
		return ""
	}
	return text[at.from-from : at.to-from]
}

// add appends a text to those of other rows.
func (s *scanner) add(text []byte) span {
	from := len(s.texts)
	s.texts = append(s.texts, text...)
	return span{from, len(s.texts)}
}

// namesTogether is how long the names of neighbours are that share a piece of memory, in bytes: who keeps one row of a
// thousand, as a search does, keeps little more than that.
const namesTogether = 1 << 10

// finish gives the rows their names.
func (s *scanner) finish(a *listAnswer) {
	objects := len(s.at)
	a.rows = make([]Entry, objects+len(s.folders))
	copy(a.rows, s.rows)
	for i := range s.folders {
		a.rows[objects+i] = Entry{Folder: true}
	}
	if a.encoded && bytes.ContainsAny(s.texts, "%+") {
		a.broken = !s.unencode(s.at) || !s.unencode(s.folders)
	}
	s.cut(a.rows[:objects], s.at)
	s.cut(a.rows[objects:], s.folders)
}

func (s *scanner) cut(rows []Entry, at []names) {
	for first := 0; first < len(rows); {
		from, end := at[first].all.from, first+1
		for end < len(rows) && at[end].all.to-from <= namesTogether {
			end++
		}
		text := string(s.texts[from:at[end-1].all.to])
		for ; first < end; first++ {
			rows[first].Key, rows[first].ETag = at[first].key.of(text, from), at[first].tag.of(text, from)
		}
	}
}

func (s *scanner) unencode(rows []names) bool {
	all := true
	for i := range rows {
		key := &rows[i].key
		n, ok := unencoded(s.texts[key.from:key.to])
		key.to, all = key.from+n, all && ok
	}
	return all
}

// unencoded undoes percent-encoding, where a space is "+", in place, as url.QueryUnescape does.
func unencoded(b []byte) (n int, ok bool) {
	for i := 0; i < len(b); i++ {
		c := b[i]
		switch {
		case c == '+':
			c = ' '
		case c == '%' && (i+2 >= len(b) || nibble(b[i+1]) > 15 || nibble(b[i+2]) > 15):
			return 0, false
		case c == '%':
			c = nibble(b[i+1])<<4 | nibble(b[i+2])
			i += 2
		}
		b[n] = c
		n++
	}
	return n, true
}

// nibble is the value of a hexadecimal digit; more than 15: it is none.
func nibble(c byte) byte {
	switch {
	case isDigit(c):
		return c - '0'
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10
	}
	return 0xff
}
