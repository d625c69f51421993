package preview

import (
	"encoding/csv"
	"strings"

	"spaces/themes"
)

const (
	maxColumns = 64
	maxRows    = maxLines
	widest     = 28 // cells of a column, unless it is the only one
	leastText  = 8  // cells of one that is cut
)

// table is a file of separated values. Its cells are printable.
type table struct {
	rows    [][]string
	widths  []int
	numeric []bool // all but the head are numbers
}

// tableDoc reads separated values; nil when it is none.
func tableDoc(text, ext string, cut bool) *Doc {
	if cut { // the last line is not whole
		if i := strings.LastIndexByte(text, '\n'); i > 0 {
			text = text[:i]
		}
	}
	comma, name := separator(text, ext)
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = comma, true, -1, true
	t := &table{}
	for len(t.rows) < maxRows {
		row, err := r.Read()
		if err != nil {
			break
		}
		t.add(row)
	}
	if len(t.rows) == 0 || len(t.widths) == 0 {
		return nil
	}
	return &Doc{What: name, body: t}
}

func (t *table) add(row []string) {
	row = row[:min(len(row), maxColumns)]
	cells := make([]string, len(row))
	for i, cell := range row {
		if len(cell) > 4*widest {
			cell = cell[:4*widest]
		}
		cells[i] = safe(strings.ToValidUTF8(strings.Join(strings.Fields(cell), " "), ""))
		if i == len(t.widths) {
			t.widths, t.numeric = append(t.widths, 1), append(t.numeric, true)
		}
		t.widths[i] = max(t.widths[i], width(cells[i]))
		if len(t.rows) > 0 && cells[i] != "" && !isNumber(cells[i]) {
			t.numeric[i] = false
		}
	}
	t.rows = append(t.rows, cells)
}

// separator guesses what is between the values of the first line.
func separator(text, ext string) (comma rune, name string) {
	first, _, _ := strings.Cut(text, "\n")
	best, most := ',', strings.Count(first, ",")
	for _, c := range "\t;|" {
		if n := strings.Count(first, string(c)); n > most {
			best, most = c, n
		}
	}
	if best == '\t' || ext == "tsv" && most == 0 {
		return '\t', "TSV"
	}
	return best, "CSV"
}

func isNumber(s string) bool {
	digits := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits = true
		case c != '.' && c != ',' && c != '-' && c != '+' && c != '%' && c != 'e' && c != 'E':
			return false
		}
	}
	return digits
}

func (t *table) draw(p *pen) {
	th := &p.th.Paint
	limit := widest
	if len(t.widths) == 1 {
		limit = p.w
	}
	for i, row := range t.rows {
		if p.full() {
			return
		}
		spans := p.spans[:0]
		room := p.w
		for c := 0; c < len(t.widths) && room > 0; c++ {
			w := min(t.widths[c], limit)
			if c > 0 && room < w && (t.numeric[c] || room < leastText) { // part of a number is another number
				if i == 0 {
					spans = append(spans, span{th.Dim, "…"}, span{})
				}
				break
			}
			cell := ""
			if c < len(row) {
				cell = row[c]
			}
			spans = append(spans, span{t.paint(th, i, c), aligned(cell, w, t.numeric[c])}, span{th.Border, "  "})
			room -= w + 2
		}
		p.spans = spans
		p.line(spans[:len(spans)-1]...)
		if i == 0 && len(t.rows) > 1 {
			p.line(span{th.Border, strings.Repeat("─", min(p.w, t.total(limit)))})
		}
	}
}

func (t *table) paint(th *themes.Paints, row, col int) themes.Paint {
	switch {
	case row == 0:
		return th.Strong
	case t.numeric[col]:
		return th.Accent
	}
	return th.Text
}

func (t *table) total(limit int) int {
	n := -2
	for _, w := range t.widths {
		n += min(w, limit) + 2
	}
	return n
}

func aligned(s string, w int, right bool) string {
	if n := width(s); right && n < w {
		return strings.Repeat(" ", w-n) + s
	}
	return fit(s, w)
}
