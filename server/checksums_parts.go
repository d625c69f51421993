package server

import (
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"

	"spaces/server/storage"
)

// partsSum is the checksum of an object of parts, from those of the parts.
func (a *algorithm) partsSum(kind string, parts []storage.Part) (storage.Checksum, error) {
	raws, err := a.rawSums(kind, parts)
	if err != nil {
		return storage.Checksum{}, err
	}
	sum := storage.Checksum{Algorithm: a.name, Type: kind}
	if kind == composite {
		h := a.new()
		for _, raw := range raws {
			h.Write(raw)
		}
		sum.Value = base64.StdEncoding.EncodeToString(h.Sum(nil)) + "-" + strconv.Itoa(len(parts))
		return sum, nil
	}
	sum.Value = base64.StdEncoding.EncodeToString(a.joined(raws, parts))
	return sum, nil
}

// rawSums decodes the checksums of parts, all of which must have one.
func (a *algorithm) rawSums(kind string, parts []storage.Part) ([][]byte, error) {
	raws := make([][]byte, 0, len(parts))
	for _, p := range parts {
		raw, err := base64.StdEncoding.DecodeString(p.Sum.Value)
		if err != nil || len(raw) != a.size || p.Sum.Algorithm != a.name {
			return nil, refusef("InvalidRequest",
				"The upload was created using the %s checksum mode with %s. Part %d has no such checksum.", kind, a.name, p.Number)
		}
		raws = append(raws, raw)
	}
	return raws, nil
}

// joined is the CRC of parts in a row. Parts mostly have one size, for which
// the work is done once.
func (a *algorithm) joined(raws [][]byte, parts []storage.Part) []byte {
	total, size, shift := uint64(0), int64(0), a.shift(0)
	for i, p := range parts {
		if p.Size != size {
			size, shift = p.Size, a.shift(p.Size)
		}
		total = a.times(shift, total) ^ bigEndian(raws[i])
	}
	out := make([]byte, a.size)
	for i := range out {
		out[i] = byte(total >> (8 * (a.size - 1 - i)))
	}
	return out
}

func bigEndian(raw []byte) (n uint64) {
	for _, b := range raw {
		n = n<<8 | uint64(b)
	}
	return n
}

// sameSum compares a checksum that was claimed of an object of parts: how many
// parts there are may be left out of it.
func sameSum(claimed, computed string) bool {
	if !strings.Contains(claimed, "-") {
		computed, _, _ = strings.Cut(computed, "-")
	}
	return subtle.ConstantTimeCompare([]byte(claimed), []byte(computed)) == 1
}

// partSum is the checksum of a part of an object, the first being 1; the zero
// value where it has none. An object that was not uploaded in parts is its one
// part.
func partSum(o *storage.Object, number int) storage.Checksum {
	switch {
	case number <= len(o.PartSums):
		return o.PartSums[number-1]
	case len(o.Parts) <= 1 && o.Checksum.Type == fullObject:
		return o.Checksum
	}
	return storage.Checksum{}
}
