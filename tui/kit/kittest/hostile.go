package kittest

// Hostile are texts that would drive a terminal, or look like others, were they drawn as they are: names of objects, Spaces,
// keys and connections, values of headers, tags and settings, and what servers answer may hold any of them.
var Hostile = []string{
	"\x1b[2J", "\x1b[31m", "\x1b[?1049l", "\x1b[999;999H", "\x1b[", "\x1b[6n", "\x1b[>c", // CSI, and one that is not ended
	"\x1b]0;title\x07", "\x1b]0;title\x1b\\", "\x1b]2;no end", "\x1b]8;;http://x\x1b\\", "\x1b]52;c;aGk=\x07", "\x1b]52;c;aGk=", // OSC
	"\x1bP+q544e\x1b\\", "\x1bPno end", "\x1b_Gx\x1b\\", "\x1b_no end", "\x1b^x\x1b\\", "\x1bX", // DCS, APC, PM, SOS
	"\x1bc", "\x1b(0", "\x1b#8", "\x1bZ", "\x1b", // reset, character sets, identify
	"\u009b31m", "\u009d0;x\u009c", "\u0090x", "\u0085", // C1
	"\x07", "\b\b\b", "a\rb", "a\nb", "a\tb", "\v\f", "\x00", "\x0e\x0f", "\x7f", // C0
	"\u202eabc", "\u2066x", "\u200fx", "\u2028", "\u2029", // bidirectional, separators
	"a\u200bb", "\ufeff", "\u00ad", "\U000e0041", // not seen
	"\xff\xfe", "\xed\xa0\x80", "\xc3", // no UTF-8
	"e\u0301", "a\u00a0b", "\\x1b", "日本", "👩‍👩‍👧", "שלום",
}
