package kit

import "strings"

// cursorMark stands in a drawn text before the cell where one types. It is a style that changes nothing ("not concealed"),
// so that cutting, filling and overlaying texts carry it along as they carry styles, and what is behind a dialog loses it.
const cursorMark = "\x1b[28m"

// TakeCursor takes the mark of where one types out of a drawn screen. ok is false when nothing there is typed into.
func TakeCursor(screen string) (rest string, x, y int, ok bool) {
	before, after, ok := strings.Cut(screen, cursorMark)
	if !ok {
		return screen, 0, 0, false
	}
	line := before[strings.LastIndexByte(before, '\n')+1:]
	return before + strings.ReplaceAll(after, cursorMark, ""), Width(line), strings.Count(before, "\n"), true
}
