package themes

import "strings"

// ascii is what every sign of the screens is in a terminal whose locale or font has no others: one cell for one cell.
// Whatever sign a screen draws has to be here.
var ascii = map[rune]rune{
	'─': '-', '│': '|', '╭': '.', '╮': '.', '╰': '\'', '╯': '\'', '┬': '-', '┴': '-', '├': '|', '┤': '|', '┼': '+',
	'█': '#', '▉': '#', '▊': '#', '▋': '#', '▌': '#', '▍': '-', '▎': '-', '▏': '-',
	'▸': '>', '▾': 'v', '▲': '^', '▼': 'v', '↑': '^', '↓': 'v', '←': '<', '→': '>', '↕': ':',
	'●': 'o', '•': '*', '✓': '*', '✗': 'x', '‖': '=', '≥': '>', '×': 'x',
	'…': '~', '·': '-', '–': '-', '—': '-', '“': '"', '”': '"', '’': '\'',
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
