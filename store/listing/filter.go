package listing

// Narrow shows what a filter finds: in what is loaded where that is known to be all, else by asking. All shows
// everything again.
func (l *Listing) Narrow(filter Filter, text string) {
	if filter == All {
		text = ""
	}
	l.filter, l.text, l.held, l.still, l.ahead, l.chase = filter, text, false, false, false, false
	prefix := l.prefix + l.begins()
	switch {
	case filter != Begins, text == "", !l.isDeep() && l.whole.covers(prefix):
		l.forget()
	case l.beyond && (l.found.prefix == prefix || l.found.covers(prefix)):
	default:
		l.forget()
		l.found, l.beyond = &walk{prefix: prefix}, true
	}
	if l.again != nil && l.again.old != l.source() {
		l.again.old.stale, l.again = true, nil // when it is shown again
	}
	l.reshow()
}

// forget gives up what was found beyond what is loaded.
func (l *Listing) forget() {
	if l.again != nil && l.again.old == l.found {
		l.again = nil
	}
	l.found, l.beyond = &walk{}, false
	l.deep = sheet{rows: NewRows(l.prefix)}
}

// SortBy shows the rows in another order. The same again turns it around; by name, a third time brings back the order
// in which they were shown unasked. The cursor stays on its row; from the first one it goes to what is first then, which is
// what people sort for.
func (l *Listing) SortBy(by SortBy) {
	l.held, l.still = false, false
	l.top = l.at == 0 && !l.chase && l.want == ""
	_, shown := l.Order()
	switch {
	case shown.By != by:
		l.order = Order{By: by, Desc: by == BySize || by == ByDate} // the largest and the newest first
	case by == ByName && shown.Desc:
		l.order = Order{}
	default:
		l.order = Order{By: by, Desc: !shown.Desc}
	}
	l.reshow()
}
