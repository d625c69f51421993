package themes

import "strings"

// Signs are the characters that a terminal can show.
type Signs int

// What terminals can show.
const (
	AllSigns  Signs = iota
	OnlyNames       // names as they are, and of the signs around them those of ASCII: the font lacks the others
	OnlyASCII       // the locale has no UTF-8, where other bytes can even be commands to the terminal
)

// ascii is what every sign of the screens is in a terminal whose locale or font has no others: one cell for one cell.
// Whatever sign a screen draws has to be here.
var ascii = map[rune]rune{
	'─': '-', '│': '|', '╭': '.', '╮': '.', '╰': '\'', '╯': '\'', '┬': '-', '┴': '-', '├': '|', '┤': '|', '┼': '+',
	'█': '#', '▉': '#', '▊': '#', '▋': '#', '▌': '#', '▍': '-', '▎': '-', '▏': '-',
	'▸': '>', '▾': 'v', '▲': '^', '▼': 'v', '↑': '^', '↓': 'v', '←': '<', '→': '>', '↕': ':',
	'▀': '"', '▄': '_', '░': '.', '▒': ':', '▓': '%', '☐': 'o', '☑': 'x',
	'●': 'o', '•': '*', '✓': '*', '✗': 'x', '‖': '=', '≥': '>', '└': '`', '≠': '!', '≈': '~', '×': 'x',
	'…': '~', '·': '-', '–': '-', '—': '-', '“': '"', '”': '"', '’': '\'', '‹': '<', '›': '>',
}

// ASCII draws a screen with signs that every terminal has. Other characters are names and stay as they are.
func ASCII(screen string) string {
	screen = strings.ReplaceAll(screen, "…   ", "... ") // where there is room, as behind the names of menus
	return strings.Map(func(r rune) rune {
		if r < 0x80 {
			return r
		}
		if sign, ok := ascii[r]; ok {
			return sign
		}
		return r
	}, screen)
}
