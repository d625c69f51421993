package server

// combine gives the CRC of two texts in a row from the CRC of each and the
// length of the second. A CRC is a polynomial over the field of two elements,
// so that the first is multiplied by x to the power of the second's bits (as
// zlib's crc32_combine does).
func (a *algorithm) combine(first, second uint64, length int64) uint64 {
	return a.times(a.shift(length), first) ^ second
}

// shift is x to the power of 8·length, modulo the polynomial of the CRC.
func (a *algorithm) shift(length int64) uint64 {
	one := uint64(1) << (8*a.size - 1) // the highest bit is that of x⁰
	power := one
	for square := one >> 8; length > 0; length >>= 1 {
		if length&1 != 0 {
			power = a.times(square, power)
		}
		square = a.times(square, square)
	}
	return power
}

// times multiplies modulo the polynomial.
func (a *algorithm) times(p, q uint64) (product uint64) {
	for bit := uint64(1) << (8*a.size - 1); p != 0; bit >>= 1 {
		if p&bit != 0 {
			product ^= q
			p &^= bit
		}
		if q&1 != 0 {
			q = q>>1 ^ a.poly
		} else {
			q >>= 1
		}
	}
	return product
}
