package store

import (
	"encoding/xml"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
)

func TestWhatXMLHasNoRoomForIsReadAsItWasMeant(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	alphabet := []rune("ab&<;#\x01\x02\x1f\x1e\u00e9\ufdd0\ufdef\ufdeeef\ufffd\ufffe\uffff\U0001f600")
	for range 2000 {
		var key, document strings.Builder
		for range random.IntN(12) {
			r := alphabet[random.IntN(len(alphabet))]
			key.WriteRune(r)
			switch {
			case r == '&' || r == '<':
				fmt.Fprintf(&document, "&#%d;", r)
			case random.IntN(2) == 0:
				fmt.Fprintf(&document, []string{"&#%d;", "&#x%x;", "&#x000%X;"}[random.IntN(3)], r)
			default:
				document.WriteRune(r)
			}
		}
		var used bool
		var source io.Reader = strings.NewReader("<r><K>" + document.String() + "</K></r>")
		if random.IntN(2) == 0 {
			source = iotest.OneByteReader(source)
		}
		var got struct{ K string }
		if err := xml.NewDecoder(&standIns{from: source, used: &used}).Decode(&got); err != nil {
			t.Fatalf("%q: %v", document.String(), err)
		}
		if used {
			got.K = meant(got.K)
		}
		if got.K != key.String() {
			t.Fatalf("%q was read as %q, want %q", document.String(), got.K, key.String())
		}
	}
}

// TestBlocksAreUsualWhereNoByteOfThemIsNot compares with looking at each byte.
func TestBlocksAreUsualWhereNoByteOfThemIsNot(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 10))
	usual := func(block []byte) bool {
		for i, b := range block {
			if b < ' ' && b != '\t' && b != '\n' && b != '\r' || b == 0xef || b == '&' && (i+1 == len(block) || block[i+1] == '#') {
				return false
			}
		}
		return true
	}
	for c := range 256 { // each byte at each place
		for at := range 20 {
			block := []byte("abcdefgh\xe0\x80\xff~\x7f IJKLMN")
			block[at%len(block)] = byte(c)
			if isUsual(block) != usual(block) {
				t.Fatalf("%q: %v", block, isUsual(block))
			}
		}
	}
	const bytes = "abc\n\x1f\x20\x21\x00\x80\xee\xef\xf0&#&;\xff\x7f%'\t"
	for range 20_000 {
		block := make([]byte, random.IntN(40))
		for i := range block {
			if block[i] = 'x'; random.IntN(4) == 0 {
				block[i] = bytes[random.IntN(len(bytes))]
			}
		}
		if isUsual(block) != usual(block) {
			t.Fatalf("%q: %v", block, isUsual(block))
		}
	}
}
