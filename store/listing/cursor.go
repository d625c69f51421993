package listing

// cursor is a row by identity, so that it stays whatever moves around it.
type cursor struct {
	row   RowID
	onRow bool   // there is one
	at    int    // where it is shown; behind the last row: on what is not listed yet
	want  string // the key that it goes to when that is listed
	later string // the key that it goes to when a job has made it
	chase bool   // it stays at the end while the rest is listed
	first bool   // it stays on the first row: there was none, and it was not moved since
	top   bool   // it stays on the first row until the rows are in the order that was asked for there
}

// Cursor is where the cursor is shown: a row, or behind the last one where HasTail.
func (l *Listing) Cursor() int { return l.at }

// HasTail says whether there is more than what is shown, or may be: a place behind the last row for the cursor.
func (l *Listing) HasTail() bool {
	w := l.source()
	return !l.Known() && (w.begun || w.err != nil || l.Len() > 0)
}

// places is how many places there are for the cursor.
func (l *Listing) places() int {
	if l.HasTail() {
		return l.Len() + 1
	}
	return l.Len()
}

// Under is the row under the cursor.
func (l *Listing) Under() (RowID, bool) {
	if l.at < l.Len() {
		return l.ID(l.at), true
	}
	return 0, false
}

// MoveTo puts the cursor somewhere by hand: what it was to go to is forgotten.
func (l *Listing) MoveTo(i int) {
	l.want, l.later, l.chase, l.first, l.top, l.still = "", "", false, false, false, false
	l.put(i)
	l.plan()
}

// FollowEnd puts the cursor at the end, and keeps it there while the rest is listed.
func (l *Listing) FollowEnd() {
	l.want, l.later, l.still, l.first, l.top, l.chase = "", "", false, false, false, !l.Known()
	l.put(l.places() - 1)
	l.plan()
}

// Seek puts the cursor on a key: at once, or when it has been listed.
func (l *Listing) Seek(key string) {
	l.want = key
	l.settle()
	l.plan()
}

// Expect puts the cursor on a key when a job tells that it is there.
func (l *Listing) Expect(key string) { l.later = key }

// GoTo puts the cursor on a key if it is shown.
func (l *Listing) GoTo(key string) {
	if i, found := l.view.rows.Search(key); found {
		if at, shown := l.view.find(l.view.rows.ID(i)); shown {
			l.MoveTo(at)
		}
	}
}

func (l *Listing) put(i int) {
	l.at = min(max(i, 0), max(l.places()-1, 0))
	l.arrive()
}

// settle puts the cursor back on its row after rows moved.
func (l *Listing) settle() {
	if l.want != "" {
		l.seek()
	}
	if l.first || l.top {
		l.at, l.top = 0, l.top && (l.Partial() || !l.Known())
	} else if l.onRow && !l.chase {
		if at, there := l.view.find(l.row); there {
			l.at = at
		}
	}
	if l.chase {
		l.at, l.chase = l.places()-1, !l.Known()
	}
	l.put(l.at)
}

// seek goes to the wanted row when it has been listed, and gives up when it is not there.
func (l *Listing) seek() {
	i, found := l.view.rows.Search(l.want)
	w := l.source()
	if found {
		if at, shown := l.view.find(l.view.rows.ID(i)); shown {
			l.want, l.first, l.top = "", false, false
			l.put(at)
		}
	} else if l.Known() || w.err != nil || w.last >= l.want {
		l.want = ""
	}
}

// arrive remembers the row under the cursor. Where nothing is shown it is still the one before.
func (l *Listing) arrive() {
	if id, ok := l.Under(); ok || l.Len() > 0 {
		l.row, l.onRow = id, ok
	}
	l.first = l.first || l.Known() && l.Len() == 0
	if l.on().ranging.on {
		l.reach()
	}
}
