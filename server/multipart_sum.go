package server

import (
	"net/http"
	"strings"

	"spaces/server/s3xml"
	"spaces/server/storage"
)

// completion is what a Complete has to come to.
type completion struct {
	size      int64      // in bytes; -1: the client does not say
	algorithm *algorithm // of the checksum
	kind      string
	claimed   string // the checksum; "": the client does not say
	lenient   bool   // parts from before they had the standard checksum make an object without one
}

// completeSum makes the function that computes the checksum of the object and
// compares it, and its size, with what the client claims.
func (c *call) completeSum(u *storage.Upload) (func([]storage.Part) (storage.Checksum, error), error) {
	size, err := claimedSize(c.in.Header)
	if err != nil {
		return nil, err
	}
	k := completion{size, algorithmNamed(u.SumAlgorithm), u.SumType, c.claim.value, false}
	mode := u.SumType
	if k.algorithm == nil {
		k.algorithm, k.kind, k.lenient, mode = standard, fullObject, k.claimed == "", "null"
	}
	kind := strings.ToUpper(c.in.Header.Get(hChecksumType))
	switch {
	case kind != "" && kind != fullObject && kind != composite:
		return nil, errSumType()
	case u.ID == "": // nothing to compare with
	case kind != "" && kind != k.kind:
		return nil, refusef("InvalidRequest", "The upload was created using the %s checksum mode. The complete request must use the same checksum mode.", mode)
	case c.claim.algorithm != nil && c.claim.algorithm != k.algorithm:
		return nil, errOtherSum(k.algorithm.name, c.claim.algorithm.name)
	}
	return k.sum, nil
}

func (k completion) sum(parts []storage.Part) (sum storage.Checksum, err error) {
	if err := k.checkSize(parts); err != nil {
		return sum, err
	}
	if sum, err = k.algorithm.partsSum(k.kind, parts); err != nil {
		if k.lenient {
			return storage.Checksum{}, nil
		}
		return sum, err
	}
	if k.claimed != "" && !sameSum(k.claimed, sum.Value) {
		return sum, errBadSum(k.algorithm)
	}
	return sum, nil
}

// claimedSize reads how large the object will be, in bytes; -1 when the client
// does not say.
func claimedSize(h http.Header) (int64, error) {
	v := h.Get(hObjectSize)
	if v == "" {
		return -1, nil
	}
	if size, ok := parseOffset(v); ok {
		return size, nil
	}
	if _, ok := parseOffset(strings.TrimPrefix(v, "-")); ok {
		return 0, refusef("InvalidRequest", "Value for x-amz-mp-object-size header is less than zero: '%s'", v)
	}
	return 0, refusef("InvalidRequest", "Value for x-amz-mp-object-size header is invalid: '%s'", s3xml.Printable(v))
}

func (k completion) checkSize(parts []storage.Part) error {
	total := int64(0)
	for _, p := range parts {
		total += p.Size
	}
	if k.size >= 0 && total != k.size {
		return refusef("InvalidRequest", "The provided 'x-amz-mp-object-size' header value %d does not match what was computed: %d", k.size, total)
	}
	return nil
}
