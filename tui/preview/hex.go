package preview

import (
	"fmt"
	"strings"
)

// maxHex is how many bytes are shown as such.
const maxHex = 16 << 10

// dump shows bytes as numbers and as the characters they would be.
type dump struct{ b []byte }

func hexDoc(head []byte) *Doc {
	d := &Doc{What: nameOf(head), body: &dump{head[:min(len(head), maxHex)]}}
	if len(head) > maxHex {
		d.note, d.sizes = "the first %s of it", []int64{maxHex}
	}
	return d
}

const hexDigits = "0123456789abcdef"

func (d *dump) draw(p *pen) {
	per := 4
	for _, n := range []int{8, 16, 32} { // offset, bytes and gaps, characters
		if 6+n*3+n/8+2+n <= p.w {
			per = n
		}
	}
	th := &p.th.Paint
	for at := 0; at < len(d.b) && !p.full(); at += per {
		row := d.b[at:min(at+per, len(d.b))]
		var numbers, chars strings.Builder
		for i := range per {
			if i%8 == 0 {
				numbers.WriteByte(' ')
			}
			if i >= len(row) {
				numbers.WriteString("   ")
				continue
			}
			c := row[i]
			numbers.Write([]byte{' ', hexDigits[c>>4], hexDigits[c&15]})
			if c < ' ' || c > '~' {
				c = '.'
			}
			chars.WriteByte(c)
		}
		p.line(span{th.Dim, fmt.Sprintf("%06x", at)}, span{th.Text, numbers.String()}, span{th.Good, "  " + chars.String()})
	}
}
