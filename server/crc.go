package server

// combine gives the CRC of two texts in a row from the CRC of each and the
// length of the second: the first is pushed through the second's length in
// zeros, by squaring the matrix of one zero bit (as zlib's crc32_combine does).
func (a *algorithm) combine(first, second uint64, length int64) uint64 {
	if length <= 0 {
		return first
	}
	bits := 8 * a.size
	even, odd := new(gf2), new(gf2)
	odd[0] = a.poly // one zero bit
	for i := 1; i < bits; i++ {
		odd[i] = 1 << (i - 1)
	}
	even.square(odd, bits) // two
	odd.square(even, bits) // four
	for {
		even.square(odd, bits)
		if length&1 != 0 {
			first = even.times(first)
		}
		if length >>= 1; length == 0 {
			break
		}
		odd.square(even, bits)
		if length&1 != 0 {
			first = odd.times(first)
		}
		if length >>= 1; length == 0 {
			break
		}
	}
	return first ^ second
}

// gf2 is a square matrix over the field of two elements; a word is a column.
type gf2 [64]uint64

func (m *gf2) times(v uint64) (sum uint64) {
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 != 0 {
			sum ^= m[i]
		}
	}
	return sum
}

func (m *gf2) square(of *gf2, bits int) {
	for i := range bits {
		m[i] = of.times(of[i])
	}
}
