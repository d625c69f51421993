package job

// parts notes small files that are about to be begun, and says of which it has. Those that another job has noted are left to
// it until they are begun: it may yet go on with them.
func (e *entry) parts(list []PartFile) (noted []bool) {
	noted = make([]bool, len(list))
	if e == nil {
		return noted
	}
	theirs := e.l.othersParts(e.id, list)
	var lines []line
	for i := range list {
		if noted[i] = !theirs[i]; noted[i] {
			lines = append(lines, line{Of: e.id, Part: &list[i]})
		}
	}
	e.l.tellAll(lines, false)
	return noted
}

// othersParts says which parts jobs other than this one have noted.
func (l *Ledger) othersParts(id string, list []PartFile) []bool {
	theirs := make([]bool, len(list))
	l.mu.Lock()
	defer l.mu.Unlock()
	for other, t := range l.all {
		if other == id || len(t.Parts) == 0 {
			continue
		}
		for i := range list {
			theirs[i] = theirs[i] || t.Parts[list[i].Path] != nil
		}
	}
	return theirs
}
